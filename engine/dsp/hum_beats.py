"""Hum at a low rate: sampling a recording down and back without delay, and beats against hum.

Shapes:
    samples   (channel time)            float32, at the full rate
    low       (channel time)            float32, at about 8 kHz
    phase     (time)                    float64, radians of the fundamental, at the low rate
    beats     (channel harmonic beat)   complex128, `BEAT_S` apart

References:
    Crochiere & Rabiner, "Multirate Digital Signal Processing", Prentice-Hall 1983.
    Harris, "On the Use of Windows for Harmonic Analysis with the Discrete Fourier Transform",
    Proc. IEEE 66(1), 1978.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, get_window, upfirdn

from engine.audio import Samples

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]

BEAT_S = 0.25
"""Time between two beats."""
_LOW_RATE, _PASS_HZ, _STOP_DB = 8000, 2800.0, 90.0
_REACH = 4
"""A beat looks at so many of its intervals to either side."""


@dataclass(frozen=True)
class Lowering:
    """Sampling a recording down to about 8 kHz and back; exact up to 2.8 kHz."""

    factor: int
    sample_rate: float
    """Of the lowered samples, Hz."""
    kernel: Real

    @staticmethod
    def of(sample_rate: int) -> "Lowering":
        """The one for a sample rate in Hz."""
        factor = max(1, sample_rate // _LOW_RATE)
        low_rate = sample_rate / factor
        if factor == 1:
            return Lowering(1, low_rate, np.ones(1))
        width = (low_rate - 2.0 * _PASS_HZ) / sample_rate
        half = int((_STOP_DB - 8.0) / (2.285 * 2.0 * np.pi * width) / 2.0 / factor + 1.0) * factor
        beta = 0.1102 * (_STOP_DB - 8.7)
        kernel = firwin(2 * half + 1, low_rate / 2.0, window=("kaiser", beta), fs=sample_rate)
        return Lowering(factor, low_rate, np.asarray(kernel, np.float64))

    def lower(self, samples: Samples) -> Samples:
        """(channel time) at the low rate; silence is assumed beyond both ends."""
        skip = len(self.kernel) // 2 // self.factor
        n_low = -(-samples.shape[1] // self.factor)
        low = upfirdn(self.kernel.astype(np.float32), samples, down=self.factor, axis=1)
        return np.ascontiguousarray(low[:, skip : skip + n_low], np.float32)

    def lift(self, low: Samples, n_samples: int) -> Samples:
        """(channel time) back at the full rate."""
        kernel = (self.kernel * self.factor).astype(np.float32)
        half = len(self.kernel) // 2
        full = upfirdn(kernel, low, up=self.factor, axis=1)
        return np.asarray(full[:, half : half + n_samples], np.float32)


def beat(low: Samples, low_rate: float, phase: Real, n_harmonics: int) -> Complex:
    """Complex amplitudes of harmonics 1 .. n of a phase; digital silence gives zeros.

    Each is the mean over two seconds, weighted by a window that takes tones 2 Hz off or more down
    by 90 dB.
    """
    hop = beat_samples(low_rate)
    # window (lap in-lap): a beat is a sum over the laps around it
    window = get_window("blackmanharris", 2 * _REACH * hop).reshape(-1, hop).astype(np.float32)
    n_low = low.shape[1]
    count = -(-n_low // hop)
    padding = (0, count * hop - n_low)
    laps = np.pad(low, ((0, 0), padding)).reshape(len(low), count, hop)
    inside = np.pad(np.ones(n_low, np.float32), padding).reshape(count, hop)
    weight = _gathered((inside @ window.T)[None])[0].real
    turn = np.pad(np.exp(-1j * phase), padding).reshape(count, hop)
    rotor = np.ones_like(turn)
    beats = np.zeros((len(low), n_harmonics, count), np.complex128)
    for harmonic in range(n_harmonics):
        rotor *= turn
        real = (laps * rotor.real.astype(np.float32)) @ window.T
        imag = (laps * rotor.imag.astype(np.float32)) @ window.T
        beats[:, harmonic] = _gathered(real + 1j * imag) * (2.0 / weight)
    return beats


def _gathered(parts: NDArray[np.inexact]) -> Complex:
    """Beats (channel beat) from what each lap (channel lap part) gives to those around it."""
    count = parts.shape[1]
    padded = np.pad(parts, ((0, 0), (_REACH, _REACH), (0, 0)))
    total = np.zeros(parts.shape[:2], np.complex128)
    for index in range(2 * _REACH):
        total += padded[:, index : index + count, index]
    return total


def sound(beats: Complex, low_rate: float, phase: Real) -> Samples:
    """The samples (channel time), at the low rate, that have these beats."""
    at = np.arange(len(phase)) / beat_samples(low_rate)
    known = np.arange(beats.shape[2])
    turn = np.exp(1j * phase)
    rotor = np.ones_like(turn)
    total = np.zeros((len(beats), len(phase)))
    for harmonic in range(beats.shape[1]):
        rotor *= turn
        for samples, amplitude in zip(total, beats[:, harmonic], strict=True):
            if amplitude.any():
                samples += rotor.real * np.interp(at, known, amplitude.real)
                samples -= rotor.imag * np.interp(at, known, amplitude.imag)
    return total.astype(np.float32)


def beat_samples(low_rate: float) -> int:
    """Lowered samples from one beat to the next."""
    return max(1, round(BEAT_S * low_rate))
