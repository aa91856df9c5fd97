"""Runs commands of documents, each in a process of its own with a home of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.documents.house import REPOSITORY

PROGRAM = Path(__file__).with_name("shell_program.py")
LIMIT_S = 200.0
_ALONE = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "XDG_RUNTIME_DIR")


@dataclass(frozen=True)
class Ended:
    """How a command ended, what it said, and the CPU seconds it took, 0 where that is not told."""

    exit_code: int
    output: str
    cpu_s: float


class Shell:
    """One process with everything loaded that forks for each command; without fork, a new one."""

    def __init__(self, place: Path) -> None:
        self._output = place / "output.txt"
        self._environment = {key: each for key, each in os.environ.items() if key not in _ALONE}
        self._environment |= {"OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
        self._environment |= {"MPLCONFIGDIR": str(place)}
        self._environment |= {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONDONTWRITEBYTECODE": "1"}
        self._server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if hasattr(os, "fork"):
            self._server = subprocess.Popen(
                [sys.executable, str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,
                cwd=REPOSITORY,
                text=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._server is not None:
            assert self._server.stdin
            assert self._server.stdout
            self._server.stdin.close()
            self._server.stdout.close()
            self._server.wait(10.0)

    def run(self, words: tuple[str, ...], folder: Path, program: str = "") -> Ended:
        """Run the `runout` command with words, or a program of the repository.

        Args:
            words: after the name of the program.
            folder: where it is run; the home is the folder `home` beside it.
            program: a file below the repository; "" for Runout itself.
        """
        file = str(REPOSITORY / program) if program else ""
        environment = home_of(folder)
        order: dict[str, Any] = {"program": file, "words": list(words), "folder": str(folder)}
        order |= {"output": str(self._output), "seconds": LIMIT_S, "environment": environment}
        code, cpu_s = self._forked(order) if self._server else (self._started(order), 0.0)
        return Ended(code, self._output.read_text(encoding="utf-8", errors="replace"), cpu_s)

    def _forked(self, order: dict[str, Any]) -> tuple[int, float]:
        assert self._server
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        code, cpu_s = json.loads(self._server.stdout.readline() or "[-1, 0]")
        return code, cpu_s

    def _started(self, order: dict[str, Any]) -> int:
        start = [order["program"]] if order["program"] else ["-m", "app"]
        environment = self._environment | order["environment"] | {"PYTHONPATH": str(REPOSITORY)}
        with self._output.open("wb") as output:
            return subprocess.call(
                [sys.executable, *start, *order["words"]],
                cwd=order["folder"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                timeout=LIMIT_S,
            )


def home_of(folder: Path) -> dict[str, str]:
    """The variables that keep settings, models and caches of a command beside its folder."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    places = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"}
    variables = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)}
    return variables | {key: str(home / name) for key, name in places.items()}
