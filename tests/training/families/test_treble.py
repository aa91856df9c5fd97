import pytest
import torch

from engine.errors import SettingsError
from engine.models.light import Light, LightConfig
from engine.models.treble import Treble, TrebleConfig
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.treble import TrebleFamily, TrebleSettings

CONFIG = TrebleConfig(256, 64, channels=(4, 8), time_dilations=(1,), bin_dilations=(1,))
SETTINGS = TrebleSettings(low_hz=500.0, high_hz=2000.0)


def learning() -> TrebleFamily:
    torch.manual_seed(0)
    return TrebleFamily(Treble(CONFIG), SETTINGS, ground("treble"))


def test_it_learns_to_foretell_levels():
    costs = [cost["loss"] for cost in run(learning(), 0, 60)]
    assert sum(costs[-10:]) < 0.7 * sum(costs[:10])


def test_it_goes_on_where_it_was():
    assert_goes_on_alike(learning(), learning(), 2, 4)


def test_a_validation_draws_alike():
    family, given = learning(), batch(7)
    first, second = (family.validate(family.network.eval(), given) for _ in range(2))
    assert torch.equal(first["loss"], second["loss"])
    assert torch.equal(first["agreement"], -first["loss"])


def test_another_network_is_refused():
    network = Light(LightConfig(256, 64, (4, 8), (1,), (1,)))
    with pytest.raises(SettingsError, match="trains the network treble, and not light"):
        TrebleFamily(network, TrebleSettings(), ground("treble"))
