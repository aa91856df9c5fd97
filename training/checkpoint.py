"""Checkpoint: all that a training goes on from, as tensors and JSON; nothing is ever unpickled.

Any nesting of dicts, lists, numbers, words and tensors is kept: tensors in safetensors under the
path that leads to them, everything else as JSON beside them in the same file, so that both are
always of the same step.
"""

import json
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.documents import open_content
from engine.errors import ModelError
from engine.sync import write_whole

_REST = "runout.training"
_TENSOR = "tensor:"


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    tensors: dict[str, Tensor] = {}
    rest = json.dumps(_taken_apart(state, "", tensors))
    write_whole(path, safetensors.torch.save(tensors, metadata={_REST: rest}))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read what `save_checkpoint` wrote.

    Raises:
        ModelError: the file is damaged, or is no checkpoint.
    """
    try:
        open_content(path).close()  # what follows would wait for a pipe
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            rest = json.loads(metadata[_REST])
            found = _put_together(rest, {name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
        if not isinstance(found, dict):
            raise TypeError(f"it holds a {type(found).__name__}")
    except (OSError, SafetensorError, LookupError, ValueError, TypeError, RecursionError) as error:
        raise ModelError(
            f"{path} is no checkpoint of a training, or is damaged; remove it to begin anew"
        ) from error
    return found


def _taken_apart(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """What JSON can hold of a value; its tensors go into `tensors`."""
    if isinstance(value, Tensor):
        tensors[name] = value.detach().to("cpu", copy=True).contiguous()
        return _TENSOR + name
    if isinstance(value, dict):
        kept = [[k, _taken_apart(v, f"{name}/{k}", tensors)] for k, v in value.items()]
        return {"dict": kept}
    if isinstance(value, list | tuple):
        return {"list": [_taken_apart(v, f"{name}/{n}", tensors) for n, v in enumerate(value)]}
    return value


def _put_together(value: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, str) and value.startswith(_TENSOR):
        return tensors[value.removeprefix(_TENSOR)]
    if isinstance(value, dict) and "dict" in value:
        return {key: _put_together(each, tensors) for key, each in value["dict"]}
    if isinstance(value, dict):
        return [_put_together(each, tensors) for each in value["list"]]
    return value
