"""Figures: the table of all that an evaluation measures of one recording, and what each is."""

from collections.abc import Iterable, Sequence

import numpy as np

from training.metrics import (
    HIGH_HZ,
    Real,
    log_mel_l1,
    log_spectral_distance,
    multi_resolution_stft,
    segmental_snr_db,
    si_sdr_db,
    snr_db,
    snr_within_db,
)

FIGURES = {
    "snr_db": "energy of clean to that of the error, dB",
    "snr_inside_db": "the same, of the samples inside the gaps alone",
    "si_sdr_db": "scale-invariant signal to distortion, zero mean, dB",
    "segmental_snr_db": "SNR of frames of 30 ms every 15 ms, each held to -10 .. 35 dB, mean",
    "lsd_log10_2048": "log-spectral distance, log10 of power, n_fft 2048, hop 512, floor 1e-10",
    "hf_lsd_log10_2048": f"the same, bins from {HIGH_HZ:g} Hz on",
    "log_mel_l1": "mean absolute difference of log10 powers in 80 mel bands, n_fft 2048",
    "multi_resolution_stft": "spectral convergence + L1 of ln magnitude; n_fft 512, 1024, 2048",
}
CHANGE = "d_"
"""Before the name of a figure: how much it changes from the degraded file to the restored one."""
Figures = dict[str, float]
Spans = Sequence[tuple[float, float]]


def measure(clean: Real, restored: Real, sample_rate: int, spans: Spans = ()) -> Figures:
    """All figures of one recording (time) against the clean one, shaped alike.

    spans: gaps in seconds; with some, the SNR inside them is among the figures.
    """
    high = min(HIGH_HZ, sample_rate / 2)
    figures = {
        "snr_db": snr_db(clean, restored),
        "si_sdr_db": si_sdr_db(clean, restored),
        "segmental_snr_db": segmental_snr_db(clean, restored, sample_rate),
        "lsd_log10_2048": log_spectral_distance(clean, restored),
        "hf_lsd_log10_2048": log_spectral_distance(
            clean, restored, sample_rate=sample_rate, above_hz=high
        ),
        "log_mel_l1": log_mel_l1(clean, restored, sample_rate),
        "multi_resolution_stft": multi_resolution_stft(clean, restored),
    }
    if spans:
        inside = [slice(int(start * sample_rate), int(stop * sample_rate)) for start, stop in spans]
        figures["snr_inside_db"] = snr_within_db(clean, restored, inside)
    return {name: figures[name] for name in FIGURES if name in figures}


def mean_figures(rows: Iterable[Figures]) -> Figures:
    """Of every figure over the rows that have it."""
    found = list(rows)
    names = dict.fromkeys(name for row in found for name in row)
    return {n: float(np.mean([row[n] for row in found if n in row])) for n in names}
