from datetime import UTC, datetime

import numpy as np
import pytest

from engine.audio import MemoryRecording
from engine.event import Decision, Event
from engine.jobs.review import ReviewJob
from engine.progress import Cancelled
from engine.project import Operation, Patch, Project
from engine.tasks.gain import Gain
from tests.signals import noise


def repair(project: Project, starts: range) -> Operation:
    """Zeros of ten samples on the first channel, each an event."""
    samples = project.state.read(0, 2000).samples
    for start in starts:
        samples[0, start : start + 10] = 0.0
    events = tuple(Event(start, start + 10, 0, 0.9, -20.0) for start in starts)
    now = datetime.now(UTC)
    return Operation(Gain(), "Declick", (), (Patch(0, samples),), events, 0, 0, now, 0.0)


@pytest.fixture
def project(rng: np.random.Generator) -> Project:
    """Two operations, the events of the first between those of the second."""
    project = Project(MemoryRecording(noise(rng, 0.2, 10000, n_channels=2)))
    project.commit(repair(project, range(0, 2000, 100)))
    project.commit(repair(project, range(50, 2000, 100)))
    return project


def test_events_of_several_operations_are_put_back_together_bit_for_bit(project: Project):
    first, second = project.operations
    events = {first: range(20), second: range(20)}
    made = ReviewJob("Reject", project.state, events, Decision.REJECTED).run()
    assert [len(each.decided) for each in made] == [20, 20]
    for each in made:
        project.commit(each)
    source, state = project.source.read(0, 2000).samples, project.state.read(0, 2000).samples
    np.testing.assert_array_equal(state, source)


def test_a_cancelled_review_stops_between_two_events(project: Project):
    asked = []

    def progress(fraction: float, message: str = "") -> None:
        asked.append(fraction)
        if fraction >= 0.25:
            raise Cancelled

    first, second = project.operations
    events = {first: range(20), second: range(20)}
    with pytest.raises(Cancelled):
        ReviewJob("Reject", project.state, events, Decision.REJECTED).run(progress)
    assert asked[-1] == pytest.approx(0.25)
    assert len(asked) == 11
