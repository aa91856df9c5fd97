"""Tiny models, and the window that shows them."""

from typing import Any

import pytest
import torch

from app import paths
from app.models.window import ModelWindow
from app.theme import Theme
from engine.card import Card
from engine.jobs.models import ImportModelJob
from engine.model_folder import Told
from engine.models.weights import build_network, save_weights

CONFIG: dict[str, Any] = {"channels": [4, 8, 8, 8, 8]}
TOLD = Told(tasks=("dereverb",), method="waveform", licence="CC0-1.0", title="Hall")


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Two files of weights that differ."""
    folder = tmp_path_factory.mktemp("made")
    for seed, name in enumerate(("hall", "room")):
        torch.manual_seed(seed)
        network = build_network("waveform_unet", CONFIG)
        card = Card("waveform_unet", network.config.to_mapping(), 22050, 22050, 0.1)
        save_weights(folder / f"{name}.safetensors", network, card)
    return folder


@pytest.fixture
def install(made, no_model_ships):
    """Enters a model as the user's own, or as one that ships."""

    def run(name="hall", *, ships=False, **more):
        folder = paths.models() if ships else paths.user_models()
        told = Told(**{**vars(TOLD), "name": name, "title": name.title(), **more})
        return ImportModelJob(made / "hall.safetensors", folder, told).run()

    return run


@pytest.fixture
def theme(qapp):
    theme = Theme(qapp, "dark")
    yield theme
    theme.setParent(None)
    qapp.setStyleSheet("")


@pytest.fixture
def make_models(session, theme, qtbot, no_model_ships):
    """Makes the window, and waits until it has looked."""
    made = []

    def make():
        window = ModelWindow(session, theme)
        made.append(window)
        window.show()
        qtbot.waitUntil(lambda: session.project_runner.current is None)
        return window

    yield make
    for window in made:
        window.stop()
        window.deleteLater()


@pytest.fixture
def settle(session, qtbot):
    """Waits until a window does nothing more."""

    def wait(window):
        def is_idle():
            return not window.is_busy and session.project_runner.current is None

        qtbot.waitUntil(is_idle, timeout=60_000)

    return wait
