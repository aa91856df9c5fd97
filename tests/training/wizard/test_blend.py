"""Blends of weights, and which share is kept."""

from dataclasses import replace

import pytest
import torch

from engine.errors import ModelError
from engine.models.weights import build_network, load_weights, save_weights
from tests.training.wizard.judging import write_weights
from training.wizard.blend import Trial, blend_weights, chosen_trial


def test_weights_lie_on_the_line_between_base_and_learnt(tmp_path):
    base, learnt = (write_weights(tmp_path / f"{n}.safetensors", n) for n in (1, 2))
    target = tmp_path / "blend.safetensors"
    sha256 = blend_weights(base, learnt, 0.25, target, {"share": 0.25})
    made, a, b = (load_weights(path) for path in (target, base, learnt))
    assert made.sha256 == sha256
    assert made.card.training == {"steps": 2, "share": 0.25}
    theirs = zip(a.network.state_dict().values(), b.network.state_dict().values(), strict=True)
    for value, (start, end) in zip(made.network.state_dict().values(), theirs, strict=True):
        expected = 0.75 * start + 0.25 * end
        assert torch.allclose(value, expected, rtol=1e-3, atol=1e-4)


def test_all_of_it_is_what_was_learnt(tmp_path):
    base, learnt = (write_weights(tmp_path / f"{n}.safetensors", n) for n in (1, 2))
    blend_weights(base, learnt, 1.0, tmp_path / "whole.safetensors", {})
    made, own = (load_weights(path) for path in (tmp_path / "whole.safetensors", learnt))
    for name, value in own.network.state_dict().items():
        assert torch.equal(made.network.state_dict()[name], value.half().float())


def test_different_networks_are_not_blended(tmp_path):
    learnt = write_weights(tmp_path / "a.safetensors", 1)
    card = load_weights(learnt).card
    config = {**card.config, "channels": [4, 8]}
    network = build_network("light", config)
    other = replace(card, config=network.config.to_mapping())
    save_weights(tmp_path / "b.safetensors", network, other)
    with pytest.raises(ModelError, match="different networks, between which there is nothing"):
        blend_weights(tmp_path / "b.safetensors", learnt, 0.5, tmp_path / "c.safetensors", {})


def test_the_smallest_share_that_gains_enough_at_little_cost_is_kept():
    trials = (
        Trial(1.0, 4.4, 0.4, 55.0),
        Trial(0.75, 3.8, 0.4, 55.0),
        Trial(0.5, 2.6, 0.3, 55.0),
    )
    assert chosen_trial(trials, 55.0).share == 0.75
    assert chosen_trial(trials[:1], 55.0).share == 1.0
    worse = tuple(each._replace(own_db=-each.own_db) for each in trials)
    assert chosen_trial(worse, 55.0).share == 0.5


def test_a_share_that_costs_too_much_is_not_kept():
    trials = (
        Trial(1.0, 3.0, -0.6, 40.0),
        Trial(0.75, 2.5, -0.2, 45.0),
        Trial(0.5, 2.2, 0.1, 25.0),
        Trial(0.25, 1.5, 0.0, 50.0),
    )
    assert chosen_trial(trials, 55.0).share == 0.75
    assert chosen_trial(trials, 24.0).share == 0.5
    dear = tuple(each._replace(general_db=-1.0) for each in trials)
    assert chosen_trial(dear, 55.0).share == 1.0
    assert chosen_trial((Trial(0.5, 2.9, 0.0, 25.0), *trials[1:]), 20.0).share == 0.5
