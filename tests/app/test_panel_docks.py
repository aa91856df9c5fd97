import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget

from app import settings as keys
from app.panel_docks import LEFT_WIDTH, NARROW, RIGHT_NARROW, RIGHT_WIDTH


@pytest.fixture
def resized(opened, qtbot):
    """Makes the window so wide and tells how wide history and inspector are then."""
    history, inspector = (opened.findChild(QDockWidget, n) for n in ("history", "inspector"))

    def resize(width):
        opened.resize(width, 800)
        qtbot.waitUntil(lambda: opened.width() == width)
        qtbot.wait(80)  # the layout first settles with the widths there were
        return history.width(), inspector.width()

    return resize


def drag_handle(window, qtbot, by):
    """Drag the handle at the right of the history."""
    history = window.findChild(QDockWidget, "history")
    start = history.geometry().topRight() + QPoint(2, 200)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    qtbot.mouseMove(window, start)
    qtbot.mousePress(window, left, none, start)
    for share in (0.5, 1.0):
        qtbot.mouseMove(window, start + QPoint(round(share * by), 0))
        qtbot.wait(20)  # handles follow a timer
    qtbot.mouseRelease(window, left, none, start + QPoint(by, 0))
    qtbot.wait(30)


def test_panels_are_narrow_in_a_narrow_window_and_wide_again_in_a_wide_one(opened, resized):
    left, right = resized(1024)
    assert left <= 200
    assert right <= RIGHT_NARROW
    assert opened.views.width() >= 1024 // 2
    assert resized(1440) == (LEFT_WIDTH, RIGHT_WIDTH)


def test_a_handle_that_was_moved_stays_where_it_is(opened, resized, qtbot):
    resized(1440)
    drag_handle(opened, qtbot, 60)
    assert resized(1440) == pytest.approx((LEFT_WIDTH + 60, RIGHT_WIDTH), abs=3)
    left, _ = resized(1600)
    assert left == pytest.approx(LEFT_WIDTH + 60, abs=3)
    opened.docks.reset()
    assert resized(NARROW + 1) == (LEFT_WIDTH, RIGHT_WIDTH)


def test_a_click_moves_no_handle(opened, resized, qtbot, session):
    resized(1440)
    drag_handle(opened, qtbot, 0)
    resized(1024)
    assert resized(1440) == (LEFT_WIDTH, RIGHT_WIDTH)
    opened.docks.save(session.settings)
    assert session.settings.get(keys.own_panel_widths) is False


def test_own_widths_come_back_with_the_layout(opened, resized, qtbot, session):
    resized(1440)
    drag_handle(opened, qtbot, 60)
    opened.docks.save(session.settings)
    opened.docks.reset()
    opened.docks.restore(session.settings)
    left, _ = resized(1500)
    assert left == pytest.approx(LEFT_WIDTH + 60, abs=3)
