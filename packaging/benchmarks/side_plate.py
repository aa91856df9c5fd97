"""A plate of sides: spectrograms of transfers, each beside the simulated side nearest to it."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.signal import spectrogram

Real = NDArray[np.floating]
Pair = tuple[str, Real, int, Real]
"""Name, real samples (time,), their rate, simulated samples (time,)."""

_SHOWN_S, _TOP_HZ, _RANGE_DB = 12.0, 12000.0, 75.0
_COLOURS = 16


def draw_plate(path: Path, pairs: Sequence[Pair], sample_rate: int) -> None:
    """Write a PNG of few colours with a row for each transfer.

    Args:
        path: to write.
        pairs: what to show.
        sample_rate: of the simulated sides.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 1.7 * len(pairs)), dpi=76, layout="constrained")
    axes = figure.subplots(len(pairs), 2, sharex=True, sharey=True, squeeze=False)
    for row, (name, real, rate, made) in zip(axes, pairs, strict=True):
        shown = ((" ".join(name.split("_")[:2]), real, rate), ("simulated", made, sample_rate))
        for axis, (title, samples, of_it) in zip(row, shown, strict=True):
            hertz, _, density = spectrogram(
                samples[: round(_SHOWN_S * of_it)], of_it, nperseg=of_it // 20
            )
            level = 10 * np.log10(density + 1e-14)
            axis.imshow(
                level, origin="lower", aspect="auto", cmap="magma",
                vmin=np.percentile(level, 99.8) - _RANGE_DB, vmax=np.percentile(level, 99.8),
                extent=(0.0, _SHOWN_S, 0.0, hertz[-1] / 1000.0),
            )  # fmt: skip
            axis.set_title(title, fontsize="small", loc="left")
            axis.set_ylim(0.0, _TOP_HZ / 1000.0)
        row[0].set_ylabel("kHz")
    for axis in axes[-1]:
        axis.set_xlabel("s")
    FigureCanvasAgg(figure)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    image = Image.open(picture).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
