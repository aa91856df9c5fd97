from dataclasses import dataclass
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document import Monitored
from app.jobs import JobWorker
from app.preview import SLOW_S
from app.preview_stretch import stretch_of
from engine.region import Region
from tests.app.conftest import RATE


@pytest.fixture
def preview(opened):
    return opened.inspector.operation.preview


@pytest.fixture
def heard(preview, qtbot):
    """Waits until the preview is what the settings make."""

    def wait():
        qtbot.waitUntil(lambda: preview.is_heard, timeout=60_000)

    return wait


@pytest.fixture
def set_gain(opened):
    opened.inspector.choose_task("gain")

    def change(gain_db):
        opened.inspector.operation.form.set_values({"gain_db": gain_db})

    return change


@dataclass(frozen=True)
class WaitJob:
    """Runs until it may go on."""

    go_on: Event
    title = "Waiting"

    def run(self, progress):
        assert self.go_on.wait(20.0)


def shown(session, start_s, stop_s):
    recording = session.document.recording(Monitored.RESULT)
    return recording.read(round(start_s * RATE), round(stop_s * RATE)).samples


@pytest.mark.parametrize(
    ("task", "values"),
    [
        ("gain", {"gain_db": -6.0}),
        ("declick", {}),
        ("denoise", {"method": "spectral", "noise": Region(0.0, 0.4)}),
    ],
)
def test_what_is_heard_is_what_run_makes(
    opened, act, session, preview, heard, finish, task, values
):
    opened.inspector.choose_task(task)
    opened.inspector.operation.form.set_values(values)
    session.view_state.select(Region(0.5, 1.5))
    before = shown(session, 0.0, 2.0)
    act("preview")
    heard()
    previewed = shown(session, 0.0, 2.0)
    assert session.document.head == 0
    assert not session.document.project.all_operations
    act("run")
    finish()
    assert not preview.is_on
    assert session.document.head == 1
    assert np.array_equal(shown(session, 0.0, 2.0), previewed)
    assert not np.array_equal(previewed, before)


