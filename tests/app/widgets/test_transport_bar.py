import pytest
from PySide6.QtWidgets import QComboBox, QToolButton

from app import settings as keys
from engine.dsp.level import Level


def shown(bar):
    """What the buttons say that are seen."""
    return [each.text() for each in bar.findChildren(QToolButton) if each.isVisible()]


@pytest.mark.parametrize(("width", "has_zoom"), [(900, False), (1400, True)])
def test_the_meter_is_seen_and_zoom_buttons_only_where_there_is_room(
    opened, qtbot, width, has_zoom
):
    opened.resize(width, 700)
    bar = opened.transport
    qtbot.waitUntil(lambda: bar.width() == width)
    qtbot.waitUntil(bar.meter.isVisible)
    assert bar.meter.geometry().right() < width
    assert ("Zoom In" in "".join(shown(bar))) is has_zoom, shown(bar)


def test_zoom_buttons_seen_again_are_enabled_as_their_actions_are(opened, qtbot):
    bar = opened.transport
    for width in (900, 1400):
        opened.resize(width, 700)
        qtbot.waitUntil(lambda: bar.width() == width)  # noqa: B023
    action = opened.menus.actions["zoom_selection"]
    (button,) = (each for each in bar.findChildren(QToolButton) if each.defaultAction() is action)
    qtbot.waitUntil(button.isVisible)
    assert not action.isEnabled()
    assert not button.isEnabled()


def test_buttons_without_room_are_in_the_menu_of_the_chevron(opened, qtbot, session):
    bar = opened.transport
    opened.resize(1440, 700)
    qtbot.waitUntil(lambda: bar.width() == 1440)
    assert not bar.more.isVisible()
    opened.resize(900, 700)
    qtbot.waitUntil(bar.more.isVisible)
    assert bar.more.geometry().right() < bar.device.geometry().left()
    bar.more.choices.aboutToShow.emit()
    names = [each.objectName() for each in bar.more.choices.actions() if each.objectName()]
    hidden = ["tool_box", "tool_time", "tool_band", "tool_lasso", "tool_brush"]
    zoom = ["zoom_out", "zoom_in", "zoom_selection", "zoom_fit", "panel_spectrum"]
    assert names[-10:] == [*hidden, *zoom]
    lasso = next(each for each in bar.more.choices.actions() if each.objectName() == "tool_lasso")
    lasso.trigger()
    assert session.settings.get(keys.selection_tool) == "lasso"


def test_the_gain_of_removed_can_be_set_while_it_is_heard_alone(opened, act):
    gain = opened.transport.findChild(QComboBox)
    assert not gain.isEnabled()
    act("monitor_removed")
    assert gain.isEnabled()
    gain.setCurrentIndex(2)
    assert opened.session.player.removed_gain_db == 12.0
    act("monitor_result")
    assert not gain.isEnabled()


def test_ways_of_listening_are_told_while_they_are_on_and_all_fit_in_900_pixels(
    opened, qtbot, act, session
):
    bar = opened.transport
    opened.resize(900, 700)
    qtbot.waitUntil(lambda: bar.width() == 900)
    assert "Mono" not in shown(bar)
    act("mono")
    act("match_loudness")
    qtbot.waitUntil(lambda: bar.match_told == "Match 0.0 dB", timeout=60_000)
    assert {"Mono", "Match 0.0 dB", "1  Original", "3  Removed"} <= set(shown(bar))
    assert bar.sizeHint().width() <= 900
    assert bar.meter.isVisible()
    assert bar.meter.geometry().right() < 900
    assert session.player.is_mono
    session.settings.set(keys.mono, False)
    qtbot.waitUntil(lambda: "Mono" not in shown(bar))
    assert not session.player.is_mono


def test_in_a_narrow_bar_what_has_no_bearing_on_what_is_heard_gives_way_last(opened, qtbot, act):
    bar = opened.transport
    opened.resize(900, 700)
    qtbot.waitUntil(lambda: bar.width() == 900)
    bar._marks["monitor_eq"].setVisible(True)
    act("match_loudness")
    act("mono")
    bar.show_match("Original \N{MINUS SIGN}12.3 dB")
    assert bar.sizeHint().width() <= 900
    assert not bar._gain_shown.isVisible()
    act("monitor_removed")
    assert bar._gain_shown.isVisible()
    assert not bar._marks["match_loudness"].isVisible()
    assert bar.sizeHint().width() <= 900
    act("monitor_original")
    assert bar._marks["match_loudness"].isVisible()


def test_the_spectrum_has_a_button_and_the_meter_begins_anew_by_the_menu(opened, act, qtbot):
    bar = opened.transport
    spectrum = opened.menus.actions["panel_spectrum"]
    assert spectrum in {each.defaultAction() for each in bar.findChildren(QToolButton)}
    bar.meter.show_levels([Level(0.0, clipped=3), Level(-20.0)])
    assert bar.meter.has_clipped
    act("meter_anew")
    assert not bar.meter.has_clipped
