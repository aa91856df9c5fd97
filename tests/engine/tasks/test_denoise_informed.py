"""Denoise by a network that is told the noise."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog
from engine.dsp.noise_course import NoiseCourse
from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.progress import ignore
from engine.project import Operation, State
from engine.region import Region
from engine.tasks.denoise import Denoise, Known
from tests.engine.tasks.toy_models import toy_entry
from tests.signals import music, noise, snr_db

RATE = 22050
ALONE = Region(0.0, 1.0)


@pytest.fixture(scope="module")
def equipment(tmp_path_factory: pytest.TempPathFactory) -> Equipment:
    folder: Path = tmp_path_factory.mktemp("models")
    return Equipment(Catalog((toy_entry(folder, "denoise", "informed"),)), "cpu")


@pytest.fixture
def side(rng) -> tuple[Audio, Audio]:
    """Three seconds of clean music after a second of silence, and the same with noise."""
    clean = music(rng, 4.0, RATE).samples
    clean[:, :RATE] = 0.0
    hiss = noise(rng, 4.0, RATE, 0.02).samples
    return Audio(clean, RATE), Audio(clean + hiss, RATE)


def run(task: Denoise, audio: Audio, equipment: Equipment, *regions: Region) -> Operation:
    return restore(State(MemoryRecording(audio)), task, regions, ignore, equipment)


def after(operation: Operation, audio: Audio) -> np.ndarray:
    state = State(MemoryRecording(audio), (operation,))
    return state.read(0, state.n_samples).samples


def test_marked_noise_is_taken_out_even_by_an_untrained_network(side, equipment):
    # half of what it gives is what the classical rule makes of the noise it was told
    clean, degraded = side
    told = after(run(Denoise(method="informed", noise=ALONE), degraded, equipment), degraded)
    before = snr_db(clean.samples, degraded.samples)
    assert snr_db(clean.samples, told) > before + 3.0


def test_noise_before_the_music_is_found_and_told(side, equipment):
    clean, degraded = side
    operation = run(Denoise(method="informed"), degraded, equipment)
    before = snr_db(clean.samples, degraded.samples)
    assert snr_db(clean.samples, after(operation, degraded)) > before + 3.0
    assert any("found by itself" in note for note in operation.notes)


def test_looks_that_see_nothing_tell_nothing_where_no_noise_is_alone(side, equipment):
    clean, degraded = (Audio(each.samples[:, RATE:], RATE) for each in side)
    blind = after(run(Denoise(method="informed"), degraded, equipment), degraded)
    before = snr_db(clean.samples, degraded.samples)
    assert abs(snr_db(clean.samples, blind) - before) < 0.5


def test_what_was_told_of_the_whole_side_holds_within_a_region(side, equipment):
    _, degraded = side
    task = Denoise(method="informed", noise=ALONE)
    whole = after(run(task, degraded, equipment), degraded)
    part = after(run(task, degraded, equipment, Region(2.0, 3.0)), degraded)
    span = slice(round(2.2 * RATE), round(2.8 * RATE))
    difference = np.abs(whole[:, span] - part[:, span]).max()
    assert difference < 5e-3 * np.abs(degraded.samples).max()


def test_reduction_lets_as_much_noise_back_in_as_it_says(side, equipment):
    _, degraded = side
    full, half = (
        after(
            run(Denoise(method="informed", noise=ALONE, reduction_db=amount), degraded, equipment),
            degraded,
        )
        for amount in (60.0, 6.0)
    )
    removed, less = degraded.samples - full, degraded.samples - half
    assert snr_db(removed * (1.0 - 10 ** (-6.0 / 20)) / (1.0 - 1e-3), less) > 60.0


@pytest.mark.parametrize("region", [Region(0.0, 0.01), Region(9.0, 10.0)])
def test_noise_that_cannot_be_measured_is_refused(region, side, equipment):
    with pytest.raises(SettingsError, match="noise|recording"):
        run(Denoise(method="informed", noise=region), side[1], equipment)


@pytest.mark.parametrize("marked", [ALONE, None])
def test_auto_goes_by_the_spectrum_where_noise_is_marked_or_found(marked, side, equipment):
    _, degraded = side
    told = run(Denoise(method="auto", noise=marked), degraded, equipment)
    assert told.notes[0] == "auto has taken the method spectral"
    assert not told.models
    wanted = run(Denoise(noise=marked), degraded, equipment)
    assert np.array_equal(after(told, degraded), after(wanted, degraded))


def test_auto_asks_the_network_where_the_noise_is_not_known(rng, equipment):
    audio = music(rng, 3.0, RATE)
    made = run(Denoise(method="auto"), audio, equipment)
    assert made.notes[0] == "auto has taken the method informed"
    assert [each.name for each in made.models] == ["toy-denoise-informed"]
    wanted = run(Denoise(method="informed"), audio, equipment)
    assert np.array_equal(after(made, audio), after(wanted, audio))


def test_auto_without_a_network_estimates_the_noise(rng):
    audio = music(rng, 2.0, RATE)
    made = run(Denoise(method="auto"), audio, Equipment(Catalog(()), "cpu"))
    assert made.notes[0] == "auto has taken the method spectral"


def test_noise_that_changes_is_told_as_it_is_at_each_moment(side, equipment):
    _, degraded = side
    task = Denoise(method="informed", noise=ALONE).equip(equipment).fit(MemoryRecording(degraded))
    falling = np.array([[0.0, 0.0], [-20.0, -20.0]])
    course = NoiseCourse(np.array([0.5, 200.0]), np.array([100.0, 5000.0]), falling)
    followed = replace(task, known=Known(course=course))
    assert any("changes by up to 20.0 dB" in note for note in followed.notes())
    alone = Audio(degraded.samples[:, :RATE], RATE)
    levels = [
        float(np.std(each.apply(alone, slice(0, RATE)).audio.samples[:, 4000:-4000]))
        for each in (task, followed.at(0.0), followed.at(200.0), task)
    ]
    assert levels[1] == pytest.approx(levels[0], rel=0.05)
    assert levels[2] > 1.3 * levels[0]
    assert levels[3] == levels[0]
