"""A prior at work on recordings: what is adapted, where memory runs out, what is shown."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.audio import Audio
from engine.diffusion import work as module
from engine.diffusion.prior import Prior
from engine.diffusion.work import Given, PriorAtWork
from engine.equipment import Estimate
from engine.errors import DeviceError
from engine.models.weights import Model, load_weights
from engine.progress import Cancelled
from tests.engine.tasks.toy_models import toy_entry
from tests.signals import music, noise

RATE = 22050


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder: Path = tmp_path_factory.mktemp("models")
    return load_weights(toy_entry(folder, "inpaint", "diffusion").path)


def whole(audio: Audio) -> slice:
    return slice(0, audio.n_samples)


def halved(given: Given) -> Tensor:
    """A solver that asks nobody."""
    given.on_step(1, 2, 0.75 * given.samples)
    given.progress(0.5)
    return 0.5 * given.samples


def estimated(given: Given) -> Tensor:
    """A solver that asks the prior once."""
    return given.prior(given.samples, given.samples.new_full(given.samples.shape[:1], 0.02))


@pytest.mark.parametrize(("rate", "n_channels"), [(22050, 1), (44100, 2), (16000, 3)])
def test_a_recording_comes_back_at_its_own_rate_level_and_channels(model, rng, rate, n_channels):
    audio = music(rng, 0.5, rate, n_channels)
    restored = PriorAtWork(model, "cpu").restore(audio, whole(audio), halved)
    below = 0.4 * min(rate, RATE)
    spectra = [np.fft.rfft(each.samples, axis=1) for each in (audio, restored)]
    at = np.fft.rfftfreq(audio.n_samples, 1 / rate) < below
    wanted, found = 0.5 * spectra[0][:, at], spectra[1][:, at]
    assert np.linalg.norm(found - wanted) < 0.01 * np.linalg.norm(wanted)


def test_a_recording_ten_times_as_loud_comes_back_ten_times_as_loud(model, rng):
    audio = music(rng, 0.5, RATE)
    louder = Audio(10 * audio.samples, RATE)
    once, again = (
        PriorAtWork(model, "cpu").restore(a, whole(a), estimated) for a in (audio, louder)
    )
    np.testing.assert_allclose(again.samples, 10 * once.samples, rtol=1e-3, atol=1e-4)


def test_solvers_see_samples_at_the_level_and_rate_of_the_card(model, rng):
    seen: list[Given] = []

    def look(given: Given) -> Tensor:
        seen.append(given)
        return given.samples

    audio = noise(rng, 1.0, 44100, 0.1, 2)
    restored = PriorAtWork(model, "cpu").restore(audio, slice(8820, 17640), look, seed=7)
    (given,) = seen
    assert given.samples.shape == (2, 1, RATE)  # middle and side
    assert given.draw.seeds == (7,)
    assert given.inner.start <= 4410 < 8820 <= given.inner.stop
    np.testing.assert_array_equal(restored.samples, audio.samples)


def test_memory_that_runs_out_halves_what_is_taken_at_once_and_tells(model, rng):
    audio = music(rng, 0.5, RATE)
    batches: list[int] = []

    def greedy(given: Given) -> Tensor:
        batches.append(given.batch)
        if given.batch > 1:
            raise torch.OutOfMemoryError("out of memory")
        return estimated(given)

    work = PriorAtWork(model, "cpu")
    restored = work.restore(audio, whole(audio), greedy)
    plain = PriorAtWork(model, "cpu").restore(audio, whole(audio), estimated)
    np.testing.assert_array_equal(restored.samples, plain.samples)
    assert batches == [2, 1]
    assert len(work.notes) == 1
    assert "half as much at once" in work.notes[0]
    batches.clear()
    work.restore(audio, whole(audio), greedy)
    assert batches == [1]  # it has learnt


def test_memory_that_runs_out_on_a_gpu_ends_on_the_cpu(model, rng, monkeypatch):
    """The GPU is played by one that never has memory for the weights."""
    asked: list[str] = []

    def prior(network, card, device="cpu", dtype=torch.float32):
        asked.append(device)
        if device == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory")
        return Prior(network, card, device, dtype)

    monkeypatch.setattr(module, "pick_device", lambda wanted: "cuda")
    monkeypatch.setattr(module, "Prior", prior)
    audio = music(rng, 0.5, RATE)
    work = PriorAtWork(model, "cuda")
    restored = work.restore(audio, whole(audio), estimated)
    assert work.device == "cpu"
    assert asked == ["cpu", "cuda", "cuda", "cuda"]
    assert "the CPU, which is slower" in work.notes[-1]
    monkeypatch.undo()
    plain = PriorAtWork(model, "cpu").restore(audio, whole(audio), estimated)
    np.testing.assert_array_equal(restored.samples, plain.samples)


def test_memory_that_runs_out_everywhere_is_one_sentence(model, rng):
    def never(given: Given) -> Tensor:
        raise MemoryError

    audio = music(rng, 0.5, RATE)
    with pytest.raises(DeviceError, match="not enough memory"):
        PriorAtWork(model, "cpu").restore(audio, whole(audio), never)


def test_estimates_are_shown_at_the_level_of_the_recording(model, rng):
    shown: list[Estimate] = []
    audio = music(rng, 1.0, RATE)
    inner = slice(5000, 9000)
    PriorAtWork(model, "cpu").restore(audio, inner, halved, preview=shown.append)
    (estimate,) = shown
    assert estimate.start == 5000
    assert estimate.audio.n_samples == 4000
    np.testing.assert_allclose(estimate.audio.samples, 0.75 * audio.samples[:, inner], atol=1e-6)


def test_it_stops_when_asked(model, rng):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.0:
            raise Cancelled

    audio = music(rng, 0.5, RATE)
    with pytest.raises(Cancelled):
        PriorAtWork(model, "cpu").restore(audio, whole(audio), halved, progress=stop)
