import math
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import SettingsError
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.critic import Critic
from engine.models.discriminator import Discriminator, DiscriminatorConfig
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.shaping import Shaping, ShapingSettings

CONFIG = DiscriminatorConfig((4, 8), (9, 5), window=256, dropout=0.5, has_norm=True)


def make(kind: str = "conditional", **settings: Any) -> Shaping:
    torch.manual_seed(11)
    generator = WaveformUNet(WaveformUNetConfig((4, 8, 8), (9, 5, 5), dropout=0.5))
    torch.nn.init.normal_(generator.output.convolution.weight, std=0.1)
    critics: dict[str, Critic] = {
        "plain": Discriminator(CONFIG),
        "conditional": ConditionalDiscriminator(CONFIG),
        "patch": PatchDiscriminator(PatchDiscriminatorConfig((4, 8), 2)),
    }
    chosen = ShapingSettings(**{"n_iterations": 2, **settings})
    return Shaping(critics[kind], chosen, ground("shaping", {"generator": generator}))


@pytest.mark.parametrize("kind", ["plain", "conditional", "patch"])
def test_it_learns_to_tell_refined_samples_from_clean_ones(kind):
    family = make(kind, objective="least_squares" if kind == "patch" else "cross_entropy")
    before = {name: each.clone() for name, each in family.generator.state_dict().items()}
    costs = run(family, 0, 40)
    first, last = (np.mean([each["loss"] for each in part]) for part in (costs[:5], costs[-5:]))
    assert last < 0.8 * first
    assert all(each["after"] >= each["before"] for each in costs)
    now = family.generator.state_dict()
    assert all(torch.equal(each, now[name]) for name, each in before.items())


def test_norms_and_dropout_rest_while_it_is_shaped():
    family = make()
    run(family, 0, 2)
    counts = [
        each for name, each in family.network.state_dict().items() if name.endswith("tracked")
    ]
    assert [int(count) for count in counts] == [0, 0]
    assert not any(each.training for each in family.network.modules())


def test_each_batch_starts_without_the_slopes_of_the_one_before():
    one, other = make(n_iterations=0), make(n_iterations=0)
    run(one, 0, 1)
    other.network.load_state_dict(one.network.state_dict())
    given = batch(1)
    assert one.step(given)["slope"] == pytest.approx(other.step(given)["slope"], rel=1e-5)


def test_it_goes_on_from_its_state_bit_for_bit():
    assert_goes_on_alike(make(), make(), 3, 6)


def test_what_is_not_a_number_is_told_and_teaches_nothing():
    family = make()
    before = {name: each.clone() for name, each in family.network.state_dict().items()}
    given = batch(0)
    cost = family.step(given._replace(target=torch.full_like(given.target, math.nan)))
    assert not math.isfinite(cost["loss"] + cost["slope"])
    now = family.network.state_dict()
    assert all(torch.equal(each, now[name]) for name, each in before.items())


def test_a_validation_measures_each_example_where_no_slopes_are_wanted():
    family = make()
    given = batch(5, 3)
    with torch.inference_mode():
        figures = family.validate(family.network.eval(), given)
        restored = family.restored(family.network.eval(), given)
    assert {len(each) for each in figures.values()} == {3}
    assert (figures["after"] >= figures["before"]).all()
    assert restored is not None
    assert restored.shape == given.clean.shape


def test_it_needs_a_generator():
    with pytest.raises(SettingsError, match=r"shaping needs the table \[family.generator\]"):
        Shaping(Discriminator(CONFIG), ShapingSettings(), ground("shaping"))
