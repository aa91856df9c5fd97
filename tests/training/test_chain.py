"""Chains: what is drawn, how often, in which ranges, and that it comes back from a manifest."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SettingsError
from tests.signals import music
from training.chain import (
    Step,
    apply_damage,
    damage_from_mappings,
    damage_to_mappings,
    draw_damage,
    judging_chain,
    read_chain,
)

FOLDER = Path("data")


def chain(*tables):
    return read_chain(tables, FOLDER)


def test_ranges_are_drawn_values_kept_and_words_chosen(rng):
    (step,) = chain(
        {"name": "low_pass", "kind": ["fir", "biquad"], "cutoff_hz": [3000, 4000], "order": 4}
    )
    drawn = [step.draw(rng) for _ in range(60)]
    cutoffs = [each.cutoff_hz for each in drawn]
    assert 3000.0 <= min(cutoffs) < 3200.0
    assert 3800.0 < max(cutoffs) <= 4000.0
    assert {each.kind for each in drawn} == {"fir", "biquad"}
    assert {each.order for each in drawn} == {4}


def test_what_is_not_named_is_drawn_from_the_whole_range(rng):
    (step,) = chain({"name": "hum"})
    levels = [step.draw(rng).level_dbfs for _ in range(200)]
    assert min(levels) < -65.0
    assert max(levels) > -15.0


def test_paths_start_from_the_folder_and_one_of_a_list_is_chosen(rng):
    (one, several) = chain(
        {"name": "noise_bank", "path": "noise"},
        {"name": "noise_bank", "path": ["a", "b"]},
    )
    assert one.draw(rng).path == FOLDER / "noise"
    assert {several.draw(rng).path for _ in range(30)} == {FOLDER / "a", FOLDER / "b"}


def test_what_is_not_trained_on_has_settings_of_its_own(rng):
    steps = chain(
        {
            "name": "noise_bank",
            "path": "noise",
            "snr_db": [0.0, 9.0],
            "held": {"path": "kept", "snr_db": 5},
        },
        {"name": "hum", "mains_hz": 50},
    )
    (noise, hum), (kept, same) = draw_damage(steps, rng), draw_damage(judging_chain(steps), rng)
    paths = noise.to_mapping()["path"], kept.to_mapping()["path"]
    assert paths == (str(FOLDER / "noise"), str(FOLDER / "kept"))
    assert kept.to_mapping()["snr_db"] == 5.0
    assert hum.to_mapping()["mains_hz"] == same.to_mapping()["mains_hz"] == 50.0
    assert judging_chain(judging_chain(steps)) == judging_chain(steps)


def test_probabilities_are_kept_and_groups_exclude_one_another(rng):
    steps = chain(
        {"name": "hum", "probability": 0.3},
        {"name": "white_noise", "group": "noise", "probability": 0.5},
        {"name": "crackle", "group": "noise", "probability": 0.2},
    )
    counts = {"hum": 0, "white_noise": 0, "crackle": 0}
    for _ in range(2000):
        names = [each.name for each in draw_damage(steps, rng)]
        assert names == sorted(names, key=list(counts).index)
        assert not {"white_noise", "crackle"} <= set(names)
        for name in names:
            counts[name] += 1
    shares = [count / 2000 for count in counts.values()]
    assert shares == pytest.approx([0.3, 0.5, 0.2], abs=0.035)


def test_odds_above_one_always_draw_one_of_a_group(rng):
    steps = chain(*({"name": name, "group": "g"} for name in ("hum", "white_noise")))
    drawn = [draw_damage(steps, rng) for _ in range(200)]
    assert {len(each) for each in drawn} == {1}
    assert np.mean([each[0].name == "hum" for each in drawn]) == pytest.approx(0.5, abs=0.12)


def test_a_manifest_of_a_chain_brings_the_same_bits_back(rng):
    steps = chain({"name": "surface"}, {"name": "clicks"}, {"name": "low_pass"}, {"name": "wow"})
    clean = music(rng, 0.5, 22050)
    for _ in range(4):
        damage = draw_damage(steps, rng)
        again = damage_from_mappings(json.loads(json.dumps(damage_to_mappings(damage))))
        assert np.array_equal(
            apply_damage(damage, clean).samples, apply_damage(again, clean).samples
        )


REFUSED = [
    ({}, "has no name"),
    ({"name": "clop"}, "there is no degradation 'clop'; there are"),
    ({"name": "hum", "probability": 2.0}, "probability = 2.0 is no number in 0 .. 1"),
    ({"name": "hum", "probability": [1]}, "probability = [1] is no number in 0 .. 1"),
    ({"name": "hum", "mains_hz": ["a", [1]]}, "is no range"),
    ({"name": "hum", "mains_hz": [-1e308, 1e308]}, "is no range"),
    ({"name": "hum", "pitch": 5}, "hum has no setting 'pitch'"),
    ({"name": "hum", "mains_hz": [60, 50]}, "is no range"),
    ({"name": "hum", "mains_hz": [50, 60, 70]}, "is no range"),
    ({"name": "hum", "mains_hz": 500}, "mains_hz = 500 is outside"),
    ({"name": "low_pass", "kind": []}, "leaves nothing to choose from"),
    ({"name": "low_pass", "kind": "brick"}, "is none of"),
    ({"name": "noise_bank", "path": 5}, "path = 5 is no path"),
    ({"name": "noise_bank", "path": [["a"], 5]}, "path = 5 is no path"),
    ({"name": "noise_bank", "held": {"path": 5}}, "path = 5 is no path"),
    ({"name": "hum", "held": {"mains_hz": 500}}, "mains_hz = 500 is outside"),
    ({"name": "hum", "held": "kept"}, "held = 'kept' is no table of settings"),
]


@pytest.mark.parametrize(("table", "cause"), REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence(table, cause):
    with pytest.raises(SettingsError) as refused:
        chain(table)
    assert cause in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("table", [{"name": "clop"}, {}, {"name": "hum", "pitch": 5}])
def test_a_manifest_that_is_not_ours_is_refused(table):
    with pytest.raises(SettingsError):
        damage_from_mappings([table])


def test_a_step_is_checked_when_it_is_made():
    with pytest.raises(SettingsError, match="outside"):
        Step("white_noise", ranges={"snr_db": [0.0, 1000.0]}).draw(np.random.default_rng(1))
