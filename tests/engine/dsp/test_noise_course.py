"""The course of noise: louder towards the end, followed there, and only where it is sure."""

from dataclasses import replace

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.noise_course import follow_noise, search_noise
from engine.dsp.noise_stretches import NoiseStretch
from engine.dsp.spectral_gain import grids
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.project import State
from engine.region import Region
from engine.tasks.denoise import Denoise, Known

RATE = 22050
RISE_DB = 4.0
LEAD_S, MUSIC_S = 4.0, 40.0
LENGTH_S = MUSIC_S + 2 * LEAD_S


def rising_noise(rng: np.random.Generator) -> np.ndarray:
    """Noise that gets louder evenly, by RISE_DB from the middle of one lead to the other's."""
    at = (np.arange(round(LENGTH_S * RATE)) / RATE - LEAD_S / 2) / (LENGTH_S - LEAD_S)
    rising = 0.003 * rng.standard_normal(len(at)) * 10 ** (RISE_DB * at / 20)
    return rising.astype(np.float32)


def side(rng: np.random.Generator) -> MemoryRecording:
    """Notes that come and go, between a lead-in and a lead-out."""
    at = np.arange(round(MUSIC_S * RATE)) / RATE
    pitches = 220.0 * 2 ** (rng.integers(0, 24, 400) / 12)
    pitch = pitches[(at / 0.25).astype(int)]
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    music = sum(np.sin(k * phase) / k for k in range(1, 6)) * np.exp(-3 * (at % 0.25))
    padded = np.pad(0.2 * music, round(LEAD_S * RATE))
    return MemoryRecording(Audio((padded + rising_noise(rng))[None].astype(np.float32), RATE))


def stretch(start_s: float, stop_s: float, origin: str = "lead-out", sure: float = 0.6):
    return NoiseStretch(start_s, stop_s, origin, -50.0, sure)


ENDS = (Region(0.0, LEAD_S), stretch(LENGTH_S - LEAD_S, LENGTH_S))


def test_the_change_between_both_ends_is_measured_in_bands(rng: np.random.Generator):
    course = follow_noise(MemoryRecording(Audio(rising_noise(rng)[None], RATE)), ENDS[0], [ENDS[1]])
    assert course is not None
    assert course.times_s.tolist() == [LEAD_S / 2, LENGTH_S - LEAD_S / 2]
    assert np.all(course.change_db[0] == 0.0)
    assert course.change_db[1, 2:] == pytest.approx(RISE_DB, abs=1.2)
    assert len(course.bands_hz) > 15
    assert course.largest_db == pytest.approx(RISE_DB, abs=1.5)


