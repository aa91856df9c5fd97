import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.hum_profile import Hum
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.progress import Cancelled
from engine.project import State
from engine.tasks.dehum import Dehum
from tests.engine.dsp.hum_signals import hum, mains_over_time
from tests.signals import music, sine, stack

RATE = 11025
NOTES_HZ = (49.0, 196.0, 247.0, 440.0)


def dehum(task: Dehum, audio: Audio) -> np.ndarray:
    state = State(MemoryRecording(audio))
    return state.with_operation(restore(state, task, ())).read(0, audio.n_samples).samples


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-30))


def tone_amplitude(samples: np.ndarray, hz: float) -> float:
    time_s = np.arange(samples.shape[-1]) / RATE
    window = np.hanning(len(time_s))
    turned = window * samples * np.exp(-2j * np.pi * hz * time_s)
    return float(2 * np.abs(turned.sum()) / window.sum())


def test_drifting_hum_goes_down_by_thirty_decibels_under_music(rng: np.random.Generator):
    clean = 0.5 * music(rng, 24.0, RATE).samples
    wave = hum(mains_over_time(24.0, RATE), RATE)
    restored = dehum(Dehum(), Audio(clean + wave, RATE))
    assert level_db(restored - clean) < level_db(wave) - 30.0


def test_notes_near_harmonics_keep_their_level(rng: np.random.Generator):
    wave = hum(mains_over_time(14.0, RATE, 50.0, 0.0), RATE)
    background = 0.1 * music(rng, 14.0, RATE).samples
    notes = np.zeros((1, 14 * RATE), np.float32)
    for hz in NOTES_HZ:
        notes[:, 5 * RATE : 9 * RATE] += sine(hz, 4.0, RATE, 0.1).samples
    restored = dehum(Dehum(), Audio(background + wave + notes, RATE))
    for hz in NOTES_HZ:
        kept = tone_amplitude((restored - background)[0, 5 * RATE : 9 * RATE], hz) / 0.1
        assert abs(20 * np.log10(kept)) < 0.1, hz


def test_a_recording_without_hum_keeps_its_bits(rng: np.random.Generator):
    clean = music(rng, 12.0, RATE)
    np.testing.assert_array_equal(dehum(Dehum(), clean), clean.samples)
    tone = sine(440.0, 9.0, RATE)
    np.testing.assert_array_equal(dehum(Dehum(), tone), tone.samples)


def test_hum_of_opposite_sign_in_both_channels_goes_from_both(rng: np.random.Generator):
    clean = 0.3 * music(rng, 12.0, RATE).samples
    wave = hum(mains_over_time(12.0, RATE, 60.0), RATE, harmonics=4)
    restored = dehum(Dehum(), Audio(stack(clean + wave, clean - 0.5 * wave), RATE))
    assert level_db(restored[0] - clean) < level_db(wave) - 28.0
    assert level_db(restored[1] - clean) < level_db(0.5 * wave) - 28.0


def test_only_as_many_harmonics_and_decibels_go_as_wanted(rng: np.random.Generator):
    wave = hum(mains_over_time(10.0, RATE, 50.0, 0.0), RATE, harmonics=3)
    audio = Audio(0.1 * music(rng, 10.0, RATE).samples + wave, RATE)
    task = Dehum(mains_hz=50.0, harmonics=2, reduction_db=12.0)
    removed = (audio.samples - dehum(task, audio))[0]
    share = [tone_amplitude(removed, hz) / 0.03 for hz in (50.0, 100.0, 150.0)]
    np.testing.assert_allclose(share, [1 - 10**-0.6, 1 - 10**-0.6, 0.0], atol=0.01)


def test_no_reduction_changes_no_sample():
    audio = Audio(hum(mains_over_time(9.0, RATE), RATE), RATE)
    np.testing.assert_array_equal(dehum(Dehum(reduction_db=0.0), audio), audio.samples)


def test_settings_that_make_no_sense_are_refused(rng: np.random.Generator):
    short = MemoryRecording(music(rng, 2.0, RATE))
    with pytest.raises(SettingsError, match=r"mains_hz = 20 is outside 40 \.\. 70 Hz"):
        Dehum(mains_hz=20.0).fit(short)
    with pytest.raises(SettingsError, match=r"2\.0 s long.*only in 8 s"):
        Dehum(mains_hz=50.0, harmonics=5).fit(short)


def test_a_short_recording_is_left_as_it_is(rng: np.random.Generator):
    short = music(rng, 2.0, RATE)
    np.testing.assert_array_equal(dehum(Dehum(), short), short.samples)


def test_it_stops_when_asked_while_it_works():
    audio = Audio(hum(mains_over_time(9.0, RATE), RATE), RATE)
    task = Dehum(hum=Hum(50.3, ((0.03,) * 12,)))
    seen: list[float] = []

    def stop(fraction: float, message: str = "") -> None:
        seen.append(fraction)
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        task.apply(audio, slice(0, audio.n_samples), stop)
    assert seen == sorted(seen)
    assert len(seen) >= 4


def test_what_was_learnt_is_no_setting():
    audio = Audio(hum(mains_over_time(9.0, RATE), RATE), RATE)
    fitted = Dehum().fit(MemoryRecording(audio))
    assert fitted == Dehum()
    assert fitted.hum is not None
    assert set(fitted.to_mapping()) == {"mains_hz", "harmonics", "reduction_db"}
