import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app import settings as keys
from app.widgets.view_bar import ViewBar


@pytest.fixture
def bar(settings, qtbot):
    bar = ViewBar(settings)
    qtbot.addWidget(bar)
    bar.resize(1300, bar.sizeHint().height())
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def test_a_choice_sets_its_setting_and_follows_it(bar, settings):
    scale = bar.choices["scale"]
    scale.setCurrentIndex(2)
    scale.activated.emit(2)
    assert settings.get(keys.frequency_scale) == "mel"
    settings.set(keys.frequency_scale, "linear")
    assert scale.currentData() == "linear"
    assert settings.get(keys.frequency_scale) == "linear"


@pytest.mark.parametrize(("transform", "shown"), [("stft", {"n_fft", "window"}), ("cqt", {"bins"})])
def test_only_what_the_transform_has_is_offered(bar, settings, transform, shown):
    bar.set_stereo(True)
    settings.set(keys.transform, transform)
    names = {name for name, choice in bar.choices.items() if choice.isVisible()}
    assert names == {"transform", "scale", "channels", "colours"} | shown


def test_the_right_end_is_the_brightest_and_every_decibel_is_told_at_once(bar, settings):
    told = []
    settings.changed.connect(lambda _: told.append(settings.get(keys.spectrogram_top_db)))
    bar.brightness.bar.setValue(25)
    bar.brightness.bar.setValue(26)
    assert told == [-25.0, -26.0]
    bar.range.bar.setValue(64)
    assert settings.get(keys.spectrogram_range_db) == 64.0
    assert bar.range.bar.accessibleDescription() == "64 dB"


def test_a_double_click_brings_the_usual_level_back(bar, settings, qtbot):
    settings.set(keys.spectrogram_top_db, -33.0)
    assert bar.brightness.bar.value() == 33
    qtbot.mouseDClick(bar.brightness.bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert settings.get(keys.spectrogram_top_db) == keys.spectrogram_top_db.default


def test_arrow_keys_move_a_slider_that_the_keyboard_has_reached(bar, settings, qtbot):
    before_db = settings.get(keys.spectrogram_range_db)
    qtbot.keyClick(bar.range.bar, Qt.Key.Key_Right)
    assert settings.get(keys.spectrogram_range_db) == before_db + 1.0


@pytest.mark.parametrize("width", [100, 265, 400, 560, 700, 1100])
def test_nothing_is_cut_in_a_narrow_window(bar, qtbot, width):
    bar.resize(width, bar.height())
    qtbot.wait(10)
    every = (*bar.choices.values(), bar.brightness, bar.range, bar.more)
    shown = [widget for widget in every if widget.isVisible()]
    assert max((widget.geometry().right() for widget in shown), default=0) <= width
    assert all(widget.width() >= widget.sizeHint().width() for widget in shown)
    assert (bar.brightness in shown) == (width >= 400)


def entries(bar):
    """What the menu of the chevron offers: titles of submenus, and sliders."""
    bar.more.choices.aboutToShow.emit()
    actions = bar.more.choices.actions()
    return [each.text() or each.defaultWidget().bar.accessibleName() for each in actions]


def test_what_has_no_room_is_in_the_menu_of_the_chevron_and_works_there(bar, settings, qtbot):
    bar.set_stereo(True)
    assert not bar.more.isVisible()
    bar.resize(400, bar.height())
    qtbot.wait(10)
    assert bar.more.isVisible()
    levels = ["Level of the brightest colour", "Levels from the darkest colour to the brightest"]
    lists = ["Channels", "Frequency scale", "Shape of the window", "Colour map"]
    assert entries(bar) == [*levels[1:], *lists]
    sliders, (channels, *_) = bar.more.choices.actions()[0], bar.more.choices.actions()[1:]
    sliders.defaultWidget().bar.setValue(70)
    assert settings.get(keys.spectrogram_range_db) == 70.0
    channels.menu().actions()[4].trigger()
    assert settings.get(keys.channels) == "side"
    assert bar.choices["channels"].currentData() == "side"
    entries(bar)
    chosen = [
        each.text() for each in bar.more.choices.actions()[1].menu().actions() if each.isChecked()
    ]
    assert chosen == ["Side (L\N{MINUS SIGN}R)/2"]


def test_one_channel_leaves_its_room_to_what_there_is_to_choose(bar, qtbot):
    bar.resize(700, bar.height())
    qtbot.wait(10)
    assert not bar.choices["channels"].isVisible()
    assert "Channels" not in entries(bar)
    bar.set_stereo(True)
    assert bar.choices["channels"].isVisible()


def test_everything_the_keyboard_reaches_has_a_name_and_the_mouse_takes_no_keys(bar):
    reached = [*bar.choices.values(), bar.brightness.bar, bar.range.bar, bar.more]
    assert all(widget.accessibleName() for widget in reached)
    assert {widget.focusPolicy() for widget in reached} == {Qt.FocusPolicy.TabFocus}


def test_the_wheel_changes_no_choice(bar, settings):
    before = settings.get(keys.frequency_scale)
    scale = bar.choices["scale"]
    place = QPointF(5, 5)
    turned = QWheelEvent(place, QPointF(scale.mapToGlobal(place)), QPoint(), QPoint(0, -120),
                         Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                         Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(scale, turned)
    assert settings.get(keys.frequency_scale) == before
    assert scale.currentData() == before
