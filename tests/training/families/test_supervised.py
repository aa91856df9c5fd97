from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import SettingsError
from engine.models.light import Light, LightConfig
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.noise_to_noise import NoiseToNoise, NoiseToNoiseSettings
from training.families.supervised import Supervised, SupervisedSettings, si_sdr_db

CONFIG = LightConfig(128, 32, (6, 8), (1, 2), (1, 1), n_taps=1)


def supervised(**settings: Any) -> Supervised:
    torch.manual_seed(0)
    return Supervised(Light(CONFIG), SupervisedSettings(**settings), ground("supervised"))


def test_the_loss_falls_and_what_is_restored_gains():
    family = supervised()
    with torch.no_grad():
        before = family.validate(family.network.eval(), batch(900))
    losses = [cost["loss"] for cost in run(family, 0, 80)]
    with torch.no_grad():
        after = family.validate(family.network.eval(), batch(900))
    assert np.mean(losses[-10:]) < np.mean(losses[:10]) - 0.3
    assert float(after["si_sdr_gain"].mean()) > float(before["si_sdr_gain"].mean()) + 2.0


def test_it_goes_on_where_it_was():
    assert_goes_on_alike(supervised(), supervised(), 4, 8)


def test_a_perfect_answer_costs_least_and_louder_examples_cost_no_more():
    family, given = supervised(), batch(3)
    assert torch.all(
        family.loss(given.clean, given.clean) < family.loss(given.degraded, given.clean)
    )
    soft = family.loss(given.degraded, given.clean)
    loud = family.loss(2.0 * given.degraded, 2.0 * given.clean)
    assert torch.allclose(soft, loud, atol=0.2)  # the spectrum is compressed, not levelled


def test_the_loss_over_several_resolutions_comes_from_auraloss_and_adds_to_the_others():
    from auraloss.freq import MultiResolutionSTFTLoss

    plain, with_it = supervised(), supervised(resolutions=0.5)
    given = batch(5, n_samples=4096)
    more = with_it.loss(given.degraded, given.clean) - plain.loss(given.degraded, given.clean)
    wanted = MultiResolutionSTFTLoss()(given.degraded[:1], given.clean[:1])
    assert float(more[0]) == pytest.approx(0.5 * float(wanted), rel=1e-4)


def test_si_sdr_is_that_of_its_definition(rng):
    x, y = rng.standard_normal((2, 1, 400))
    x, y = x - x.mean(), y - y.mean()
    target = (x @ y.T) / (x @ x.T) * x
    wanted = 10 * np.log10(np.sum(target**2) / np.sum((y - target) ** 2))
    found = si_sdr_db(torch.from_numpy(x)[None], torch.from_numpy(3.0 * y)[None])
    assert float(found) == pytest.approx(wanted, abs=1e-6)


def noise_to_noise(**settings: Any) -> NoiseToNoise:
    torch.manual_seed(0)
    base = ground("noise_to_noise")
    data = base.recipe.data
    object.__setattr__(data, "target", "noisy")
    return NoiseToNoise(Light(CONFIG), NoiseToNoiseSettings(**settings), base)


@pytest.mark.parametrize("settings", [{}, {"square": 0.5}, {"loss": "square"}])
def test_from_noisy_targets_alone_it_learns_to_give_the_clean_ones(settings):
    family = noise_to_noise(**settings)
    rng = torch.Generator().manual_seed(4)
    for step in range(80):
        given = batch(step)
        noisy = given.clean + 0.0316 * torch.randn(given.clean.shape, generator=rng)
        family.step(given._replace(target=noisy, clean=torch.full_like(noisy, torch.nan)))
    with torch.no_grad():
        gain = family.validate(family.network.eval(), batch(900))["snr_gain"]
    assert float(gain.mean()) > 2.0


def test_noise_to_noise_wants_noisy_targets():
    with pytest.raises(SettingsError, match='say target = "noisy"'):
        NoiseToNoise(Light(CONFIG), NoiseToNoiseSettings(), ground("noise_to_noise"))
    with pytest.raises(SettingsError, match="loss = 'cube' is none of"):
        NoiseToNoiseSettings(loss="cube")