def test_a_setting_that_moves_cancels_what_was_rendered_and_is_heard_next(
    opened, act, session, preview, heard, set_gain, qtbot
):
    set_gain(-3.0)
    session.view_state.select(Region(0.5, 1.5))
    source = shown(session, 0.5, 1.5)
    act("preview")
    heard()
    made: list[object] = []
    session.preview_runner.started.connect(made.append)
    for gain_db in (-4.0, -5.0, -6.0):
        set_gain(gain_db)
        assert not preview.is_heard
    heard()
    assert len(made) == 1
    inside = slice(RATE // 10, -RATE // 10)
    factor = np.float32(10 ** (-6.0 / 20))
    assert np.array_equal(shown(session, 0.5, 1.5)[:, inside], (factor * source)[:, inside])
    assert session.document.head == 0


def test_a_render_of_other_settings_is_never_shown(
    opened, act, session, preview, heard, set_gain, qtbot
):
    set_gain(-3.0)
    session.view_state.select(Region(0.5, 1.5))
    act("preview")
    states = []
    preview.changed.connect(lambda: states.append(preview.is_heard))
    results = []
    show = session.document.preview

    def noted(state, start, stop):
        results.append(preview._key() == preview._rendered or state is None)
        show(state, start, stop)

    session.document.preview = noted
    for gain_db in range(-12, 0):
        set_gain(float(gain_db))
        qtbot.wait(20)
    heard()
    assert all(results)


def test_the_stretch_is_looped_and_the_sound_goes_on_while_results_are_exchanged(
    opened, act, session, preview, heard, set_gain
):
    set_gain(-3.0)
    session.view_state.select(Region(0.75, 1.0))
    act("preview")
    player = session.player
    cue = player._cue
    around = (RATE // 4, 3 * RATE // 2)  # half a second, as is set for playing around
    assert (cue.start, cue.stop, cue.is_seamless) == (*around, True)
    assert player.loop
    heard()
    set_gain(-9.0)
    heard()
    assert player._cue is cue
    act("preview")
    assert not player.is_playing
    assert not player.loop


def test_original_removed_and_b_compare_within_the_preview(
    opened, act, session, preview, heard, set_gain
):
    set_gain(-6.0)
    session.view_state.select(Region(0.5, 1.5))
    source = shown(session, 0.5, 1.5)
    act("preview")
    heard()
    removed = session.document.recording(Monitored.REMOVED)
    taken = removed.read(RATE // 2, 3 * RATE // 2).samples
    assert np.array_equal(taken, source - shown(session, 0.5, 1.5))
    act("monitor_removed")
    assert session.player.monitored is Monitored.REMOVED
    assert preview.is_on


def test_esc_goes_back_to_what_was(opened, session, act, preview, heard, set_gain, qtbot):
    set_gain(-6.0)
    session.view_state.select(Region(0.5, 1.5))
    before = shown(session, 0.0, 2.0)
    act("preview")
    heard()
    assert session.view_state.previewed == Region(0.5, 1.5)
    qtbot.keyClick(opened.views.spectrogram, Qt.Key.Key_Escape)
    assert not preview.is_on
    assert session.view_state.previewed is None
    assert session.view_state.selection == Region(0.5, 1.5)
    assert np.array_equal(shown(session, 0.0, 2.0), before)


def test_while_a_job_runs_the_preview_says_that_it_waits_and_is_rendered_after(
    session, act, preview, heard, set_gain, finish
):
    set_gain(-6.0)
    go_on = Event()
    session.runner.submit(JobWorker(WaitJob(go_on)))
    preview.turn(on=True)
    set_gain(-5.0)
    assert "once what runs has ended" in preview.told
    assert not preview.is_rendering
    go_on.set()
    heard()
    assert preview.told.startswith("Preview, rendered in")
    session.runner.submit(JobWorker(WaitJob(go_on)))
    finish()
    assert preview.told.startswith("Preview, rendered in")


def test_undo_while_previewing_renders_from_the_state_that_is_in_force(
    opened, act, session, preview, heard, gain, set_gain
):
    gain(-6.0)
    set_gain(-3.0)
    act("preview")
    heard()
    twice = shown(session, 1.0, 1.5)
    act("undo")
    assert not preview.is_heard
    heard()
    assert np.allclose(shown(session, 1.0, 1.5), twice * 10 ** (6.0 / 20), atol=1e-6)
    assert session.document.head == 0


def test_what_is_too_slow_waits_to_be_asked_for_and_says_how_long_it_takes(
    opened, act, session, preview, heard, set_gain
):
    set_gain(-3.0)
    act("preview")
    heard()
    preview._seconds = {key: (4 * SLOW_S, 4 * SLOW_S) for key in preview._seconds}
    set_gain(-6.0)
    preview._timer.timeout.emit()
    assert not preview.is_rendering
    assert "One preview takes about" in preview.told
    assert np.array_equal(shown(session, 0.5, 1.0), source_of(session, 0.5, 1.0))
    act("preview_render")
    heard()


def test_what_makes_the_recording_anew_has_no_preview(opened, preview):
    opened.inspector.choose_task("speed")
    assert not opened.actions_by_id["preview"].isEnabled()
    assert "has no preview" in opened.inspector.operation.preview_part.button.toolTip()


def test_of_a_long_selection_some_seconds_are_looped_from_where_it_plays():
    assert stretch_of((Region(5.0, 8.0),), 100.0, 50.0) == (5.0, 8.0)
    assert stretch_of((Region(5.0, 60.0),), 100.0, 1.0) == (5.0, 15.0)
    assert stretch_of((Region(5.0, 60.0),), 100.0, 20.0) == (20.0, 30.0)
    assert stretch_of((Region(5.0, 60.0),), 100.0, 58.0) == (50.0, 60.0)
    assert stretch_of((), 4.0, 3.0) == (0.0, 4.0)


def source_of(session, start_s, stop_s):
    recording = session.document.recording(Monitored.ORIGINAL)
    return recording.read(round(start_s * RATE), round(stop_s * RATE)).samples
