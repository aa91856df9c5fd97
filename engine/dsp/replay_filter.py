"""Digital filters with the response of a replay curve, and their exact inverses.

A replay amplifier is a minimum-phase network of resistors and capacitors, so its phase is undone
only by a minimum-phase filter. Everything here is a ratio of polynomials in z^-1 with all roots
inside the unit circle; turned upside down it is the inverse, to the last bit of its coefficients.

The bass of a curve without shelf would be boosted without end towards 0 Hz. Amplifiers of the
period had coupling capacitors that ended it; so does a second-order high-pass here: from 30 Hz on
it costs less than 0.06 dB, below 10 Hz the gain falls, and at 0 Hz it is turnover / 50 Hz, 14 dB
for 250 Hz. There is no zero at 0 Hz, which could not be undone.

The treble of a curve is a pole and a polynomial in z^-1 of 4th order, fitted to the formula up to
0.45 of the sample rate. The bilinear transform was rejected: its zero at half the sample rate costs
decibels at 15 kHz and 44.1 kHz. The phase is the analogue's but for a lead of some 0.4 samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dsp.replay_curves import REFERENCE_HZ, Curve

Coefficients = NDArray[np.float64]

HELD_HZ = 10.0
"""Below it the bass boost of a curve without shelf comes to its end."""
RESIDUAL_HZ = 2.0
"""Below it that boost falls no further."""
FITTED = 0.45
"""Up to this share of the sample rate the treble is fitted."""
TREBLE_ORDER = 4
N_POINTS = 400


@dataclass(frozen=True, eq=False)
class Section:
    """A filter numerator(z^-1) / denominator(z^-1), both monic, lowest order first."""

    numerator: Coefficients
    denominator: Coefficients
    gain: float = 1.0

    @property
    def inverse(self) -> "Section":
        """The filter that undoes it."""
        return Section(self.denominator, self.numerator, 1.0 / self.gain)

    def magnitude(self, frequency_hz: NDArray[np.float64], sample_rate: int) -> Coefficients:
        """Linear gain at some frequencies."""
        delay = np.exp(-2j * np.pi * frequency_hz / sample_rate)
        above = np.polyval(self.numerator[::-1], delay)
        below = np.polyval(self.denominator[::-1], delay)
        magnitude: Coefficients = self.gain * np.abs(above / below)
        return magnitude


def equaliser(transfer: Curve, replay: Curve, sample_rate: int) -> tuple[Section, ...]:
    """The filters that take one curve out and put another in; parts they share cancel."""
    parts: list[Section] = []
    if _corners(transfer) != _corners(replay):
        parts += [each.inverse for each in _bass(*_corners(transfer), sample_rate)]
        parts += _bass(*_corners(replay), sample_rate)
    if transfer.rolloff_hz != replay.rolloff_hz:
        parts += [each.inverse for each in _treble(transfer.rolloff_hz, sample_rate)]
        parts += _treble(replay.rolloff_hz, sample_rate)
    return tuple(parts)


def _corners(curve: Curve) -> tuple[float, float]:
    return curve.turnover_hz, curve.shelf_hz


def _bass(turnover_hz: float, shelf_hz: float, sample_rate: int) -> tuple[Section, ...]:
    if turnover_hz == shelf_hz:
        return ()
    if turnover_hz == 0.0:
        return tuple(each.inverse for each in _bass(shelf_hz, 0.0, sample_rate))
    zero = [1.0, 2 * np.pi * turnover_hz]
    if shelf_hz:
        return (_levelled(*_bilinear(zero, [1.0, 2 * np.pi * shelf_hz], sample_rate), sample_rate),)
    # s (s + a) / (s^2 + b s + c) with b^2 = a^2 + 2 c, which is flattest above, over the boost's s
    a, c = 2 * np.pi * RESIDUAL_HZ, (2 * np.pi * HELD_HZ) ** 2
    held = [1.0, float(np.sqrt(a**2 + 2 * c)), c]
    boost = np.polymul(zero, [1.0, a]).tolist()
    return (_levelled(*_bilinear(boost, held, sample_rate), sample_rate),)


def _bilinear(
    above: Sequence[float], below: Sequence[float], sample_rate: int
) -> tuple[Coefficients, Coefficients]:
    """Polynomials in s of equal order become such in z^-1, by s = 2 fs (1 - z^-1) / (1 + z^-1)."""
    order = len(above) - 1
    sums, differences = np.array([1.0, 1.0]), 2.0 * sample_rate * np.array([1.0, -1.0])
    basis = [_power(differences, order - k, _power(sums, k, np.ones(1))) for k in range(order + 1)]
    numerator = sum(weight * each for weight, each in zip(above, basis, strict=True))
    denominator = sum(weight * each for weight, each in zip(below, basis, strict=True))
    return np.asarray(numerator), np.asarray(denominator)


def _power(base: Coefficients, exponent: int, start: Coefficients) -> Coefficients:
    for _ in range(exponent):
        start = np.convolve(start, base)
    return start


def _treble(rolloff_hz: float, sample_rate: int) -> tuple[Section, ...]:
    if not rolloff_hz:
        return ()
    pole = float(np.exp(-2 * np.pi * rolloff_hz / sample_rate))
    angle = np.linspace(0.0, 2 * np.pi * FITTED, N_POINTS)
    frequency_hz = angle * sample_rate / (2 * np.pi)
    wanted = np.abs(1.0 - pole * np.exp(-1j * angle)) ** 2 / (
        1.0 + (frequency_hz / rolloff_hz) ** 2
    )
    cosines = np.cos(np.outer(angle, np.arange(TREBLE_ORDER + 1)))
    power = np.linalg.lstsq(cosines / wanted[:, None], np.ones(N_POINTS), rcond=None)[0]
    return (_levelled(_minimum_phase(power), np.array([1.0, -pole]), sample_rate),)


def _minimum_phase(power: Coefficients) -> Coefficients:
    """The polynomial in z^-1 whose squared magnitude is a sum of cosines, roots inside."""
    half = power[1:] / 2.0
    roots = np.roots(np.concatenate((half[::-1], power[:1], half)))
    inside = roots[np.argsort(np.abs(roots))][: len(half)]
    polynomial: Coefficients = np.real(np.poly(inside))
    return polynomial


def _levelled(numerator: Coefficients, denominator: Coefficients, sample_rate: int) -> Section:
    """Both made monic, and a gain that leaves 1 kHz as it is."""
    plain = Section(numerator / numerator[0], denominator / denominator[0])
    at = plain.magnitude(np.array([REFERENCE_HZ]), sample_rate)
    return Section(plain.numerator, plain.denominator, 1.0 / float(at[0]))
