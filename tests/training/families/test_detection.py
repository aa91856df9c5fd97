import numpy as np
import pytest
import torch

from engine.errors import SettingsError
from engine.models.click_finder import ClickFinder, ClickFinderConfig
from engine.models.light import Light, LightConfig
from tests.training.families.grounds import assert_goes_on_alike, ground
from training.dataset import Batch
from training.families.detection import Detection, DetectionSettings

CONFIG = ClickFinderConfig((4, 8), (1, 2), order=8, window=256, hop=128)


def clicked(seed: int, n_examples: int = 2, n_samples: int = 1024) -> Batch:
    """Coloured noise with six clicks of five samples in each example."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n_examples, 1, n_samples + 3))
    clean = 0.05 * (noise[..., 3:] + noise[..., 2:-1] + noise[..., 1:-2] + noise[..., :-3])
    degraded = clean.copy()
    for example in degraded[:, 0]:
        for at in rng.integers(50, n_samples - 50, 6):
            example[at : at + 5] += rng.choice([-1.0, 1.0]) * np.array([0.8, 1.5, 1.0, 0.6, 0.3])
    given, target = (torch.from_numpy(each).float() for each in (degraded, clean))
    return Batch(given, target, target)


def detection(**settings: float) -> Detection:
    torch.manual_seed(0)
    on = ground("detection", learning_rate=1e-2)
    return Detection(ClickFinder(CONFIG), DetectionSettings(**settings), on)


def test_it_learns_to_find_clicks_and_to_take_them_away():
    family = detection(repair=0.3)
    for step in range(50):
        cost = family.step(clicked(step))
    assert {"loss", "finding", "repair", "slope"} <= set(cost)
    with torch.no_grad():
        figures = family.validate(family.network.eval(), clicked(900))
    assert float(figures["found"].mean()) > 0.8
    assert float(figures["precision"].mean()) > 0.6
    assert float(figures["si_sdr_gain"].mean()) > 1.0


def test_it_goes_on_where_it_was():
    one, other = detection(), detection()
    assert_goes_on_alike(one, other, 2, 4)


def test_a_sample_is_damaged_where_the_damage_exceeds_what_cannot_be_predicted():
    family, batch = detection(), clicked(3)
    damage = (batch.degraded - batch.clean).abs()[:, 0]
    found = family.damaged(family.network, batch)
    assert bool(found[damage > 0.5].all())
    far = torch.nn.functional.max_pool1d(damage[:, None], 5, 1, 2)[:, 0] == 0.0
    assert not bool(found[far].any())
    strict = detection(least=1e4)
    assert not bool(strict.damaged(strict.network, batch).any())


def test_an_example_without_damage_costs_no_repair():
    family, batch = detection(), clicked(3)
    clean = Batch(batch.clean, batch.clean, batch.clean)
    with torch.no_grad():
        figures = family.validate(family.network.eval(), clean)
    assert torch.isfinite(figures["loss"]).all()
    assert torch.isnan(figures["found"]).all()


def test_only_networks_that_judge_samples_can_learn_so():
    network = Light(LightConfig(128, 32, (6, 8), (1, 2), (1, 1), n_taps=1))
    with pytest.raises(SettingsError, match="detection cannot train light"):
        Detection(network, DetectionSettings(), ground("detection"))
    with pytest.raises(SettingsError, match="must be above 0"):
        DetectionSettings(damaged=0.0)
