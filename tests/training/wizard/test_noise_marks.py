"""Marks of projects become stretches of noise; music that is marked is never among them."""

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from engine.region import Region
from engine.storage.contents import Mark
from engine.storage.folder import create_project
from tests.training.wizard.disc_side import write_side
from training.wizard.noise_marks import (
    Marked,
    ReadMarksJob,
    SideMarks,
    combined,
    read_marks,
    side_marks,
)
from training.wizard.plan import Stretch

NOISE, MUSIC = Mark(0.5, 2.5, "", "noise"), Mark(3.0, 7.0, "", "music")


@pytest.fixture
def project(tmp_path, rng):
    """A project with a mark of noise, one of music, and a place."""
    path = tmp_path / "projects" / "side.runout"
    path.parent.mkdir()
    source = write_side(tmp_path / "side.wav", rng)
    with create_project(path, tmp_path / "side.wav", software="1") as folder:
        folder.set_marks((NOISE, MUSIC, Mark(1.0, 1.0, "here")))
    return path, source


def test_marks_are_read_from_a_project_and_measured(project):
    path, source = project
    marked = ReadMarksJob((str(path.parent),)).run()
    assert marked.sides == (SideMarks(source, (Region(0.5, 2.5),), (Region(3.0, 7.0),)),)
    (stretch,) = marked.stretches
    assert (stretch.path, stretch.start_s, stretch.stop_s) == (source, 0.5, 2.5)
    assert (stretch.origin, stretch.is_taken) == ("mark", True)
    assert stretch.level_dbfs == pytest.approx(-34.0, abs=0.5)
    assert (marked.problems, marked.n_projects) == ((), 1)


def test_a_project_that_is_open_is_read_too(project, tmp_path):
    other = tmp_path / "other.runout"
    with create_project(other, tmp_path / "side.wav", software="1") as folder:
        folder.set_marks((NOISE,))
        assert read_marks(other).noise == (Region(0.5, 2.5),)


def test_the_stretch_that_noise_is_learnt_from_counts_as_marked(tmp_path, rng):
    write_side(tmp_path / "side.wav", rng)
    with create_project(tmp_path / "p.runout", tmp_path / "side.wav", software="1") as folder:
        folder.set_noise(Region(8.0, 9.5))
    assert read_marks(tmp_path / "p.runout").noise == (Region(8.0, 9.5),)


def test_marks_on_a_side_that_is_played_faster_are_taken_back_to_its_transfer():
    marks = side_marks("/a.wav", (NOISE, MUSIC, Mark(9.5, 9.55, "", "noise")), 10.0, 12.0)
    assert marks.noise == (Region(0.6, 3.0),)
    assert marks.music == (Region(3.6, 8.4),)


def test_what_is_open_now_counts_instead_of_what_the_disk_has(project):
    path, source = project
    now = SideMarks(source, (Region(8.0, 9.0),), (Region(8.5, 8.6),))
    marked = ReadMarksJob((str(path),), (now,)).run()
    assert marked.sides == (now,)
    assert [(each.start_s, each.stop_s) for each in marked.stretches] == [(8.0, 8.5)]


def test_what_is_no_project_or_lacks_its_source_is_told_and_stops_nothing(project, tmp_path):
    path, source = project
    (tmp_path / "empty").mkdir()
    with pytest.raises(StorageError, match="empty is no project"):
        read_marks(tmp_path / "empty")
    (tmp_path / "side.wav").unlink()
    marked = ReadMarksJob((str(tmp_path / "empty"), str(path))).run()
    assert marked.stretches == ()
    assert len(marked.problems) == 2
    assert "source" in marked.problems[1]
    assert "side.wav" in marked.problems[1]


def test_marks_count_more_than_what_was_found():
    found = (
        Stretch("/a", 0.0, 3.0, "lead-in", True),
        Stretch("/a", 8.0, 10.0, "lead-out", True),
        Stretch("/b", 0.0, 1.0, "lead-in", True),
    )
    mark = Stretch("/a", 0.0, 1.0, "mark", True)
    side = SideMarks("/a", (Region(0.0, 1.0),), (Region(7.0, 8.25), Region(9.75, 10.0)))
    spans = [
        (each.path, each.start_s, each.stop_s, each.origin)
        for each in combined(found, Marked((side,), (mark,)))
    ]
    assert spans == [
        ("/a", 0.0, 1.0, "mark"),
        ("/a", 1.0, 3.0, "lead-in"),
        ("/a", 8.25, 9.75, "lead-out"),
        ("/b", 0.0, 1.0, "lead-in"),
    ]


def test_a_mark_of_two_channels_has_the_level_of_both(tmp_path, rng):

    samples = np.stack([np.full(44100, 0.0), 0.1 * rng.standard_normal(44100)], axis=1)
    soundfile.write(tmp_path / "two.wav", samples, 44100)
    side = SideMarks(str(tmp_path / "two.wav"), (Region(0.0, 1.0),))
    (stretch,) = ReadMarksJob((), (side,)).run().stretches
    assert stretch.level_dbfs == pytest.approx(-23.0, abs=0.2)
