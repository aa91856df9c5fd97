from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.errors import SettingsError
from engine.event import Decision, Event
from engine.project import Operation, Patch, Project, State
from engine.review import decide
from engine.tasks.gain import Gain
from tests.signals import noise

EVENTS = (Event(100, 110, 0, 0.9, -20.0), Event(105, 125, 1, 0.5, -30.0), Event(300, 301, 0, 1, 0))


@pytest.fixture
def project(rng: np.random.Generator) -> Project:
    return Project(MemoryRecording(noise(rng, 0.1, 10000, n_channels=2)))


def operation(*patches: Patch, events: tuple[Event, ...] = ()) -> Operation:
    return Operation(Gain(), "Declick", (), patches, events, 0, 0, datetime.now(UTC), 0.0)


@pytest.fixture
def repaired(project: Project) -> Operation:
    """Zeros where the events are, and nowhere else."""
    samples = project.source.read(0, 1000).samples
    for event in EVENTS:
        samples[event.channel, event.start : event.stop] = 0.0
    done = operation(Patch(90, samples[:, 90:320]), events=EVENTS)
    project.commit(done)
    return done


def read(state: State) -> np.ndarray:
    return state.read(0, state.n_samples).samples


def test_a_rejected_repair_is_the_source_again_bit_for_bit(project: Project, repaired: Operation):
    source, before = read(State(project.source)), read(project.state)
    done = decide(project.state, repaired, [0], Decision.REJECTED)
    project.commit(done)
    after = read(project.state)
    np.testing.assert_array_equal(after[0, 100:110], source[0, 100:110])
    assert done.changed == 10
    after[0, 100:110] = before[0, 100:110]
    np.testing.assert_array_equal(after, before)


def test_all_repairs_reverted_are_the_whole_source(project: Project, repaired: Operation):
    project.commit(decide(project.state, repaired, range(3), Decision.REVERTED))
    np.testing.assert_array_equal(read(project.state), read(State(project.source)))
    assert project.state.decisions(repaired) == (Decision.REVERTED,) * 3


def test_accepting_after_rejecting_puts_the_repair_on_again(project: Project, repaired: Operation):
    before = read(project.state)
    project.commit(decide(project.state, repaired, [1, 2], Decision.REJECTED))
    done = decide(project.state, repaired, [1], Decision.ACCEPTED)
    project.commit(done)
    after = read(project.state)
    np.testing.assert_array_equal(after[:, :300], before[:, :300])
    assert project.state.decisions(repaired) == (
        Decision.PENDING,
        Decision.ACCEPTED,
        Decision.REJECTED,
    )
    assert done.title == "Accept Declick at 0.011 s"


def test_accepting_a_repair_in_force_changes_no_sample(project: Project, repaired: Operation):
    done = decide(project.state, repaired, [0, 2], Decision.ACCEPTED)
    assert (done.patches, done.changed, done.title) == ((), 0, "Accept 2 of Declick")


def test_under_a_later_operation_what_was_taken_out_is_added_back(
    project: Project, repaired: Operation
):
    source = read(State(project.source))
    project.commit(operation(Patch(0, read(project.state) * np.float32(0.5))))
    present = read(project.state)
    project.commit(decide(project.state, repaired, [0], Decision.REJECTED))
    expected = present.copy()
    expected[0, 100:110] += source[0, 100:110]
    np.testing.assert_array_equal(read(project.state), expected)


def test_what_lies_before_a_stage_cannot_be_reviewed_from_after_it(
    project: Project, repaired: Operation
):
    stage = MemoryRecording(Audio(np.zeros((1, 50), np.float32), 10000))
    project.commit(replace(operation(), stage=stage, title="Speed", id="x"))
    with pytest.raises(SettingsError, match="Declick was done before Speed"):
        decide(project.state, repaired, [0], Decision.REJECTED)


def test_an_event_that_is_not_there_is_refused(project: Project, repaired: Operation):
    with pytest.raises(SettingsError, match="has no event 4; it found 3"):
        decide(project.state, repaired, [3], Decision.REJECTED)
    project.move_head(0)
    with pytest.raises(SettingsError, match="is undone"):
        decide(project.state, repaired, [0], Decision.REJECTED)
