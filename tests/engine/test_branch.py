from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.branch import left_out, to_spare, within, without
from engine.errors import SettingsError
from engine.event import Decision, Event
from engine.project import Operation, Patch, Project
from engine.review import decide
from engine.tasks.gain import Gain

RATE = 1000


@pytest.fixture
def project(rng):
    samples = rng.standard_normal((2, RATE)).astype(np.float32)
    return Project(MemoryRecording(Audio(samples, RATE)))


def done(title, start, stop, value=1.0):
    patch = Patch(start, np.full((2, stop - start), value, np.float32))
    return Operation(Gain(), title, (), (patch,), (), stop - start, 0, datetime.now(UTC), 0.0)


def follow(project, branch):
    project.jump(None if branch.start is None else branch.start.id)
    for each in branch.copies:
        project.commit(each)


def heard(project):
    return project.state.read(0, project.state.n_samples).samples


def titles(project):
    return [each.title for each in project.state.operations]


def test_the_line_without_one_operation_holds_all_samples_of_the_others(project):
    first, second, third = done("a", 0, 100), done("b", 200, 300, 2.0), done("c", 400, 500, 3.0)
    for each in (first, second, third):
        project.commit(each)
    before, source = heard(project), project.source.read(0, RATE).samples
    follow(project, without(project, (second,)))
    after = heard(project)
    assert titles(project) == ["a", "c"]
    assert np.array_equal(after[:, 200:300], source[:, 200:300])
    rest = np.r_[0:200, 300:RATE]
    assert np.array_equal(after[:, rest], before[:, rest])
    assert project.find(third.id) is third  # the tree keeps the old line


def test_what_was_left_out_comes_back_after_all_that_can_be_spared_has_gone(project):
    first, second, third = done("a", 0, 100), done("b", 200, 300, 2.0), done("c", 400, 500, 3.0)
    for each in (first, second, third):
        project.commit(each)
    before = heard(project)
    project.jump(first.id)
    aside = done("aside", 600, 700)
    project.commit(aside)
    project.jump(third.id)
    follow(project, without(project, (second,)))
    assert to_spare(project) == (aside,)
    project.forget(to_spare(project))
    ((absent, _),) = left_out(project)
    follow(project, within(project, (absent,)))
    assert titles(project) == ["a", "b", "c"]
    assert np.array_equal(heard(project), before)


def test_switched_on_again_it_is_the_line_of_before_and_nothing_is_copied(project):
    operations = [done("a", 0, 100), done("b", 200, 300, 2.0), done("c", 400, 500, 3.0)]
    for each in operations:
        project.commit(each)
    follow(project, without(project, (operations[1],)))
    assert [each.title for each, _ in left_out(project)] == ["b"]
    branch = within(project, (operations[1],))
    assert branch.copies == ()
    assert branch.start is operations[2]
    follow(project, branch)
    assert project.state.operations == tuple(operations)
    assert left_out(project) == ()


def test_work_done_meanwhile_stays_when_it_is_switched_on_again(project):
    operations = [done("a", 0, 100), done("b", 200, 300, 2.0), done("c", 400, 500, 3.0)]
    for each in operations:
        project.commit(each)
    follow(project, without(project, (operations[0],)))
    project.commit(done("d", 600, 700, 4.0))
    follow(project, within(project, (operations[0],)))
    assert titles(project) == ["a", "b", "c", "d"]
    found = heard(project)[0, [50, 250, 450, 650]]
    assert found.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_several_are_left_out_and_come_back_in_any_order(project):
    operations = [done(name, 100 * at, 100 * at + 50) for at, name in enumerate("abcd")]
    for each in operations:
        project.commit(each)
    before = heard(project)
    follow(project, without(project, (operations[1],)))
    copy = project.state.operations[1]
    assert copy.title == "c"
    follow(project, without(project, (copy,)))
    assert titles(project) == ["a", "d"]
    assert {each.title for each, _ in left_out(project)} == {"b", "c"}
    for name in "bc":
        absent = next(each for each, _ in left_out(project) if each.title == name)
        follow(project, within(project, (absent,)))
    assert titles(project) == ["a", "b", "c", "d"]
    assert np.array_equal(heard(project), before)


def test_what_later_work_lies_over_is_not_left_out_and_the_sentence_names_it(project):
    below, above = done("Declick", 0, 100), done("Denoise", 50, 500)
    project.commit(below)
    project.commit(above)
    with pytest.raises(SettingsError, match="Denoise was done later and is built upon Declick"):
        without(project, (below,))
    follow(project, without(project, (above,)))
    assert titles(project) == ["Declick"]
    follow(project, without(project, (below,)))
    assert titles(project) == []


def test_what_comes_before_a_stage_is_not_left_out(project):
    speed = replace(done("Speed", 0, 1), patches=(), stage=project.source)
    first = done("Declick", 0, 100)
    project.commit(first)
    project.commit(speed)
    with pytest.raises(SettingsError, match="Speed was done later"):
        without(project, (first,))


def test_work_on_the_same_samples_done_meanwhile_keeps_it_out(project):
    operations = [done("a", 0, 100), done("b", 200, 300)]
    for each in operations:
        project.commit(each)
    follow(project, without(project, (operations[0],)))
    project.commit(done("new", 50, 60))
    with pytest.raises(SettingsError, match="new was done later and is built upon a"):
        within(project, (operations[0],))


def test_decisions_go_with_what_they_were_made_on_and_are_found_on_the_copies(project):
    first = done("a", 0, 100)
    found = replace(done("Declick", 200, 300), events=(Event(210, 220, 0, 1.0, -20.0),))
    project.commit(first)
    project.commit(found)
    project.commit(decide(project.state, found, (0,), Decision.REJECTED))
    before = heard(project)
    follow(project, without(project, (first,)))
    copy = project.state.operations[0]
    assert copy.origin == found.id
    assert project.state.decisions(copy) == (Decision.REJECTED,)
    assert np.array_equal(heard(project)[:, 200:300], before[:, 200:300])
    follow(project, without(project, (copy,)))
    assert titles(project) == []


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_switched_the_samples_are_those_of_what_is_in_force(seed):
    """Each operation adds a power of two of its own to what lies below, so the sum tells all."""
    rng = np.random.default_rng(seed)
    project = Project(MemoryRecording(Audio(np.zeros((1, 200), np.float32), RATE)))
    powers: dict[str, float] = {}
    for _ in range(25):
        standing = project.state.operations
        absent = [each for each, _ in left_out(project)]
        kind = rng.random()
        if kind < 0.4 or not standing:
            start = int(rng.integers(0, 190))
            stop = min(200, start + int(rng.integers(1, 30)))
            power = 2.0 ** (len(powers) % 20)
            below = project.state.read(start, stop).samples
            added = replace(done("o", 0, 1), patches=(Patch(start, below + power),))
            powers[added.id] = power
            project.commit(added)
            continue
        wanted = {each.origin for each in standing}
        try:
            if absent and kind < 0.7:
                chosen = absent[int(rng.integers(len(absent)))]
                follow(project, within(project, (chosen,)))
            else:
                chosen = standing[int(rng.integers(len(standing)))]
                follow(project, without(project, (chosen,)))
        except SettingsError:
            continue
        wanted ^= {chosen.origin}
        assert {each.origin for each in project.state.operations} == wanted
    expected = np.zeros(200, np.float32)
    for each in project.state.operations:
        start, stop = each.spans[0]
        expected[start:stop] += np.float32(powers[each.origin])
    assert np.array_equal(heard_of(project), expected)


def heard_of(project):
    return project.state.read(0, 200).samples[0]
