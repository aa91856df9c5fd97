from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.widgets.banner import Banner


def test_a_sentence_is_shown_until_it_is_closed(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(window)
    assert banner.isHidden()
    banner.tell("The file is gone.", "error")
    assert not banner.isHidden()
    assert banner.text == "The file is gone."
    assert banner.property("kind") == "error"
    closed = []
    banner.closed.connect(lambda: closed.append(True))
    qtbot.mouseClick(banner.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    assert closed == [True]


def test_success_takes_an_error_away_and_leaves_a_warning(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    banner.tell("The codec has smeared the clicks.", "warning")
    banner.clear_error()
    assert banner.text
    banner.tell("The gap is too long.", "error")
    banner.clear_error()
    assert banner.isHidden()
