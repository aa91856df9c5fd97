from functools import cache

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.replay_curves import CURVES
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.project import State
from engine.region import Region
from engine.tasks.replay_eq import ReplayEq
from tests.signals import music, noise, sine, snr_db

NAMES = [name for name in CURVES if name != "flat"]


def rendered(task: ReplayEq, audio: Audio) -> Audio:
    return task.apply(audio, slice(0, audio.n_samples)).audio


@cache
def tones_hz() -> tuple[float, ...]:
    """Whole numbers of periods in a second, third-octave apart, from 30 Hz to 15 kHz."""
    return tuple(np.unique(np.round(np.geomspace(30.0, 15_000.0, 28))))


@cache
def all_tones(rate: int) -> Audio:
    time_s = np.arange(2 * rate) / rate
    wave = np.zeros(2 * rate)
    for at in tones_hz():
        wave += 0.02 * np.sin(2 * np.pi * at * time_s + at**2)
    return Audio(wave.astype(np.float32)[None], rate)


def gain_db(task: ReplayEq, rate: int) -> np.ndarray:
    """Of each tone, by its part in the last of two seconds of all of them together."""
    at, audio = np.array(tones_hz()), all_tones(rate)
    before = np.fft.rfft(audio.samples[0, rate:].astype(np.float64))[at.astype(int)]
    after = np.fft.rfft(rendered(task, audio).samples[0, rate:].astype(np.float64))[at.astype(int)]
    gains_db: np.ndarray = 20 * np.log10(np.abs(after / before))
    return gains_db


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_every_curve_is_rendered_within_a_tenth_of_a_decibel(rate: int):
    at = np.array(tones_hz())
    for name in NAMES:
        difference = gain_db(ReplayEq(replay=name), rate) - CURVES[name].gain_db(at)
        assert np.abs(difference).max() < 0.065, name


def test_taking_a_curve_out_is_within_a_tenth_of_a_decibel_too():
    at = np.array(tones_hz())
    difference = gain_db(ReplayEq(transfer="RIAA_500R-13.7"), 44_100) + CURVES[
        "RIAA_500R-13.7"
    ].gain_db(at)
    assert np.abs(difference).max() < 0.03


def test_the_impulse_of_a_rendered_curve_has_its_response():
    rate = 44_100
    samples = np.zeros((1, 4 * rate), np.float32)
    samples[0, 10] = 1.0
    pulse = rendered(ReplayEq(replay="AES_400N-12.3"), Audio(samples, rate)).samples[0]
    at = np.array(tones_hz())
    spectrum = np.abs(np.fft.rfft(pulse.astype(np.float64)))[4 * at.astype(int)]
    expected = CURVES["AES_400N-12.3"].gain_db(at)
    assert np.abs(20 * np.log10(spectrum) - expected).max() < 0.065
    assert not pulse[:10].any()  # nothing sounds before its cause


@pytest.mark.parametrize("name", NAMES)
def test_out_and_in_again_as_two_operations_gives_the_recording_back(
    name: str, rng: np.random.Generator
):
    """The measured figure is -134 dB or better; between the two, samples are float32."""
    audio = music(rng, 1.5)
    undone = rendered(ReplayEq(transfer=name), audio)
    again = rendered(ReplayEq(replay=name), undone)
    assert snr_db(audio.samples, again.samples) > 125.0


@pytest.mark.parametrize("name", [*CURVES, "custom"])
def test_the_same_curve_on_both_sides_changes_no_bit(name: str, rng: np.random.Generator):
    audio = noise(rng, 0.2)
    same = rendered(ReplayEq(transfer=name, replay=name, rolloff_db=5.0), audio)
    np.testing.assert_array_equal(same.samples, audio.samples)


def test_a_custom_curve_is_what_its_three_numbers_say():
    custom = ReplayEq(replay="custom", turnover_hz=500.0, rolloff_db=13.656, bass_shelf_hz=50.0)
    at = np.array(tones_hz())
    difference = gain_db(custom, 48_000) - CURVES["RIAA_500R-13.7"].gain_db(at)
    assert np.abs(difference).max() < 0.03


def test_pieces_join_without_a_seam(rng: np.random.Generator):
    """What lies further back than the context is not missed."""
    rate = 22_050
    audio = music(rng, 5.0, rate)
    task = ReplayEq(transfer="RIAA_500R-13.7", replay="RCA_800N-8")
    whole = rendered(task, audio).samples
    start = 4 * rate
    seen = Audio(audio.samples[:, start - round(task.context_s * rate) :], rate)
    piece = rendered(task, seen).samples[:, -rate:]
    assert np.abs(piece - whole[:, start:]).max() < 2e-7


def test_a_region_is_filtered_and_the_rest_left_alone(rng: np.random.Generator):
    audio = music(rng, 1.0, 22_050)
    state = State(MemoryRecording(audio))
    done = restore(state, ReplayEq(replay="RIAA_500R-13.7"), (Region(0.4, 0.6),))
    after = state.with_operation(done).read(0, audio.n_samples).samples
    changed = np.flatnonzero((after != audio.samples).any(axis=0))
    assert (changed[0], changed[-1]) == pytest.approx((8820, 13229), abs=3)


def test_listening_without_rendering_hears_what_is_rendered():
    audio = sine(440.0, 0.5, n_channels=2)
    task = ReplayEq(transfer="RIAA_500R-13.7", replay="European_250N-0")
    stream = task.stream(audio.sample_rate, audio.n_channels)
    blocks = [stream.process(audio.samples[:, i : i + 1024]) for i in range(0, 22_050, 1024)]
    heard = np.concatenate(blocks, axis=1)
    np.testing.assert_allclose(heard, rendered(task, audio).samples, atol=1e-7)


def test_an_unknown_curve_is_refused_with_the_names_of_all():
    with pytest.raises(SettingsError, match=r"replay = 'riaa' is none of: flat, European_250N-0"):
        ReplayEq(replay="riaa")
