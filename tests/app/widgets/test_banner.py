from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
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


def test_a_choice_takes_the_question_away_before_it_is_carried_out(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    chosen = []
    relink, alone = QAction("&Relink…"), QAction("Open the &transfer alone")
    relink.triggered.connect(lambda: chosen.append(banner.text))
    banner.offer("The source has gone.", (relink, alone))
    assert [each.text() for each in banner.choices] == ["Relink…", "Open the transfer alone"]
    qtbot.mouseClick(banner.choices[0], Qt.MouseButton.LeftButton)
    assert chosen == [""]
    assert banner.isHidden()
    banner.tell("Another sentence.")
    assert banner.choices == []
