import numpy as np
import torch

from engine.models.waveform_autoencoder import WaveformAutoencoder, WaveformAutoencoderConfig
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.autoencoder import Autoencoder
from training.families.supervised import SupervisedSettings

PLAIN = SupervisedSettings(samples=1.0, spectrum=0.0)


def make(settings: SupervisedSettings = PLAIN) -> Autoencoder:
    torch.manual_seed(1)
    network = WaveformAutoencoder(WaveformAutoencoderConfig((8, 12), (9, 5)))
    return Autoencoder(network, settings, ground("autoencoder"))


def test_it_learns_to_give_back_clean_music():
    family = make()
    costs = run(family, 0, 150)
    first, last = (np.mean([each["loss"] for each in part]) for part in (costs[:5], costs[-5:]))
    assert first - last > 1.3
    figures = family.validate(family.network.eval(), batch(1000))
    assert figures["si_sdr"].mean() > 12.0


def test_damage_does_not_reach_it():
    one, other = make(), make()
    given = batch(3)
    torch.manual_seed(0)
    cost = one.step(given)
    torch.manual_seed(0)
    assert other.step(given._replace(degraded=torch.full_like(given.clean, torch.nan))) == cost
    restored = one.restored(one.network.eval(), given)
    assert restored is not None
    assert torch.equal(restored, one.network(given.clean))


def test_it_goes_on_from_its_state_bit_for_bit():
    assert_goes_on_alike(make(), make(), 5, 10)


def test_its_figures_are_of_each_example():
    family = make()
    together, alone = (family.validate(family.network.eval(), batch(3, n)) for n in (3, 1))
    assert {name: len(each) for name, each in together.items()} == dict.fromkeys(together, 3)
    assert torch.equal(together["agreement"], -together["loss"])
    assert set(together) == set(alone) == {"loss", "agreement", "si_sdr"}