def test_between_the_ends_the_power_lies_on_a_line_in_db(rng: np.random.Generator):
    recording = MemoryRecording(Audio(rising_noise(rng)[None], RATE))
    course = follow_noise(recording, *ENDS[:1], ENDS[1:])
    assert course is not None
    flat = [np.ones(grid.n_bins, np.float32) for grid in grids(RATE)]
    audio = recording.read(0, 2 * RATE)
    for start_s in (0.0, LENGTH_S / 2 - 1, LENGTH_S):
        for power, grid in zip(course.over(flat, audio, start_s), grids(RATE), strict=True):
            assert power.shape == (len(grid.forward(audio.samples)[0]), grid.n_bins)
            middle_db = 10 * np.log10(power[len(power) // 2, grid.n_bins // 2])
            share = np.clip((start_s + 1 - LEAD_S / 2) / (LENGTH_S - LEAD_S), 0, 1)
            assert middle_db == pytest.approx(RISE_DB * share, abs=0.7)


def test_a_moment_has_the_change_of_its_place_on_the_line(rng: np.random.Generator):
    course = follow_noise(MemoryRecording(Audio(rising_noise(rng)[None], RATE)), ENDS[0], [ENDS[1]])
    assert course is not None
    hz = np.array([0.0, 1000.0, 5000.0, 20000.0])
    assert np.all(course.change_at(0.0, hz) == 0.0)
    half, whole = (course.change_at(share * LENGTH_S, hz) for share in (0.5, 1.0))
    assert half == pytest.approx(0.5 * whole, abs=0.1)
    assert whole[1:3] == pytest.approx(RISE_DB, abs=1.2)


@pytest.mark.parametrize(
    "other",
    [
        stretch(10.0, 12.0),
        stretch(44.0, 48.0, origin="pause"),
        stretch(44.0, 48.0, sure=0.2),
    ],
    ids=["near", "a pause", "not sure"],
)
def test_what_is_near_or_not_sure_tells_nothing(other, rng: np.random.Generator):
    recording = MemoryRecording(Audio(rising_noise(rng)[None], RATE))
    assert follow_noise(recording, Region(0.0, LEAD_S), [other]) is None


def test_a_stretch_with_something_else_in_it_is_not_followed(rng: np.random.Generator):
    samples = rising_noise(rng)
    samples[round((LENGTH_S - LEAD_S) * RATE) :] *= 8.0
    recording = MemoryRecording(Audio(samples[None], RATE))
    assert follow_noise(recording, ENDS[0], ENDS[1:]) is None


@pytest.mark.parametrize("is_learnt", [False, True], ids=["elsewhere", "where it was learnt"])
def test_a_tone_at_one_end_does_not_spoil_the_other_bands(is_learnt, rng: np.random.Generator):
    samples = rising_noise(rng)
    lead = slice(0, round(LEAD_S * RATE)) if is_learnt else slice(-round(LEAD_S * RATE), None)
    samples[lead] += 0.05 * np.sin(2 * np.pi * 500 * np.arange(round(LEAD_S * RATE)) / RATE)
    recording = MemoryRecording(Audio(samples[None], RATE))
    course = follow_noise(recording, ENDS[0], ENDS[1:])
    assert course is not None
    at_tone = np.argmin(np.abs(course.bands_hz - 500.0))
    others = np.abs(np.log2(course.bands_hz / 500.0)) > 0.6
    assert course.change_db[1, others][1:] == pytest.approx(RISE_DB, abs=1.5)
    if is_learnt:
        assert course.change_db[1, at_tone] < -12.0
    else:
        assert course.change_db[1, at_tone] == 0.0


def test_marked_noise_that_is_not_there_is_refused(rng: np.random.Generator):
    with pytest.raises(SettingsError, match="covers no sample"):
        search_noise(side(rng), Region(LENGTH_S + 1, LENGTH_S + 2))


@pytest.mark.parametrize("marked", [None, Region(0.2, 3.0)], ids=["found", "marked"])
def test_a_lead_out_that_is_louder_becomes_as_quiet_as_the_lead_in(
    marked, rng: np.random.Generator
):
    recording = side(rng)
    state = State(recording)
    task = Denoise(noise=marked)
    operation = restore(state, task, ())
    assert any("changes by up to" in note for note in operation.notes)
    after = state.with_operation(operation).read(0, state.n_samples).samples[0]
    before = recording.read(0, state.n_samples).samples[0]
    down_db = []
    for start_s in (1.0, LENGTH_S - 3.0):
        inside = slice(round(start_s * RATE), round((start_s + 2.0) * RATE))
        powers = [np.square(each[inside], dtype=np.float64).mean() for each in (before, after)]
        down_db.append(10 * np.log10(powers[0] / powers[1]))
    assert down_db[1] > down_db[0] - 2.0
    fitted = task.fit(state)
    still = replace(fitted, known=Known())
    lead_out = recording.read(round((LENGTH_S - 4.0) * RATE), state.n_samples)
    left = still.apply(lead_out, slice(0, lead_out.n_samples)).audio.samples[0, RATE:-RATE]
    wanted = after[-3 * RATE : -RATE]
    assert np.square(wanted).mean() < 0.5 * np.square(left).mean()
