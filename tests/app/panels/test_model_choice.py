"""Which model a method works with: shown where there is a choice, and taken by all jobs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app import paths
from app import settings as keys
from app.chosen_models import choose_model, chosen_equipment
from app.panels.model_choice import ModelChoice
from engine.catalog import Catalog, Entry
from engine.catalog_file import entry_file, entry_to_toml
from engine.tasks.denoise import Denoise

pytestmark = pytest.mark.usefixtures("no_model_ships")


def entry(name: str, **more: Any) -> Entry:
    values: dict[str, Any] = {"optional": False, "signed": "", **more}
    return Entry(
        name, f"The {name}", ("denoise",), "light", "light", 44100,
        Path(f"{name}.safetensors"), "0" * 64, "CC0-1.0", **values,
    )  # fmt: skip


def install(*entries: Entry) -> None:
    folder = paths.user_models()
    folder.mkdir(exist_ok=True)
    for each in entries:
        entry_file(folder, each.name).write_text(entry_to_toml(each))


def test_one_model_is_no_choice_and_several_are(qtbot, settings):
    choice = ModelChoice(settings)
    qtbot.addWidget(choice)
    one, mine = entry("one"), entry("mine", optional=True)
    choice.offer(Denoise, "light", Catalog((one,)))
    assert choice.isHidden()
    choice.offer(Denoise, "light", Catalog((one, mine)))
    assert not choice.isHidden()
    texts = [choice.combo.itemText(each) for each in range(2)]
    assert texts == ["The mine (experimental)", "The one"]
    assert choice.combo.currentText() == "The one"
    assert choice.about.isHidden()
    choice.offer(Denoise, "spectral", Catalog((one, mine)))
    assert choice.isHidden()


def test_what_is_chosen_is_taken_by_jobs_until_it_goes(qtbot, settings):
    install(entry("one"), entry("mine", optional=True))
    assert chosen_equipment(settings).catalog.find("denoise", "light").name == "one"
    choice = ModelChoice(settings)
    qtbot.addWidget(choice)
    choice.show()
    choice.offer(Denoise, "light", chosen_equipment(settings).catalog)
    choice.combo.setFocus()
    qtbot.keyClick(choice.combo, Qt.Key.Key_Up)
    equipment = chosen_equipment(settings)
    assert equipment.catalog.find("denoise", "light").name == "mine"
    choice.offer(Denoise, "light", equipment.catalog)
    assert not choice.about.isHidden()
    assert "Nobody has signed" in choice.about.text()
    entry_file(paths.user_models(), "mine").unlink()
    assert chosen_equipment(settings).catalog.find("denoise", "light").name == "one"


def test_the_last_choice_counts(settings):
    for name in ("one", "two", "one"):
        choose_model(settings, entry(name))
    assert settings.get(keys.chosen_models) == "one\ntwo"


def test_a_new_model_appears_in_the_window_and_is_chosen_there(opened, qtbot):
    install(entry("one"))
    opened.session.models.look()
    opened.inspector.choose_task("denoise")
    part = opened.inspector.operation
    part.form.set_values({"method": "light"})
    assert part.models.isHidden()
    install(entry("mine", optional=True))
    opened.session.models.look()
    assert not part.models.isHidden()
    assert part.models.combo.currentText() == "The one"
    assert part.form.values()["method"] == "light"
    part.form.set_values({"method": "spectral"})
    choose_model(opened.session.settings, entry("mine"))
    assert part.models.combo.currentText() == "The mine (experimental)"
    assert part.form.values()["method"] == "light"


def test_a_preset_tells_which_of_several_models_a_step_takes(opened, qtbot):
    install(replace(entry("one"), method="informed"))
    opened.session.models.look()
    opened.inspector.choose_preset("78rpm")
    part = opened.inspector.operation

    def steps() -> str:
        return "\n".join(each.text() for each in part.findChildren(QLabel) if each.isVisible())

    qtbot.waitUntil(lambda: "Denoise  (method auto)" in steps())
    mine = replace(entry("mine", optional=True), method="informed")
    install(mine)
    choose_model(opened.session.settings, mine)
    opened.session.models.look()
    qtbot.waitUntil(lambda: "Denoise  (method auto, model The mine)" in steps())
