"""Run faults: what the system says becomes one sentence with the way forward."""

import errno
from pathlib import Path

import pytest
import torch

from engine.errors import DeviceError, ModelError, StorageError
from training.checkpoint import save_checkpoint
from training.run_faults import told_plainly
from training.run_folder import CHECKPOINT


def raised(folder: Path, error: BaseException, batch: int = 8, device: str = "cpu") -> str:
    kinds = (StorageError, DeviceError, ModelError)
    with pytest.raises(kinds) as caught, told_plainly(folder, batch, device):
        raise error
    return str(caught.value)


def test_a_full_disk_is_told_whoever_met_it(tmp_path: Path, monkeypatch):
    (tmp_path / CHECKPOINT).write_bytes(b"before")

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with (
        pytest.raises(StorageError, match=r"the disk of .* is full .*make room on it and go on"),
        told_plainly(tmp_path, 8, "cpu"),
    ):
        save_checkpoint(tmp_path / CHECKPOINT, {"x": torch.zeros(3)})
    assert (tmp_path / CHECKPOINT).read_bytes() == b"before"
    said = raised(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert said.endswith("its last checkpoint is whole")


def test_material_that_is_gone_is_named(tmp_path: Path):
    said = raised(tmp_path, FileNotFoundError(errno.ENOENT, "No such file", "/music/a.wav"))
    assert said == (
        "/music/a.wav cannot be read or written any more: No such file; put it back in its place "
        "and go on"
    )


@pytest.mark.parametrize(
    ("error", "batch", "device", "advice"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), 8, "cuda", "choose a batch of 4"),
        (MemoryError(), 3, "cpu", "choose a batch of 1"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), 1, "cpu", "close other pro"),
        (torch.OutOfMemoryError("CUDA out of memory"), 1, "cuda", "choose the device cpu"),
    ],
)
def test_memory_that_runs_out_names_a_smaller_batch(tmp_path, error, batch, device, advice):
    said = raised(tmp_path, error, batch, device)
    assert f"the memory of {device} ran out with a batch of {batch}" in said
    assert advice in said


def test_a_process_that_was_ended_for_memory_is_told(tmp_path: Path):
    said = raised(tmp_path, RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed."))
    assert "a process that prepared examples was ended" in said


def test_a_sentence_stays_what_it_is_and_a_defect_too(tmp_path: Path):
    assert raised(tmp_path, ModelError("the loss was not a number")) == "the loss was not a number"
    with pytest.raises(RuntimeError, match="shapes differ"), told_plainly(tmp_path, 1, "cpu"):
        raise RuntimeError("shapes differ")
