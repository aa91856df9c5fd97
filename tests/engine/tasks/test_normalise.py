import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.loudness import LoudnessMeter
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.presets import load_presets
from engine.project import State
from engine.region import Region
from engine.tasks.normalise import Normalise
from engine.units import amplitude_to_db
from tests.engine.test_presets import SHIPPED
from tests.signals import music


def run(task: Normalise, audio: Audio, *regions: Region) -> np.ndarray:
    state = State(MemoryRecording(audio))
    done = state.with_operation(restore(state, task, regions))
    return done.read(0, audio.n_samples).samples


@pytest.mark.parametrize("peak_dbfs", [-0.1, -1.0, -12.0])
def test_the_highest_sample_comes_to_the_level_asked_for(
    peak_dbfs: float, rng: np.random.Generator
):
    after = run(Normalise(peak_dbfs=peak_dbfs), music(rng, 1.0, n_channels=2))
    assert amplitude_to_db(float(np.abs(after).max())) == pytest.approx(peak_dbfs, abs=1e-5)


def test_the_programme_comes_to_the_loudness_asked_for(rng: np.random.Generator):
    audio = music(rng, 3.0, n_channels=2)
    after = run(Normalise(to="loudness", loudness_lufs=-30.0), audio)
    meter = LoudnessMeter(audio.sample_rate, 2)
    meter.add(after)
    assert meter.lufs == pytest.approx(-30.0, abs=0.01)


def test_dynamics_and_balance_stay(rng: np.random.Generator):
    audio = music(rng, 1.0, n_channels=2)
    audio.samples[1] *= 0.25
    after = run(Normalise(), audio)
    np.testing.assert_allclose(after / np.abs(after).max(), audio.samples / 0.5, atol=1e-6)


def test_a_loudness_that_would_clip_is_refused_with_the_one_that_can_be_reached(
    rng: np.random.Generator,
):
    audio = music(rng, 2.0)
    with pytest.raises(
        SettingsError, match=r"would lift the peak to .* dBFS, beyond peak_dbfs = -1"
    ):
        run(Normalise(to="loudness", loudness_lufs=-6.0), audio)
    with pytest.raises(SettingsError) as refusal:
        run(Normalise(to="loudness", loudness_lufs=-6.0), audio)
    reachable = float(str(refusal.value).split("; ")[1].split()[0])
    after = run(Normalise(to="loudness", loudness_lufs=reachable), audio)
    assert -1.2 < amplitude_to_db(float(np.abs(after).max())) <= -1.0


def test_a_region_gets_the_gain_of_the_whole_recording(rng: np.random.Generator):
    audio = music(rng, 1.0)
    after = run(Normalise(), audio, Region(0.5, 0.8))
    middle = slice(round(0.6 * 44_100), round(0.7 * 44_100))
    whole = run(Normalise(), audio)
    np.testing.assert_array_equal(after[:, middle], whole[:, middle])
    np.testing.assert_array_equal(after[:, :22_000], audio.samples[:, :22_000])


def test_silence_stays_as_it_is_and_has_no_loudness():
    silence = Audio(np.zeros((1, 44_100), np.float32), 44_100)
    assert not run(Normalise(to="loudness"), silence).any()
    faint = Audio(np.full((1, 44_100), 1e-6, np.float32), 44_100)
    with pytest.raises(SettingsError, match="louder than -70 LUFS"):
        run(Normalise(to="loudness"), faint)


def test_no_preset_that_ships_changes_the_level_unasked():
    for preset in load_presets([SHIPPED]).values():
        assert not {"normalise", "gain"} & {task.name for task in preset.tasks}
