import logging

import pytest
from PySide6.QtWidgets import QApplication

from app.errors import ErrorDialog, ErrorReporter, start_log


@pytest.fixture
def reporter(settings, tmp_path, qapp):
    return ErrorReporter(settings, tmp_path / "runout.log")


def broken():
    try:
        raise RuntimeError("the groove ended")
    except RuntimeError as error:
        return type(error), error, error.__traceback__


def test_what_nobody_handled_is_logged_and_shown_once_with_details(reporter, qtbot, caplog):
    with caplog.at_level(logging.ERROR):
        reporter.report(*broken())
        reporter.report(*broken())
    qtbot.waitUntil(lambda: reporter._dialog is not None)
    dialog = reporter._dialog
    assert "the groove ended" in dialog.text()
    assert caplog.text.count("the groove ended") >= 2
    dialog._copy.click()
    assert dialog.isVisible()
    copied = QApplication.clipboard().text()
    assert "test_errors.py" in copied
    assert "Runout" in copied
    dialog.reject()
    qtbot.waitUntil(lambda: reporter._dialog is None)
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog)]
    assert not any(w.isVisible() for w in dialogs)


def test_ctrl_c_in_a_terminal_is_no_defect(reporter, capsys):
    told = []
    reporter.caught.connect(lambda *args: told.append(args))
    reporter.report(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert told == []


def test_the_log_is_a_file_that_is_made_when_something_is_said(tmp_path):
    root = logging.getLogger()
    before = list(root.handlers)
    path = tmp_path / "logs" / "runout.log"
    start_log(path)
    try:
        assert not path.exists()
        logging.getLogger("test").error("something broke")
        assert "something broke" in path.read_text(encoding="utf-8")
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
