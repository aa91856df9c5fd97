from PySide6.QtWidgets import QCheckBox, QToolButton

from app.panels.replay import ReplayPart
from engine.tasks.replay_eq import ReplayEq


def heard(session) -> ReplayEq | None:
    task: ReplayEq | None = session.player.equaliser
    return task


def marks(window) -> list[QToolButton]:
    buttons = window.transport.findChildren(QToolButton)
    return [button for button in buttons if button.text() == "EQ" and button.isVisible()]


def test_the_replay_eq_is_heard_before_it_is_rendered_and_the_transport_says_so(
    opened, session, act, qtbot
):
    assert not opened.actions_by_id["monitor_eq"].isEnabled()
    opened.inspector.choose_task("replay-eq")
    opened.inspector.operation.form.set_values({"replay": "AES_400N-12.3"})
    assert heard(session) is None
    qtbot.waitUntil(lambda: marks(opened) == [])
    act("monitor_eq")
    assert heard(session) == ReplayEq(replay="AES_400N-12.3")
    qtbot.waitUntil(lambda: len(marks(opened)) == 1)
    assert session.document.operations == ()
    opened.inspector.operation.form.set_values({"transfer": "RIAA_500R-13.7"})
    assert heard(session) == ReplayEq(transfer="RIAA_500R-13.7", replay="AES_400N-12.3")
    marks(opened)[0].click()
    assert heard(session) is None
    qtbot.waitUntil(lambda: marks(opened) == [])


def test_the_box_beneath_the_settings_and_the_menu_agree(opened, act):
    opened.inspector.choose_task("replay-eq")
    part = opened.inspector.operation.findChild(ReplayPart)
    box = part.findChild(QCheckBox)
    box.click()
    assert opened.actions_by_id["monitor_eq"].isChecked()
    act("monitor_eq")
    assert not box.isChecked()


def test_it_is_heard_still_while_another_step_is_shown(opened, session, act, qtbot):
    opened.inspector.choose_task("replay-eq")
    act("monitor_eq")
    opened.inspector.choose_task("declick")
    assert heard(session) == ReplayEq()
    qtbot.waitUntil(lambda: len(marks(opened)) == 1)
    act("monitor_eq")
    assert heard(session) is None


def test_two_curves_that_are_the_same_cannot_be_run(opened, act):
    opened.inspector.choose_task("replay-eq")
    part = opened.inspector.operation
    assert not part._run.isEnabled()
    assert part._target.text().startswith("The two curves are the same, so nothing would change")
    part.form.set_values({"replay": "European_250N-0"})
    assert part._run.isEnabled()
    assert part._run.text() == "Run on whole side"
    part.form.set_values({"transfer": "custom", "turnover_hz": 250.0})
    assert not part._run.isEnabled()


def test_rendering_it_ends_the_monitoring(opened, session, act, finish, qtbot):
    opened.inspector.choose_task("replay-eq")
    opened.inspector.operation.form.set_values({"replay": "European_250N-0"})
    act("monitor_eq")
    act("run")
    finish()
    assert session.document.operations[0].task == ReplayEq(replay="European_250N-0")
    assert heard(session) is None
    qtbot.waitUntil(lambda: marks(opened) == [])
