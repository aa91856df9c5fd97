import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from app import settings as keys
from app.dialogs.export import ExportDialog
from app.export_name import REFUSE, REPLACE
from engine.tasks.gain import Gain
from tests.app.conftest import write_side
from tests.signals import sine


@pytest.fixture
def dialog(session, side, qtbot, finish):
    session.open(side)
    session.restore("Gain", (Gain(gain_db=-6.0),), ())
    finish()
    return opened_dialog(session, qtbot, finish)


def opened_dialog(session, qtbot, finish):
    dialog = ExportDialog(session, session.document.source, session.document.state)
    qtbot.addWidget(dialog)
    finish()
    return dialog


def export(dialog, finish):
    dialog.export()
    finish()


def test_the_name_follows_the_template_of_the_preferences(dialog, session, qtbot, finish, side):
    session.settings.set(keys.export_name, "{base}_{steps}")
    named = opened_dialog(session, qtbot, finish)
    assert Path(named.path.text()) == side.with_name("side_gain.wav")
    session.settings.set(keys.export_name, "copies/{base} {date} {else}")
    named = opened_dialog(session, qtbot, finish)
    name = Path(named.path.text()).name
    assert re.fullmatch(r"copies-side \d{4}-\d\d-\d\d \{else\}\.wav", name)
    session.settings.set(keys.export_name, " ")
    assert opened_dialog(session, qtbot, finish).path.text() == dialog.path.text()


def test_a_name_too_long_for_what_is_added_to_it_is_cut(session, qtbot, finish, tmp_path, rng):
    side = write_side(tmp_path / f"{'ö' * 124}.wav", sine(440.0, 0.2))
    session.open(side)
    dialog = opened_dialog(session, qtbot, finish)
    assert Path(dialog.path.text()).name == f"{'ö' * 90} restored.wav"
    assert dialog.problem == ""
    export(dialog, finish)
    assert dialog.exported.result.is_file()


def test_result_removed_and_report_are_written_and_add_up(dialog, finish, side, session):
    before = side.read_bytes()
    dialog.removed.setChecked(True)
    assert dialog.problem == ""
    export(dialog, finish)
    outputs = dialog.exported.outputs
    names = ["side restored.wav", "side restored.removed.wav", "side restored.runout.json"]
    assert [path.name for path in outputs] == names
    source, result, removed = (
        soundfile.read(path, dtype="int16")[0].astype(np.int32)
        for path in (side, outputs[0], outputs[1])
    )
    assert np.array_equal(source, result + removed)
    assert side.read_bytes() == before
    assert str(outputs[0]) in dialog.problem


def test_the_source_itself_is_refused(dialog, side):
    dialog.path.setText(str(side))
    assert "source itself" in dialog.problem
    assert not dialog._export.isEnabled()


def test_a_file_that_exists_is_replaced_only_by_explicit_wish(
    session, side, qtbot, finish, tmp_path
):
    session.open(side)
    session.settings.set(keys.export_collision, REFUSE)
    dialog = opened_dialog(session, qtbot, finish)
    taken = tmp_path / "taken.wav"
    taken.write_bytes(b"old")
    dialog.path.setText(str(taken))
    assert "exists already" in dialog.problem
    assert not dialog._export.isEnabled()
    session.settings.set(keys.export_collision, REPLACE)
    assert dialog.problem == ""
    export(dialog, finish)
    assert soundfile.info(taken).frames > 0


@pytest.mark.parametrize("text", ["", "/", "/nowhere/at/all.wav", "side.xyz", "x" * 300 + ".wav"])
def test_what_cannot_be_written_is_said_before_it_is_tried(dialog, text):
    dialog.path.setText(text)
    assert dialog.problem
    assert not dialog._export.isEnabled()


def test_a_bare_name_lies_beside_the_source(dialog, finish, tmp_path):
    dialog.path.setText("bare.wav")
    export(dialog, finish)
    assert dialog.exported.result == tmp_path / "bare.wav"
    assert (tmp_path / "bare.wav").is_file()


def test_no_names_are_told_of_what_cannot_be_written(dialog, tmp_path):
    for text in ("/", "ä" * 300 + ".wav", ""):
        dialog.path.setText("one.wav")
        assert "one.removed.wav" in dialog.names
        dialog.path.setText(text)
        assert dialog.problem
        assert dialog.names == ""


def test_samples_beyond_full_scale_are_told_before_and_can_be_lowered(
    session, side, qtbot, finish, tmp_path
):
    session.open(write_side(tmp_path / "tone.wav", sine(440.0, 0.5, amplitude=0.5)))
    session.restore("Gain", (Gain(gain_db=9.0),), ())
    finish()
    dialog = opened_dialog(session, qtbot, finish)
    assert "exceed full scale by up to 2.98 dB" in dialog.level
    assert "limited" in dialog.level
    dialog.soften.setChecked(True)
    export(dialog, finish)
    samples, _ = soundfile.read(dialog.exported.result, dtype="int16")
    assert 32700 <= np.abs(samples.astype(int)).max() <= 32767
    assert np.count_nonzero(np.abs(samples.astype(int)) >= 32767) < 5


def test_floats_beyond_full_scale_are_kept_and_that_is_said(session, qtbot, finish, tmp_path):
    loud = sine(440.0, 0.5, amplitude=1.5)
    session.open(write_side(tmp_path / "loud.wav", loud, "FLOAT"))
    dialog = opened_dialog(session, qtbot, finish)
    assert "kept as they are" in dialog.level


def test_a_cancelled_export_leaves_no_file_and_the_dialog_open(dialog, finish, tmp_path, side):
    dialog.export()
    dialog.reject()
    finish()
    assert "no file was written" in dialog.problem
    assert dialog.exported is None
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".ini") == [side.name]


def test_what_was_ticked_is_ticked_the_next_time(dialog, finish, session, qtbot):
    dialog.removed.setChecked(True)
    dialog.report.setChecked(False)
    export(dialog, finish)
    again = opened_dialog(session, qtbot, finish)
    assert again.removed.isChecked()
    assert not again.report.isChecked()


def test_the_window_exports_by_its_action(opened, act, finish, qtbot, tmp_path):
    act("export")
    dialog = opened.findChild(ExportDialog)
    assert dialog is not None
    finish()
    qtbot.mouseClick(dialog._export, Qt.MouseButton.LeftButton)
    finish()
    assert (tmp_path / "side restored.wav").is_file()
    dialog.reject()
