import pytest

from app.marks import MARKER, MUSIC, NOISE, Marks, neighbours
from engine.region import Region
from engine.storage.contents import Mark


class Head:
    """Which operation is at the head."""

    id: str | None = None


@pytest.fixture
def head():
    return Head()


@pytest.fixture
def marks(qapp, head):
    return Marks(lambda change: True, lambda: head.id)


def told(marks):
    return [(each.kind, each.start_s, each.stop_s) for each in marks.items]


def test_marks_stand_in_order_of_time_and_none_is_set_twice(marks):
    assert marks.add(Mark(2.0, 2.0, "b"))
    assert marks.add(Mark(1.0, 1.0, "a"))
    assert not marks.add(Mark(2.0, 2.0, "again"))
    assert [each.name for each in marks.items] == ["a", "b"]
    assert marks.current.name == "b"


def test_what_is_music_is_taken_out_of_the_noise_and_the_longest_rest_is_learnt_from(marks):
    marks.set_noise(Region(1.0, 5.0))
    marks.add(Mark(2.0, 3.0, "", MUSIC))
    assert told(marks) == [(NOISE, 1.0, 2.0), (MUSIC, 2.0, 3.0), (NOISE, 3.0, 5.0)]
    assert marks.noise == Region(3.0, 5.0)


def test_noise_is_learnt_from_the_stretch_that_was_marked_last_and_the_others_stay(marks):
    marks.set_noise(Region(1.0, 2.0))
    marks.set_noise(Region(7.0, 8.0))
    assert marks.noise == Region(7.0, 8.0)
    assert told(marks) == [(NOISE, 1.0, 2.0), (NOISE, 7.0, 8.0)]
    marks.remove([marks.items[1]])
    assert marks.noise is None
    marks.undo()
    assert marks.noise == Region(7.0, 8.0)


def test_a_change_of_marks_is_taken_back_before_the_operation_it_came_after(marks, head):
    marks.add(Mark(1.0, 1.0, "before"))
    head.id = "declick"
    assert not marks.can_undo
    marks.add(Mark(2.0, 2.0, "after"))
    marks.undo()
    assert told(marks) == [(MARKER, 1.0, 1.0)]
    assert not marks.can_undo
    head.id = None
    marks.undo()
    assert marks.items == ()
    marks.redo()
    assert told(marks) == [(MARKER, 1.0, 1.0)]
    assert not marks.can_redo
    head.id = "declick"
    marks.redo()
    assert told(marks) == [(MARKER, 1.0, 1.0), (MARKER, 2.0, 2.0)]


def test_marks_that_cannot_be_recorded_stay_as_they_were(qapp):
    marks = Marks(lambda change: False, lambda: None)
    assert not marks.add(Mark(1.0, 1.0, ""))
    assert (marks.items, marks.can_undo) == ((), False)


def test_a_noise_stretch_from_an_older_project_is_a_mark(marks):
    marks.take((), Region(0.0, 0.5))
    assert told(marks) == [(NOISE, 0.0, 0.5)]


def test_a_moved_noise_mark_is_learnt_from_where_it_is_now(marks):
    marks.set_noise(Region(1.0, 2.0))
    marks.replace(marks.items[0], Mark(1.5, 2.0, "run-in", NOISE))
    assert marks.noise == Region(1.5, 2.0)
    assert marks.items[0].name == "run-in"


def test_neighbours_are_edges_of_markers_alone():
    marks = [Mark(1.0, 1.0, ""), Mark(3.0, 4.0, ""), Mark(2.0, 2.5, "", NOISE)]
    assert neighbours(marks, 2.2) == (1.0, 3.0)
    assert neighbours(marks, 0.5) == (None, 1.0)
    assert neighbours(marks, 9.0) == (4.0, None)
