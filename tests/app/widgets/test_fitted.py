import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics

from app.widgets.fitted import fitted

ROOM = QSize(56, 20)


@pytest.mark.parametrize("points", [9, 14, 24])
def test_a_text_has_room_whatever_the_font(qapp, points):
    font = QFont(qapp.font())
    font.setPointSize(points)
    metrics = QFontMetrics(fitted(font, "20 kHz", ROOM))
    assert metrics.horizontalAdvance("20 kHz") <= ROOM.width()
    assert metrics.height() <= ROOM.height()


def test_a_font_that_has_room_stays_as_it_is(qapp):
    font = QFont(qapp.font())
    font.setPointSize(8)
    assert fitted(font, "30", ROOM) == font
