"""Blend: weights between those of the base and those of the run, as far as one likes.

A network that has learnt one kind of noise has often forgotten some of the others. On the straight
line between its weights and those it started from lie networks that know both; the share says how
far along that line one goes: 0 is the base, 1 all that was learnt.

References:
    Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022 (WiSE-FT).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from engine.card import Card
from engine.errors import ModelError

SHARES = (1.0, 0.75, 0.5, 0.25)
MOST_LOSS_DB = 0.3
"""That other noise may come out worse by."""
LEAST_CLEAN_DB = 30.0
"""Clean music to what is done to it, unless the base does more."""
ENOUGH = 0.75
"""Of what the best share gains over the base on the user's own discs. The rest of the way takes
away elsewhere what clips under simulated noise do not show: ten minutes on one disc gained 3.4 dB
there and lost 0.4 dB under other real noises, three quarters of it 3.0 and 0.2 dB."""
_MOST_HALF = 6e4


class Trial(NamedTuple):
    """How a share did.

    Attributes:
        share: of what was learnt.
        own_db: how much better than the base it is on the user's own discs.
        general_db: how much better than the base it is on other damage; below 0, worse.
        clean_db: clean music to what is done to it; None where that was not tried.
    """

    share: float
    own_db: float
    general_db: float
    clean_db: float | None


def can_blend(base: Card, learnt: Card) -> bool:
    """Whether weights of two cards are of one network that restores in one pass."""
    is_same = base.network == learnt.network and base.config == learnt.config
    return is_same and base.sigma_data == learnt.sigma_data == 0.0


def blend_weights(
    base: Path, learnt: Path, share: float, target: Path, facts: Mapping[str, object]
) -> str:
    """Write weights that lie between those of two files of one network, in 16 bits if they fit.

    Args:
        base: weights that training started from.
        learnt: weights it came to.
        share: of the way from the one to the other, 0 .. 1.
        target: file to write.
        facts: what its card is to say of its training besides.

    Returns:
        SHA-256 of the file, in hexadecimal.

    Raises:
        ModelError: a file is damaged, or they are not of one network.
        StorageError: the file cannot be written.
    """
    from engine.models.weights import load_weights, save_weights

    assert 0.0 <= share <= 1.0, share
    ours = load_weights(learnt)
    card = replace(ours.card, training={**ours.card.training, **facts})
    if share < 1.0:
        other = load_weights(base)
        if not can_blend(other.card, ours.card):
            raise ModelError(
                f"{learnt.name} and {base.name} are of different networks, between which there is "
                "nothing; publish all of what was learnt"
            )
        starts = other.network.state_dict()
        mixed = {
            name: value + (1.0 - share) * (starts[name] - value)
            if value.is_floating_point()
            else value
            for name, value in ours.network.state_dict().items()
        }
        ours.network.load_state_dict(mixed)
    values = ours.network.state_dict().values()
    fits = all(float(each.abs().max()) < _MOST_HALF for each in values if each.numel())
    return save_weights(target, ours.network, card, half=fits)


def chosen_trial(trials: Sequence[Trial], base_clean_db: float | None) -> Trial:
    """The smallest share that gains enough on the user's own discs, of those that cost little.

    Where all cost too much elsewhere it is all of what was learnt, and the verdict says so.
    """
    floor_db = LEAST_CLEAN_DB if base_clean_db is None else min(LEAST_CLEAN_DB, base_clean_db)
    fitting = [
        each
        for each in trials
        if each.general_db >= -MOST_LOSS_DB and (each.clean_db is None or each.clean_db >= floor_db)
    ]
    if not fitting:
        return max(trials, key=lambda each: each.share)
    best = max(fitting, key=lambda each: each.own_db)
    enough = [each for each in fitting if each.own_db >= ENOUGH * best.own_db]
    return min(enough, key=lambda each: each.share) if best.own_db > 0.0 else best
