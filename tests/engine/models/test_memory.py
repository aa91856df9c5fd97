"""Memory that networks take, counted."""

import pytest
import torch
from torch import nn

from engine.models.memory import HEADROOM, bytes_per_sample


def test_what_is_alive_at_once_is_counted_and_nothing_that_is_gone():
    """Of a chain of layers, two outputs are alive at a time: 64 and 64 channels at most."""
    layers = [nn.Conv1d(1, 64, 9, padding=4), nn.ReLU()]
    layers += [nn.Conv1d(64, 64, 9, padding=4), nn.ReLU(), nn.Conv1d(64, 1, 9, padding=4)]
    with torch.inference_mode():
        counted = bytes_per_sample(nn.Sequential(*layers), torch.zeros(2, 1, 20000))
    assert counted == pytest.approx(HEADROOM * 4 * 128, rel=0.01)


def test_a_view_takes_no_memory():
    with torch.inference_mode():
        counted = bytes_per_sample(lambda x: x.view(1, -1)[:, ::2], torch.zeros(1, 1, 1000))
        assert counted <= HEADROOM * 4
        doubled = bytes_per_sample(lambda x: 2 * x, torch.zeros(1, 1, 1000))
    assert doubled == HEADROOM * 4
