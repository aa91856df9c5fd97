"""Harvest the clicks of recordings of noise into a bank, and keep the recordings without them.

    .venv/bin/python packaging/harvest_clicks.py NOISE_DIR OUT_DIR [--words vinyl 78 static]

OUT_DIR/bank.npz is what the degradation `click_bank` adds to music; OUT_DIR/quiet holds the
recordings with their clicks interpolated, for `noise_bank`: hiss in which nothing stands out. What
was found is printed: how many clicks a second, their widths, heights and middle frequencies.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from training.degradations.noise_files import sound_files  # noqa: E402 - not installed
from training.harvest import harvest, save_bank  # noqa: E402

RATE = 44100
WORDS = ("vinyl", "78", "cylinder", "static_electric", "film")
SHARES = (5, 50, 95)


def read(path: Path) -> NDArray[np.float64]:
    """A recording (time,) at 44.1 kHz, without its mean."""
    noise, rate = soundfile.read(path, dtype="float64", always_2d=True)
    wave = noise.mean(axis=1)
    if rate != RATE:
        wave = soxr.resample(wave, rate, RATE, "HQ")
    return np.asarray(wave - wave.mean(), np.float64)


def main() -> int:
    """Harvest a folder."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("noise", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--words", nargs="*", default=WORDS, help="words in names of files")
    chosen = options.parse_args()
    paths = [
        each
        for each in sound_files(chosen.noise, "NOISE_DIR")
        if any(word in each.name for word in chosen.words)
    ]
    bank, quiet = harvest([read(each) for each in paths], RATE)
    (chosen.out / "quiet").mkdir(parents=True, exist_ok=True)
    save_bank(chosen.out / "bank.npz", bank)
    print("| recording | s | clicks | 1/s | width ms | height dB | centre Hz |")
    print("|---|---|---|---|---|---|---|")
    for number, (path, wave) in enumerate(zip(paths, quiet, strict=True)):
        soundfile.write(chosen.out / "quiet" / f"{path.stem}.flac", np.clip(wave, -1, 1), RATE)
        own = bank.source == number
        told = [
            " ".join(f"{each:.{digits}f}" for each in np.percentile(values[own], SHARES))
            if own.any()
            else "-"
            for values, digits in ((bank.width_ms, 2), (bank.height_db, 0), (bank.centre_hz, 0))
        ]
        cells = (path.stem, f"{len(wave) / RATE:.0f}", own.sum(), f"{bank.rates[number]:.1f}")
        print("| " + " | ".join(map(str, (*cells, *told))) + " |")
    size = (chosen.out / "bank.npz").stat().st_size
    print(f"\n{len(bank)} clicks, {size / 1e6:.2f} MB; columns give shares of {SHARES} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
