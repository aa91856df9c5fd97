"""Room: how many numbers a network may ask for while it is built.

A card is a file's word: it can name a network that is larger than all memory, with a file that is
small. Building on torch's device "meta", which has no memory, was tried: it took 5 to 20 times as
long, and brings torch's compiler along.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_SHAPED = (torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn)
_COUNTED = {torch.linspace: 2, torch.logspace: 2, torch.hann_window: 0, torch.kaiser_window: 0}
"""Functions that make a row, and which of their arguments says how long it is."""


class TooLarge(Exception):
    """More was asked for than there is room."""


class Room(TorchFunctionMode):
    """Within this context torch makes so many numbers and no more.

    Raises:
        TooLarge: where more is asked for, before it is there.
    """

    def __init__(self, n_numbers: int) -> None:
        super().__init__()
        self.left = n_numbers

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Look at what makes tensors, and let everything pass."""
        named = dict(kwargs or {})
        if func in _SHAPED or func in _COUNTED:
            self.left -= _asked(func, args, named)
            if self.left < 0:
                raise TooLarge
        return func(*args, **named)


def _asked(func: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]) -> int:
    if func in _COUNTED:
        at = _COUNTED[func]
        return int(args[at]) if len(args) > at else int(named.get("steps", 0))
    size = named.get("size", args[0] if args else ())
    sizes = size if isinstance(size, tuple | list | torch.Size) else args
    return math.prod(each for each in sizes if isinstance(each, int))
