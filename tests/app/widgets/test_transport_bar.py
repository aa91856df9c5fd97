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
