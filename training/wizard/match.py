"""Match: damage that makes simulated sides sound like one side of the user's own.

What is known of the side is said outright: in which range its music stands above its noise, what
its noise looks like, how high its music reaches. How loud noises must be said to be, and how many
clicks are to be added, is found by trying, as neither is measured without error, and the error is
the same in the side and in what is simulated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.progress import Progress, ignore, part
from training.config import recipe_from_mapping
from training.recordings import CleanRecording
from training.wizard.compare import SimulatedFacts, compare, simulate
from training.wizard.noise_fit import CRACKLES, bandwidth_of, fitted_surface
from training.wizard.plan import Damage, Plan
from training.wizard.recipe import recipe_tables
from training.wizard.recipe_damage import Table, base_material, base_steps, is_noise
from training.wizard.side_facts import Real, SideFacts
from training.wizard.template import Template

_LOWEST_SNR_DB, _HIGHEST_SNR_DB, _LEAST_RANGE_DB = -10.0, 40.0, 10.0
_OUTER_PERCENT = (10.0, 90.0)
_MOST_SHIFT_DB = 6.0
_LEAST_CLICKS, _MOST_CLICKS = 0.5, 50.0
"""The rates that the degradation can have."""
_FEW_CLICKS, _MANY, _TRIES = 0.1, 1.1, 4
_USUAL_SIZE_DB = -4.0
_SIZE_RANGE_DB = (-18.0, 4.0)
_SHARES = (0.3, 0.6)
_SHARE_PER_S = 0.03
"""Little noise is soon learnt by heart, and gets a smaller share."""

_Tried = Callable[[Damage, Progress], SimulatedFacts]


@dataclass(frozen=True, eq=False)
class Ground:
    """What damage is tried on.

    Attributes:
        plan: what was said so far.
        template: of the base.
        folder: of the training, with the noise that was cut.
        excerpts: clean music, as long as examples.
    """

    plan: Plan
    template: Template
    folder: Path
    excerpts: Sequence[CleanRecording]

    def simulated(self, damage: Damage, progress: Progress = ignore) -> SimulatedFacts:
        """What examples with this damage sound like.

        Raises:
            EngineError: the damage cannot be made.
        """
        plan = self.plan.changed(damage=damage)
        tables = recipe_tables(plan, self.template, self.folder)
        recipe = recipe_from_mapping(tables, self.folder)
        return simulate(recipe, self.excerpts, self.folder, progress=progress)


def matched(ground: Ground, facts: SideFacts, progress: Progress = ignore) -> Damage:
    """Damage that agrees with a side.

    Raises:
        EngineError: the damage cannot be made.
    """
    progress(0.0, "matching the noise")
    low_db, high_db = snr_range_db(facts.snr_db)
    surface = fitted_surface(facts, ground.template.sample_rate)
    steps = []
    for each in base_steps(ground.template, ground.folder):
        if each["name"] == "clicks" or (
            each["name"] == "crackle" and facts.noise_clicks_per_second < CRACKLES
        ):
            continue
        if is_noise(each):
            each = {**each, "snr_db": [low_db, high_db]}
        steps.append({**each, **surface} if each["name"] == "surface" else each)
    share = np.clip(_SHARES[0] + _SHARE_PER_S * facts.noise_s, *_SHARES)
    damage = replace(
        ground.plan.damage,
        steps=tuple(steps),
        material=tuple(_material(ground, facts)),
        own_share=round(float(share), 2),
        # of the user's own noise its clicks count as well
        snr_low_db=_held(low_db - facts.clicks_db),
        snr_high_db=max(_held(high_db - facts.clicks_db), _held(low_db - facts.clicks_db) + 1.0),
        is_matched=True,
    )
    without = ground.simulated(damage, part(progress, 0.2, 0.4))
    shift_db = np.median(facts.snr_db) - np.median(without.snr_db) if len(without.snr_db) else 0.0
    damage = _shifted(damage, float(np.clip(shift_db, -_MOST_SHIFT_DB, _MOST_SHIFT_DB)))
    damage, found = _with_less_crackle(damage, facts, ground.simulated, part(progress, 0.4, 0.6))
    struck = _with_clicks(
        damage, facts, found.clicks_per_second, ground.simulated, part(progress, 0.6, 0.9)
    )
    if struck is damage:
        return damage
    # dense crackle of the noise cannot be made by clicks that stand above the music
    heard = ground.simulated(struck, part(progress, 0.9, 1.0))
    return struck if compare(facts, heard).apart < compare(facts, found).apart else damage


def snr_range_db(snr_db: Real) -> tuple[float, float]:
    """Range of signal-to-noise ratios that holds most of those of a side, around their median."""
    low, high = (float(each) for each in np.percentile(snr_db, _OUTER_PERCENT))
    middle = float(np.median(snr_db))
    half = max(0.5 * (high - low), 0.5 * _LEAST_RANGE_DB)
    low = float(np.clip(middle - half, _LOWEST_SNR_DB, _HIGHEST_SNR_DB - _LEAST_RANGE_DB))
    return round(low, 1), round(float(np.clip(middle + half, low, _HIGHEST_SNR_DB)), 1)


def clicks_step(per_second: float, size_db: float) -> Table:
    """Clicks at a mean rate; where they are rarer than can be said, fewer examples have any."""
    rate = float(np.clip(per_second, _LEAST_CLICKS / 0.75, _MOST_CLICKS / 1.25))
    step: Table = {"name": "clicks"}
    if per_second < rate:
        step["probability"] = round(per_second / rate, 3)
    step["per_second"] = [round(0.75 * rate, 2), round(1.25 * rate, 2)]
    step["level_db"] = [round(size_db - 1.5, 1), round(size_db + 1.5, 1)]
    # sizes are measured against the highest peak, so they are said so
    return {**step, "spread_db": [2.5, 5.5], "reference": "peak", "shape": "mixed"}


def _shifted(damage: Damage, by_db: float) -> Damage:
    """The same with all noises quieter by so much."""
    steps = []
    for each in damage.steps:
        if is_noise(each):
            each = {**each, "snr_db": [_held(db + by_db) for db in each["snr_db"]]}
        steps.append(each)
    return replace(
        damage,
        steps=tuple(steps),
        snr_low_db=_held(damage.snr_low_db + by_db),
        snr_high_db=_held(damage.snr_high_db + by_db),
    )


def _with_less_crackle(
    damage: Damage, facts: SideFacts, tried: _Tried, progress: Progress
) -> tuple[Damage, SimulatedFacts]:
    """The same without more clicks than the side has, and what it sounds like."""
    most = facts.clicks_per_second * _MANY + _FEW_CLICKS
    for number in range(_TRIES):
        share = part(progress, number / _TRIES, (number + 1) / _TRIES)
        found = tried(damage, share)
        if found.clicks_per_second <= most or number == _TRIES - 1:
            break
        damage = replace(damage, steps=tuple(_less_crackle(damage.steps, number == _TRIES - 2)))
    return damage, found


def _less_crackle(steps: Sequence[Mapping[str, Any]], is_last: bool) -> Iterator[Mapping[str, Any]]:
    """Steps without crackle of its own, and with half as much in surface noise, or none."""
    for each in steps:
        if "crackle" in each:
            ends = [0.0, 0.0] if is_last else [round(0.5 * end, 2) for end in each["crackle"]]
            yield {**each, "crackle": ends}
        elif each["name"] != "crackle":
            yield each


def _with_clicks(
    damage: Damage, facts: SideFacts, before: float, tried: _Tried, progress: Progress
) -> Damage:
    """The same with clicks that make them as many, and as high, as those of the side."""
    missing = facts.clicks_per_second - before
    if missing < _FEW_CLICKS:
        return damage
    rate, size_db = 2.0 * missing, _USUAL_SIZE_DB
    for number in (0, 1):
        added = replace(damage, steps=(*damage.steps, clicks_step(rate, size_db)))
        found = tried(added, part(progress, number / 2.0, (number + 1) / 2.0))
        gained = max(found.clicks_per_second - before, 0.1 * missing)
        rate = float(np.clip(rate * missing / gained, 0.1 * rate, 4.0 * rate))
        if len(facts.click_sizes_db) and len(found.click_sizes_db) and not number:
            apart_db = np.median(facts.click_sizes_db) - np.median(found.click_sizes_db)
            size_db = float(np.clip(size_db + apart_db, *_SIZE_RANGE_DB))
    return replace(damage, steps=(*damage.steps, clicks_step(rate, size_db)))


def _material(ground: Ground, facts: SideFacts) -> Sequence[Table]:
    """As much treble as the side has, where that can be told; else what the base has."""
    base = base_material(ground.template)
    bandwidth_hz = bandwidth_of(facts)
    if not bandwidth_hz:
        return base
    low_pass: Table = {
        "name": "low_pass",
        "probability": 0.7,
        "kind": ["fir", "butterworth"],
        "cutoff_hz": [round(0.85 * bandwidth_hz, -1), round(min(1.2 * bandwidth_hz, 18000.0), -1)],
    }
    return [*(each for each in base if each["name"] != "low_pass"), low_pass]


def _held(snr_db: float) -> float:
    return round(float(np.clip(snr_db, _LOWEST_SNR_DB, _HIGHEST_SNR_DB)), 1)
