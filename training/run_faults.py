"""Run faults: what ends a training from outside, each as one sentence with the way forward."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from engine.device import free_bytes, is_out_of_memory
from engine.errors import DeviceError, EngineError, StorageError
from engine.storage import disk
from training.run_folder import CHECKPOINT

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_NOTHING_BYTES = 65_536
_GB, _MB = 1e9, 1e6


@contextlib.contextmanager
def told_plainly(folder: Path, batch: int, device: str) -> Iterator[None]:
    """Turn what the system says into what the user can do.

    Args:
        folder: of the run.
        batch: examples of a step.
        device: it computes on; its name in torch.

    Raises:
        EngineError: in place of whatever the system has said.
    """
    try:
        yield
    except EngineError as error:
        if is_disk_full(error, folder):
            raise _full(folder) from error
        raise
    except OSError as error:
        if is_disk_full(error, folder):
            raise _full(folder) from error
        place = error.filename or folder
        raise StorageError(
            f"{place} cannot be read or written any more: {error.strerror or error}; put it back "
            f"in its place and go on{_where(folder)}"
        ) from error
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise _no_memory(batch, device, folder) from error
        if "DataLoader worker" in str(error):
            raise DeviceError(
                "a process that prepared examples was ended, as happens when memory runs out; "
                f"choose fewer of them with --loaders and go on{_where(folder)}"
            ) from error
        raise


def is_disk_full(error: BaseException, folder: Path) -> bool:
    """Whether a disk without room is at the bottom of an error, or stands to reason."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.errno in _FULL:
            return True
        found = found.__cause__
    return isinstance(error, OSError) and disk.free_bytes(folder) < _NOTHING_BYTES


def _full(folder: Path) -> StorageError:
    free = disk.free_bytes(folder) / _MB
    return StorageError(
        f"the disk of {folder} is full ({free:.0f} MB are free); make room on it and go on"
        f"{_where(folder)}"
    )


def _no_memory(batch: int, device: str, folder: Path) -> DeviceError:
    free = ""
    with contextlib.suppress(RuntimeError, AssertionError):  # a device that is gone tells nothing
        free = f" ({free_bytes(device) / _GB:.1f} GB are free)"
    if batch > 1:
        advice = f"choose a batch of {batch // 2}"
    elif device == "cpu":
        advice = "close other programs, or start from a lighter model"
    else:
        advice = "choose the device cpu, or start from a lighter model"
    return DeviceError(
        f"the memory of {device} ran out with a batch of {batch}{free}; {advice}, and go on"
        f"{_where(folder)}"
    )


def _where(folder: Path) -> str:
    return ": its last checkpoint is whole" if (folder / CHECKPOINT).is_file() else ""
