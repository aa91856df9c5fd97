"""How much a network may ask for while it is built."""

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from engine.card import Card
from engine.errors import ModelError
from engine.models.room import Room, TooLarge
from engine.models.weights import load_weights
from engine.weights_header import CARD_KEY

MAKERS = {
    "empty": lambda: torch.empty(30, 40),
    "zeros": lambda: torch.zeros((30, 40)),
    "ones": lambda: torch.ones(size=(30, 40)),
    "full": lambda: torch.full((30, 40), 1.0),
    "randn": lambda: torch.randn(1200),
    "linspace": lambda: torch.linspace(0.0, 1.0, 1200),
    "window": lambda: torch.hann_window(1200),
    "layer": lambda: torch.nn.Linear(40, 30, bias=False),
}


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_made_is_counted_and_more_is_refused(name: str):
    with Room(1200) as room:
        MAKERS[name]()
    assert room.left == 0
    with pytest.raises(TooLarge), Room(1199):
        MAKERS[name]()


def test_outside_of_it_there_is_no_limit():
    with Room(10):
        pass
    assert torch.zeros(1000).numel() == 1000


def test_a_card_that_asks_for_more_than_its_file_holds_is_refused_at_once(tmp_path: Path):
    card = Card("waveform_unet", {"channels": [4096] * 5}, 22050, 22050)
    content = safetensors.torch.save(
        {"weight": torch.zeros(3)}, metadata={CARD_KEY: json.dumps(card.to_mapping())}
    )
    (tmp_path / "large.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="large.safetensors does not fit the network"):
        load_weights(tmp_path / "large.safetensors")
