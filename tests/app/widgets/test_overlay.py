import pytest
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from app.widgets.banner import Banner
from app.widgets.overlay import TopOverlay


class Below(QWidget):
    """A picture with a banner over it."""

    def __init__(self):
        super().__init__()
        self.picture, self.banner = QWidget(), Banner()


@pytest.fixture
def below(qtbot):
    widget = Below()
    qtbot.addWidget(widget)
    column = QVBoxLayout(widget)
    column.addWidget(widget.picture)
    TopOverlay(widget.banner, widget)
    widget.resize(600, 300)
    widget.show()
    return widget


def test_a_message_moves_nothing_of_what_it_lies_over(below):
    banner, before = below.banner, below.picture.geometry()
    banner.tell("something went wrong", "error")
    below.layout().activate()
    assert banner.isVisibleTo(below)
    assert below.picture.geometry() == before
    assert (banner.x(), banner.y(), banner.width()) == (0, 0, 600)


def test_it_is_as_high_as_its_text_in_the_width_there_is(below, qtbot):
    banner = below.banner
    banner.tell("word " * 60, "error")
    wide = banner.height()
    below.resize(300, 300)
    qtbot.waitUntil(lambda: banner.width() == 300)
    assert banner.height() > 1.5 * wide
    banner.tell("short")
    qtbot.waitUntil(lambda: banner.height() < 0.6 * wide)


def test_its_text_is_seen_as_soon_as_it_is(below):
    banner = below.banner
    banner.tell("something went wrong", "error")
    text, close = banner.findChild(QLabel), banner.findChild(QToolButton)
    assert banner.rect().contains(text.geometry())
    assert text.geometry().right() > 500
    assert close.geometry().left() > text.geometry().right()
