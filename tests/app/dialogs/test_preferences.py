import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDoubleSpinBox, QLineEdit, QTabWidget

from app import settings as keys
from app.dialogs.export import ExportDialog
from app.dialogs.preferences import SHOWN_KEYS, PreferencesDialog
from app.picture_keeper import PictureKeeper, picture_place
from engine.picture_cache import PictureCache

FACTS = {
    "compute": [{"name": "cpu", "description": "2 threads"}],
    "compute_used": "cpu",
}


@pytest.fixture
def cache(tmp_path, settings):
    """A cache of 5000 bytes in a folder that was chosen."""
    settings.set(keys.cache_folder, str(tmp_path / "cache"))
    folder = picture_place(settings)[0] / "1" / "side"
    folder.mkdir(parents=True)
    (folder / "peaks").write_bytes(bytes(5000))
    return folder


@pytest.fixture(autouse=True)
def devices(monkeypatch):
    """Two loudspeakers and a CPU."""
    monkeypatch.setattr("app.device_list.compute_facts", lambda: FACTS)
    names = ["Loudspeakers", "Headphones"]
    monkeypatch.setattr("app.output_devices.output_devices", lambda rescan: names)


@pytest.fixture
def dialog(session, cache, qtbot):
    dialog = PreferencesDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.sound.count() == 3 and dialog.compute.count() == 2)
    return dialog


def choose(field, text):
    field.setCurrentIndex(field.findText(text))
    field.activated.emit(field.currentIndex())


def test_what_is_chosen_is_set_at_once_and_told(dialog, settings, session, qtbot):
    with qtbot.waitSignal(settings.changed) as told:
        choose(dialog.theme, "Light")
    assert told.args == [keys.theme.key]
    assert settings.get(keys.theme) == "light"
    choose(dialog.sound, "Headphones")
    assert settings.get(keys.output_device) == "Headphones"
    assert session.player.device == "Headphones"
    dialog.follow.click()
    assert settings.get(keys.follow_playhead) is False
    qtbot.keyClicks(dialog.operator, "A. Keller")
    assert settings.get(keys.operator) == "A. Keller"


def test_devices_are_offered_once_they_are_found(dialog):
    texts = [dialog.sound.itemText(at) for at in range(dialog.sound.count())]
    assert texts == ["The system's choice", "Loudspeakers", "Headphones"]
    assert dialog.compute.itemText(1) == "cpu, 2 threads"


def test_a_device_that_is_not_there_stays_chosen(session, cache, qtbot):
    session.settings.set(keys.output_device, "Old USB box")
    dialog = PreferencesDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.sound.currentData() == "Old USB box"


def test_reset_sets_all_that_is_shown_back_and_the_fields_follow(dialog, settings, qtbot):
    choose(dialog.theme, "Dark")
    qtbot.keyClicks(dialog.institution, "DE")
    dialog.limit.setValue(1.0)
    dialog.reset()
    assert all(settings.get(each) == each.default for each in SHOWN_KEYS)
    assert dialog.theme.currentText() == "As the system"
    assert dialog.institution.text() == ""
    assert dialog.limit.value() == 4.0


def test_the_cache_tells_its_size_and_is_cleared(dialog, cache, qtbot):
    qtbot.waitUntil(lambda: dialog.cache_told == "&Clear the Cache (5 kB)")
    dialog.clear_cache.click()
    qtbot.waitUntil(lambda: dialog.cache_told == "&Clear the Cache (0 bytes)")
    assert not cache.exists()
    assert not dialog.clear_cache.isEnabled()


def test_every_field_has_a_name(dialog):
    for kind in (QComboBox, QLineEdit, QDoubleSpinBox, QTabWidget, QAbstractButton):
        for field in dialog.findChildren(kind):
            if field.objectName().startswith("qt_") or "Scroll" in field.objectName():
                continue
            assert field.accessibleName() or getattr(field, "text", str)(), field


def test_pictures_go_where_and_are_as_many_as_is_chosen(settings, tmp_path, session):
    pictures = PictureCache(*picture_place(settings))
    PictureKeeper(settings, pictures, session)
    settings.set(keys.cache_folder, str(tmp_path))
    settings.set(keys.cache_limit_gb, 0.5)
    assert pictures._folder == tmp_path / "pictures"
    assert pictures._limit_bytes == 500_000_000
    settings.set(keys.cache_limit_gb, 0.0)
    with pictures.writing(1) as may_write:
        assert not may_write


def test_the_default_format_names_the_export_and_the_report_names_the_person(
    session, side, qtbot, finish, tmp_path
):
    session.settings.set(keys.export_format, ".flac")
    session.settings.set(keys.operator, "A. Keller")
    session.settings.set(keys.institution, "DE, Phonogrammarchiv")
    session.open(side)
    dialog = ExportDialog(session, session.document.source, session.document.state)
    qtbot.addWidget(dialog)
    assert Path(dialog.path.text()) == tmp_path / "side restored.flac"
    finish()
    dialog.export()
    finish()
    report = json.loads((tmp_path / "side restored.runout.json").read_text())
    assert (report["operator"], report["institution"]) == ("A. Keller", "DE, Phonogrammarchiv")
