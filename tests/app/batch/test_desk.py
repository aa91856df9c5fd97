import json

from app import paths
from app.batch.choices import Choices
from app.batch.kept import KeepListJob, LoadListJob, snapshot
from app.batch.rows import Found, Row
from engine.jobs.batch_news import SideState

_OTHER_CHOICES: tuple[dict[str, object], ...] = (
    {"name": ["a"]},
    {"n_jobs": 1.5},
    {"is_survey": "no"},
    {"operator": None},
)


def left(folder, count=3, *, is_begun=True):
    """A list as a window left it whose first side was done and whose second one was at work."""
    rows = [Row(Found(str(folder / f"{n}.wav"), f"shelf/{n}.wav"), "78rpm") for n in range(count)]
    rows[0].state, rows[0].clicks = SideState.DONE, 12
    rows[1].state = SideState.RUNNING
    told = snapshot(rows, Choices(folder / "out", n_jobs=2), is_begun=is_begun)
    paths.batch().mkdir(parents=True, exist_ok=True)
    KeepListJob(paths.batch(), told).run()


def test_the_menu_opens_the_window_and_closing_runout_closes_it(window, act, qtbot):
    act("batch")
    batch = window.batch.window
    assert batch.isVisible()
    act("batch")
    assert window.batch.window is batch
    window.close()
    assert window.batch.window is None
    assert not batch.isVisible()


def test_a_batch_that_was_cut_off_is_offered(window, qtbot, tmp_path):
    left(tmp_path)
    window.batch.look()
    qtbot.waitUntil(window.batch.card.isVisible)
    assert window.batch.card.told == f"2 of 3 sides are missing in {tmp_path / 'out'}."
    window.batch.card.look.click()
    batch = window.batch.window
    qtbot.waitUntil(lambda: len(batch.queue.model.rows) == 3)
    assert [row.state.value for row in batch.queue.model.rows] == ["done", "waiting", "waiting"]
    assert batch.queue.model.rows[0].clicks == 12
    assert batch.options.folder.text() == str(tmp_path / "out")
    assert window.batch.card.isHidden()


def test_going_on_begins_at_once(window, qtbot, tmp_path):
    left(tmp_path)  # none of its sources is there any more
    window.batch.look()
    qtbot.waitUntil(window.batch.card.isVisible)
    window.batch.card.go_on.click()
    batch = window.batch.window
    qtbot.waitUntil(lambda: len(batch.queue.model.rows) == 3)
    qtbot.waitUntil(lambda: not batch.run.is_running, timeout=60_000)
    assert [row.state for row in batch.queue.model.rows] == [SideState.FAILED] * 3


def test_a_list_that_was_never_started_is_kept_and_not_offered(window, qtbot, tmp_path):
    left(tmp_path, is_begun=False)
    window.batch.look()
    qtbot.waitUntil(lambda: window.session.project_runner.current is None)
    assert window.batch.card.isHidden()
    assert len(LoadListJob(paths.batch()).run().rows) == 3


def test_a_list_that_is_forgotten_is_not_offered_again(window, qtbot, tmp_path):
    left(tmp_path)
    window.batch.look()
    qtbot.waitUntil(window.batch.card.isVisible)
    window.batch.card.forget.click()
    assert window.batch.card.isHidden()
    assert LoadListJob(paths.batch()).run().rows == []


def test_a_damaged_list_is_passed_over(tmp_path):
    left(tmp_path)
    told = json.loads((paths.batch() / "list.json").read_bytes())
    others = [told | {"choices": told["choices"] | change} for change in _OTHER_CHOICES]
    others += [told | {"rows": [[value, *told["rows"][0][1:]]]} for value in (3, None, ["a"])]
    others += [told | {"rows": [[told["rows"][0][0], ".", *told["rows"][0][2:]]]}]
    others += [told | {"rows": [[*told["rows"][0][:4], "x", *told["rows"][0][5:]]]}]
    wrong = [json.dumps(each).encode() for each in (*others, {"rows": [[]]})]
    for damaged in (b"", b"{", b"[" * 100_000, *wrong):
        (paths.batch() / "list.json").write_bytes(damaged)
        assert LoadListJob(paths.batch()).run().rows == []


def test_quitting_asks_while_a_batch_is_at_work(window, monkeypatch, act):
    act("batch")
    asked = []
    with monkeypatch.context() as patched:
        patched.setattr("app.batch.run.BatchRun.is_running", True)
        patched.setattr("app.batch.desk.ask_quitting", lambda _, n: asked.append(n))
        window.close()
    assert asked == [0]
    assert window.isVisible()


def test_ten_thousand_rows_are_taken_over_without_halting_the_window(window, act, qtbot, tmp_path):
    left(tmp_path, 10_000)
    act("batch")
    batch = window.batch.window
    qtbot.waitUntil(lambda: len(batch.queue.model.rows) == 10_000, timeout=60_000)
    batch.options.analyse.setChecked(True)
    qtbot.wait(50)
    assert batch.queue.model.rows[0].state is SideState.WAITING
    assert batch.buttons.told.text() == "0 of 10 000 sides finished"


def test_a_window_that_is_closed_before_it_has_read_the_list_leaves_it(window, act, tmp_path):
    left(tmp_path)
    act("batch")
    window.batch.stop()
    assert len(LoadListJob(paths.batch()).run().rows) == 3
