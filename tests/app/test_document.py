from pathlib import Path

import numpy as np
import pytest

from app.document import Document, Monitored
from engine.audio import MemoryRecording
from engine.region import Region
from tests.app.fakes import silenced
from tests.signals import noise


@pytest.fixture
def document(qapp, rng):
    return Document(Path("side.wav"), MemoryRecording(noise(rng, 1.0, n_channels=2)))


@pytest.fixture
def changes(document):
    told = []
    document.changed.connect(lambda start, stop: told.append((start, stop)))
    return told


def read(recording):
    return recording.read(0, recording.n_samples).samples


def test_what_a_job_did_is_put_at_the_head_and_told(document, changes):
    operation = silenced(document.source, 1000, 2000)
    assert document.commit((operation,), document.revision)
    assert changes == [(1000, 2000)]
    assert document.head == 1
    after = read(document.state)
    assert not after[:, 1000:2000].any()
    assert np.array_equal(after[:, 2000:], read(document.source)[:, 2000:])


def test_a_result_of_an_older_revision_is_refused(document, changes):
    revision = document.revision
    document.commit((silenced(document.source, 0, 10),), revision)
    assert not document.commit((silenced(document.source, 10, 20),), revision)
    assert len(document.operations) == 1


def test_undo_redo_and_jump_tell_the_spans_that_may_differ(document, changes):
    document.commit((silenced(document.source, 0, 10),), document.revision)
    document.commit((silenced(document.source, 20, 30),), document.revision)
    changes.clear()
    document.undo()
    assert changes == [(20, 30)]
    changes.clear()
    document.jump_to(0)
    assert changes == [(0, 10)]
    assert np.array_equal(read(document.state), read(document.source))
    document.redo()
    document.redo()
    assert document.head == 2
    assert not document.can_redo


def test_a_new_operation_makes_those_undone_another_branch(document):
    document.commit((silenced(document.source, 0, 10),), document.revision)
    document.undo()
    document.commit((silenced(document.source, 20, 30),), document.revision)
    assert [o.spans for o in document.operations] == [((20, 30),)]
    (other,) = document.others
    document.jump_to_operation(other)
    assert document.state.operations == (other,)


def test_original_is_result_plus_removed_sample_for_sample(document):
    document.commit((silenced(document.source, 1000, 2000),), document.revision)
    original, result, removed = (read(document.recording(m)) for m in Monitored)
    assert np.array_equal(original, result + removed)
    assert not removed[:, :1000].any()


def test_what_was_exported_is_known_until_it_changes(document):
    assert document.n_unexported == 0
    document.commit((silenced(document.source, 0, 10),), document.revision)
    assert document.n_unexported == 1
    document.mark_exported(document.state)
    assert document.n_unexported == 0
    document.undo()
    assert document.n_unexported == 0
    document.commit((silenced(document.source, 20, 30),), document.revision)
    assert document.n_unexported == 1


def test_only_what_came_after_an_export_would_be_lost(document):
    document.commit((silenced(document.source, 0, 10),), document.revision)
    document.mark_exported(document.state)
    document.commit((silenced(document.source, 20, 30),), document.revision)
    assert document.n_unexported == 1
    document.jump_to(0)
    assert document.n_unexported == 0


def test_marking_noise_is_told(document):
    told = []
    document.noise_changed.connect(lambda: told.append(document.noise))
    document.mark_noise(Region(0.1, 0.2))
    document.mark_noise(None)
    assert told == [Region(0.1, 0.2), None]


def test_many_small_repairs_are_told_as_few_spans(document, changes):
    operations = tuple(silenced(document.source, 20 * i, 20 * i + 5) for i in range(2000))
    document.commit(operations, document.revision)
    assert len(changes) <= 64
    covered = np.zeros(document.source.n_samples, bool)
    for start, stop in changes:
        covered[start:stop] = True
    assert all(covered[s:e].all() for o in operations for s, e in o.spans)
