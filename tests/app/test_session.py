from typing import Any

import numpy as np
import pytest

from engine.region import Region
from engine.tasks.gain import Gain


def test_a_second_restoration_is_refused_while_one_runs(session, side, finish):
    session.open(side)
    assert session.restore("Gain", (Gain(gain_db=1.0),), ()) is not None
    assert session.restore("Gain", (Gain(gain_db=2.0),), ()) is None
    finish()
    assert len(session.document.operations) == 1


def test_nothing_is_restored_without_a_recording(session):
    assert session.restore("Gain", (Gain(),), ()) is None


def test_a_result_for_a_recording_that_was_closed_is_dropped(session, side, finish, tmp_path):
    other = tmp_path / "other.wav"
    other.write_bytes(side.read_bytes())
    session.open(side)
    session.restore("Gain", (Gain(gain_db=1.0),), ())
    session.open(other)
    finish()
    assert session.document.path == other
    assert session.document.operations == ()


def test_a_result_made_from_an_older_state_is_refused_with_a_sentence(session, side, qtbot, finish):
    told: list[Any] = []
    session.failed.connect(told.append)
    session.open(side)
    session.restore("Gain", (Gain(gain_db=1.0),), ())
    finish()
    session.restore("Gain", (Gain(gain_db=1.0),), ())
    session.document.undo()
    finish()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "changed while the job ran" in told[0]
    assert len(session.document.operations) == 1


def test_the_peak_of_what_changed_is_measured_beside(session, side, finish):
    told: list[Any] = []
    session.restored.connect(lambda operations, peak: told.append((operations, peak)))
    session.open(side)
    session.restore("Gain", (Gain(gain_db=12.0),), (Region(0.5, 1.0),))
    finish()
    ((operations, peak),) = told
    changed = session.document.state.read(22050, 44100).samples
    assert peak.peak == np.abs(changed).max()
    assert peak.over == np.count_nonzero(np.abs(changed) > 1.0) > 0
    assert operations == session.document.operations


def test_a_job_that_cannot_run_says_why_and_changes_nothing(session, side, finish, qtbot):
    told: list[Any] = []
    session.failed.connect(told.append)
    session.open(side)
    session.restore("Gain", (Gain(),), (Region(10.0, 11.0),))
    finish()
    assert len(told) == 1
    assert "covers no sample" in told[0]
    assert session.document.operations == ()


def test_files_are_closed_once_nothing_reads_them(session, side, finish):
    session.open(side)
    source = session.document.source
    session.restore("Gain", (Gain(gain_db=1.0),), ())
    session.close()
    finish()
    with pytest.raises(ValueError, match="closed file"):
        source.read(0, 10)


def test_a_click_while_playing_plays_on_from_there(session, side):
    session.open(side)
    session.hearing.play()
    session.view_state.set_playhead(1.0)
    assert session.player.is_playing
    assert session.player.position_s == 1.0


def test_with_the_loop_on_the_selection_is_played(session, side):
    session.open(side)
    session.view_state.select(Region(0.5, 1.0))
    session.view_state.set_playhead(1.8)
    session.player.loop = True
    session.hearing.play()
    assert session.player.position_s == 0.5


def test_selecting_moves_the_playhead_to_the_start_unless_playing(session, side):
    session.open(side)
    session.view_state.select(Region(0.5, 1.0))
    assert session.view_state.playhead_s == 0.5
    session.hearing.play()
    session.view_state.select(Region(1.0, 1.5))
    assert session.view_state.playhead_s == 0.5


def test_a_file_that_is_gone_leaves_the_list_of_recent_ones(session, side):
    session.open(side)
    session.close()
    side.unlink()
    assert session.recent_files == [side]
    assert not session.open(side)
    assert session.recent_files == []
