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


def spoilt_by(**settings: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Degraded samples, looks as they were, and what the network is shown of them."""
    given = batch(5, n_examples=8)
    family = informed(**settings)
    look = 0.5 * given.degraded
    torch.manual_seed(3)
    return given.degraded, look, family._spoilt(given.degraded, look)


def test_looks_are_left_alone_unless_the_recipe_says_otherwise():
    _, look, seen = spoilt_by()
    assert torch.equal(look, seen)


def test_spoilt_looks_lie_between_themselves_and_too_much_or_too_little():
    degraded, look, seen = spoilt_by(spoilt=1.0)
    change = (seen - look).square().mean((1, 2)) / look.square().mean((1, 2))
    assert torch.all(change > 1e-3)
    sizes = [torch.fft.rfft(each).abs() for each in (degraded, look, seen)]
    assert torch.all(sizes[2] <= sizes[0] * 1.001 + 1e-4)
    louder = sizes[2].sum((1, 2)) > sizes[1].sum((1, 2))
    assert louder.any(), "none had noise left in"
    assert not louder.all(), "none had music taken out"


def test_as_many_looks_are_spoilt_as_the_recipe_says():
    _, look, seen = spoilt_by(spoilt=0.5)
    changed = (seen - look).abs().amax((1, 2)) > 1e-4
    assert 1 <= int(changed.sum()) <= 7


def test_examples_end_on_all_sides_where_a_file_of_a_lower_rate_does():
    family = informed(ended=1.0, ends_hz=(3000.0, 3000.0))
    rate = family.ground.recipe.data.sample_rate
    given = batch(6)
    ended = family._ended(given)
    hz = torch.fft.rfftfreq(given.clean.shape[-1], 1 / rate)
    for before, after in zip(given, ended, strict=True):
        spectra = [torch.fft.rfft(each).abs() for each in (before, after)]
        assert torch.allclose(spectra[0][..., hz < 2800], spectra[1][..., hz < 2800], atol=1e-3)
        assert float(spectra[1][..., hz > 3200].max()) < 1e-3
    assert informed()._ended(given) is given


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_the_first_looks_learn_where_the_recipe_says_so(weight):
    family = informed(first=weight, n_uses=1)
    own = family.network
    assert isinstance(own, Informed)
    before = [each.detach().clone() for each in own.first.parameters()]
    costs = run(family, 0, 40)
    moved = [
        not torch.equal(old, new) for old, new in zip(before, own.first.parameters(), strict=True)
    ]
    assert all(moved) if weight else not any(moved)
    if weight:
        first = [cost["first_loss"] for cost in costs]
        assert np.mean(first[-10:]) < np.mean(first[:10])


def test_it_goes_on_where_it_was_with_all_that_is_drawn():
    settings = {"first": 0.5, "spoilt": 0.5, "ended": 0.5, "n_uses": 2}
    assert_goes_on_alike(informed(**settings), informed(**settings), 2, 4)


def test_a_network_that_is_told_nothing_is_refused():
    torch.manual_seed(0)
    with pytest.raises(ModelError, match="supervised"):
        InformedTraining(
            Light(LightConfig(128, 32, (6, 8), (1, 2), (1, 1))),
            InformedSettings(),
            ground("informed"),
        )
