import pytest
from PySide6.QtWidgets import QToolButton


@pytest.mark.parametrize(("width", "has_zoom"), [(1100, False), (1500, True)])
def test_the_meter_is_seen_and_zoom_buttons_only_where_there_is_room(
    opened, qtbot, width, has_zoom
):
    opened.resize(width, 700)
    bar = opened.transport
    qtbot.waitUntil(lambda: bar.width() == width)
    qtbot.waitUntil(bar.meter.isVisible)
    assert bar.meter.geometry().right() < width
    shown = [each.text() for each in bar.findChildren(QToolButton) if each.isVisible()]
    assert ("Zoom In" in "".join(shown)) is has_zoom, shown


def test_zoom_buttons_seen_again_are_enabled_as_their_actions_are(opened, qtbot):
    bar = opened.transport
    for width in (1100, 1500):
        opened.resize(width, 700)
        qtbot.waitUntil(lambda: bar.width() == width)  # noqa: B023
    action = opened.menus.actions["zoom_selection"]
    (button,) = (each for each in bar.findChildren(QToolButton) if each.defaultAction() is action)
    qtbot.waitUntil(button.isVisible)
    assert not action.isEnabled()
    assert not button.isEnabled()
