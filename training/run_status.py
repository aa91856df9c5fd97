"""Run status: what a run folder tells of its training, while it runs and afterwards.

status.json    written about once a second by the trainer, whole or not at all
lock           held by the trainer; the system gives it back however the process ends
status.room    keeps a little room on the disk, so that a full one can still be told of

A status that says "training" in a folder whose lock nobody holds was left by a trainer that was
killed. Nothing here loads torch, so that a window can look as often as it likes.
"""

import contextlib
import json
import math
import os
import time
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.documents import read_json
from engine.kinds import check_kinds
from engine.storage.lock import is_locked

STATUS, ROOM = "status.json", "status.room"
PREPARING, TRAINING = "preparing", "training"
PAUSED, DONE, STOPPED, FAILED = "paused", "done", "stopped", "failed"
STATES = (PREPARING, TRAINING, PAUSED, DONE, STOPPED, FAILED)
NONE, RUNNING, ENDED, KILLED = "none", "running", "ended", "killed"
_ROOM_BYTES = 16_384
_TRIES, _PAUSE_S = 20, 0.05


@dataclass(frozen=True)
class RunStatus:
    """What a trainer says of itself.

    Attributes:
        state: one of STATES; "" where no trainer ever said anything.
        step, max_steps: done, and after which it is over at the latest.
        share: done of all of it, by steps or by minutes, in [0, 1].
        seconds: of all runs together.
        steps_per_s: of late; 0 while that is not known.
        left_s: to the end, at the pace so far; None while that is not known.
        losses: of the steps since the last validation, on average, by name.
        figures: of the last validation, by name.
        base: of the weights it started from, by name; none where those were fresh.
        figure: which of them says what is best.
        best, best_step: the best so far, and after how many steps; None before the first.
        rollbacks: how often it went back because a loss was no number.
        sentence: why it failed.
        note: what it does at the moment.
        pid: of the process.
        device: it computes on.
        told_s: when this was said, in seconds since 1970.
        is_held: whether a trainer holds the folder now; found, not written.
    """

    state: str = ""
    step: int = 0
    max_steps: int = 0
    share: float = 0.0
    seconds: float = 0.0
    steps_per_s: float = 0.0
    left_s: float | None = None
    losses: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    base: Mapping[str, float] = field(default_factory=dict)
    figure: str = ""
    best: float | None = None
    best_step: int = 0
    rollbacks: int = 0
    sentence: str = ""
    note: str = ""
    pid: int = 0
    device: str = ""
    told_s: float = 0.0
    is_held: bool = False

    @property
    def condition(self) -> str:
        """Whether it is none, running, paused, ended or killed."""
        if self.is_held:
            return RUNNING
        if not self.state:
            return NONE
        if self.state == PAUSED:
            return PAUSED
        return KILLED if self.state in (PREPARING, TRAINING) else ENDED


def read_status(folder: Path) -> RunStatus:
    """What the folder of a run tells; never raises, as a run that tells nothing is none."""
    found = _looked_at(folder)
    # a trainer may have begun or ended between the two looks; then the second finds it so
    return _looked_at(folder) if found.condition == KILLED else found


def write_status(folder: Path, status: RunStatus) -> bool:
    """Replace the status; for a trainer that is at work. Whether it could be written."""
    path, part = folder / STATUS, folder / f".{STATUS}.part"
    try:
        part.write_bytes(_content(status))
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def write_last_status(folder: Path, status: RunStatus) -> None:
    """Replace the status with the last one, also on a disk that is full."""
    for _ in range(_TRIES):
        if write_status(folder, status):
            break
        with contextlib.suppress(OSError):
            (folder / ROOM).unlink(missing_ok=True)
        time.sleep(_PAUSE_S)
    with contextlib.suppress(OSError):
        (folder / ROOM).unlink(missing_ok=True)


def keep_room(folder: Path) -> None:
    """Take a little of the disk, which the last status can have."""
    with contextlib.suppress(OSError):
        (folder / ROOM).write_bytes(os.urandom(_ROOM_BYTES))  # lest a disk packs it to nothing


def _looked_at(folder: Path) -> RunStatus:
    is_held = is_locked(folder) is not None
    try:
        values = read_json(folder / STATUS)
        status = RunStatus(**_checked(values), is_held=is_held)
        check_kinds(status)
        return status
    except (OSError, ValueError, TypeError, OverflowError):
        return RunStatus(is_held=is_held)


def _checked(values: Any) -> dict[str, Any]:
    """What of a status is of the kind it must be; a newer version may say more."""
    if not isinstance(values, dict) or values.get("state") not in STATES:
        raise ValueError
    found: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(RunStatus).items():
        value = values.get(name)
        if name == "is_held" or value is None:
            continue
        if typing.get_origin(hint) is Mapping:
            told = dict(value).items()
            found[name] = {str(key): float(each) for key, each in told if each is not None}
        elif hint in (float, float | None):
            found[name] = float(value)
        elif type(value) is hint:
            found[name] = value
    return found


def _content(status: RunStatus) -> bytes:
    values = {name: _plain(value) for name, value in asdict(status).items() if name != "is_held"}
    return json.dumps(values, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """Without numbers that are none."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
