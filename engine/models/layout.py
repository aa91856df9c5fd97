"""Layout: the order in memory of the numbers of 2-D networks; channels last convolves faster."""

import torch
from torch import Tensor, nn


def keep_channels_last(network: nn.Module) -> None:
    """Bring the 4-D weights of a network into this order, in place; their values stay."""
    for weight in network.parameters():
        if weight.ndim == 4:
            weight.data = channels_last(weight.data)


def channels_last(features: Tensor) -> Tensor:
    """Features (batch channel bin frame) in this order; the same object if they are already."""
    return features.contiguous(memory_format=torch.channels_last)
