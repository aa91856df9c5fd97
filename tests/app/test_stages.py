"""Tasks that change length and channels, from the panel through everything that follows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from app.dialogs.export import ExportDialog
from app.document import Monitored
from engine.audio import Recording, Samples
from engine.dsp.level import Level
from engine.progress import Progress, ignore
from engine.region import Region
from engine.tasks import TASKS, StageTask
from engine.tasks.base import Shape
from engine.tasks.gain import Gain


@dataclass(frozen=True)
class Halve(StageTask):
    """Keeps every other sample of the first channel."""

    name: ClassVar[str] = "halve"
    title: ClassVar[str] = "Halve"

    def shape(self, recording: Recording) -> Shape:
        return Shape(recording.sample_rate, 1, recording.n_samples // 2)

    def notes(self) -> tuple[str, ...]:
        return ("Every other sample is kept.", "The second channel is left out.")

    def blocks(self, recording: Recording, progress: Progress = ignore) -> Iterator[Samples]:
        step = 1 << 16
        for start in range(0, recording.n_samples // 2, step):
            progress(start / recording.n_samples)
            stop = min(start + step, recording.n_samples // 2)
            yield recording.read(2 * start, 2 * stop).samples[:1, ::2]


@pytest.fixture(autouse=True)
def task(monkeypatch):
    """Among the tasks before the window is made."""
    monkeypatch.setitem(TASKS, "halve", Halve)


@pytest.fixture
def halved(opened, act, finish, session):
    """A side of two seconds, one second of which was seen and 0.4 .. 0.8 s selected, halved."""
    session.view_state.select(Region(0.4, 0.8, 500.0, 4000.0))
    session.view_state.set_span(0.3, 1.3)
    session.view_state.set_playhead(0.6)
    opened.inspector.choose_task("halve")
    act("run")
    finish()
    return opened


def test_a_stage_is_made_of_the_whole_side_and_the_panel_says_so(opened, session):
    session.view_state.select(Region(0.4, 0.8))
    opened.inspector.choose_task("halve")
    operation = opened.inspector.operation
    assert operation._run.text() == "Run on whole side"
    assert operation._target.text() == ("Halve works on the whole side; the selection is ignored.")
    opened.inspector.choose_task("gain")
    assert operation._run.text() == "Run on selection"


def test_span_selection_and_playhead_stay_on_the_same_music(halved, session):
    state, document = session.view_state, session.document
    assert document.operations[0].regions == ()
    assert state.duration_s == document.duration_s == pytest.approx(1.0)
    assert (state.start_s, state.stop_s) == pytest.approx((0.15, 0.65))
    assert state.selection == Region(0.2, 0.4, 500.0, 4000.0)
    assert state.playhead_s == pytest.approx(0.3)
    session.document.undo()
    assert (state.start_s, state.stop_s) == pytest.approx((0.3, 1.3))
    assert state.selection.start_s == pytest.approx(0.4)
    assert state.playhead_s == pytest.approx(0.6)


def test_the_noise_mark_goes_along(opened, act, finish, session):
    session.document.mark_noise(Region(1.0, 1.5))
    opened.inspector.choose_task("halve")
    act("run")
    finish()
    assert session.document.noise == Region(0.5, 0.75)
    act("undo")
    assert session.document.noise == Region(1.0, 1.5)


def test_pictures_show_the_stage_and_after_undo_the_source(halved, session, qtbot):
    waveform, tiles = halved.views.waveform, halved.views.spectrogram.tiles
    qtbot.waitUntil(lambda: halved.views.peaks.is_complete, timeout=60_000)
    assert len(waveform.lanes()) == 1
    drawn = halved.views.peaks.peaks(Monitored.RESULT)
    assert drawn.recording is session.document.original
    assert tiles.store(Monitored.ORIGINAL).recording is session.document.original
    session.document.undo()
    assert len(waveform.lanes()) == 2
    qtbot.waitUntil(lambda: halved.views.peaks.is_complete, timeout=60_000)
    assert tiles.store(Monitored.RESULT).recording.n_channels == 2
    assert halved.views.peaks.peaks(Monitored.RESULT).recording is session.document.source
    session.document.redo()
    assert halved.views.peaks.is_complete  # it was drawn before


def test_removed_is_told_against_the_stage(halved, session, finish):
    session.restore("Gain", (Gain(gain_db=-6.0),), (Region(0.2, 0.4),))
    finish()
    document = session.document
    removed = document.recording(Monitored.REMOVED).read(0, document.original.n_samples).samples
    start, stop = round(0.2 * 44100), round(0.4 * 44100)
    assert removed.shape == (1, document.source.n_samples // 2)
    assert removed[:, start:stop].any()
    assert not removed[:, :start].any()
    assert not removed[:, stop:].any()


def test_status_tips_and_export_say_what_the_original_is(halved, session, qtbot, act):
    told = "Original is the recording after Halve; Removed is told against it."
    assert halved.status.stage == "Original: after Halve"
    for name in ("monitor_original", "monitor_removed"):
        assert told in halved.actions_by_id[name].toolTip()
    document = session.document
    dialog = ExportDialog(session, document.source, document.state, halved)
    qtbot.addWidget(dialog)
    assert "since Halve" in dialog.removed.text()
    qtbot.waitUntil(lambda: not session.is_busy)
    act("undo")
    assert halved.status.stage == ""
    assert told not in halved.actions_by_id["monitor_removed"].toolTip()


def test_playing_goes_on_at_the_same_place_with_the_other_channels(halved, session, act):
    levels: list[tuple[Level, ...]] = []
    session.player.levels_changed.connect(levels.append)
    act("play")
    assert session.player._mixer.buffer.n_channels == 1
    session.player._position_s = 0.5
    act("undo")
    assert session.player.is_playing
    assert session.player.position_s == pytest.approx(1.0)
    assert session.player._mixer.buffer.n_channels == 2
    assert len(levels[-1]) == 2
    act("redo")
    assert session.player.position_s == pytest.approx(0.5)
    assert session.player._mixer.buffer.n_samples == session.document.original.n_samples


def test_a_jump_across_two_stages_and_back_keeps_every_sample(halved, session, act, finish):
    act("run")
    finish()
    document = session.document
    quarter = document.state.read(0, document.state.n_samples).samples
    document.jump_to(0)
    assert session.view_state.duration_s == pytest.approx(2.0)
    document.jump_to(2)
    assert session.view_state.duration_s == pytest.approx(0.5)
    assert np.array_equal(document.state.read(0, document.state.n_samples).samples, quarter)


def test_the_history_tells_length_channels_and_notes(halved):
    item = halved.history._list.item(1)
    assert "0:01.000 · mono · 44.1 kHz" in item.toolTip()
    assert "The second channel is left out." in item.toolTip()
    assert not halved.history._list.grab().isNull()
