"""EMA: the mean of the weights of a network over its last steps, which is what is kept."""

import copy

import torch
from torch import Tensor

from engine.models.network import Network


class Ema:
    """An averaged copy of a network, in eval mode.

    The first steps count for less the more have been taken, so that the fresh weights are soon
    forgotten.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._decay = decay

    def follow(self, network: Network, step: int) -> None:
        """Move towards the network as it is after step `step`, counted from 0."""
        keep = min(self._decay, (1 + step) / (10 + step))
        pairs = list(zip(_tensors(self.network), _tensors(network), strict=True))
        moving = [pair for pair in pairs if pair[0].is_floating_point()]
        with torch.no_grad():
            torch._foreach_lerp_([a for a, _ in moving], [b for _, b in moving], 1.0 - keep)
            for mine, theirs in pairs:
                if not mine.is_floating_point():
                    mine.copy_(theirs)


def _tensors(network: Network) -> list[Tensor]:
    """Parameters and buffers: the statistics of a norm belong to the weights before it."""
    return [*network.parameters(), *network.buffers()]
