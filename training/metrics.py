"""Metrics: how far a restored recording is from the clean one, each with all that defines it.

All take samples (time) of any float type, compute in float64, and stay finite on silence: energies
have 1e-12 added, powers of bins 1e-10. Spectra are of Hann windows, with zeros before and after the
recording, and scaled so that a sine of amplitude 1 has the power 1/4. Long recordings are gone
through in blocks.

References:
    SI-SDR: Le Roux et al., "SDR - Half-baked or Well Done?", ICASSP 2019.
    Segmental SNR: Hu & Loizou, "Evaluation of Objective Quality Measures for Speech Enhancement",
    IEEE Trans. Audio, Speech, Lang. Process. 16(1), 2008; frames are held to -10 .. 35 dB.
    Multi-resolution STFT: Yamamoto, Song & Kim, "Parallel WaveGAN", ICASSP 2020.
    Frechet distance of two Gaussians: Dowson & Landau, J. Multivariate Analysis 12(3), 1982.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError

Real = NDArray[np.float64]
Floats = NDArray[np.floating]

N_FFT, HOP_LENGTH = 2048, 512
LOG_BASE = 10.0
HIGH_HZ = 4000.0
N_MELS = 80
RESOLUTIONS = (512, 1024, 2048)
"""n_fft of the multi-resolution distance; hops are a quarter of it."""
LEAST_FRAME_DB, MOST_FRAME_DB = -10.0, 35.0
_ENERGY_FLOOR = 1e-12
_POWER_FLOOR = 1e-10
_BLOCK_FRAMES = 512


def snr_db(clean: Floats, restored: Floats) -> float:
    """Energy of the clean recording to that of the error, dB."""
    x, y = _pair(clean, restored)
    return _ratio_db(float(x @ x), float((x - y) @ (x - y)))


def snr_within_db(clean: Floats, restored: Floats, spans: Sequence[slice]) -> float:
    """The same, of the samples in some spans alone.

    Raises:
        SettingsError: the spans hold no sample.
    """
    x, y = _pair(clean, restored)
    inside = np.concatenate([np.arange(len(x))[span] for span in spans] or [np.arange(0)])
    if not len(inside):
        raise SettingsError("no sample lies in the spans to look into; give spans in the recording")
    return snr_db(x[inside], y[inside])


def si_sdr_db(clean: Floats, restored: Floats) -> float:
    """Scale-invariant signal to distortion, both without their means, dB."""
    x, y = _pair(clean, restored)
    x, y = x - x.mean(), y - y.mean()
    target = (x @ y) / (x @ x + _ENERGY_FLOOR) * x
    error = y - target
    return _ratio_db(float(target @ target), float(error @ error))


def segmental_snr_db(
    clean: Floats,
    restored: Floats,
    sample_rate: int,
    frame_s: float = 0.03,
    hop_s: float = 0.015,
) -> float:
    """Mean over frames of the SNR, each frame's held to -10 .. 35 dB."""
    x, y = _pair(clean, restored)
    length, hop = round(frame_s * sample_rate), round(hop_s * sample_rate)
    padding = (0, max(0, length - len(x)))
    x, y = np.pad(x, padding), np.pad(y, padding)
    totals = [np.concatenate(([0.0], np.cumsum(each**2))) for each in (x, x - y)]
    starts = np.arange(0, len(x) - length + 1, hop)
    music, error = (
        np.maximum(total[starts + length] - total[starts], 0.0) + _ENERGY_FLOOR for total in totals
    )
    frames_db = np.clip(10.0 * np.log10(music / error), LEAST_FRAME_DB, MOST_FRAME_DB)
    return float(frames_db.mean())


def log_spectral_distance(
    clean: Floats,
    restored: Floats,
    *,
    n_fft: int = N_FFT,
    hop_length: int = HOP_LENGTH,
    base: float = LOG_BASE,
    sample_rate: int = 44100,
    above_hz: float = 0.0,
) -> float:
    """Mean over frames of the root mean square difference of log powers.

    Figures compare only where base and n_fft are the same: with base e they are 2.303 times those
    with base 10.

    Args:
        clean: (time).
        restored: shaped alike.
        n_fft: length of the Hann window.
        hop_length: between frames.
        base: of the logarithm of the power.
        sample_rate: in Hz; matters only with `above_hz`.
        above_hz: bins below it are left out.
    """
    x, y = _pair(clean, restored)
    first = int(np.ceil(above_hz * n_fft / sample_rate - 1e-9))
    if first > n_fft // 2:
        raise SettingsError(
            f"above_hz = {above_hz:g} is above {sample_rate / 2:g} Hz, the highest frequency there "
            "is; choose a lower one"
        )
    total, count = 0.0, 0
    for one, other in _both_powers(x, y, n_fft, hop_length):
        logs = [np.log10(each[:, first:] + _POWER_FLOOR) for each in (one, other)]
        total += float(np.sqrt(np.square(logs[0] - logs[1]).mean(axis=1)).sum())
        count += len(one)
    return total / count / float(np.log10(base))


def log_mel_l1(clean: Floats, restored: Floats, sample_rate: int) -> float:
    """Mean absolute difference of log10 powers in 80 mel bands, n_fft 2048."""
    x, y = _pair(clean, restored)
    filters = _mel_filters(sample_rate)
    total, count = 0.0, 0
    for one, other in _both_powers(x, y, N_FFT, HOP_LENGTH):
        logs = [np.log10(each @ filters + _POWER_FLOOR) for each in (one, other)]
        total += float(np.abs(logs[0] - logs[1]).sum())
        count += logs[0].size
    return total / count


