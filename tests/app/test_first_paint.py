"""What is told of the first paint."""

import json
import time

from PySide6.QtWidgets import QLabel

from app.first_paint import FirstPaint


def test_the_moment_is_told_once_the_window_is_painted_and_only_once(qtbot, capsys):
    window = QLabel("A side")
    qtbot.addWidget(window)
    FirstPaint(window)
    assert capsys.readouterr().out == ""
    before = time.time()
    window.show()
    printed = ""

    def told() -> bool:
        nonlocal printed
        printed += capsys.readouterr().out
        return bool(printed)

    qtbot.waitUntil(told)
    facts = json.loads(printed)
    assert before <= facts["painted_s"] <= time.time()
    assert facts["cpu_s"] > 0.0
    assert facts["has_torch"] in (True, False)
    window.repaint()
    qtbot.wait(20)
    assert capsys.readouterr().out == ""
