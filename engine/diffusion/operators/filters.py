"""Filters: low-pass and high-pass, of finite and of endless impulse response.

All are applied by Fourier transform of an impulse response, padded so that nothing wraps around;
beyond the ends of x lies silence, and y is as long as x. A recursive filter is taken at its
impulse response, cut where the rest adds up to less than 1e-7 of the whole: `truncation` is that
rest, and times the peak of x it bounds the error of any sample. It is as differentiable as the
others then, and no slower for its poles.

Shapes:
    x, y   (batch channel time)
    taps   (tap)   float64

References:
    Kaiser, "Nonrecursive Digital Filter Design Using the I0-sinh Window Function", ISCAS 1974.
"""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import butter, cheby1, firwin, kaiser_beta, sos2zpk, sosfilt
from torch import Tensor

from engine.diffusion.operator import Operator
from engine.errors import SettingsError
from engine.transforms.real_fft import cheap_length

Real = NDArray[np.float64]

_Pass = Literal["lowpass", "highpass"]

_TAIL = 1e-7


class Filter(Operator):
    """A linear filter by its impulse response.

    Only one without phase projects: what it lets through is taken from the observed, the rest
    stays. That is exact where the filter passes all or nothing; between, at most a quarter of the
    difference is left. A filter that delays would put echoes there instead.
    """

    def __init__(self, taps: Real, delay_samples: int = 0, truncation: float = 0.0) -> None:
        """Take an impulse response.

        Args:
            taps: (tap).
            delay_samples: which tap meets the sample it belongs to; the middle one of a
                symmetric response, the first of a causal one.
            truncation: sum of magnitudes of the taps that were cut off.
        """
        self.taps = torch.from_numpy(np.ascontiguousarray(taps, np.float64))
        self.delay_samples = delay_samples
        self.truncation = truncation
        centred = 2 * delay_samples + 1 == len(taps)
        self.has_no_phase = centred and np.allclose(taps, taps[::-1], rtol=0.0, atol=1e-12)
        self._responses: dict[tuple[int, torch.device, torch.dtype], Tensor] = {}

    def __call__(self, x: Tensor) -> Tensor:
        """Filter, without the delay."""
        length = cheap_length(x.shape[-1] + len(self.taps) - 1)
        spectrum = torch.fft.rfft(x, length) * self._response(length, x)
        whole: Tensor = torch.fft.irfft(spectrum, length)
        return whole[..., self.delay_samples : self.delay_samples + x.shape[-1]]

    def project(self, denoised: Tensor, observed: Tensor) -> Tensor:
        """The observed in the pass band, the estimate in the stop band."""
        return denoised + observed - self(denoised) if self.has_no_phase else denoised

    def _response(self, length: int, like: Tensor) -> Tensor:
        key = (length, like.device, like.dtype)
        if key not in self._responses:
            # A tensor made in inference mode would not serve where gradients are wanted.
            with torch.inference_mode(False):
                taps = self.taps.to(like.dtype).to(like.device)
                self._responses[key] = torch.fft.rfft(taps, length)
        return self._responses[key]


def kaiser_low_pass(
    cutoff_hz: float, sample_rate: int, n_taps: int = 501, stop_db: float = 80.0
) -> Filter:
    """A filter without phase, 6 dB down at its cutoff; more taps make it steeper.

    Raises:
        SettingsError: the cutoff is not below half of the sample rate.
    """
    return _kaiser("lowpass", cutoff_hz, sample_rate, n_taps, stop_db)


def kaiser_high_pass(
    cutoff_hz: float, sample_rate: int, n_taps: int = 501, stop_db: float = 80.0
) -> Filter:
    """What `kaiser_low_pass` takes out.

    Raises:
        SettingsError: the cutoff is not below half of the sample rate.
    """
    return _kaiser("highpass", cutoff_hz, sample_rate, n_taps, stop_db)


def chebyshev_low_pass(
    cutoff_hz: float, sample_rate: int, order: int = 6, ripple_db: float = 0.05
) -> Filter:
    """Recursive and steep, with ripples in the pass band.

    Raises:
        SettingsError: the cutoff is not below half of the sample rate.
    """
    _check(cutoff_hz, sample_rate)
    return recursive(cheby1(order, ripple_db, cutoff_hz, fs=sample_rate, output="sos"))


def butterworth_low_pass(cutoff_hz: float, sample_rate: int, order: int = 4) -> Filter:
    """Recursive, flat in the pass band, 3 dB down at its cutoff.

    Raises:
        SettingsError: the cutoff is not below half of the sample rate.
    """
    _check(cutoff_hz, sample_rate)
    return recursive(butter(order, cutoff_hz, fs=sample_rate, output="sos"))


def butterworth_high_pass(cutoff_hz: float, sample_rate: int, order: int = 4) -> Filter:
    """Recursive, flat in the pass band, 3 dB down at its cutoff.

    Raises:
        SettingsError: the cutoff is not below half of the sample rate.
    """
    _check(cutoff_hz, sample_rate)
    return recursive(butter(order, cutoff_hz, "highpass", fs=sample_rate, output="sos"))


def biquad_low_pass(cutoff_hz: float, sample_rate: int, q: float = 0.707) -> Filter:
    """Two poles; the gain at the cutoff is q.

    Raises:
        SettingsError: the cutoff is not below half of the sample rate.
    """
    _check(cutoff_hz, sample_rate)
    turn = 2.0 * np.pi * cutoff_hz / sample_rate
    alpha = np.sin(turn) / (2.0 * q)
    b = 0.5 * (1.0 - np.cos(turn)) * np.array([1.0, 2.0, 1.0])
    a = np.array([1.0 + alpha, -2.0 * np.cos(turn), 1.0 - alpha])
    return recursive(np.concatenate((b, a))[None] / a[0])


def recursive(sections: Real) -> Filter:
    """A stable recursive filter, causal.

    Args:
        sections: (section 6), second-order sections as scipy.signal designs them.
    """
    slowest = float(np.abs(sos2zpk(sections)[1]).max(initial=0.0))
    assert slowest < 1.0, "poles outside the unit circle"
    # Poles close together decay a little later than one alone: twice its time is enough.
    n_taps = 2 * int(np.log(_TAIL) / np.log(max(slowest, 0.1))) + 16
    impulse = np.zeros(n_taps)
    impulse[0] = 1.0
    taps = sosfilt(sections, impulse)
    rest = np.abs(taps[::-1]).cumsum()[::-1]
    kept = max(1, int(np.count_nonzero(rest > _TAIL * rest[0])))
    return Filter(taps[:kept], truncation=float(rest[kept]) if kept < n_taps else 0.0)


def _kaiser(kind: _Pass, cutoff_hz: float, sample_rate: int, n_taps: int, stop_db: float) -> Filter:
    _check(cutoff_hz, sample_rate)
    odd = n_taps | 1
    window = ("kaiser", kaiser_beta(stop_db))
    taps = firwin(odd, cutoff_hz, window=window, pass_zero=kind, fs=sample_rate)
    return Filter(taps, odd // 2)


def _check(cutoff_hz: float, sample_rate: int) -> None:
    if not 0.0 < cutoff_hz < sample_rate / 2.0:
        raise SettingsError(
            f"cutoff_hz = {cutoff_hz:g} must lie above 0 and below {sample_rate / 2:g} Hz, half of "
            "the sample rate"
        )
