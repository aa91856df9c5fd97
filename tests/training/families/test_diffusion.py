import numpy as np
import torch

from engine.models.cqt_unet import CQTUNet, CQTUNetConfig
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.diffusion import Diffusion, DiffusionSettings

CONFIG = CQTUNetConfig((8, 8, 8), (1, 1, 1), (8,), grid_samples=512, noise_scale=2.0)
SETTINGS = DiffusionSettings(sigma_data=0.1)


def prior() -> Diffusion:
    torch.manual_seed(0)
    return Diffusion(CQTUNet(CONFIG), SETTINGS, ground("diffusion"))


def test_a_fresh_prior_costs_about_one_and_learns():
    family = prior()
    costs = [cost["loss"] for cost in run(family, 0, 100)]
    assert 0.5 < costs[0] < 2.0  # the target has variance 1 at every level
    assert np.mean(costs[-10:]) < 0.75 * np.mean(costs[:5])


def test_it_goes_on_where_it_was():
    assert_goes_on_alike(prior(), prior(), 3, 6)


def test_a_validation_draws_alike_and_tells_all_quarters():
    family, given = prior(), batch(7, n_examples=8)
    first, second = (family.validate(family.network.eval(), given) for _ in range(2))
    for name, values in first.items():
        assert torch.equal(values.nan_to_num(-1.0), second[name].nan_to_num(-1.0))
    quarters = [first[f"loss_{name}"] for name in ("faint", "soft", "loud", "strong")]
    assert [int(torch.isfinite(each).sum()) for each in quarters] == [2, 2, 2, 2]
    assert torch.allclose(torch.stack(quarters).nansum(0), first["loss"])


def test_what_it_restores_is_its_estimate_at_the_level_of_the_noise():
    family, given = prior(), batch(2)
    with torch.no_grad():
        restored = family.restored(family.network.eval(), given)
    assert restored is not None
    assert restored.shape == given.clean.shape
    assert torch.isfinite(restored).all()
