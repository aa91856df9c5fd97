"""Methods that need a model: which of them the inspector offers, and what it says of the others."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from app.panels import operation
from app.panels.noise import NoisePart
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment

ENTRY = Entry(
    name="light",
    title="Light",
    tasks=("denoise",),
    method="light",
    network="light",
    sample_rate=44100,
    path=Path("light.safetensors"),
    sha256="ab" * 32,
    licence="CC0-1.0",
)


@pytest.fixture
def inspector(opened, monkeypatch):
    equipment = Equipment(Catalog((ENTRY,)))
    monkeypatch.setattr(operation, "chosen_equipment", lambda _: equipment)
    return opened.inspector


def offered(inspector) -> list[str]:
    field = inspector.operation.form.field("method")
    assert isinstance(field, QComboBox)
    return [field.itemData(index) for index in range(field.count())]


def told(inspector) -> str:
    return " ".join(label.text() for label in inspector.findChildren(QLabel))


def test_methods_with_a_model_are_offered_and_the_others_are_named(inspector):
    inspector.choose_task("denoise")
    assert offered(inspector) == ["spectral", "auto", "light"]
    assert "Without a model: informed, two-stage, dcunet, CNN, cqt-net, diffusion-78." in told(
        inspector
    )


def test_what_learns_from_noise_is_hidden_for_a_network(inspector):
    inspector.choose_task("denoise")
    keep = inspector.findChildren(NoisePart)[-1].findChild(QPushButton)
    form = inspector.operation.form
    assert not keep.isHidden()
    form.set_values({"method": "light"})
    assert keep.isHidden()
    assert form.field("sensitivity_db").isHidden()
    assert not form.field("reduction_db").isHidden()


def test_a_task_without_any_model_cannot_run_and_says_why(inspector):
    inspector.choose_task("extend")
    assert offered(inspector) == []
    assert not inspector.operation.can_run
    assert "Needs a model, and none is installed." in told(inspector)
    inspector.choose_task("denoise")
    assert inspector.operation.can_run


def test_one_prior_serves_all_methods_that_ask_it(inspector, monkeypatch):
    entry = replace(ENTRY, tasks=("inpaint", "extend"), method="diffusion")
    other = replace(entry, name="treble", tasks=("extend",))
    equipment = Equipment(Catalog((entry, other)))
    monkeypatch.setattr(operation, "chosen_equipment", lambda _: equipment)
    inspector.choose_task("inpaint")
    assert offered(inspector) == ["auto", "ar", "spectral", "diffusion", "hybrid"]
    inspector.choose_task("extend")
    assert offered(inspector) == ["guided", "blind"]
