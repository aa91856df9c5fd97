"""Draw the plate of a real side: transfer, result and removed, one above the other.

    .venv/bin/python packaging/side_plates.py [--side FILE] [--preset 78rpm] [--span 0-14]

The side is the one that ships, a disc of 1920, unless another is given. All three are on one scale
of dB, mean powers of small fields: finer ones would show the grain of the noise and nothing else.
"""

import argparse
import io
import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np  # noqa: E402 - the repository is not installed
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from PySide6.QtGui import QImage  # noqa: E402

from app import paths  # noqa: E402
from engine.audio_file import open_audio  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.presets import find_preset  # noqa: E402
from engine.project import State  # noqa: E402
from guide.keeping import keep  # noqa: E402
from training.metrics import bin_powers  # noqa: E402

Real = NDArray[np.float64]

N_FFT, FIELD_S, FIELD_HZ, HIGHEST_HZ = 4096, 0.04, 60.0, 8000.0
RANGE_DB = 70.0
DPI, INCHES = 100, (9.6, 7.2)
LARGEST = 90_000
"""Bytes."""


def fields(wave: Real, rate: int) -> Real:
    """Mean power of fields of time and frequency, dB (band field)."""
    hop = round(FIELD_S / 4 * rate)
    powers = np.concatenate(list(bin_powers(wave, N_FFT, hop)))
    n_bins = round(FIELD_HZ * N_FFT / rate)
    n_bands = min(int(HIGHEST_HZ / FIELD_HZ), powers.shape[1] // n_bins)
    cut = powers[: len(powers) // 4 * 4, : n_bands * n_bins]
    means = cut.reshape(-1, 4, n_bands, n_bins).mean(axis=(1, 3))
    levels: Real = 10.0 * np.log10(means.T + 1e-14)
    return levels


def draw(waves: dict[str, Real], rate: int, first_s: float) -> QImage:
    """A picture of recordings (time) by name; the first says what 0 dB is."""
    levels = {name: fields(wave, rate) for name, wave in waves.items()}
    top = float(np.quantile(next(iter(levels.values())), 0.9995))
    figure = Figure(figsize=INCHES, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(levels), 1, sharex=True, sharey=True)
    for axis, (name, level) in zip(axes, levels.items(), strict=True):
        n_bands, n_fields = level.shape
        image = axis.imshow(
            level,
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=top - RANGE_DB,
            vmax=top,
            interpolation="nearest",
            extent=(first_s, first_s + n_fields * FIELD_S, 0.0, n_bands * FIELD_HZ / 1000.0),
        )
        axis.set_title(name, loc="left", fontsize="medium")
        axis.set_ylabel("kHz")
    axes[-1].set_xlabel("s")
    bar = figure.colorbar(image, ax=list(axes), ticks=[top - each for each in (0, 20, 40, 60)])
    bar.ax.set_yticklabels(["0", "-20", "-40", "-60 dB"])
    held = io.BytesIO()
    figure.savefig(held, format="png", metadata={"Software": None})
    return QImage.fromData(held.getvalue())


def main() -> int:
    """Restore the side and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=Path, default=paths.demo())
    parser.add_argument("--preset", default="78rpm", help="its name, or a TOML file")
    parser.add_argument("--span", default="0-14", metavar="FROM-TO", help="seconds to show")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    first_s, last_s = (float(each) for each in options.span.split("-"))
    equipment = Equipment(load_catalog([paths.models()]))
    with open_audio(options.side) as file:
        rate, state = file.sample_rate, State(file)
        span = slice(round(first_s * rate), min(round(last_s * rate), file.n_samples))
        transfer = file.read(span.start, span.stop).samples.mean(axis=0).astype(np.float64)
        for task in find_preset(options.preset, [paths.presets()]).tasks:
            state = state.with_operation(restore(state, task, (), equipment=equipment))
        result = state.read(span.start, span.stop).samples.mean(axis=0).astype(np.float64)
    waves = {"transfer": transfer, "result": result, "removed": transfer - result}
    out = options.out or REPOSITORY / "packaging" / "pictures" / "side.png"
    size = keep(draw(waves, rate, first_s), out, largest=LARGEST)
    print(f"{out.name}: {size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
