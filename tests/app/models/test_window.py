"""The model manager, driven by its buttons."""

import re

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextBrowser

from app import paths
from app.chosen_models import chosen_equipment
from app.models.papers import PapersDialog
from app.models.window import ModelWindow
from engine.jobs.models import SHIPS, Soundness
from tests.app.test_accessibility import nameless


def row_of(window, name, whose=None):
    return next(row for row in window.table.rows if row.name == name and whose in (None, row.whose))


def choose(window, name):
    window.view.choose(row_of(window, name).key)


def text_of(dialog, at):
    page = dialog.tabs.widget(at)
    assert isinstance(page, QTextBrowser | QPlainTextEdit)
    return page.toPlainText()


@pytest.fixture
def answer(monkeypatch):
    """What the user says when asked."""

    def run(*, removes=True, file=None):
        monkeypatch.setattr("app.models.changes.ask_removing", lambda *_: removes)
        monkeypatch.setattr("app.models.changes.choose_weights", lambda *_: file)

    return run


def test_all_there_is_stands_in_the_table_and_on_the_card(make_models, install):
    entry = install("hall")
    install("room", ships=True, scores={"si_sdr_gain_10_db": 7.27, "lsd_change": -0.5})
    (paths.user_models() / "broken.toml").write_text("[[model", encoding="utf-8")
    window = make_models()
    assert [row.name for row in window.table.rows] == ["broken.toml", "hall", "room"]
    choose(window, "hall")
    told = window.card.told
    for each in ("Dereverb by Waveform", "In use: Dereverb takes it", "CC0-1.0", "22.05 kHz",
                 "Origin: Imported", "has not been verified"):  # fmt: skip
        assert each in told
    assert re.sub(r"[\s\u200b]", "", told).count(entry.sha256) == 1
    window.card.copy.click()
    assert QGuiApplication.clipboard().text() == entry.sha256
    choose(window, "room")
    told = window.card.told
    assert "Noise 10 dB below the music: 7.3 dB better than untouched" in told
    assert "0.50 dB better than untouched: how near its spectrum comes" in told
    assert "Not in use: another model comes before it" in told
    assert not window.buttons.remove.isEnabled()
    choose(window, "broken.toml")
    assert "is not valid TOML" in window.card.told.replace("\u200b", "")
    assert window.buttons.remove.isEnabled()
    assert nameless(window) == []


def test_verifying_tells_which_are_not_as_they_were(make_models, install, settle):
    whole, changed, missing = install("whole"), install("changed"), install("missing")
    window = make_models()
    content = bytearray(changed.path.read_bytes())
    content[-1] ^= 1
    changed.path.write_bytes(content)
    missing.path.unlink()
    window.buttons.verify_all.click()
    settle(window)
    found = {row.name: row.soundness for row in window.table.rows}
    assert found == {
        "whole": Soundness.WHOLE,
        "changed": Soundness.CHANGED,
        "missing": Soundness.MISSING,
    }
    assert "2 of 3 are not as they were" in window.banner.text
    window.look()  # the same files, so what was found still holds
    settle(window)
    assert row_of(window, "whole").soundness is Soundness.WHOLE
    choose(window, "missing")
    assert str(missing.path) in window.card.told.replace("\u200b", "")
    assert window.card.locate.isVisible()
    whole.path.write_bytes(content)
    window.look()
    settle(window)
    assert row_of(window, "whole").soundness is Soundness.UNVERIFIED


def test_a_missing_file_is_taken_from_elsewhere_if_it_is_the_very_one(
    make_models, install, settle, answer, made
):
    entry = install("room", ships=True)
    entry.path.unlink()
    window = make_models()
    assert row_of(window, "room").soundness is Soundness.MISSING
    choose(window, "room")
    answer(file=made / "room.safetensors")
    window.card.locate.click()
    settle(window)
    assert "is another file: its SHA-256 is" in window.banner.text
    assert not list(paths.user_models().glob("*.safetensors"))
    answer(file=made / "hall.safetensors")
    window.card.locate.click()
    settle(window)
    supplied = [row for row in window.table.rows if row.whose != SHIPS]
    assert [row.entry.path.parent for row in supplied] == [paths.user_models()]
    assert "has its file again" in window.banner.text


def test_what_is_removed_lies_in_the_trash_and_comes_back(make_models, install, settle, answer):
    install("hall")
    window = make_models()
    choose(window, "hall")
    answer(removes=False)
    window.buttons.remove.click()
    assert row_of(window, "hall")
    answer(removes=True)
    window.buttons.remove.click()
    settle(window)
    assert window.table.rows == []
    assert window.banner.text == "hall is in the trash."
    assert len(list(paths.trash().iterdir())) == 1
    window.banner.choices[0].click()
    settle(window)
    assert [row.name for row in window.table.rows] == ["hall"]
    assert window.banner.text == "The model is back."
    assert list(paths.trash().iterdir()) == []


def test_a_model_that_is_chosen_is_taken_before_all_others(make_models, install, settle, session):
    install("hall", ships=True)
    install("room", optional=True)
    window = make_models()
    choose(window, "hall")
    assert "In use: Dereverb takes it" in window.card.told
    assert window.card.use.isHidden()
    choose(window, "room")
    assert "Experimental: nobody has said yet" in window.card.told
    window.card.use.click()
    settle(window)
    catalog = chosen_equipment(session.settings).catalog
    assert catalog.find("dereverb", "waveform").name == "room"
    assert window.view.chosen[0].name == "room"
    assert "In use: Dereverb takes it" in window.card.told
    choose(window, "hall")
    window.card.use.click()
    settle(window)
    catalog = chosen_equipment(session.settings).catalog
    assert catalog.find("dereverb", "waveform").name == "hall"


