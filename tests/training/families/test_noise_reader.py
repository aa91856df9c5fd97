from typing import Any

import pytest
import torch

from engine.errors import ModelError
from engine.models.informed import Informed, InformedConfig
from engine.models.light import Light
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.families.noise_reader import NoiseReaderSettings, NoiseReading, _error_db

CONFIG = InformedConfig(128, 32, 64, (8, 12), True, (64, 128), (1, 1), (4, 8))


def reading(**settings: Any) -> NoiseReading:
    torch.manual_seed(0)
    network = Informed(CONFIG)
    with torch.no_grad():  # looks that take half of everything out
        for member in network.first.members:
            assert isinstance(member, Light)
            assert member.leave.bias is not None
            member.leave.bias[0] = -1.0
    return NoiseReading(network, NoiseReaderSettings(**settings), ground("noise-reader"))


def test_the_noise_is_read_better_than_the_looks_guess_it():
    family = reading()
    run(family, 0, 30)
    with torch.no_grad():
        figures = family.validate(family.network.eval(), batch(900))
    assert float(figures["loss"].mean()) < 0.6 * float(figures["guess_error_db"].mean())


def test_nothing_but_the_reader_learns():
    family = reading()
    before = {key: value.clone() for key, value in family.network.state_dict().items()}
    run(family, 0, 3)
    moved = {
        key
        for key, value in family.network.state_dict().items()
        if not torch.equal(value, before[key])
    }
    assert moved
    assert all(key.startswith("reader.") for key in moved)


def test_it_goes_on_where_it_was_but_for_what_it_remembers():
    assert_goes_on_alike(reading(n_uses=1), reading(n_uses=1), 2, 4)


def test_batches_before_are_learnt_from_again():
    family = reading(n_uses=3, n_kept=2)
    run(family, 0, 4)
    steps = {int(each["step"]) for each in family.optimisers["network"].state.values()}
    assert steps == {12}
    assert len(family._kept) == 2


def test_noise_far_below_the_music_weighs_nothing():
    floor = torch.ones(1, 1, 65)
    loud, faint = torch.ones(1, 2, 65), torch.full((1, 2, 65), 1e-4)
    assert float(_error_db(faint, 0.1 * faint, floor)) < 1e-3
    assert float(_error_db(100 * loud, 10 * loud, floor)) > 8.0


def test_a_network_without_a_reader_is_refused():
    with pytest.raises(ModelError, match="has_reader"):
        NoiseReading(
            Informed(InformedConfig(128, 32, 64, (8, 12), False, (64, 128), (1, 1), (4, 8))),
            NoiseReaderSettings(),
            ground("noise-reader"),
        )
