"""What the window tells of a project is what the command line tells."""

from PySide6.QtGui import QGuiApplication

from app.dialogs.project_info import ProjectInfoDialog


def test_a_project_tells_where_it_lies_and_what_it_holds(
    opened, gain, act, save_to, session, qtbot, tmp_path, side
):
    assert not opened.actions_by_id["project_info"].isEnabled()
    gain(-3.0)
    gain(-1.0)
    act("undo")
    act("project_info")
    dialog = opened.findChild(ProjectInfoDialog)
    qtbot.waitUntil(lambda: "Name: none yet" in dialog.text, timeout=60_000)
    dialog.close()
    dialog.setParent(None)
    save_to(tmp_path / "Side A.runout")
    act("project_info")
    dialog = opened.findChild(ProjectInfoDialog)
    qtbot.waitUntil(lambda: dialog.text != "", timeout=60_000)
    dialog.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Name: Side A"
    assert f"Folder: {tmp_path / 'Side A.runout'}" in lines
    assert f"Transfer: {side}" in lines
    assert "Operations: 2, of them 1 in force" in lines
    dialog.close()
