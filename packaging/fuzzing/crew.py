"""Crew: processes that read inputs, each held to a time; who hangs or dies is replaced."""

import multiprocessing
import queue
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from fuzzing.inputs import Input, Kind
from fuzzing.worker import Verdict, work

LONGEST_S = 10.0
_START_S = 120.0
"""Until what is damaged was made, of a kind that is read for the first time."""
FAILED = "failed"

_Answer = TypeVar("_Answer", Input, Verdict)
Asked = Input | tuple[str, int, int]
Told = Callable[[Input, Verdict], None]


class Crew:
    """Reads inputs in processes.

    Args:
        kinds: by name.
        tell: is told of each input and what became of it, from any thread, one at a time.
        longest_s: a reader may take; then its process is ended.
    """

    def __init__(
        self, kinds: dict[str, type[Kind]], tell: Told, longest_s: float = LONGEST_S
    ) -> None:
        self._kinds = kinds
        self._tell = tell
        self._longest_s = longest_s
        self._guard = threading.Lock()

    def run(self, asked: Sequence[Asked], n_workers: int) -> None:
        """Read inputs, or make and read those of a kind, seed and number."""
        own: list[list[Asked]] = [[] for _ in range(n_workers)]
        common: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        for each in asked:
            name = each.kind if isinstance(each, Input) else each[0]
            if self._kinds[name].is_alone:
                own[0].append(each)
            else:
                common.put(each)
        threads = [threading.Thread(target=self._serve, args=(mine, common)) for mine in own]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _serve(self, mine: list[Asked], common: "queue.SimpleQueue[Asked]") -> None:
        """Keep one process at work until nothing is left."""
        with tempfile.TemporaryDirectory(prefix="runout-fuzz-", ignore_cleanup_errors=True) as kept:
            process = _Process(Path(kept), self._kinds)
            mine = mine[::-1]
            try:
                while True:
                    try:
                        asked = mine.pop() if mine else common.get_nowait()
                    except queue.Empty:
                        return
                    told = process.ask(asked, self._longest_s)
                    with self._guard:
                        self._tell(*told)
            finally:
                process.end()


class _Process:
    """A process that reads, started again after each input that has brought it down."""

    def __init__(self, folder: Path, kinds: dict[str, type[Kind]]) -> None:
        self._folder, self._kinds, self._count = folder, kinds, 0
        self._start()

    def ask(self, asked: Asked, longest_s: float) -> tuple[Input, Verdict]:
        """Have an input read."""
        known = asked if isinstance(asked, Input) else Input(*asked)
        try:
            self._pipe.send(asked)
            known = self._answer(Input, _START_S)
            return known, self._answer(Verdict, longest_s)
        except TimeoutError:
            fault, seconds = f"hangs: took more than {longest_s:g} s", longest_s
        except (EOFError, ConnectionError):
            self._process.join()
            fault, seconds = f"ended its process with {self._process.exitcode}", 0.0
        self.end()
        said = self._said.read_text(errors="replace")[-3000:]
        self._start()
        return known, Verdict(FAILED, seconds, "", (f"{fault}\n{said}",))

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _answer(self, kind: type[_Answer], longest_s: float) -> _Answer:
        if not self._pipe.poll(longest_s):
            raise TimeoutError
        answer = self._pipe.recv()
        assert isinstance(answer, kind), answer
        return answer

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._count += 1
        root = self._folder / str(self._count)
        root.mkdir()
        self._said = self._folder / f"{self._count}.txt"
        self._pipe, end = context.Pipe()
        self._process = context.Process(
            target=work, args=(end, root, self._said, self._kinds), daemon=True
        )
        self._process.start()
        end.close()
