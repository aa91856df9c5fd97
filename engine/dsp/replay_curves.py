"""The curves disc records were to be replayed with, as published: three corner frequencies each.

A curve boosts the bass below its turnover, stops doing so below its shelf, and cuts the treble
above its roll-off. With f2, f1 and f3 for these three corners its playback gain in dB is

    10 log10(1 + f2^2 / f^2) - 10 log10(1 + f1^2 / f^2) - 10 log10(1 + f^2 / f3^2)

and the level at 1 kHz is left as it is. Period practice spread by 2 to 3 dB around all of them.

Codes are those of Powell: turnover in Hz, a letter for the shelf (N none, C 14 dB, A 16 dB, R 20 dB
of boost at most), treble cut at 10 kHz in dB.

References:
    [P] Powell, "The Audiophile's Guide to Phonorecord Playback Equalizer Settings", ARSC Journal
        20(1), 1989.
    [T] "Playback equalization for 78 rpm shellacs and early 33 LPs", Audacity support, table 1.
    [I] IASA-TC 04, "Guidelines on the Production and Preservation of Digital Audio Objects", 5.3.6.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REFERENCE_HZ = 1000.0
"""Where a curve leaves the level as it is."""
ROLLOFF_HZ = 10_000.0
"""Where the treble cut of a curve is told."""


@dataclass(frozen=True)
class Curve:
    """One replay curve; a corner of 0 Hz means that the curve has no such part."""

    title: str
    code: str
    turnover_hz: float = 0.0
    shelf_hz: float = 0.0
    rolloff_hz: float = 0.0
    source: str = ""

    @property
    def corners_hz(self) -> tuple[float, float, float]:
        """All that a curve does: turnover, shelf, roll-off."""
        return (self.turnover_hz, self.shelf_hz, self.rolloff_hz)

    def gain_db(self, frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Playback gain by the formula above, 0 dB at 1 kHz; without shelf it is infinite at 0."""
        return self._gain_db(frequency_hz) - self._gain_db(np.array([REFERENCE_HZ]))

    def _gain_db(self, frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        squared = np.square(frequency_hz)
        power = (1.0 + self.turnover_hz**2 / squared) / (1.0 + self.shelf_hz**2 / squared)
        if self.rolloff_hz:
            power /= 1.0 + squared / self.rolloff_hz**2
        decibels: NDArray[np.float64] = 10.0 * np.log10(power)
        return decibels


def rolloff_hz(cut_db: float) -> float:
    """The corner of a treble cut told in dB at 10 kHz; 0 for none."""
    if cut_db <= 0.0:
        return 0.0
    return float(ROLLOFF_HZ / np.sqrt(10.0 ** (cut_db / 10.0) - 1.0))


CURVES: dict[str, Curve] = {
    "flat": Curve("Flat", "flat", source="no curve; acoustic recordings had none"),
    "European_250N-0": Curve(
        "European 78, about 1926 to 1946", "250N-0", 250.0, source="636 us [T]"
    ),
    "Blumlein_300N-0": Curve("Blumlein, about 1927 to 1946", "300N-0", 300.0, source="531 us [T]"),
    "Flat_500N-0": Curve(
        "Blumlein 500, about 1926 to 1950", "500N-0", 500.0, source="318 us [P] [T]"
    ),
    "American_250N-6": Curve(
        "American 78, about 1926 to 1951", "250N-6", 250.0, 0.0, 5900.0, "636 us, 27 us [T]"
    ),
    "American_250N-8": Curve(
        "American 78, about 1926 to 1951", "250N-8", 250.0, 0.0, 4400.0, "636 us, 36 us [T]"
    ),
    "Columbia_300N-16": Curve(
        "Columbia 78, 1938 to 1948", "300N-16", 300.0, 0.0, 1592.0, "530 us, 100 us [P] [T]"
    ),
    "RCA_800N-8": Curve(
        "Old RCA, 1941 to 1947", "800N-8", 800.0, 0.0, 4340.0, "199 us, 36.7 us [T]"
    ),
    "Decca_300N-5.5": Curve(
        "Decca ffrr 78, 1944 to 1956", "300N-5.5", 300.0, 0.0, 6366.0, "531 us, 25 us [T]"
    ),
    "CCIR_350N-10.5": Curve(
        "CCIR 78, 1952 to 1955",
        "350N-10.5",
        354.0,
        0.0,
        3183.0,
        "CCIR recommendation 134, 1953: 450 us, 50 us [T]",
    ),
    "IEC_350A-10.5": Curve(
        "IEC N78 and BS 1928, from 1955",
        "350A-10.5",
        354.0,
        50.0,
        3183.0,
        "BS 1928: 3180 us, 450 us, 50 us [T]",
    ),
    "NAB_500N-16": Curve(
        "NAB transcriptions, 1942 to 1949",
        "500N-16",
        500.0,
        0.0,
        1592.0,
        "NAB, 1942: 318 us, 100 us [T] [I]",
    ),
    "Columbia_LP_500C-16": Curve(
        "Columbia LP, 1948 to 1956",
        "500C-16",
        500.0,
        100.0,
        1592.0,
        "1590 us, 318 us, 100 us [T] [I]",
    ),
    "AES_400N-12.3": Curve(
        "AES, 1951 to 1958",
        "400N-12.3",
        400.0,
        0.0,
        2500.0,
        "AES standard playback curve, 1951: 398 us, 63.7 us [T] [I]",
    ),
    "RIAA_500R-13.7": Curve(
        "RIAA, from 1953",
        "500R-13.7",
        500.0,
        50.0,
        2122.0,
        "RIAA, IEC 60098: 3180 us, 318 us, 75 us [T] [I]",
    ),
}
