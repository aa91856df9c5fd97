"""What can be done to rows while a batch does them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from tests.app.batch.test_window import press, states


def begin(batch, fill, collection, crew, qtbot):
    """Two sides are at work, three wait."""
    fill(batch, collection)
    crew.held = True
    batch.start()
    qtbot.waitUntil(lambda: states(batch).count("running") == 2)


def names(batch):
    return [row.name for row in batch.queue.model.rows]


def test_a_row_that_waits_is_taken_out_of_a_batch_at_work(batch, fill, collection, crew, qtbot,
                                                          come_to_end, tmp_path):  # fmt: skip
    begin(batch, fill, collection, crew, qtbot)
    batch.table.selectRow(0)
    assert not batch.list_buttons.remove.isEnabled()
    batch.table.selectAll()
    batch.table.selectionModel().select(
        batch.queue.model.index(2, 0),
        batch.table.selectionModel().SelectionFlag.Deselect
        | batch.table.selectionModel().SelectionFlag.Rows,
    )
    press(qtbot, batch.list_buttons.remove)
    assert names(batch) == ["1.wav", "2.wav", "broken.wav"]
    crew.held = False
    come_to_end(batch)
    assert sorted(crew.done) == ["1.wav", "2.wav", "broken.wav"]
    assert states(batch) == ["done", "done", "failed"]
    assert batch.banner.text.startswith("The batch is over: 2 of 3 sides are done.")
    assert not (tmp_path / "out/Victor").exists()


def test_rows_that_wait_get_another_preset_and_those_at_work_keep_theirs(batch, fill, collection,
                                                                         crew, qtbot, come_to_end,
                                                                         settings):  # fmt: skip
    begin(batch, fill, collection, crew, qtbot)
    batch.table.selectAll()
    batch.table.preset_chosen.emit("gentle")
    assert [row.preset for row in batch.queue.model.rows] == ["78rpm"] * 2 + ["gentle"] * 3
    crew.held = False
    come_to_end(batch)
    assert crew.presets == {
        "1.wav": "78rpm", "2.wav": "78rpm", "broken.wav": "gentle", "3.flac": "gentle",
        "4.mp3": "gentle",
    }  # fmt: skip


def test_what_is_asked_before_the_sides_are_made_counts(batch, fill, collection, crew, come_to_end):
    fill(batch, collection)
    batch.start()
    batch.table.selectRow(4)
    batch.table.preset_chosen.emit("gentle")
    batch.table.selectRow(0)
    batch.table.removal_wanted.emit()
    come_to_end(batch)
    assert crew.presets["4.mp3"] == "gentle"
    assert "1.wav" not in crew.presets


def test_only_rows_that_wait_are_edited(batch, fill, collection, crew, qtbot):
    begin(batch, fill, collection, crew, qtbot)
    batch.table.setFocus()
    for row, count in ((0, 0), (4, 1)):
        batch.table.selectRow(row)
        qtbot.keyClick(batch.table, Qt.Key.Key_Return)
        editors = batch.table.viewport().findChildren(QComboBox)
        assert len(editors) == count
        for editor in editors:
            editor.hidePopup()


def test_a_preset_that_is_gone_is_told(batch, fill, collection, crew, qtbot):
    begin(batch, fill, collection, crew, qtbot)
    batch.table.selectRow(4)
    batch.table.preset_chosen.emit("mine")
    assert batch.banner.text == (
        "There is no preset 'mine' for 4.mp3; choose another one in its row."
    )
    assert batch.queue.model.rows[4].preset == "78rpm"


def test_a_row_dropped_while_it_runs_is_taken_out_too(batch, fill, collection, crew, qtbot,
                                                      tmp_path):  # fmt: skip
    begin(batch, fill, collection / "Victor", crew, qtbot)
    fill(batch, collection / "1.wav")
    batch.table.selectRow(2)
    press(qtbot, batch.list_buttons.remove)
    assert names(batch) == ["3.flac", "4.mp3"]
