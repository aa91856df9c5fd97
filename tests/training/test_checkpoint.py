"""Checkpoints: kept whole, and refused when they are something else."""

import os

import pytest
import safetensors.torch
import torch

from engine.errors import ModelError
from training.checkpoint import load_checkpoint, save_checkpoint


def test_what_was_kept_comes_back(tmp_path):
    state = {"step": 3, "a": {"b": [torch.ones(2), None, "x", 0.5]}, "tensor": torch.zeros(1)}
    save_checkpoint(tmp_path / "c", state)
    found = load_checkpoint(tmp_path / "c")
    assert found["step"] == 3
    assert found["a"]["b"][1:] == [None, "x", 0.5]
    torch.testing.assert_close(found["a"]["b"][0], torch.ones(2))


@pytest.mark.parametrize(
    "rest",
    ["3", "[]", '{"list": [1]}', '{"dict": 3}', '{"dict": [[[], 1]]}', '{"dict": [["a"]]}',
     '{"dict": [["a", "tensor:none"]]}', '{"a": 1}', '{"list":[' * 400 + "]}" * 400,
     "[" * 100_000],
)  # fmt: skip
def test_what_is_no_state_is_refused_by_its_name(tmp_path, rest):
    path = tmp_path / "checkpoint.safetensors"
    metadata = {"runout.training": rest}
    path.write_bytes(safetensors.torch.save({"x": torch.ones(1)}, metadata=metadata))
    with pytest.raises(ModelError, match="checkpoint.safetensors is no checkpoint"):
        load_checkpoint(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on Unix alone")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "checkpoint.safetensors")
    with pytest.raises(ModelError, match="is no checkpoint"):
        load_checkpoint(tmp_path / "checkpoint.safetensors")
