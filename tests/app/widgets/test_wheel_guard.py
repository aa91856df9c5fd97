"""The wheel scrolls what is around a field, unless that has the keys."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QSlider, QVBoxLayout, QWidget

from app.widgets.wheel_guard import WheelGuard


def turn(slider):
    middle = QPointF(slider.rect().center())
    event = QWheelEvent(
        middle, slider.mapToGlobal(middle), QPoint(0, 0), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, event)


def test_a_slider_moves_by_the_wheel_only_while_it_has_the_keys(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    slider, other = QSlider(Qt.Orientation.Horizontal), QSlider(Qt.Orientation.Horizontal)
    layout = QVBoxLayout(box)
    for each in (other, slider):
        layout.addWidget(each)
    guard = WheelGuard(box)
    guard.guard(slider)
    box.show()
    qtbot.waitExposed(box)
    box.activateWindow()
    other.setFocus()
    turn(slider)
    assert slider.value() == 0
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    turn(slider)
    assert slider.value() > 0
