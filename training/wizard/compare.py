"""Compare: simulated sides beside a real one, each kind of damage with one figure of agreement."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.progress import Progress, ignore
from training.config import Recipe
from training.examples import SIDES, Example, ExampleMaker
from training.recordings import CleanRecording
from training.wizard.side_facts import (
    BANDS_HZ,
    Real,
    SideFacts,
    count_clicks,
    noise_powers,
    to_db,
)

EXAMPLES = 12
SNR_EDGES_DB: Real = np.arange(-12.5, 45.1, 5.0)
_HEARD_DB = -24.0
"""Bands of noise further below the strongest are not compared."""
_RARE = 0.2
"""Clicks a second that are as good as none."""
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class SimulatedFacts:
    """What examples of a recipe sound like, measured as SideFacts are.

    Attributes:
        noise_db: of each band of BANDS_HZ, dB relative to all noise, mean over the examples.
        snr_db: (example).
        clicks_per_second: that Declick finds.
        click_sizes_db: (click) heights, relative to the highest peak of the music.
    """

    noise_db: Real
    snr_db: Real
    clicks_per_second: float
    click_sizes_db: Real


@dataclass(frozen=True, eq=False)
class Comparison:
    """Both, and how far they agree.

    Attributes:
        real, simulated: what was measured.
        spectrum_db: root mean square of the differences of bands in which the noise has energy.
        snr_db: how far the medians of the signal-to-noise ratios lie apart.
        clicks_ratio: of the rates, at least 1; 1 where there are next to none in both.
    """

    real: SideFacts
    simulated: SimulatedFacts
    spectrum_db: float
    snr_db: float
    clicks_ratio: float

    @property
    def apart(self) -> float:
        """All three together; the rates as decibels."""
        return self.spectrum_db + self.snr_db + 10.0 * math.log10(self.clicks_ratio)


def simulate(
    recipe: Recipe,
    excerpts: Sequence[CleanRecording],
    folder: Path,
    count: int = EXAMPLES,
    progress: Progress = ignore,
) -> SimulatedFacts:
    """Make examples as training does, and measure them.

    Raises:
        EngineError: the damage cannot be made.
    """
    makers = [ExampleMaker(recipe, [each], SIDES[0], folder) for each in excerpts]
    rate = recipe.data.sample_rate
    powers, snrs, sizes, n_clicks = [], [], [], 0
    for number in range(count):
        progress(number / count, "making examples")
        turn = number % len(makers)
        example = makers[turn][number]
        power, snr_db = _noise_of(example, rate)
        if power is not None:
            powers.append(power)
            snrs.append(snr_db)
        found, heights = count_clicks(example.degraded, rate)
        # attacks of the music that are taken for clicks are none of the damage
        n_clicks += max(0, found - _attacks_in(excerpts[turn]))
        sizes.append(heights)
    mean = np.mean(powers, axis=0) if powers else np.zeros(len(BANDS_HZ))
    return SimulatedFacts(
        noise_db=to_db(mean),
        snr_db=np.array(snrs),
        clicks_per_second=n_clicks * rate / (count * recipe.data.segment_samples),
        click_sizes_db=20.0 * np.log10(np.concatenate(sizes) + _TINY),
    )


def compare(real: SideFacts, simulated: SimulatedFacts) -> Comparison:
    """Hold simulated sides against a real one."""
    strongest = max(float(real.noise_db.max()), float(simulated.noise_db.max()))
    heard = np.maximum(real.noise_db, simulated.noise_db) > strongest + _HEARD_DB
    apart = np.clip(simulated.noise_db - real.noise_db, _HEARD_DB, -_HEARD_DB)[heard]
    rates = sorted((real.clicks_per_second, simulated.clicks_per_second))
    medians = [float(np.median(each.snr_db)) if len(each.snr_db) else np.nan
               for each in (real, simulated)]  # fmt: skip
    return Comparison(
        real,
        simulated,
        spectrum_db=float(np.sqrt(np.mean(np.square(apart)))),
        snr_db=abs(medians[0] - medians[1]),
        clicks_ratio=max(rates[1], _RARE) / max(rates[0], _RARE),
    )


@lru_cache(maxsize=64)
def _attacks_in(excerpt: CleanRecording) -> int:
    """What is taken for clicks in clean music; looked for once, as that takes long."""
    return count_clicks(excerpt.read(0, len(excerpt.steps)), excerpt.sample_rate)[0]


def _noise_of(example: Example, sample_rate: int) -> tuple[Real | None, float]:
    """Bands of the noise of an example, relative to all of it, and the signal-to-noise ratio."""
    noise = example.degraded - example.clean
    powers = noise_powers([noise], sample_rate)
    power = float(powers.sum())
    music = float(np.mean(np.square(example.clean, dtype=np.float64)))
    if power <= _TINY * music or power <= 0.0:
        return None, 0.0
    return powers / power, float(to_db(np.array(music / power)))