def multi_resolution_stft(clean: Floats, restored: Floats) -> float:
    """Spectral convergence plus mean absolute difference of ln magnitude; mean over RESOLUTIONS."""
    x, y = _pair(clean, restored)
    distances = []
    for n_fft in RESOLUTIONS:
        error = music = log_total = 0.0
        count = 0
        for one, other in _both_powers(x, y, n_fft, n_fft // 4):
            error += float(np.square(np.sqrt(one) - np.sqrt(other)).sum())
            music += float(one.sum())
            logs = [0.5 * np.log(each + _POWER_FLOOR) for each in (one, other)]
            log_total += float(np.abs(logs[0] - logs[1]).sum())
            count += one.size
        convergence = np.sqrt(error / (music + _ENERGY_FLOOR)) if error else 0.0
        distances.append(convergence + log_total / count)
    return float(np.mean(distances))


@dataclass(eq=False)
class LogMelStatistics:
    """Mean and covariance of log10 powers in 80 mel bands over all frames of a set of recordings.

    Recordings are added one by one; rates must be the same, as the bands reach to half of it.
    """

    sample_rate: int
    n_frames: int = 0
    sums: Real = field(default_factory=lambda: np.zeros(N_MELS))
    products: Real = field(default_factory=lambda: np.zeros((N_MELS, N_MELS)))

    def add(self, samples: Floats) -> None:
        """Add the frames of a recording (time)."""
        filters = _mel_filters(self.sample_rate)
        for powers in bin_powers(_checked("a recording", samples), N_FFT, HOP_LENGTH):
            frames = np.log10(powers @ filters + _POWER_FLOOR)
            self.n_frames += len(frames)
            self.sums += frames.sum(axis=0)
            self.products += frames.T @ frames

    @property
    def mean(self) -> Real:
        """(band)."""
        return self.sums / max(1, self.n_frames)

    @property
    def covariance(self) -> Real:
        """(band band)."""
        return self.products / max(1, self.n_frames) - np.outer(self.mean, self.mean)


def frechet_log_mel(one: LogMelStatistics, other: LogMelStatistics) -> float:
    """Frechet distance of the Gaussians that have the statistics of two sets of recordings.

    It is taken on log-mel spectra as they are, without any embedding by a network, so it compares
    with no published Frechet audio distance.

    Raises:
        SettingsError: the sets have different rates, or one of them is empty.
    """
    if one.sample_rate != other.sample_rate:
        raise SettingsError(
            f"sets at {one.sample_rate} and {other.sample_rate} Hz have different mel bands; "
            "bring them to one rate"
        )
    if not (one.n_frames and other.n_frames):
        raise SettingsError("a set without recordings has no statistics; add some")
    values, vectors = np.linalg.eigh(one.covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    crossed = np.linalg.eigvalsh(root @ other.covariance @ root)
    spread = np.trace(one.covariance) + np.trace(other.covariance)
    spread -= 2.0 * np.sqrt(np.maximum(crossed, 0.0)).sum()
    return max(0.0, float(np.square(one.mean - other.mean).sum() + spread))


def bin_powers(samples: Real, n_fft: int, hop_length: int) -> Iterator[Real]:
    """Powers (frame bin) of all frames of a recording (time), some at a time."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n_fft) / n_fft)
    window /= window.sum()
    padded = np.pad(samples, n_fft // 2)
    padded = np.pad(padded, (0, max(0, n_fft - len(padded))))
    padded = np.pad(padded, (0, (n_fft - len(padded)) % hop_length))
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length]
    for start in range(0, len(frames), _BLOCK_FRAMES):
        spectra = np.fft.rfft(frames[start : start + _BLOCK_FRAMES] * window)
        yield spectra.real**2 + spectra.imag**2


def _pair(clean: Floats, restored: Floats) -> tuple[Real, Real]:
    x, y = _checked("the clean recording", clean), _checked("the restored recording", restored)
    if x.shape != y.shape:
        raise SettingsError(
            f"the clean recording has {len(x)} samples and the restored one {len(y)}; "
            "cut them to one length"
        )
    return x, y


def _checked(name: str, samples: Floats) -> Real:
    if samples.ndim != 1 or not samples.size:
        raise SettingsError(f"{name} must be one channel of at least one sample")
    exact = samples.astype(np.float64)
    if not np.isfinite(exact).all():
        raise SettingsError(f"{name} has samples that are not numbers, so nothing can be measured")
    return exact


def _ratio_db(energy: float, error: float) -> float:
    return float(10.0 * np.log10((energy + _ENERGY_FLOOR) / (error + _ENERGY_FLOOR)))


def _both_powers(x: Real, y: Real, n_fft: int, hop: int) -> Iterator[tuple[Real, Real]]:
    return zip(bin_powers(x, n_fft, hop), bin_powers(y, n_fft, hop), strict=True)


def _mel_filters(sample_rate: int) -> Real:
    """Triangles (bin band) of height 1 from 0 to half the rate, by the formula of O'Shaughnessy."""
    top = 2595.0 * np.log10(1.0 + 0.5 * sample_rate / 700.0)
    edges = 700.0 * (10.0 ** (np.linspace(0.0, top, N_MELS + 2) / 2595.0) - 1.0)
    bins = np.arange(N_FFT // 2 + 1) * sample_rate / N_FFT
    rise = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rise, fall), 0.0, None)
