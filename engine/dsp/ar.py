"""Autoregressive models of short stretches of sound, and interpolation with them.

A model of order p says x[n] = -(a_1 x[n-1] + ... + a_p x[n-p]) + e[n] with e as small as can be.

Shapes:
    frames    (frame time)         float64
    models    (frame order+1)      float64, a_0 = 1
    samples   (time)               float64

References:
    Janssen, Veldhuis & Vries, "Adaptive Interpolation of Discrete-Time Signals That Can Be
    Modeled as Autoregressive Processes", IEEE Trans. ASSP 34(2), 1986.
    Godsill & Rayner, "Digital Audio Restoration", Springer 1998, chapters 4 and 5.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, solve_toeplitz

Real = NDArray[np.float64]

# White noise added to each frame, as a share of its power: keeps steady tones solvable.
_RIDGE = 1e-9
# Power below which a frame is taken for silence: 1e-9 of full scale, far under 24 bits.
_SILENCE = 1e-18


def autocorrelate(frames: Real, order: int) -> Real:
    """Lags 0 .. order of each frame after a Hann window: (frame order+1), per sample."""
    length = frames.shape[-1]
    n_fft = 1 << int(length + order).bit_length()
    spectrum = np.fft.rfft(frames * np.hanning(length), n_fft)
    lags = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, n_fft)
    return np.asarray(lags[..., : order + 1] / length, np.float64)


def solve_models(lags: Real) -> tuple[Real, Real]:
    """Levinson's recursion on many frames at once.

    Args:
        lags: (frame order+1), as `autocorrelate` gives them.

    Returns:
        Models (frame order+1), and the power of what each fails to predict (frame,). A silent
        frame gets the model that predicts nothing.
    """
    order = lags.shape[1] - 1
    models = np.zeros_like(lags)
    models[:, 0] = 1.0
    error = lags[:, 0] * (1.0 + _RIDGE) + _SILENCE
    for m in range(1, order + 1):
        dot = np.einsum("fk,fk->f", models[:, :m], lags[:, m:0:-1])
        reflection = np.clip(-dot / error, -1.0 + _RIDGE, 1.0 - _RIDGE)
        models[:, 1 : m + 1] += reflection[:, None] * models[:, m - 1 :: -1][:, :m]
        error = error * (1.0 - reflection**2)
    return models, error


def estimate(frames: Real, order: int) -> tuple[Real, Real]:
    """Models (frame order+1) of frames (frame time), and their prediction error's power."""
    return solve_models(autocorrelate(frames, order))


def normal_lags(model: Real) -> Real:
    """Autocorrelation of a model's coefficients, lags 0 .. order.

    They fill the matrix of the least-squares equations: entry (i, j) is lag |i - j|.
    """
    order = len(model) - 1
    n_fft = 1 << (2 * int(order) + 1).bit_length()
    return np.asarray(np.fft.irfft(np.abs(np.fft.rfft(model, n_fft)) ** 2, n_fft)[: order + 1])


def interpolate_gap(samples: Real, start: int, stop: int, model: Real) -> Real:
    """Least-squares values for samples [start, stop), which are not looked at.

    Where fewer than `order` samples lie on a side, the prediction runs on from the other.

    Args:
        samples: (time,) with what is known around the gap.
        start: first unknown sample.
        stop: one past the last.
        model: (order+1,).
    """
    order = len(model) - 1
    if start < order or stop + order > len(samples):
        return _extrapolate(samples, start, stop, model)
    lags = normal_lags(model)
    around = samples[start - order : stop + order].copy()
    around[order:-order] = 0.0
    pulled = np.convolve(around, np.r_[lags[:0:-1], lags], "valid")
    column = np.zeros(stop - start)
    reach = min(order + 1, len(column))
    column[:reach] = lags[:reach]
    # Levinson's recursion: a banded Cholesky agrees to 140 dB and takes twenty times as long
    column[0] *= 1.0 + _RIDGE
    try:
        return np.asarray(solve_toeplitz(column, -pulled, check_finite=False))
    except LinAlgError:  # a tone so steady that the equations have no bottom
        column[0] += 1e-6 * lags[0]
        return np.asarray(solve_toeplitz(column, -pulled, check_finite=False))


def _extrapolate(samples: Real, start: int, stop: int, model: Real) -> Real:
    """Run the prediction into the gap from the side that knows more."""
    before, after = samples[:start], samples[stop:]
    if len(after) > len(before):
        return _predict(after[::-1], stop - start, model)[::-1]
    return _predict(before, stop - start, model)


def _predict(past: Real, length: int, model: Real) -> Real:
    """Run a prediction on from the end of what is known, with no error."""
    order = len(model) - 1
    known = past[-order:]
    wave = np.zeros(order + length)
    wave[order - len(known) : order] = known
    backwards = -model[:0:-1]
    for now in range(order, order + length):
        wave[now] = backwards @ wave[now - order : now]
    return wave[order:]
