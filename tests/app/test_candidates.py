import numpy as np
import pytest

from app.document import Monitored
from engine.region import Region
from engine.storage.generations import JOURNAL
from engine.storage.journal import read_journal


@pytest.fixture
def run(opened, act, finish):
    """Runs or tries a gain of so many dB."""

    def go(gain_db, how="run"):
        opened.inspector.choose_task("gain")
        opened.inspector.operation.form.set_values({"gain_db": gain_db})
        act(how)
        finish()

    return go


def result(session):
    return session.document.state.read(0, session.document.original.n_samples).samples


def test_another_try_is_a_sibling_on_the_same_region_whatever_is_selected(
    opened, session, run, act
):
    session.view_state.select(Region(0.5, 1.0))
    run(-6.0)
    first = result(session)
    session.view_state.select(Region(1.5, 1.8))
    run(-12.0, "try_another")
    one, other = session.document.project.all_operations
    assert session.document.project.siblings(one) == (one, other)
    assert other.regions == one.regions == (Region(0.5, 1.0),)
    span = slice(22050, 44100)
    source = session.document.source.read(0, 88200).samples
    inner = slice(span.start + 2000, span.stop - 2000)
    assert np.allclose(result(session)[:, inner], 10 ** (-0.6) * source[:, inner], atol=1e-4)
    assert opened.candidate_bar.text == "Candidate 2 of 2: Gain, gain -12 dB"
    act("candidate_previous")
    assert np.array_equal(result(session), first)
    assert opened.candidate_bar.text == "Candidate 1 of 2: Gain, gain -6 dB"
    assert opened.actions_by_id["candidate_1"].isChecked()
    assert not opened.actions_by_id["candidate_3"].isEnabled()


def test_candidates_are_gone_through_in_a_circle_and_by_their_letters(opened, session, run, act):
    for gain_db, how in ((-1.0, "run"), (-2.0, "try_another"), (-3.0, "try_another")):
        run(gain_db, how)
    assert (opened.candidates.current, opened.candidates.count) == (2, 3)
    act("candidate_next")
    assert opened.candidates.current == 0
    act("candidate_2")
    assert opened.candidates.current == 1
    assert opened.candidate_bar.text == "Candidate 2 of 3: Gain, gain -2 dB"


def test_what_was_tried_already_is_not_tried_again_and_nothing_moves(opened, session, run):
    run(-6.0)
    head = session.document.head
    run(-6.0, "try_another")
    assert session.document.head == head
    assert len(session.document.project.all_operations) == 1
    assert opened.status.word.startswith("That was tried already")
    assert opened.candidate_bar.text == ""


def test_a_try_that_is_cancelled_leaves_the_head_where_it_was(opened, session, run, act, finish):
    run(-6.0)
    done = session.document.state.operations
    opened.inspector.choose_preset("78rpm")
    act("try_another")
    assert session.document.state.operations == done
    act("cancel")
    finish()
    assert session.document.state.operations == done
    assert opened.candidates.count == 1


def test_while_another_is_tried_the_last_one_stays_in_force_and_in_the_project(
    opened, session, run, act, finish
):
    run(-6.0)
    document, first = session.document, result(session)
    head, told = document.project.head_id, []
    document.changed.connect(lambda *_: told.append(True))
    opened.inspector.choose_task("gain")
    opened.inspector.operation.form.set_values({"gain_db": -12.0})
    act("try_another")
    assert session.is_busy
    assert document.project.head_id == head
    assert np.array_equal(result(session), first)
    assert recorded_heads(document)[-1] == head
    assert not told
    finish()
    one, other = document.project.all_operations
    # one line of the journal leads from the one to the other
    assert recorded_heads(document)[-2:] == [one.id, other.id]
    assert document.state.operations == (other,)
    assert told


def test_another_try_of_several_steps_takes_the_place_of_all_of_the_last_run(
    opened, session, run, act, finish
):
    opened.inspector.choose_preset("78rpm")
    act("run")
    finish()
    steps = session.document.state.operations
    assert len(steps) > 1
    run(-6.0, "try_another")
    (alone,) = session.document.state.operations
    source = session.document.source.read(0, 88200).samples
    assert np.allclose(result(session), 10 ** (-0.3) * source, atol=1e-4)
    assert session.document.project.siblings(alone) == (steps[0], alone)


def test_what_is_tried_in_its_place_by_itself_is_known_as_tried(opened, session, act, finish):
    session.view_state.select(Region(0.5, 0.55))
    opened.inspector.choose_task("inpaint")
    act("run")
    finish()
    assert session.document.state.operations[0].task.method == "ar"
    act("try_another")
    finish()
    assert len(session.document.project.all_operations) == 1
    assert opened.status.word.startswith("That was tried already")


def recorded_heads(document):
    """The head after each line of the journal that moves it."""
    entries = read_journal(document.folder.path / JOURNAL).entries
    names = {"commit": "id", "head": "head"}
    return [each.fields.text(names[each.kind]) for each in entries if each.kind in names]


def test_playing_goes_on_while_candidates_are_changed(opened, session, run, act):
    run(-6.0)
    run(-12.0, "try_another")
    act("play")
    act("candidate_next")
    assert session.player.is_playing
    assert session.view_state.monitored is Monitored.RESULT
    session.player.stop()


def test_work_elsewhere_is_no_candidate(opened, session, run, act):
    session.view_state.select(Region(0.5, 1.0))
    run(-6.0)
    act("undo")
    session.view_state.select(Region(1.2, 1.4))
    run(-6.0)
    assert opened.candidates.count == 1
    assert not opened.actions_by_id["candidate_next"].isEnabled()


def test_a_seed_that_was_used_gives_way_to_the_next(opened, session, run):
    from engine.tasks.inpaint import Inpaint

    session.view_state.select(Region(0.5, 0.51))
    run(-6.0)
    operation = session.document.state.operations[-1]
    task = next(Inpaint(method=each) for each in methods(Inpaint) if seeded(Inpaint(method=each)))
    object.__setattr__(operation, "task", task)
    opened.candidates._runs.clear()
    opened.candidates._look()
    (fresh,) = opened.candidates._fresh((task,))
    assert fresh.seed == task.seed + 1
    assert opened.candidates._fresh((Inpaint(method=unseeded(Inpaint)),)) is not None


def methods(kind):
    return next(each.choices for each in kind.params() if each.name == "method")


def seeded(task):
    when = next(each.when for each in task.params() if each.name == "seed")
    return task.method in when.get("method", ())


def unseeded(kind):
    return next(each for each in methods(kind) if not seeded(kind(method=each)))
