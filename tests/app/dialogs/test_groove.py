import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.dialogs.groove import GrooveDialog
from engine.region import Region
from tests.app.conftest import RATE, write_side
from tests.engine.groove_sides import side as pick_up


@pytest.fixture
def stereo(tmp_path, rng):
    """Two seconds of a mono disc, its right wall worn; the first half second has no music."""
    made = pick_up(rng, (0.003, 0.03), 2.0)
    walls = made.walls
    walls.samples[:, : RATE // 2] -= made.music[:, : RATE // 2]
    return write_side(tmp_path / "walls.wav", walls, "FLOAT")


@pytest.fixture
def dialog(session, stereo, qtbot):
    session.open(stereo)
    session.document.mark_noise(Region(0.0, 0.5))
    dialog = GrooveDialog(session, session.document.state)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.plays["left"].isEnabled(), timeout=60_000)
    return dialog


def test_the_noise_of_each_mode_is_measured_where_it_was_marked(dialog):
    levels = {mode: float(label.text().split()[0]) for mode, label in dialog.levels.items()}
    assert levels["right"] - levels["left"] > 3.0
    assert levels["quieter-wall"] < levels["lateral"]
    assert "marked as noise" in dialog.told
    assert dialog.weight.value() > 70  # the left wall is the better one


def test_each_mode_is_heard_for_three_seconds_at_most(dialog, session, qtbot):
    qtbot.mouseClick(dialog.plays["left"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._excerpt.is_playing)
    assert dialog.plays["left"].text() == "Stop"
    heard = dialog._excerpt._document.source
    assert heard.n_channels == 1
    assert heard.n_samples == session.document.state.n_samples  # two seconds are all there is
    left = session.document.source.read(0, heard.n_samples).samples[:1]
    assert np.array_equal(heard.read(0, heard.n_samples).samples, left)
    qtbot.mouseClick(dialog.plays["left"], Qt.MouseButton.LeftButton)
    assert not dialog._excerpt.is_playing
    assert dialog.plays["left"].text() == "Play 3 s"


def test_what_is_chosen_becomes_the_one_channel(dialog, session, finish):
    dialog.choose("weighted")
    dialog.weight.setValue(80)
    dialog.make()
    finish()
    (operation,) = session.document.operations
    assert (operation.task.mode, operation.task.weight) == ("weighted", 0.8)
    assert session.document.state.n_channels == 1


def test_the_suggested_weight_is_left_to_the_task_to_measure(dialog):
    dialog.choose("weighted")
    assert dialog.task.weight == -1.0
    dialog.weight.setValue(10)
    assert dialog.task.weight == 0.1
    dialog._suggest.click()
    assert dialog.task.weight == -1.0


def test_once_there_is_one_channel_there_are_no_walls_to_compare(window, stereo, qtbot):
    assert window.open(stereo)
    assert window.actions_by_id["groove_modes"].isEnabled()
    window.inspector.choose_task("groove")
    window.inspector.run()
    qtbot.waitUntil(lambda: not window.session.is_busy, timeout=60_000)
    window.menus.refresh()
    assert not window.actions_by_id["groove_modes"].isEnabled()
