"""What is measured of a restored clip; imported by quality.py."""

from collections.abc import Sequence

import numpy as np

from benchmarks.kept import Figures
from benchmarks.model_sets import Case, Wave
from training import metrics

UNTOUCHED_DB = 140.0
"""SNR from which on clean music counts as untouched: less than the last bit of 23."""


def figures_of(case: Case, restored: Wave, high_hz: float) -> Figures:
    """Gains and changes of a clip, and what it was before; of clean music the SNR that is left."""
    length = min(len(case.clean), len(restored))
    clean, degraded, restored = case.clean[:length], case.degraded[:length], restored[:length]
    if np.array_equal(clean, degraded):
        return {"clean": min(metrics.snr_db(clean, restored), UNTOUCHED_DB)}
    before, after = (_distances(case, clean, each, high_hz) for each in (degraded, restored))
    figures = {name: after[name] - before[name] for name in ("si_sdr", "lsd", "hf_lsd")}
    figures |= {f"{name} before": value for name, value in before.items()}
    if case.gaps:
        figures["lsd inside"] = lsd_inside(case, clean, restored)
    return figures


def _distances(case: Case, clean: Wave, other: Wave, high_hz: float) -> Figures:
    lsd = metrics.log_spectral_distance
    return {
        "si_sdr": metrics.si_sdr_db(clean, other),
        "lsd": lsd(clean, other),
        "hf_lsd": lsd(clean, other, sample_rate=case.rate, above_hz=high_hz),
    }


def lsd_inside(case: Case, clean: Wave, restored: Wave) -> float:
    """Mean LSD of the frames whose middle lies in a gap."""
    found = []
    for gap in case.gaps:
        at = gap.to_samples(case.rate, len(clean))
        middles = np.arange(-(-at.start // metrics.HOP_LENGTH), -(-at.stop // metrics.HOP_LENGTH))
        reach = metrics.N_FFT // 2
        padded = [np.pad(each, reach) for each in (clean, restored)]
        window = np.hanning(metrics.N_FFT + 1)[:-1]
        for middle in (metrics.HOP_LENGTH * middles).tolist():
            frames = [each[middle : middle + metrics.N_FFT] * window for each in padded]
            powers = [np.square(np.abs(np.fft.rfft(each)) / window.sum()) for each in frames]
            logs = [np.log10(each + 1e-10) for each in powers]
            found.append(float(np.sqrt(np.square(logs[0] - logs[1]).mean())))
    return float(np.mean(found))


def mean_of(rows: Sequence[Figures]) -> Figures:
    """Means over clips, with how many there were; of clean music the least too."""
    mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    if "clean" in mean:
        mean["clean least"] = min(row["clean"] for row in rows)
    return {**mean, "clips": float(len(rows))}
