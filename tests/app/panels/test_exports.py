"""What was exported of a recording is listed with it."""

from PySide6.QtCore import QUrl

from app.panels.exports import Exports
from tests.app.conftest import write_side
from tests.app.dialogs.test_export import export, opened_dialog
from tests.signals import sine


def test_exports_are_listed_with_their_recording_the_newest_first(
    opened, session, side, qtbot, finish, monkeypatch, tmp_path
):
    shown: list[QUrl] = []
    monkeypatch.setattr("app.panels.exports.QDesktopServices.openUrl", shown.append)
    exports = opened.recording.findChild(Exports)
    assert exports.told == []
    for _ in range(2):
        export(opened_dialog(session, qtbot, finish), finish)
    assert exports.told == ["side restored 2.wav", "side restored.wav"]
    exports.show_folder.click()
    assert shown[0].toLocalFile() == str(tmp_path)
    session.open(write_side(tmp_path / "other.wav", sine(440.0, 0.3)))
    assert exports.told == []
    session.open(side)
    assert len(exports.told) == 2
