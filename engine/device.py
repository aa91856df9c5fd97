"""Devices: where networks run, how much memory is free there, and what is done when it runs out.

Names are those of torch: cpu, cuda, mps. torch is loaded by the functions, not by the module.
"""

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from engine.errors import DeviceError

T = TypeVar("T")

AUTO = "auto"
CPU = "cpu"
DIVISORS = (1, 2, 4)
"""Into how many parts the work of a device is cut, one after the other, while memory runs out."""
_GB = 1e9
_SIGNS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "status_alloc_failed",
)
"""How the allocators of torch say it where the kind of the error does not; in small letters."""


@dataclass(frozen=True)
class Device:
    """A device that is there: its name for torch, what people call it, its memory in bytes."""

    name: str
    title: str
    memory_bytes: int


@dataclass(frozen=True)
class Attempt:
    """One way of doing a piece of work: where, and into how many parts its memory is cut."""

    device: str
    divisor: int = 1


def devices() -> tuple[Device, ...]:
    """What there is, fastest first; the CPU is always there, and last."""
    torch = _torch()
    found = []
    if torch.cuda.is_available():
        facts = torch.cuda.get_device_properties(torch.cuda.current_device())
        found.append(Device("cuda", facts.name, facts.total_memory))
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple GPU", torch.mps.recommended_max_memory()))
    n_threads = torch.get_num_threads()
    title = f"{n_threads} thread" if n_threads == 1 else f"{n_threads} threads"
    return (*found, Device(CPU, title, _memory_bytes()))


def pick_device(wanted: str = AUTO) -> str:
    """The name of the device to work on: the one asked for, or the fastest.

    Raises:
        DeviceError: it is not there.
    """
    names = [device.name for device in devices()]
    if wanted == AUTO:
        return names[0]
    if wanted not in names:
        raise DeviceError(
            f"the device '{wanted}' is not there; choose {AUTO}, which takes {names[0]}, "
            f"or one of: {', '.join(names)}"
        )
    return wanted


def gpu_numbers(wanted: str = AUTO) -> tuple[str, ...]:
    """What CUDA calls each GPU that can be worked on; the one of Apple has none, "", and is one.

    torch is not loaded where there is no sign of a GPU.
    """
    is_linux_without = sys.platform == "linux" and not os.path.exists("/dev/nvidiactl")
    if wanted == CPU or is_linux_without:
        return ()
    picked = pick_device(wanted)
    if picked == "cuda":
        return tuple(str(number) for number in range(_torch().cuda.device_count()))
    return ("",) if picked == "mps" else ()


def free_bytes(device: str) -> int:
    """Memory that can be had on a device now; on a GPU with what torch keeps for itself."""
    if device == CPU:
        return _available_bytes()
    torch = _torch()
    if device == "cuda":
        idle = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
        return int(torch.cuda.mem_get_info()[0] + idle)
    used = torch.mps.current_allocated_memory()
    return max(0, int(torch.mps.recommended_max_memory() - used))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a device has no memory left."""
    if isinstance(error, MemoryError | _torch().OutOfMemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(sign in text for sign in _SIGNS)


def empty_caches() -> None:
    """Give back memory that torch keeps for itself, after what nothing refers to any more."""
    gc.collect()
    torch = _torch()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def attempt(
    work: Callable[[Attempt], T], device: str, tell: Callable[[str], None], divisor: int = 1
) -> T:
    """Do a piece of work, in ever smaller parts and at last on the CPU while memory runs out.

    Args:
        work: does it as the attempt says; begins anew when it is called again.
        device: where to begin.
        tell: is given a sentence for the user at each change.
        divisor: where to begin.

    Returns:
        What work returns.

    Raises:
        DeviceError: memory ran out on the CPU too, with the smallest parts.
    """
    plan = _plan(device, divisor)
    for now, after in zip(plan, (*plan[1:], None), strict=True):
        try:
            return work(now)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        # here, where the error is gone and with it the frames that hold tensors
        empty_caches()
        if after is not None:
            tell(_change(now, after))
    raise DeviceError(
        f"there is not enough memory ({free_bytes(CPU) / _GB:.1f} GB are free) even for the "
        "smallest segments; close other programs or choose a lighter method"
    )


def _plan(device: str, divisor: int) -> tuple[Attempt, ...]:
    plan = [Attempt(device, each) for each in DIVISORS if each >= divisor]
    if device != CPU:
        plan += [Attempt(CPU, each) for each in DIVISORS]
    return tuple(plan)


def _change(now: Attempt, after: Attempt) -> str:
    if now.device == after.device:
        share = {2: "half", 4: "a quarter"}[after.divisor]
        return f"The memory of {now.device} ran out, so it goes on with {share} as much at once."
    return f"The memory of {now.device} ran out, so it goes on with the CPU, which is slower."


def _torch() -> ModuleType:
    """The library, which on an Apple GPU hands to the CPU what it cannot compute there."""
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # read when torch loads
    import torch

    return torch


if sys.platform == "win32":
    import ctypes

    class _MemoryStatus(ctypes.Structure):
        """What GlobalMemoryStatusEx fills in."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "total_page", "free_page")),
            *((name, ctypes.c_ulonglong) for name in ("total_virtual", "free_virtual", "extended")),
        )

    def _memory_status() -> _MemoryStatus:
        status = _MemoryStatus()
        status.length = ctypes.sizeof(status)
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return status

    def _memory_bytes() -> int:
        """Memory of the computer."""
        return int(_memory_status().total)

    def _available_bytes() -> int:
        """Memory of the computer that programs can have without others being put to disk."""
        return int(_memory_status().free)

else:

    def _memory_bytes() -> int:
        """Memory of the computer."""
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    def _available_bytes() -> int:
        """Memory of the computer that programs can have without others being put to disk."""
        try:
            with open("/proc/meminfo", encoding="ascii") as file:
                amounts = dict(line.split(":", 1) for line in file)
            return int(amounts["MemAvailable"].split()[0]) * 1024
        except (OSError, KeyError, ValueError):
            return _memory_bytes() // 2  # macOS tells what is unused, which is next to nothing
