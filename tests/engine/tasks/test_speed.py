"""Speed: pitch, length, alignment and what is told."""

from fractions import Fraction

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfiltfilt

from engine.audio import Audio, MemoryRecording
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.project import State
from engine.tasks.speed import Speed
from tests.signals import music, sine, snr_db

RATE = 44100
SLOWER = Speed(from_rpm=80.0, to_rpm=78.26)
BACK = Speed(from_rpm=78.26, to_rpm=80.0)


def played(audio: Audio, task: Speed) -> Audio:
    state = State(MemoryRecording(audio))
    after = state.with_operation(restore(state, task, ()))
    return after.read(0, after.n_samples)


def pitch_hz(audio: Audio, about_hz: float) -> float:
    """Frequency of a steady tone by how its phase goes on from the first half to the second."""
    half = audio.n_samples // 2
    window = np.hanning(half)
    time = np.arange(audio.n_samples) / audio.sample_rate
    turned = audio.samples[0] * np.exp(-2j * np.pi * about_hz * time)
    first, second = (np.sum(turned[at : at + half] * window) for at in (0, half))
    step = float(np.angle(second / first)) / (2 * np.pi)
    return about_hz + step * audio.sample_rate / half


@pytest.mark.parametrize("tone_hz", [440.0, 3000.0, 12000.0, 18000.0])
def test_a_tone_comes_out_at_its_new_pitch_to_a_ten_thousandth_of_a_percent(tone_hz):
    after = played(sine(tone_hz, 2.0), SLOWER)
    wanted = tone_hz * 78.26 / 80
    assert pitch_hz(after, wanted) == pytest.approx(wanted, rel=1e-6)


def test_a_measured_pitch_becomes_the_wanted_one():
    task = Speed(by="pitch", from_a_hz=452.0, to_a_hz=440.0)
    after = played(sine(452.0, 2.0), task)
    assert pitch_hz(after, 440.0) == pytest.approx(440.0, rel=1e-6)
    assert after.n_samples == round(2 * RATE * 452 / 440)


def test_there_and_back_keeps_music_to_90_db_and_no_delay(shared_data):
    low = butter(16, 0.9, output="sos")
    for name in ("musopen_mozart", "florianreichelt_guitar", "band_the_blue_danube"):
        path = shared_data / "dev" / "clean" / f"{name}.flac"
        samples, rate = soundfile.read(path, frames=4 * RATE, start=RATE, always_2d=True)
        clean = sosfiltfilt(low, samples[:, :1].T).astype(np.float32)
        back = played(played(Audio(clean, rate), SLOWER), BACK).samples
        assert back.shape == clean.shape
        assert snr_db(clean, back) > 100.0


@pytest.mark.parametrize(
    ("task", "n_samples", "expected"),
    [(SLOWER, 1000, 1022), (BACK, 1000, 978), (Speed(from_rpm=10, to_rpm=200), 5, 1)],
)
def test_the_length_is_known_before(task, n_samples, expected, rng):
    audio = Audio(rng.uniform(-1, 1, (2, n_samples)).astype(np.float32), 96000)
    assert task.shape(MemoryRecording(audio)).n_samples == expected
    assert played(audio, task).samples.shape == (2, expected)


@pytest.mark.parametrize("by", ["rpm", "pitch"])
def test_the_same_speed_keeps_every_bit(by, rng):
    audio = music(rng, 0.5, n_channels=2)
    after = played(audio, Speed(by=by, from_rpm=80.0, to_rpm=80.0))
    np.testing.assert_array_equal(after.samples, audio.samples)


def test_the_ratio_and_the_new_length_are_told():
    audio = sine(440.0, 1.0)
    operation = restore(State(MemoryRecording(audio)), SLOWER, ())
    told = "Speed times 0.978250 (80 to 78.26 rpm); 0:01.000 became 0:01.022 (45081 samples)."
    assert operation.notes == (told,)


def test_settings_of_two_decimals_are_exact_fractions():
    assert SLOWER.ratio == Fraction(8000, 7826)
    with pytest.raises(SettingsError, match="from_rpm = 5 is outside 10"):
        Speed(from_rpm=5.0)
