"""Groove: every mode against what it is by definition, and against the plain sum under noise."""

import re

import numpy as np
import pytest
import soundfile

from engine.audio import Audio, MemoryRecording, Samples
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.project import Operation, State
from engine.tasks.groove import Groove
from tests.engine.groove_sides import RATE, Side, later, side
from tests.signals import music, noise, snr_db


def grooved(audio: Audio, task: Groove) -> tuple[Samples, Operation]:
    state = State(MemoryRecording(audio))
    operation = restore(state, task, ())
    after = state.with_operation(operation)
    return after.read(0, after.n_samples).samples, operation


def gain_over_sum_db(made: Side, mode: str) -> float:
    after, _ = grooved(made.walls, Groove(mode=mode))
    return snr_db(made.music, after) - snr_db(made.music, made.plain_sum)


@pytest.mark.parametrize(
    ("mode", "left", "right"),
    [("lateral", 0.5, 0.5), ("vertical", 0.5, -0.5), ("left", 1.0, 0.0), ("right", 0.0, 1.0)],
)
def test_plain_modes_are_what_they_say(rng, mode, left, right):
    audio = noise(rng, 0.5, RATE, n_channels=2)
    after, operation = grooved(audio, Groove(mode=mode))
    expected = np.float32(left) * audio.samples[:1] + np.float32(right) * audio.samples[1:]
    np.testing.assert_array_equal(after, expected)
    assert operation.notes == ()


@pytest.mark.parametrize("mode", ["weighted", "quieter-wall"])
def test_a_worn_wall_with_clicks_costs_far_less_than_in_the_sum(rng, mode):
    made = side(rng, (0.005, 0.016), worn_clicks=8.0)
    assert gain_over_sum_db(made, mode) > 5.0


@pytest.mark.parametrize("mode", ["weighted", "quieter-wall"])
def test_level_and_timing_of_the_walls_are_evened_out(rng, mode):
    gain, delay_s = 10 ** (1 / 20), 15e-6
    made = side(rng, (0.005, 0.016), gain=gain, delay_s=delay_s)
    as_in_sum = 0.5 * (1 + gain) * later(made.music[0].astype(np.float64), delay_s / 2)[None]
    after, operation = grooved(made.walls, Groove(mode=mode))
    assert snr_db(as_in_sum, after) - snr_db(as_in_sum, made.plain_sum) > 4.5
    assert "The right wall was 1.0" in operation.notes[1]
    assert " dB louder and 1" in operation.notes[1]
    apart, _ = grooved(made.walls, Groove(mode=mode, match=False))
    assert snr_db(as_in_sum, apart) < snr_db(as_in_sum, after) - 0.5


@pytest.mark.parametrize("mode", ["weighted", "quieter-wall"])
@pytest.mark.parametrize("level", [0.002, 0.01, 0.05])
def test_equal_walls_are_no_worse_than_their_sum(rng, mode, level):
    assert gain_over_sum_db(side(rng, (level, level)), mode) > -0.1


def test_clicks_of_one_wall_are_taken_from_the_other(rng):
    made = side(rng, (0.002, 0.002), worn_clicks=5.0)
    assert gain_over_sum_db(made, "quieter-wall") > 10.0


def test_a_hill_and_dale_side_is_mixed_with_one_wall_turned_over(rng):
    made = side(rng, (0.005, 0.016), gain=-1.0)
    after, operation = grooved(made.walls, Groove(mode="weighted"))
    plain, _ = grooved(made.walls, Groove(mode="vertical"))
    assert snr_db(made.music, after) - snr_db(made.music, plain) > 4.0
    assert any("hill-and-dale" in note for note in operation.notes)


def test_the_measured_weight_and_what_it_saves_are_told(rng):
    _, operation = grooved(side(rng, (0.005, 0.01)).walls, Groove(mode="weighted"))
    told = (
        r"Weight of the left wall 0\.(79|80|81), measured; its noise is (1\.[89]|2\.0) dB lower .*"
    )
    assert re.fullmatch(told, operation.notes[0])
    assert operation.notes[-1].startswith("Noise in quiet moments, dBFS: lateral -45")


def test_a_weight_that_is_set_is_taken(rng):
    audio = side(rng, (0.005, 0.01), seconds=1.0).walls
    after, operation = grooved(audio, Groove(mode="weighted", weight=0.25, match=False))
    expected = np.array([[0.25, 0.75]], np.float32) @ audio.samples
    assert np.abs(after - expected).max() < 1e-6
    assert operation.notes == ("Weight of the left wall 0.25, as set.",)


@pytest.mark.parametrize(("n_channels", "words"), [(1, "mono already"), (3, "has 3 channels")])
def test_other_than_two_channels_are_refused_in_a_sentence(rng, n_channels, words):
    with pytest.raises(SettingsError, match=words):
        grooved(music(rng, 0.1, RATE, n_channels), Groove())


@pytest.mark.parametrize("mode", ["weighted", "quieter-wall"])
def test_silence_stays_silent_and_walls_alike_come_through(rng, mode):
    silence, _ = grooved(Audio(np.zeros((2, 5000), np.float32), RATE), Groove(mode=mode))
    assert not silence.any()
    audio = music(rng, 0.5, RATE, 2)
    after, _ = grooved(audio, Groove(mode=mode))
    assert np.abs(after - audio.samples[:1]).max() < 1e-6


@pytest.mark.parametrize("mode", ["weighted", "quieter-wall"])
@pytest.mark.parametrize("n_samples", [1, 2, 17, 300])
def test_recordings_of_a_few_samples_are_no_trouble(rng, mode, n_samples):
    after, _ = grooved(noise(rng, n_samples / RATE, RATE, n_channels=2), Groove(mode=mode))
    assert after.shape == (1, n_samples)
    assert np.isfinite(after).all()


def test_walls_of_a_stereo_disc_are_pointed_out(rng):
    _, operation = grooved(noise(rng, 1.0, RATE, n_channels=2), Groove(mode="quieter-wall"))
    assert any("check that this is a mono one" in note for note in operation.notes)


def test_real_shellac_noise_on_a_worn_wall_is_left_behind(shared_data):
    data = shared_data / "train" / "noise_78" / "hybrid78_belov1920.ogg"
    shellac, rate = soundfile.read(data, frames=20 * RATE)
    clean, _ = soundfile.read(
        shared_data / "dev" / "clean" / "musopen_mozart.flac", frames=4 * RATE
    )
    assert rate == RATE
    size = 0.12 * np.std(clean) / np.std(shellac)
    walls = clean + size * np.stack((shellac[: 4 * RATE], 3.0 * shellac[10 * RATE : 14 * RATE]))
    made = Side(clean[None], Audio(walls.astype(np.float32), RATE))
    assert gain_over_sum_db(made, "weighted") > 4.0
    assert gain_over_sum_db(made, "quieter-wall") > 4.0
