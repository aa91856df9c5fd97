from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.informed import Informed, InformedConfig
from engine.models.light import Light, LightConfig
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.informed import InformedSettings, InformedTraining

CONFIG = InformedConfig(128, 32, 64, (8, 12), (64, 128), (1, 1), (4, 8))


def informed(**settings: Any) -> InformedTraining:
    torch.manual_seed(0)
    return InformedTraining(Informed(CONFIG), InformedSettings(**settings), ground("informed"))


def test_the_loss_falls_and_what_is_told_helps():
    family = informed(n_uses=1)
    with torch.no_grad():
        before = family.validate(family.network.eval(), batch(900))
    losses = [cost["loss"] for cost in run(family, 0, 60)]
    with torch.no_grad():
        after = family.validate(family.network.eval(), batch(900))
    assert np.mean(losses[-10:]) < np.mean(losses[:10]) - 0.2
    assert float(after["told_gain"].mean()) > float(before["told_gain"].mean()) + 1.0
    assert float(after["told_gain"].mean()) > float(after["first_gain"].mean()) + 2.0


def test_it_goes_on_where_it_was():
    assert_goes_on_alike(informed(), informed(), 2, 4)


def test_each_batch_is_used_as_often_as_the_recipe_says():
    family = informed(n_uses=3)
    family.step(batch(1))
    steps = {int(each["step"]) for each in family.optimisers["network"].state.values()}
    assert steps == {3}


def test_what_is_told_is_known_or_guessed_as_often_as_the_recipe_says():
    given = batch(4, n_examples=4)
    only_guess, only_known = informed(guessed=1.0, known=0.0), informed(guessed=0.0, known=1.0)
    only_known.settings = InformedSettings(guessed=0.0, known=1.0, error_db=0.0)
    own = only_guess.network
    assert isinstance(own, Informed)
    looks = own.looks(given.degraded)
    told = only_known._told(given, looks)
    assert torch.allclose(told, own.measure(given.degraded - given.clean), rtol=1e-3, atol=1e-9)
    guess = only_guess._told(given, looks)
    wanted = own.measure(given.degraded - torch.stack(looks).mean(0))
    assert torch.allclose(guess, wanted, rtol=1e-3, atol=1e-9)


def test_a_network_that_is_told_nothing_is_refused():
    torch.manual_seed(0)
    with pytest.raises(ModelError, match="supervised"):
        InformedTraining(
            Light(LightConfig(128, 32, (6, 8), (1, 2), (1, 1))),
            InformedSettings(),
            ground("informed"),
        )
