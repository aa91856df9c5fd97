"""EMA: the mean of the weights of a network over its last steps, which is what is kept."""

import copy

import torch

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
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.network.parameters()), list(network.parameters()), 1.0 - keep
            )
            pairs = zip(self.network.buffers(), network.buffers(), strict=True)
            for mine, theirs in pairs:
                mine.copy_(theirs)
