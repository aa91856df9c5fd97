"""How much memory a network takes while it runs, so that segments can be cut to fit.

All that its operations make is counted, on any device, from when it is made until nothing refers
to it any more. What an operation needs inside itself is not seen; HEADROOM stands for that.
"""

import weakref
from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

HEADROOM = 1.5
"""Times what is counted; convolutions unfold their input, Fourier transforms have work space."""


class _Counter(TorchDispatchMode):
    """Counts the bytes of all that is alive of what operations have made."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # of torch, without types
        self.alive = self.peak = 0
        self._known: set[int] = set()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled while this counts; shielding it loads 900 modules of the compiler."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for each in tree_leaves(made):
            if isinstance(each, Tensor):
                self._count(each)
        return made

    def _count(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        place, n_bytes = storage.data_ptr(), storage.nbytes()
        if place == 0 or place in self._known:
            return
        self._known.add(place)
        self.alive += n_bytes
        self.peak = max(self.peak, self.alive)
        weakref.finalize(storage, self._forget, place, n_bytes).atexit = False

    def _forget(self, place: int, n_bytes: int) -> None:
        self._known.discard(place)
        self.alive -= n_bytes


def bytes_per_sample(run: Callable[[Tensor], Tensor], samples: Tensor) -> float:
    """Memory that a run takes for each sample of the examples it is given, with headroom.

    Args:
        run: of a network, not compiled.
        samples: (batch channel time) on the network's device.
    """
    counter = _Counter()
    with counter:
        run(samples)
    return HEADROOM * counter.peak / (samples.shape[0] * samples.shape[2])
