"""Workers: the processes of one training, on one machine or many, and what they share.

`torchrun` starts them and says through the environment which is which. Slopes are averaged and
networks are kept alike by Accelerate, which is only needed, and only loaded, where there are
several.
"""

import os
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.device import pick_device
from engine.errors import DeviceError


class Workers(Protocol):
    """Which process this is, and how it agrees with the others."""

    rank: int
    size: int
    device: torch.device

    def share(self, module: nn.Module) -> nn.Module:
        """A module whose slopes are averaged over all processes."""

    def mean(self, values: Tensor) -> Tensor:
        """The mean of a tensor over all processes."""

    def averaged(self, value: float) -> float:
        """The mean of a number over all processes."""

    def agreed(self, value: float) -> float:
        """A number of the first process, which all go by."""

    def wait(self) -> None:
        """Until all have come here."""

    def leave(self) -> None:
        """Part from the others, once all have come here."""


class Alone:
    """One process."""

    rank, size = 0, 1

    def __init__(self, device: torch.device) -> None:
        self.device = device

    def share(self, module: nn.Module) -> nn.Module:
        """The module itself."""
        return module

    def mean(self, values: Tensor) -> Tensor:
        """The values themselves."""
        return values

    def averaged(self, value: float) -> float:
        """The number itself."""
        return value

    def agreed(self, value: float) -> float:
        """The number itself."""
        return value

    def wait(self) -> None:
        """There is nobody to wait for."""

    def leave(self) -> None:
        """There is nobody to part from."""


class Together:
    """One of several processes."""

    def __init__(self, on_cpu: bool) -> None:
        try:
            from accelerate import Accelerator  # a part of its own: runout[distributed]
        except ImportError as error:
            raise DeviceError(
                "several processes were started, and Accelerate, which joins them, is missing; "
                "install it with `pip install runout[distributed]`"
            ) from error
        self._accelerator: Any = Accelerator(cpu=on_cpu)
        self.rank: int = self._accelerator.process_index
        self.size: int = self._accelerator.num_processes
        self.device: torch.device = self._accelerator.device

    def share(self, module: nn.Module) -> nn.Module:
        """A module whose slopes are averaged over all processes."""
        shared: nn.Module = self._accelerator.prepare_model(module)
        return shared

    def mean(self, values: Tensor) -> Tensor:
        """The mean of a tensor over all processes."""
        mean: Tensor = self._accelerator.reduce(values, reduction="mean")
        return mean

    def averaged(self, value: float) -> float:
        """The mean of a number over all processes."""
        return float(self.mean(torch.tensor(value, dtype=torch.float64, device=self.device)))

    def agreed(self, value: float) -> float:
        """A number of the first process, which all go by."""
        told = torch.tensor([value], dtype=torch.float64, device=self.device)
        torch.distributed.broadcast(told, 0)
        return float(told)

    def wait(self) -> None:
        """Until all have come here."""
        self._accelerator.wait_for_everyone()

    def leave(self) -> None:
        """Part from the others, once all have come here."""
        self.wait()
        torch.distributed.destroy_process_group()


def set_threads(n_threads: int) -> None:
    """Have torch compute on so many threads; 0 leaves it as it is. Tiny numbers become 0."""
    if n_threads:
        torch.set_num_threads(n_threads)
    torch.set_flush_denormal(True)


def join_workers(device: str) -> Workers:
    """The processes that `torchrun` started, or this one alone.

    Args:
        device: auto, cpu, cuda or mps.

    Raises:
        DeviceError: the device is not there, or there are several processes, and what joins them
            is not installed.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        return Together(on_cpu=pick_device(device) == "cpu")
    return Alone(torch.device(pick_device(device)))
