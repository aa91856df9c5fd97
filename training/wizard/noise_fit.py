"""Noise fit: simulated surface noise that looks like the noise of a real disc.

Shapes:
    noise_db, power   (band)   third octaves, see BANDS_HZ
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.chain import Step
from training.degradations.surface import LEVELS_DB, OCTAVES_HZ, Surface
from training.wizard.side_facts import BANDS_HZ, Real, SideFacts, count_clicks

_FITTED_HZ = (90.0, 12000.0)
_RUMBLE_HZ = 71.0
_AUDIBLE_HUM_DB = -20.0
CRACKLES = 0.3
"""Clicks a second in noise from which on it crackles."""
_CRACKLE_DB = [0.0, 8.0]
_DISCS, _DISC_S, _HALVINGS = 4, 2.0, 4
_JUDGED_HZ = 1000.0
_STANDS, _GONE = 10.0, 0.3
"""Power of music over that of noise where it stands above it, and where it is gone."""


def fitted_surface(facts: SideFacts, sample_rate: int) -> Mapping[str, Any]:
    """Settings of simulated surface noise that is like the noise of a side."""
    groove, tilt_db = fit_groove(facts.noise_db)
    rumble_db = rumble_of(facts.noise_db)
    has_hum = facts.hum_db > _AUDIBLE_HUM_DB
    settings: dict[str, Any] = {
        "groove": groove,
        "tilt_db_per_octave": [_held(tilt_db - 0.4, -3.0, 3.0), _held(tilt_db + 0.4, -3.0, 3.0)],
        "rumble_db": [_held(rumble_db - 3.0, -26.0, 18.0), _held(rumble_db + 3.0, -26.0, 18.0)],
        "with_rumble": True,
        "with_hum": has_hum,
        "crackle_db": _CRACKLE_DB,
        "clicks_per_second": 0.0,
        "scratches": 0,
        "pops_per_second": 0.0,
    }
    if has_hum:
        hum_db = _held(facts.hum_db, -29.0, -5.0)
        settings["hum_db"] = [round(hum_db - 3.0, 1), round(hum_db + 3.0, 1)]
    crackle = fit_crackle(settings, facts.noise_clicks_per_second, sample_rate)
    settings["crackle"] = [_held(crackle - 0.1, 0.0, 1.0), _held(crackle + 0.05, 0.0, 1.0)]
    return settings


def fit_groove(noise_db: Real) -> tuple[str, float]:
    """The kind of groove, and the tilt in dB an octave, that noise (band) looks most like."""
    used = (_FITTED_HZ[0] <= BANDS_HZ) & (_FITTED_HZ[1] >= BANDS_HZ) & (noise_db > -60.0)
    octave = np.log2(BANDS_HZ)
    density_db = noise_db - 10.0 * np.log10(BANDS_HZ)
    best = ("shellac", 0.0, np.inf)
    for groove, levels in LEVELS_DB.items():
        rest = (density_db - np.interp(octave, np.log2(OCTAVES_HZ), levels))[used]
        if len(rest) < 3:
            break
        slope, _ = np.polyfit(octave[used] - 10.0, rest, 1)
        tilt_db = float(np.clip(slope, -2.6, 2.6))
        error = float(np.var(rest - tilt_db * (octave[used] - 10.0)))
        if error < best[2]:
            best = (groove, tilt_db, error)
    return best[0], best[1]


def rumble_of(noise_db: Real) -> float:
    """Noise below all grooves relative to that above, in dB."""
    power = 10.0 ** (noise_db / 10.0)
    low, high = power[BANDS_HZ < _RUMBLE_HZ].sum(), power[BANDS_HZ >= _RUMBLE_HZ].sum()
    return float(np.clip(10.0 * np.log10((low + 1e-9) / (high + 1e-9)), -23.0, 15.0))


def fit_crackle(settings: Mapping[str, Any], per_second: float, sample_rate: int) -> float:
    """How much crackle leads to so many clicks that Declick finds in noise."""
    if per_second < CRACKLES:
        return 0.0  # faint crackle that is not found by itself would be found beside clicks
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if _found_in(settings, middle, sample_rate) > per_second:
            high = middle
        else:
            low = middle
    return low


def bandwidth_of(facts: SideFacts) -> float:
    """Up to where the music of a side reaches; 0 where that cannot be told.

    Music that grows fainter towards the treble until noise covers it may reach any height. Only
    where it stands well above the noise, and is gone two thirds of an octave higher, it was cut.
    """
    music = np.maximum(facts.music - facts.noise, 0.0)
    stands = np.flatnonzero((music > _STANDS * facts.noise) & (BANDS_HZ > _JUDGED_HZ))
    if not len(stands):
        return 0.0
    last = int(stands[-1])
    above = music[last + 2 :]
    if len(above) < 2 or np.any(above > _GONE * facts.noise[last + 2 :]):
        return 0.0
    return float(BANDS_HZ[last] * 2.0 ** (1 / 3))


def _found_in(settings: Mapping[str, Any], crackle: float, sample_rate: int) -> float:
    """Clicks a second that Declick finds in simulated noise."""
    step = Step("surface", ranges={**settings, "crackle": crackle})
    count = 0
    for seed in range(_DISCS):
        disc = step.draw(np.random.default_rng(seed))
        assert isinstance(disc, Surface)
        count += count_clicks(disc.noise(round(_DISC_S * sample_rate), sample_rate), sample_rate)[0]
    return count / (_DISCS * _DISC_S)


def _held(value: float, low: float, high: float) -> float:
    return round(float(np.clip(value, low, high)), 2)
