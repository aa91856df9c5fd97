"""Devices, and what is done when their memory runs out."""

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest
import torch

from engine import device as devices_module
from engine.device import (
    Attempt,
    attempt,
    devices,
    free_bytes,
    gpu_numbers,
    is_out_of_memory,
    pick_device,
)
from engine.errors import DeviceError
from engine.progress import Cancelled

FULL = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")


class Work:
    """Work whose memory runs out in the attempts named; remembers all."""

    def __init__(self, failing: set[tuple[str, int]], error: Exception = FULL) -> None:
        self.failing, self.error = failing, error
        self.seen: list[Attempt] = []

    def __call__(self, now: Attempt) -> Attempt:
        self.seen.append(now)
        if (now.device, now.divisor) in self.failing:
            raise self.error
        return now


def test_the_cpu_is_always_there_and_last():
    found = devices()
    assert found[-1].name == "cpu"
    assert 1e8 < free_bytes("cpu") <= found[-1].memory_bytes


def test_the_fastest_device_is_picked_unless_one_is_named():
    assert pick_device() == devices()[0].name
    assert pick_device("cpu") == "cpu"


def test_a_device_that_is_not_there_is_told_with_those_that_are(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="the device 'cuda' is not there; choose auto"):
        pick_device("cuda")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FULL, True),
        (MemoryError(), True),
        # what numpy raises; it has no public name
        (np._core._exceptions._ArrayMemoryError((4,), np.dtype(float)), True),  # type: ignore[attr-defined]
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_told_from_other_errors(error, expected):
    assert is_out_of_memory(error) is expected


def test_work_that_fits_is_done_once():
    work = Work(set())
    assert attempt(work, "cuda", pytest.fail) == Attempt("cuda", 1)
    assert len(work.seen) == 1


def test_memory_that_runs_out_is_met_by_halving_twice_and_then_by_the_cpu():
    work = Work({("cuda", 1), ("cuda", 2), ("cuda", 4)})
    told: list[str] = []
    assert attempt(work, "cuda", told.append) == Attempt("cpu", 1)
    assert [(each.device, each.divisor) for each in work.seen] == [
        ("cuda", 1),
        ("cuda", 2),
        ("cuda", 4),
        ("cpu", 1),
    ]
    assert told == [
        "The memory of cuda ran out, so it goes on with half as much at once.",
        "The memory of cuda ran out, so it goes on with a quarter as much at once.",
        "The memory of cuda ran out, so it goes on with the CPU, which is slower.",
    ]


def test_the_cpu_halves_too_and_then_gives_up_in_a_sentence():
    work = Work({("cpu", 1), ("cpu", 2), ("cpu", 4)}, MemoryError())
    told: list[str] = []
    with pytest.raises(DeviceError, match=r"not enough memory \([\d.]+ GB are free\)"):
        attempt(work, "cpu", told.append)
    assert [each.divisor for each in work.seen] == [1, 2, 4]
    assert len(told) == 2


def test_an_attempt_may_begin_where_an_earlier_one_has_ended():
    work = Work(set())
    assert attempt(work, "cuda", pytest.fail, divisor=4) == Attempt("cuda", 4)


@pytest.mark.parametrize("error", [RuntimeError("a defect"), Cancelled(), ValueError("odd")])
def test_nothing_else_is_swallowed(error):
    work = Work({("cuda", 1)}, error)
    with pytest.raises(type(error)):
        attempt(work, "cuda", pytest.fail)
    assert len(work.seen) == 1


def test_what_a_failed_attempt_held_is_let_go_before_the_next(monkeypatch):
    held: list[weakref.ref[torch.Tensor]] = []
    alive: list[bool] = []
    monkeypatch.setattr(
        devices_module, "empty_caches", lambda: alive.append(held[-1]() is not None)
    )

    def work(now: Attempt) -> int:
        tensor = torch.zeros(1000)
        held.append(weakref.ref(tensor))
        if now.divisor < 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return int(tensor.numel())

    gc.disable()
    try:
        assert attempt(work, "cpu", lambda sentence: None) == 1000
    finally:
        gc.enable()
    assert alive == [False, False]


def test_the_module_loads_without_torch():
    program = "import engine.device, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_each_gpu_is_counted_and_none_where_the_cpu_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    assert gpu_numbers("cpu") == ()
    monkeypatch.setattr("os.path.exists", lambda path: True)
    monkeypatch.setattr(devices_module, "pick_device", lambda wanted: "cuda")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert gpu_numbers() == ("0", "1")
    monkeypatch.setattr(devices_module, "pick_device", lambda wanted: "mps")
    assert gpu_numbers() == ("",)
