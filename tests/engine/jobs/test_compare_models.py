"""Two methods on the same few seconds: what they make, how long it takes, and what is learnt."""

from typing import Any

import numpy as np
import pytest
import torch

from engine.audio import MemoryRecording
from engine.card import Card
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.jobs.compare_models import (
    LONGEST_S,
    PICTURE_FRAMES,
    UNASKED_S,
    CompareJob,
    Contender,
    compared_tasks,
    contenders,
    picture_of,
    stretch,
    task_of,
)
from engine.model_folder import Told, import_model
from engine.models.weights import build_network, save_weights
from engine.project import State
from engine.region import Region
from engine.spectrogram import StftPicture
from engine.tasks.inpaint import Inpaint
from tests.signals import music, noise

RATE = 22050
CONFIG: dict[str, Any] = {"channels": [4, 8, 8, 8, 8]}
CLASSICAL, HALL = Contender("denoise", "spectral"), Contender("denoise", "light", "hall")


@pytest.fixture
def catalog(tmp_path):
    """Two tiny networks for one method; what they make is noise, but is made."""
    entries: list[Entry] = []
    for name in ("hall", "room"):
        torch.manual_seed(len(entries))
        network = build_network("waveform_unet", CONFIG)
        card = Card("waveform_unet", network.config.to_mapping(), RATE, RATE, 0.1)
        file = tmp_path / f"{name}.safetensors"
        save_weights(file, network, card)
        told = Told(tasks=("denoise",), method="light", optional=bool(entries))
        entries.append(import_model(file, tmp_path / "models", told))
    return Catalog(tuple(entries))


@pytest.fixture
def state(rng):
    audio = music(rng, 3.0, RATE, 1)
    audio.samples[:] += noise(rng, 3.0, RATE, 0.01).samples
    return State(MemoryRecording(audio))


def samples(made):
    assert made.audio is not None
    return made.audio.samples


def test_all_that_can_run_can_be_compared(catalog):
    assert contenders("denoise", Catalog()) == (CLASSICAL,)
    assert contenders("denoise", catalog) == (
        CLASSICAL,
        HALL,
        Contender("denoise", "light", "room"),
    )
    assert "denoise" in compared_tasks()
    assert "gain" not in compared_tasks()


def test_both_are_made_of_the_very_samples_that_are_asked_for(catalog, state):
    start, stop = RATE, 2 * RATE
    job = CompareJob(state, start, stop, (HALL, CLASSICAL), Equipment(catalog))
    compared = job.run()
    original = state.read(start, stop).samples
    assert np.array_equal(samples(compared.original), original)
    hall, classical = compared.made
    assert [each.contender for each in compared.made] == [HALL, CLASSICAL]
    for made in compared.made:
        assert made.problem == ""
        assert samples(made).shape == original.shape
        assert made.picture.shape == (len(compared.bins_hz), compared.original.picture.shape[1])
        assert made.seconds > 0.0
        removed = original - samples(made)
        wanted = 10 * np.log10(np.square(removed).sum() / np.square(original).sum())
        assert made.removed_db == pytest.approx(wanted, abs=0.01)
    assert -40.0 < classical.removed_db < -10.0
    assert not np.array_equal(samples(hall), samples(classical))
    assert state.operations == ()


def test_another_model_of_the_same_method_makes_something_else(catalog, state):
    room = Contender("denoise", "light", "room")
    hall, other = CompareJob(state, 0, RATE, (HALL, room), Equipment(catalog)).run().made
    assert not np.array_equal(samples(hall), samples(other))


def test_what_cannot_run_is_told_and_the_other_is_made(catalog, state):
    catalog.entries[0].path.unlink()
    broken, classical = CompareJob(state, 0, RATE, (HALL, CLASSICAL), Equipment(catalog)).run().made
    assert broken.audio is None
    assert "are missing" in broken.problem
    assert classical.audio is not None


def test_noise_that_is_marked_is_learnt_from_where_a_method_can(catalog):
    noise = Region(0.0, 0.5)
    assert task_of(CLASSICAL, noise).to_mapping()["noise"] == str(noise)
    assert task_of(HALL, noise).to_mapping()["noise"] is None
    assert isinstance(task_of(Contender("inpaint", "ar"), noise), Inpaint)


def test_what_is_compared_is_short():
    assert stretch(Region(5.0, 8.0, 100.0, 900.0), 0.0, 60.0) == Region(5.0, 8.0)
    assert stretch(Region(5.0, 58.0), 0.0, 60.0) == Region(5.0, 5.0 + LONGEST_S)
    assert stretch(None, 30.0, 60.0) == Region(30.0 - UNASKED_S / 2, 30.0 + UNASKED_S / 2)
    assert stretch(None, 1.0, 60.0) == Region(0.0, UNASKED_S)
    assert stretch(None, 60.0, 60.0) == Region(60.0 - UNASKED_S, 60.0)
    assert stretch(None, 1.0, 4.0) == Region(0.0, 4.0)


def test_no_click_is_lost_in_a_picture(rng):
    audio = music(rng, 12.0, RATE, 1)
    audio.samples[:] = 0.0
    at = 5 * RATE + 77
    audio.samples[0, at] = 0.9
    analysis = StftPicture(RATE)
    picture = picture_of(audio, analysis)
    assert picture.shape[1] <= PICTURE_FRAMES
    loud = np.flatnonzero(picture.max(axis=0))
    share = at / audio.n_samples
    assert abs(loud.mean() / picture.shape[1] - share) < 0.01
