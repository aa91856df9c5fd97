"""Damage that is matched to a side leads to sides that sound like it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import SettingsError
from engine.progress import Cancelled
from tests.training.wizard.sides import LEAD_S, known_side, light_template
from training.config import recipe_from_mapping
from training.degradations.surface import LEVELS_DB, OCTAVES_HZ
from training.wizard.example import Trial
from training.wizard.match import clicks_step, snr_range_db
from training.wizard.match_jobs import CompareJob, Known, MatchJob
from training.wizard.noise_fit import bandwidth_of, fit_groove, rumble_of
from training.wizard.plan import Music
from training.wizard.recipe import recipe_tables
from training.wizard.side_facts import BANDS_HZ, SideFacts


def test_known_damage_is_found_again(tmp_path: Path):
    known = known_side(tmp_path, snr_db=12.0, clicks=8.0)
    trial = Trial(known.plan, light_template(), tmp_path)
    told: list[float] = []
    found = MatchJob(trial, Known()).run(lambda fraction, message="": told.append(fraction))
    damage, compared = found.damage, found.comparison
    assert damage.is_matched
    assert compared.snr_db < 2.0
    assert compared.clicks_ratio < 1.3
    assert compared.spectrum_db < 2.0
    power = float(np.mean(np.square(known.noise)))
    true_db = np.median(
        [10.0 * np.log10(np.mean(np.square(each)) / power)
         for each in np.array_split(known.music, 10)]
    )  # fmt: skip
    assert 0.5 * (damage.snr_low_db + damage.snr_high_db) == pytest.approx(true_db, abs=2.0)
    (clicks,) = (each for each in damage.steps if each["name"] == "clicks")
    rate = np.mean(clicks["per_second"]) * clicks.get("probability", 1.0)
    assert rate == pytest.approx(8.0, rel=0.3)
    plan = known.plan.changed(damage=damage)
    recipe_from_mapping(recipe_tables(plan, trial.template, tmp_path), tmp_path)
    assert told == sorted(told)


def test_what_was_measured_is_not_measured_again(tmp_path: Path):
    known = known_side(tmp_path, clicks=0.0)
    memory, trial = Known(), Trial(known.plan, light_template(), tmp_path)
    first = CompareJob(trial, memory).run()
    known.path.unlink()
    again = CompareJob(trial, memory).run()
    assert again.real is first.real
    assert again.snr_db == first.snr_db
    assert first.clicks_ratio >= 1.0


def test_comparing_stops_when_it_is_asked_to(tmp_path: Path):
    known = known_side(tmp_path, clicks=0.0)

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        CompareJob(Trial(known.plan, light_template(), tmp_path), Known()).run(stop)


def test_without_music_nothing_can_be_compared(tmp_path: Path):
    known = known_side(tmp_path, clicks=0.0)
    trial = Trial(known.plan.changed(music=Music()), light_template(), tmp_path)
    with pytest.raises(SettingsError, match="no clean music is named"):
        CompareJob(trial, Known()).run()


def test_a_range_holds_most_excerpts_and_is_never_narrow():
    assert snr_range_db(np.linspace(0.0, 20.0, 101)) == (2.0, 18.0)
    assert snr_range_db(np.full(5, 11.0)) == (6.0, 16.0)
    low, high = snr_range_db(np.full(5, 80.0))
    assert (low, high) == (30.0, 40.0)


def test_rare_clicks_befall_fewer_examples():
    step = clicks_step(0.1, -4.0)
    assert step["probability"] * np.mean(step["per_second"]) == pytest.approx(0.1, rel=0.02)
    assert "probability" not in clicks_step(8.0, -4.0)
    assert max(clicks_step(500.0, -4.0)["per_second"]) == 50.0


def test_grooves_and_rumble_are_known_by_their_spectrum():
    octave = np.log2(BANDS_HZ)
    for groove in ("shellac", "cylinder", "even"):
        level_db = np.interp(octave, np.log2(OCTAVES_HZ), LEVELS_DB[groove])
        noise_db = level_db + 0.8 * (octave - 10.0) + 10.0 * np.log10(BANDS_HZ) - 30.0
        found, tilt_db = fit_groove(noise_db)
        assert found == groove
        assert tilt_db == pytest.approx(0.8, abs=0.01)
    flat = np.full(len(BANDS_HZ), -30.0)
    flat[BANDS_HZ < 70.0] = -10.0
    assert rumble_of(flat) > 5.0


def test_only_music_that_ends_at_once_was_cut():
    noise = np.full(len(BANDS_HZ), 1e-4)
    cut = np.where(BANDS_HZ < 5500.0, 1e-2, 0.0)
    falling = 1e-2 * (BANDS_HZ / 1000.0) ** -2.0
    assert bandwidth_of(facts_of(noise, cut)) == pytest.approx(6350.0, rel=0.01)
    assert bandwidth_of(facts_of(noise, falling)) == 0.0
    assert bandwidth_of(facts_of(noise, np.full(len(BANDS_HZ), 1e-2))) == 0.0


def facts_of(noise: np.ndarray, music: np.ndarray) -> SideFacts:
    none = np.zeros(0)
    return SideFacts(noise, noise + music, 0.0, none, 0.0, 0.0, none, -30.0, 4.0)


def test_crackle_of_the_noise_is_not_made_by_clicks_that_drown_the_music(tmp_path: Path):
    known = known_side(tmp_path, clicks=0.0)
    rng = np.random.default_rng(7)
    crackling, rate = soundfile.read(known.path)
    at = rng.integers(0, len(crackling), len(crackling) // 400)
    crackling[at] += (
        8.0 * crackling[: round(LEAD_S * rate)].std() * rng.choice([-1.0, 1.0], len(at))
    )
    soundfile.write(known.path, crackling, rate, subtype="FLOAT")
    trial, memory = Trial(known.plan, light_template(), tmp_path), Known()
    before = CompareJob(trial, memory).run()
    assert before.real.noise_clicks_per_second > 5.0
    after = MatchJob(trial, memory).run().comparison
    assert after.apart < before.apart
    assert after.snr_db < 2.0
