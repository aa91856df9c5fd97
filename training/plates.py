"""Plates: what an evaluation shows as pictures: spectrograms of single files, and SNRs of all.

Shapes:
    samples   (time)         float64, full scale = 1.0
    levels    (bin frame)    dB
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.metrics import Real, bin_powers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

N_FFT = 2048
LONGEST_S = 30.0
"""Stretch from the middle of a recording that a plate shows."""
MOST_FRAMES = 1200
RANGE_DB = 90.0
_DPI = 100


def draw_spectrograms(
    path: Path, title: str, recordings: Mapping[str, Real], sample_rate: int
) -> None:
    """Write a PNG with spectrograms of recordings (time) one above the other, on one scale of dB.

    Args:
        path: to write.
        title: above all.
        recordings: samples by name, all at one rate; the first sets what 0 dB is.
        sample_rate: in Hz.
    """
    levels = {name: _levels(samples, sample_rate) for name, samples in recordings.items()}
    top = max((float(each.max()) for each in levels.values()), default=0.0)
    longest = max(len(samples) for samples in recordings.values()) / sample_rate
    figure = _figure(10.0, 1.0 + 2.6 * len(levels))
    axes = figure.subplots(len(levels), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axis, (name, level) in zip(axes, levels.items(), strict=True):
        image = axis.imshow(
            level,
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=top - RANGE_DB,
            vmax=top,
            extent=(0.0, min(longest, LONGEST_S), 0.0, sample_rate / 2000.0),
        )
        axis.set_title(name, loc="left", fontsize="medium")
        axis.set_ylabel("kHz")
    axes[-1].set_xlabel("s")
    figure.colorbar(image, ax=list(axes), label="dB")
    figure.suptitle(title)
    _save(figure, path)


def draw_snr(
    path: Path, title: str, before: Sequence[float], after: Mapping[str, Sequence[float]]
) -> None:
    """Write a PNG with the distribution of SNR before and after restoration, in dB.

    Args:
        path: to write.
        title: above all.
        before: of the degraded files; empty where none are known.
        after: of the restored files, by method, in the order of `before`.
    """
    figure = _figure(11.0, 4.8)
    spread, each = figure.subplots(1, 2)
    values = [value for series in (before, *after.values()) for value in series]
    low, high = min(values), max(values)
    room = max(1.0, 0.05 * (high - low))
    edges = np.linspace(low - room, high + room, 25)
    if before:
        spread.hist(before, bins=list(edges), color="0.7", label="degraded")
    for number, (name, series) in enumerate(after.items()):
        colour = f"C{number % 10}"
        label = f"{name}, mean {np.mean(series):.2f} dB"
        spread.hist(series, bins=list(edges), histtype="step", color=colour, label=label, lw=1.5)
        across = before or list(range(len(series)))
        each.plot(across, series, "o", color=colour, label=name, ms=4)
    spread.set(xlabel="SNR, dB", ylabel="files")
    spread.legend(fontsize="small")
    each.set(xlabel="SNR before, dB" if before else "file", ylabel="SNR after, dB")
    if before:
        ends = [min(before) - 1.0, max(before) + 1.0]
        each.plot(ends, ends, color="0.7", lw=1.0)
    figure.suptitle(title)
    _save(figure, path)


def _levels(samples: Real, sample_rate: int) -> Real:
    """Powers in dB of a stretch from the middle (bin frame)."""
    longest = round(LONGEST_S * sample_rate)
    first = max(0, (len(samples) - longest) // 2)
    stretch = samples[first : first + longest]
    hop = max(1, -(-len(stretch) // MOST_FRAMES))
    powers = np.concatenate(list(bin_powers(stretch, N_FFT, hop)))
    levels: Real = 10.0 * np.log10(powers.T + 1e-12)
    return levels


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: "Figure", path: Path) -> None:
    """Without pyplot there is no state to clean up, and no screen is asked for."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=_DPI, format="png", metadata={"Software": None})
