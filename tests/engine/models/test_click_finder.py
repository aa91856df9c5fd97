import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.click_finder import ClickFinder, ClickFinderConfig
from tests.signals import noise

SMALL = ClickFinderConfig((4, 8), (1, 2), order=16, window=512, hop=256)


def fresh(config: ClickFinderConfig = SMALL) -> ClickFinder:
    torch.manual_seed(78)
    return ClickFinder(config).eval()


def test_it_is_small_and_says_nothing_is_damaged_before_it_has_learnt(rng):
    assert ClickFinder(ClickFinderConfig()).n_parameters < 300_000
    samples = torch.from_numpy(noise(rng, 0.1).samples)[None]
    verdict = fresh().judge(samples)
    assert torch.all(verdict.log_odds == -3.0)
    assert torch.equal(fresh()(samples), samples)


def test_a_verdict_hears_no_level(rng):
    """What it looks at is relative to what cannot be predicted."""
    network = fresh()
    torch.nn.init.normal_(network.leave.weight, std=0.1)
    samples = torch.from_numpy(noise(rng, 0.2, level=0.05).samples)[None]
    soft, loud = network.judge(samples), network.judge(8.0 * samples)
    assert torch.allclose(soft.log_odds, loud.log_odds, atol=1e-3)
    assert torch.allclose(8.0 * soft.scale, loud.scale, rtol=1e-4)


def test_what_is_certain_is_taken_away_and_what_is_not_stays(rng):
    network = fresh()
    bias = network.leave.bias
    assert bias is not None
    samples = torch.from_numpy(noise(rng, 0.1).samples)[None]
    with torch.no_grad():
        for odds, log_spread, share in ((30.0, -6.0, 1.0), (30.0, 4.0, 0.018), (-30.0, -6.0, 0.0)):
            bias.copy_(torch.tensor([odds, 1.0, log_spread]))
            scale = network.judge(samples).scale
            taken = (samples - network(samples))[:, 0] / (scale * np.sinh(1.0))
            assert float(taken.mean()) == pytest.approx(share, abs=0.01)


def test_settings_that_cannot_be_built_are_refused():
    with pytest.raises(ModelError, match="channels = \\(\\)"):
        ClickFinderConfig(channels=())
    with pytest.raises(ModelError, match="window longer than the order"):
        ClickFinderConfig(order=64, window=64)
