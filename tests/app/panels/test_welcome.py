import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from app.panels.welcome import Welcome


@pytest.fixture
def welcome(qtbot):
    welcome = Welcome(QAction("open"), QAction("project"), QAction("demo"))
    qtbot.addWidget(welcome)
    welcome.show()
    return welcome


def test_the_buttons_are_whole_where_the_panels_leave_little_room(welcome):
    welcome.resize(480, 540)
    assert welcome.width() == 480
    for button in welcome.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()


def test_where_there_is_room_the_sides_are_left_free(welcome):
    welcome.resize(800, 600)
    assert welcome.layout().contentsMargins().left() == 60


def test_room_at_the_sides_is_not_asked_for(welcome):
    welcome.resize(480, 600)
    least = welcome.minimumSizeHint().width()
    welcome.resize(800, 600)
    assert welcome.minimumSizeHint().width() == least
