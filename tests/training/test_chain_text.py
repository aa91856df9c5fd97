"""Chains of damage in words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import SettingsError
from training.chain_text import FORMS, draw_chain, read_chain_text, told_chain
from training.degradations import DEGRADATIONS


def drawn(text, seed=0):
    return draw_chain(read_chain_text(text), seed)


def only(text, seed=0):
    (damage,) = drawn(text, seed)
    return damage.name, damage.to_mapping()


EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "clip 6": ("clipping", {"kind": "hard", "sdr_db": 6.0}),
    "lowpass 4000": ("low_pass", {"kind": "fir", "cutoff_hz": 4000.0}),
    "gap 1:02.5 0.1": ("gaps", {"start_s": 62.5, "length_ms": 100.0}),
    "clicks 12": ("clicks", {"per_second": 12.0}),
    "crackle 300": ("crackle", {"per_second": 300.0}),
    "hum 60 -45": ("hum", {"mains_hz": 60.0, "level_dbfs": -45.0}),
    'noise "side 2, b/run-in.wav" 20': (
        "noise_bank",
        {"path": "side 2, b/run-in.wav", "snr_db": 20.0},
    ),
    "78rpm 15": ("surface", {"groove": "shellac", "rpm": "78.26", "snr_db": 15.0}),
    "wow 0.6 0.4": ("wow", {"wow_hz": 0.6, "wow_percent": 0.4, "flutter_percent": 0.0}),
    "wow 20 0.1": ("wow", {"flutter_hz": 20.0, "flutter_percent": 0.1, "wow_percent": 0.0}),
    "sample 5000 10000": ("sampling", {"low_hz": 5000, "high_hz": 10000}),
    "whitenoise 0 0.1": ("steady_noise", {"colour": "white", "level_dbfs": -24.771}),
    "tpdfnoise 0 0.1": ("steady_noise", {"colour": "tpdf", "level_dbfs": -27.782}),
    "pinknoise 0 1": ("steady_noise", {"colour": "pink", "level_dbfs": -4.771}),
    "brownnoise 0 1": ("steady_noise", {"colour": "brown", "level_dbfs": -4.771}),
    "reverb 0 60 40 80 100 20": (
        "reverb",
        {"reverberance": 60.0, "hf_damping": 40.0, "room_scale": 80.0, "wet_gain_db": 0.0},
    ),
    "reverb 0 60 40 80 50 20 -6": ("reverb", {"stereo_depth": 50.0, "wet_gain_db": -6.0}),
    "resonance gain_db=6": ("resonance", {"gain_db": 6.0}),
    "clicks per_second=3 shape=struck": ("clicks", {"per_second": 3.0, "shape": "struck"}),
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_words_become_settings(text):
    name, wanted = EXAMPLES[text]
    found_name, found = only(text)
    assert found_name == name
    for key, value in wanted.items():
        if isinstance(value, float):
            value = pytest.approx(value, abs=1e-3)
        assert found[key] == value, key


def test_every_form_has_an_example_and_names_a_degradation():
    assert {text.split()[0] for text in EXAMPLES} >= set(FORMS)
    assert {form.degradation for form in FORMS.values()} <= set(DEGRADATIONS)


def test_steps_come_in_turn_and_spaces_do_not_matter():
    names = [each.name for each in drawn("clip 6,lowpass 4000 ,  clip 3")]
    assert names == ["clipping", "low_pass", "clipping"]


def test_the_same_seed_draws_the_same_and_another_does_not():
    text = "78rpm 15, clicks 5, whitenoise 0.3 0.01, reverb 0.2 50 50 50 50 20"
    assert drawn(text, 4) == drawn(text, 4)
    assert all(a != b for a, b in zip(drawn(text, 4), drawn(text, 5), strict=True))


def test_two_equal_steps_draw_twice():
    first, second = drawn("clicks 5, clicks 5")
    assert first != second


def test_variance_is_a_share_of_the_volume():
    levels = [only("whitenoise 0.2 0.1", seed)[1]["level_dbfs"] for seed in range(200)]
    volume = 10 ** (np.array(levels) / 20) * np.sqrt(3.0)
    assert volume.mean() == pytest.approx(0.1, abs=0.005)
    assert volume.std() == pytest.approx(0.02, abs=0.004)


def test_a_room_that_varies_stays_within_what_rooms_can_be():
    rooms = [only("reverb 2 90 90 90 90 400 9", seed)[1] for seed in range(20)]
    assert {each["hf_damping"] for each in rooms} > {0.0, 100.0}


REFUSED = {
    "": "empty step",
    "clip 6,": "empty step",
    ",": "empty step",
    "clop 6": "there is no step 'clop'; there are: clip, ",
    "clip": "the step 'clip': SDR_DB is missing; write clip SDR_DB",
    "clip 6 7": "too many words; write clip SDR_DB",
    "clip loud": "sdr_db = 'loud' is not a number",
    "clip nan": "is not a number",
    "clip 99": "sdr_db = 99 is outside 1 .. 30 dB",
    "hum 50": "LEVEL_DBFS is missing; write hum HZ LEVEL_DBFS",
    "lowpass 0": "cutoff_hz = 0 is outside",
    "gap soon 1": "'soon' is not a time",
    "gap 1 -1": "'-1' is not a time",
    "sample 10000 5000": "LOW = 10000 is not below HIGH = 5000",
    "sample x 5000": "LOW = 'x' is not a number",
    "sample 5000.5 10000": "not a whole number",
    "whitenoise 0 0": "VOLUME = 0 must be above 0",
    "whitenoise -1 0.1": "VARIANCE = -1 must not be below 0",
    "whitenoise 0 9": "level_dbfs = 14.3",
    "reverb 0 50": "HF_DAMPING is missing; write reverb VARIANCE REVERBERANCE",
    "reverb 0 150 1 1 1 1": "reverberance = 150 is outside 0 .. 100 %",
    "resonance 5": "'5' is no setting; write NAME=VALUE",
    "resonance pitch=5": "resonance has no setting 'pitch'",
    'noise "a 5': "a quote that is not closed",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence(text):
    for seed in range(3):
        with pytest.raises(SettingsError) as refused:
            drawn(text, seed)
        assert REFUSED[text] in str(refused.value)
        assert "\n" not in str(refused.value)


def test_damage_is_told_as_a_chain_that_means_the_same(tmp_path: Path):
    noise = tmp_path / "run-in, side 2's.wav"
    damage = (
        DEGRADATIONS["clicks"].from_mapping({"per_second": 7.123456789}),
        DEGRADATIONS["low_pass"].from_mapping({"kind": "butterworth", "zero_phase": False}),
        DEGRADATIONS["noise_bank"].from_mapping({"path": noise}),
        DEGRADATIONS["resonance"](),
    )
    text = told_chain(damage)
    assert f'"path={noise}"' in text
    again = draw_chain(read_chain_text(text), 0)
    assert told_chain(again) == text
    assert ", ".join(map(str, read_chain_text(text))) == text
    assert again[1] == damage[1]
    with pytest.raises(SettingsError, match="both kinds of quotes"):
        told_chain([DEGRADATIONS["noise_bank"].from_mapping({"path": Path("a'b\"c")})])


def test_a_text_longer_than_any_chain_is_refused_at_once():
    with pytest.raises(SettingsError, match="the chain has 300000 characters and may have 10000"):
        read_chain_text("{a=" * 100_000)
