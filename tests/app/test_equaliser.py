from types import SimpleNamespace

import pytest

from app.equaliser import Equaliser
from app.player import Player
from engine.tasks.gain import Gain
from engine.tasks.replay_eq import ReplayEq

RIAA = ReplayEq(replay="RIAA_500R-13.7")


@pytest.fixture
def equaliser(qapp):
    player = Player()
    equaliser = Equaliser(player, player)
    yield equaliser
    player.close()


def heard(equaliser) -> ReplayEq | None:
    task: ReplayEq | None = equaliser.parent().equaliser
    return task


def test_it_is_off_at_start_and_stays_off_without_curves(equaliser):
    assert not equaliser.is_on
    equaliser.turn(on=True)
    assert not equaliser.is_on
    assert heard(equaliser) is None


def test_curves_are_heard_only_while_it_is_on(equaliser):
    equaliser.choose(RIAA)
    assert heard(equaliser) is None
    equaliser.turn(on=True)
    assert heard(equaliser) == RIAA
    other = ReplayEq(replay="European_250N-0")
    equaliser.choose(other)
    assert heard(equaliser) == other
    equaliser.turn(on=False)
    assert heard(equaliser) is None


def test_every_change_is_told_once(equaliser, qtbot):
    told = []
    equaliser.changed.connect(lambda: told.append(equaliser.is_on))
    for _ in range(2):
        equaliser.choose(RIAA)
        equaliser.turn(on=True)
    assert told == [False, True]


def test_a_rendered_curve_is_not_heard_twice(equaliser):
    equaliser.choose(RIAA)
    equaliser.turn(on=True)
    equaliser.on_restored((SimpleNamespace(task=Gain()),))
    assert equaliser.is_on
    equaliser.on_restored((SimpleNamespace(task=RIAA),))
    assert not equaliser.is_on
