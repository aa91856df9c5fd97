"""What batches keep: the journal beside outputs, and the list of the window."""

import json
from collections import deque
from pathlib import Path
from random import Random

from app.batch.choices import Choices, target_of
from app.batch.kept import LoadListJob, snapshot
from app.batch.rows import Found, Row
from engine.export import ExportRequest
from engine.jobs.batch import Batch
from engine.jobs.crew import News
from engine.jobs.run_side import run_side
from engine.jobs.side import Side
from engine.tasks.gain import Gain
from fuzzing.damage import ENDLESS, damaged_bytes, damaged_json, damaged_json_lines
from fuzzing.documents import odd_or_damaged
from fuzzing.inputs import LINK, Files, Kind, Odd
from fuzzing.sounds import write_side

_JOURNAL = "out/.runout-batch/journal.jsonl"
_LINKS = (
    "../outside/secret.txt",
    "../../../outside/secret.txt",
    f"../../../outside/{ENDLESS}",
    "..",
)


class Journals(Kind):
    """The journal of a batch that is gone on with."""

    name = "batch"
    share = 8
    allowed = ("out",)

    def __init__(self, scratch: Path) -> None:
        write_side(scratch / "in.wav", 0.1)
        _run(scratch)
        self._files: Files = {
            each.relative_to(scratch).as_posix(): each.read_bytes()
            for each in scratch.rglob("*")
            if each.is_file()
        }

    def make(self, rng: Random, number: int) -> Files:
        """The journal damaged as a rule, else something beside it; an output taken away or not."""
        files = dict(self._files)
        name = _JOURNAL if rng.random() < 0.8 else rng.choice(sorted(files))
        content = files[name]
        assert isinstance(content, bytes)
        if rng.random() < 0.05:
            files[name] = Odd(LINK, rng.choice(_LINKS))
        elif name == _JOURNAL:
            files[name] = odd_or_damaged(rng, number, content, damaged_json_lines)
        else:
            files[name] = damaged_bytes(rng, content)
        if rng.random() < 0.5:
            files["out/.runout-3f3f3f3f.wav"] = b"left by a process that was killed"
        return files

    def read(self, folder: Path) -> bool:
        """Go on with it."""
        return _run(folder)


class Lists(Kind):
    """The list of the batch window, as it was when that was closed."""

    name = "list"
    share = 5

    def __init__(self, scratch: Path) -> None:
        rows = [Row(Found(str(scratch / f"{n}.wav"), f"{n}.wav"), "78rpm") for n in range(3)]
        told = snapshot(rows, Choices(scratch), is_begun=True)
        self._list = json.dumps(told).encode()

    def make(self, rng: Random, number: int) -> Files:
        """The list."""
        return {"list.json": odd_or_damaged(rng, number, self._list, damaged_json)}

    def read(self, folder: Path) -> bool:
        """As the window does when it opens."""
        kept = LoadListJob(folder).run()
        _ = kept.n_missing
        if kept.choices is not None:
            for row in kept.rows:
                target_of(row, kept.choices)
        return bool(kept.rows)


class _OwnCrew:
    """Does sides in this process."""

    size, attempts = 1, 1

    def __init__(self) -> None:
        self._todo: deque[tuple[int, Side]] = deque()

    def start(self, number: int, side: Side) -> None:
        self._todo.append((number, side))

    def wait(self, timeout_s: float) -> list[News]:
        return [News(number, 1.0, run_side(side)) for number, side in self._taken()]

    def stop(self) -> None:
        self._todo.clear()

    def close(self) -> None:
        self._todo.clear()

    def _taken(self) -> list[tuple[int, Side]]:
        taken = list(self._todo)
        self._todo.clear()
        return taken


def _run(folder: Path) -> bool:
    out = folder / "out"
    sides = [
        Side(folder / "in.wav", ExportRequest(out / f"{name}.wav", "1"), (Gain(gain_db=-3.0),))
        for name in ("one", "two")
    ]
    batch = Batch(sides, out, _OwnCrew())
    return batch.run().done > 0