def test_all_are_verified_as_soon_as_they_are_found(session, theme, install, settle):
    install("hall")
    window = ModelWindow(session, theme)
    window.verify_all()
    assert window.table.rows == []
    settle(window)
    assert row_of(window, "hall").soundness is Soundness.WHOLE
    window.stop()


def test_the_list_follows_what_others_add(make_models, install, qtbot):
    window = make_models()
    assert window.table.rows == []
    install("hall")
    window.table.rows = []
    window._session.models.look()  # as when a window gets the keys
    qtbot.waitUntil(lambda: [row.name for row in window.table.rows] == ["hall"])
    install("room")  # the system tells of it, as the folder is there by now
    qtbot.waitUntil(lambda: len(window.table.rows) == 2, timeout=60_000)


def test_the_card_of_a_model_that_ships_is_its_first_paper(install, make_models, qtbot):
    install("hall", ships=True)
    cards = paths.models() / "cards"
    cards.mkdir()
    (cards / "hall.md").write_text("# Hall\n\n| a | b |\n|---|---|\n| name | hall |\n")
    (paths.models() / "ATTRIBUTION.md").write_text("Everybody")
    window = make_models()
    dialog = PapersDialog(window.table.rows[0], window)
    assert [dialog.tabs.tabText(at) for at in range(2)] == ["Card", "What it learnt from"]
    shown = text_of(dialog, 0)
    assert shown.startswith("Hall")
    assert "|" not in shown  # a table, not its source


def test_papers_of_a_model_that_was_trained_here_can_be_read(make_models, install, qtbot):
    install("hall")
    folder = paths.user_models() / "hall"
    folder.mkdir()
    for name in ("card.md", "recipe.toml", "manifest.csv"):
        (folder / name).write_text(f"this is {name}", encoding="utf-8")
    window = make_models()
    assert "Origin: Trained here" in window.card.told
    dialog = PapersDialog(window.table.rows[0], window)
    texts = [text_of(dialog, at) for at in range(dialog.tabs.count())]
    assert sorted(texts) == ["this is card.md", "this is manifest.csv", "this is recipe.toml"]


def test_a_file_that_is_dropped_is_looked_at_and_imported(make_models, settle, made, qtbot):
    window = make_models()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(made / "hall.safetensors"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, left, none))
    dialog = window.importing
    assert dialog.isVisible()
    settle(window)
    assert dialog.name.text() == "hall"
    assert dialog.told == "Choose the method that it is for."
    dialog.method.setCurrentIndex(dialog.method.findData("waveform"))
    assert dialog.told == "Tick a task that it is for."
    dialog.tasks["dereverb"].setChecked(True)
    dialog.licence.setText("CC0-1.0")
    dialog.make.click()
    settle(window)
    assert not dialog.isVisible()
    assert [row.name for row in window.table.rows] == ["hall"]
    assert window.view.chosen[0].entry.licence == "CC0-1.0"
    window.import_file(made / "hall.safetensors")
    settle(window)
    assert dialog.name.text() == "hall-2"
    assert dialog.method.currentData() == "waveform"  # as of the model that is there already
    assert "another name is suggested" in dialog.banner.text
    dialog.name.setText("hall")
    assert dialog.told == "There is a model hall already; hall-2 is free."
    assert not dialog.make.isEnabled()
    assert nameless(dialog) == []
    assert all(isinstance(field, QLineEdit) for field in (dialog.name, dialog.title))


def test_a_hash_that_is_told_is_compared(make_models, settle, made, tmp_path, qtbot):
    file = tmp_path / "hall.safetensors"
    file.write_bytes((made / "hall.safetensors").read_bytes())
    (tmp_path / "hall.safetensors.sha256").write_text(f"{'0' * 64}  hall.safetensors")
    window = make_models()
    dialog = window.importing
    window.import_file(file)
    settle(window)
    assert dialog.expected.text() == "0" * 64
    assert dialog.compared.startswith("✖ They differ")
    assert not dialog.make.isEnabled()
    dialog.expected.setText("no digits")
    assert "is no SHA-256" in dialog.told
    dialog.expected.setText(re.sub(r"[\s\u200b]", "", dialog.sha256.text()).upper())
    assert dialog.compared.startswith("✔ They are the same")


def test_the_method_of_a_network_that_is_known_is_chosen_with_its_only_task(
    make_models, install, settle, made
):
    install("hall", tasks=("denoise",), method="light")  # the first of all methods
    window = make_models()
    window.import_file(made / "room.safetensors")
    settle(window)
    assert window.importing.method.currentText() == "Light"
    assert [box.isChecked() for box in window.importing.tasks.values()] == [True]
    assert window.importing.told == ""
    assert window.importing.make.isEnabled()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.ckpt", b"\x80\x02}q\x00."),
        ("model.pth", b"PK\x03\x04" + bytes(99)),
        ("model.bin", b"\0" * 99),
    ],
)
def test_pickles_are_refused_unread(make_models, settle, tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    window = make_models()
    window.import_file(file)
    settle(window)
    told = window.importing.banner.text
    assert told.startswith(name)
    assert "safetensors" in told or "no card of Runout" in told
    assert not window.importing.make.isEnabled()


def test_a_full_disk_is_told_and_nothing_is_left(make_models, settle, made, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    window = make_models()
    dialog = window.importing
    window.import_file(made / "hall.safetensors")
    settle(window)
    dialog.method.setCurrentIndex(dialog.method.findData("waveform"))
    dialog.tasks["dereverb"].setChecked(True)
    monkeypatch.setattr("engine.model_folder.sync_file", full)
    dialog.make.click()
    settle(window)
    assert "No space left on device" in dialog.banner.text
    assert dialog.isVisible()
    assert list(paths.user_models().iterdir()) == []
