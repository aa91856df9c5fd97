from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog
from engine.equipment import Equipment
from engine.errors import ModelError, SettingsError
from engine.jobs.restore import restore
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.weights import load_weights, save_weights
from engine.progress import ignore
from engine.project import Operation, State
from engine.tasks.extend import Extend
from tests.engine.tasks.toy_models import toy_entry
from tests.signals import music

RATE = 22050


def equipment(folder, method: str) -> Equipment:
    return Equipment(Catalog((toy_entry(folder, "extend", method),)), "cpu")


def extend(task: Extend, audio: Audio, with_: Equipment) -> tuple[np.ndarray, Operation]:
    state = State(MemoryRecording(audio))
    operation = restore(state, task, (), ignore, with_)
    return state.with_operation(operation).read(0, audio.n_samples).samples, operation


def power_db(samples: np.ndarray, low_hz: float, high_hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(samples[0] * np.hanning(samples.shape[1]))) ** 2
    hz = np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    return float(10 * np.log10(spectrum[(hz >= low_hz) & (hz < high_hz)].sum() + 1e-30))


def test_what_lies_below_the_cutoff_stays_and_what_lies_above_is_made_anew(tmp_path, rng):
    audio = music(rng, 1.5, RATE)
    task = Extend(method="guided", cutoff_hz=3000.0, steps=4)
    after, _ = extend(task, audio, equipment(tmp_path, "guided"))
    change = after - audio.samples
    assert power_db(change, 100.0, 2700.0) < power_db(audio.samples, 100.0, 2700.0) - 50.0
    assert power_db(change, 3500.0, 10000.0) > power_db(audio.samples, 3500.0, 10000.0) - 6.0


def test_a_cutoff_above_what_the_model_makes_is_refused(tmp_path, rng):
    task = Extend(method="guided", cutoff_hz=12000.0)
    with pytest.raises(SettingsError, match="is not below 11025 Hz, the highest frequency that"):
        extend(task, music(rng, 0.5, RATE), equipment(tmp_path, "guided"))


def test_a_long_recording_goes_to_the_prior_in_pieces_that_a_small_machine_holds(tmp_path):
    """Stereo takes 3 MB a second: what 600 s of it took was more than 2 GB."""
    reach = Extend(method="guided").equip(equipment(tmp_path, "guided")).reach()
    assert reach.segment_s is not None
    assert 60.0 <= reach.segment_s <= 300.0
    assert reach.join_s > 0.0


def test_the_low_pass_that_was_found_is_noted(tmp_path, rng):
    audio = music(rng, 1.5, RATE)
    _, operation = extend(Extend(method="blind", steps=3), audio, equipment(tmp_path, "blind"))
    assert len(operation.notes) == 1
    assert operation.notes[0].startswith("the treble was found to end at ")
    silence = Audio(np.zeros((1, RATE), np.float32), RATE)
    _, operation = extend(Extend(method="blind", steps=3), silence, equipment(tmp_path, "blind"))
    assert operation.notes == ()


def test_blocks_may_go_on_from_one_another(tmp_path, rng):
    audio = music(rng, 2.0, RATE)
    with_ = equipment(tmp_path, "guided")
    results = [
        extend(Extend(method="guided", cutoff_hz=3000.0, steps=2, joins=joins), audio, with_)[0]
        for joins in ("together", "in-turn")
    ]
    apart = np.abs(results[0] - results[1]).max(axis=0)
    assert apart.max() > 1e-3
    assert power_db(results[1] - audio.samples, 100.0, 2700.0) < (
        power_db(audio.samples, 100.0, 2700.0) - 50.0
    )


def test_envelope_finds_where_the_treble_ends_and_makes_up_what_lies_above(tmp_path, rng):
    noise = np.cumsum(rng.standard_normal(2 * RATE))
    spectrum = np.fft.rfft(noise - noise.mean())
    hz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    spectrum[(hz > 4000.0) | (hz < 20.0)] = 0.0
    samples = np.fft.irfft(spectrum, 2 * RATE)[None]
    audio = Audio((0.1 * samples / samples.std()).astype(np.float32), RATE)
    with_ = equipment(tmp_path, "envelope")
    after, operation = extend(Extend(), audio, with_)
    assert operation.notes[-1].startswith("the treble was found to end at ")
    found_hz = float(operation.notes[-1].split("end at ")[1].split(" Hz")[0])
    assert found_hz == pytest.approx(4000.0, rel=0.1)
    change = after - audio.samples
    assert power_db(change, 100.0, 3000.0) < power_db(audio.samples, 100.0, 3000.0) - 40.0
    assert power_db(change, 5000.0, 9000.0) > power_db(audio.samples, 5000.0, 9000.0) + 20.0
    told, operation = extend(Extend(cutoff_hz=2000.0), audio, with_)
    assert operation.notes == ()
    assert power_db(told - audio.samples, 2500.0, 3500.0) > power_db(change, 2500.0, 3500.0)


def test_envelope_leaves_silence_and_whole_treble_as_they_are(tmp_path, rng):
    noise = np.cumsum(rng.standard_normal((1, 2 * RATE)), axis=1)
    whole = Audio((0.001 * (noise - noise.mean())).astype(np.float32), RATE)
    silence = Audio(np.zeros((1, RATE), np.float32), RATE)
    with_ = equipment(tmp_path, "envelope")
    for audio, n_notes in ((whole, 1), (silence, 0)):
        after, operation = extend(Extend(), audio, with_)
        assert np.array_equal(after, audio.samples)
        assert len(operation.notes) == n_notes


def with_critic(folder) -> Equipment:
    """A model, and a critic that takes nothing for real at once."""
    critic = toy_entry(folder, "extend", "waveform-critic")
    model = load_weights(critic.path)
    assert isinstance(model.network, ConditionalDiscriminator)
    torch.nn.init.constant_(model.network.judge.verdict.bias, -1.0)
    critic = replace(critic, sha256=save_weights(critic.path, model.network, model.card))
    return Equipment(Catalog((toy_entry(folder, "extend", "waveform"), critic)), "cpu")


def test_a_critic_corrects_what_the_network_makes(tmp_path, rng):
    audio = music(rng, 1.5, RATE)
    with_ = with_critic(tmp_path)
    plain, operation = extend(Extend(method="waveform"), audio, with_)
    assert [each.name for each in operation.models] == ["toy-extend-waveform"]
    task = Extend(method="waveform", collaborative=True)
    corrected, operation = extend(task, audio, with_)
    assert [each.name for each in operation.models] == [
        "toy-extend-waveform",
        "toy-extend-waveform-critic",
    ]
    change = corrected - plain
    assert 1e-6 < np.abs(change).max() < 0.5 * np.abs(audio.samples).max()
    again, _ = extend(task, audio, with_)
    assert np.array_equal(again, corrected)


def test_the_setting_shows_only_where_there_is_a_critic(tmp_path):
    without = equipment(tmp_path, "waveform").catalog
    for catalog, is_shown in ((without, False), (with_critic(tmp_path).catalog, True)):
        names = [each.name for each in Extend.offered_params(catalog)]
        assert ("collaborative" in names) is is_shown


def test_correcting_without_a_critic_is_refused_with_a_sentence(tmp_path, rng):
    task = Extend(method="waveform", collaborative=True)
    with pytest.raises(ModelError, match="extend by method waveform-critic needs a model"):
        extend(task, music(rng, 0.5, RATE), equipment(tmp_path, "waveform"))
