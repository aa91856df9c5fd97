"""Format and depth of an export: what is offered, what is told, what is written."""

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from app import settings as keys
from app.dialogs.export import ExportDialog
from app.export_name import REFUSE
from engine.tasks.gain import Gain
from tests.app.conftest import write_side
from tests.app.dialogs.test_export import export, opened_dialog
from tests.signals import sine


def choose(box, text):
    row = box.findText(text, Qt.MatchFlag.MatchContains)
    assert row >= 0, (text, [box.itemText(each) for each in range(box.count())])
    assert box.model().item(row).isEnabled(), text
    box.setCurrentIndex(row)
    box.activated.emit(row)


def offered(box):
    return [box.itemText(row) for row in range(box.count()) if box.model().item(row).isEnabled()]


@pytest.fixture
def dialog(session, side, qtbot, finish):
    session.open(side)
    session.restore("Gain", (Gain(gain_db=-6.0),), ())
    finish()
    return opened_dialog(session, qtbot, finish)


def test_the_format_is_the_end_of_the_name_and_the_other_way_round(dialog):
    assert dialog.fields.formats.currentText() == "WAV"
    choose(dialog.fields.formats, "FLAC")
    assert dialog.path.text().endswith("side restored.flac")
    dialog.path.setText("x.rf64")
    assert dialog.fields.formats.currentText() == "RF64"
    dialog.path.setText("x.xyz")
    assert dialog.fields.formats.currentIndex() == -1


def test_a_deeper_result_is_written_told_and_remembered(dialog, finish, side, session, qtbot):
    assert dialog.fields.told == ""
    choose(dialog.fields.depths, "24")
    assert "every sample of the source is exact" in dialog.fields.told
    dialog.removed.setChecked(True)
    export(dialog, finish)
    result, removed = dialog.exported.outputs[:2]
    assert soundfile.info(result).subtype == "PCM_24"
    both = [soundfile.read(each, dtype="int32")[0] for each in (result, removed)]
    assert np.array_equal(both[0] + both[1], soundfile.read(side, dtype="int32")[0])
    assert "every sample of the source is exact" in dialog.problem
    again = opened_dialog(session, qtbot, finish)
    assert again.fields.wanted.bits == 24


def test_what_a_format_cannot_hold_is_not_offered(session, qtbot, finish, tmp_path):
    session.open(write_side(tmp_path / "floats.wav", sine(440.0, 0.3), "FLOAT"))
    dialog = opened_dialog(session, qtbot, finish)
    assert len(offered(dialog.fields.depths)) == 3
    choose(dialog.fields.formats, "FLAC")
    assert [each[:2] for each in offered(dialog.fields.depths)] == ["16", "24"]
    assert dialog.fields.wanted.bits == 24
    assert "rounded" in dialog.fields.told
    assert dialog.problem == ""
    export(dialog, finish)
    assert soundfile.info(dialog.exported.result).subtype == "PCM_24"


def test_floats_are_asked_for_to_keep_what_is_beyond_full_scale(session, side, qtbot, finish):
    session.open(write_side(side.with_name("tone.wav"), sine(440.0, 0.3, amplitude=0.5)))
    session.restore("Gain", (Gain(gain_db=9.0),), ())
    finish()
    dialog = opened_dialog(session, qtbot, finish)
    assert "limited" in dialog.level
    choose(dialog.fields.depths, "float")
    assert "kept as they are" in dialog.level
    export(dialog, finish)
    assert np.abs(soundfile.read(dialog.exported.result)[0]).max() == pytest.approx(1.41, abs=0.01)


def test_a_taken_name_gets_a_number_is_refused_or_replaced_as_is_set(
    dialog, finish, session, tmp_path, qtbot
):
    taken = tmp_path / "taken.wav"
    taken.write_bytes(b"old")
    dialog.path.setText(str(taken))
    assert dialog.problem == ""
    assert "it will be taken 2.wav" in dialog._names.text()
    choose(dialog.collision, "Write nothing")
    assert "exists already" in dialog.problem
    assert not dialog._export.isEnabled()
    assert session.settings.get(keys.export_collision) == REFUSE
    choose(dialog.collision, "Replace")
    assert dialog.problem == ""
    assert "Replaced: taken.wav" in dialog._names.text()
    choose(dialog.collision, "number")
    export(dialog, finish)
    assert dialog.exported.result == tmp_path / "taken 2.wav"
    assert taken.read_bytes() == b"old"


def test_removed_or_report_alone_are_asked_for_by_their_own_rows(opened, act, session, finish):
    for name, ticks in (("export_removed", (True, False)), ("export_report", (False, True))):
        act(name)
        dialog = opened.findChild(ExportDialog)
        assert (dialog.removed.isChecked(), dialog.report.isChecked()) == ticks
        export(dialog, finish)
        dialog.reject()
        dialog.setParent(None)
    assert session.settings.get(keys.export_removed) is True
    assert session.settings.get(keys.export_report) is True
