"""Window: the driven application as a process, asked from outside, ended politely or killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hour.screen import Screen

DRIVEN = Path(__file__).with_name("driven.py")
START_S, LONGEST_S, FIND_S = 60.0, 45.0, 10.0
POLL_S = 0.03


class Gone(Exception):
    """The process was killed."""


class Stuck(Exception):
    """Something that was to happen did not."""


class Window:
    """The process, and what it last told of its history.

    shown: the ids of all operations the window has ever answered to have.
    """

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._screen, self._folder = screen, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._answers: Any = None
        self._asking = threading.Lock()
        self.n_starts = 0
        self.shown: set[str] = set()

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, *files: Path) -> None:
        """Start as a user does, and wait until the window is there."""
        self._disconnect()
        self.n_starts += 1
        place = self._folder / f"looker{self.n_starts}"
        log = (self._folder / f"window{self.n_starts}.log").open("wb")
        command = [sys.executable, str(DRIVEN), str(place), "gui", *map(str, files)]
        environment = {**self._screen.environment, "OMP_WAIT_POLICY": "PASSIVE"}
        self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        log.close()
        until = time.monotonic() + START_S
        while not self._connected(place):
            if time.monotonic() > until:
                raise Stuck("the window did not start")
            if not self.is_running:
                raise Stuck(f"the window ended at once: {self.log()}")
            time.sleep(POLL_S)
        self.wait("the window", lambda s: s["is_ready"] and s["active"] == "MainWindow")

    def log(self) -> str:
        """What the process has written to its output."""
        return (self._folder / f"window{self.n_starts}.log").read_text(errors="replace")

    def _connected(self, place: Path) -> bool:
        if not place.exists():
            return False
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30.0)
        try:
            self._socket.connect(str(place))
        except ConnectionRefusedError:  # it is there, and nobody listens yet
            self._socket.close()
            return False
        self._answers = self._socket.makefile("rb")
        return True

    def ask(self, question: str, **details: Any) -> Any:
        """Ask what looking.py answers.

        Raises:
            Gone: nobody is there any more.
        """
        with self._asking:
            line = b""
            if self._socket is None:  # between two windows, for a killer whose moment has come
                raise Gone
            try:
                self._socket.sendall(json.dumps({"ask": question, **details}).encode() + b"\n")
                line = self._answers.readline()
            except (OSError, ValueError) as error:  # closed, and asked for its moment by a killer
                raise Gone from error
        if not line:
            raise Gone
        answer = json.loads(line)
        if question == "state":
            self.shown.update(answer.get("all", ()))
        return answer

    def state(self) -> dict[str, Any]:
        """How everything stands."""
        state: dict[str, Any] = self.ask("state")
        return state

    def wait(
        self, what: str, holds: Callable[[dict[str, Any]], Any], longest_s: float = LONGEST_S
    ) -> dict[str, Any]:
        """Wait until something holds of the state.

        Raises:
            Stuck: it never did.
        """
        until = time.monotonic() + longest_s
        while True:
            state = self.state()
            if holds(state):
                return state
            if time.monotonic() > until:
                raise Stuck(f"{what} did not come: {state}")
            time.sleep(POLL_S)

    def wait_for_other(self, name: str, was: Any) -> dict[str, Any]:
        """Wait until a part of the state is not what it was."""
        return self.wait(f"another {name}", lambda state: state[name] != was)

    def settle(self) -> dict[str, Any]:
        """Wait until no job runs and the pictures are drawn."""
        return self.wait("rest", lambda s: not s["is_busy"] and not s["is_drawing"])

    def find(self, question: str, **details: Any) -> list[int]:
        """Where something is on the screen, once it is.

        Raises:
            Stuck: it never was.
        """
        until = time.monotonic() + FIND_S
        while (found := self.ask(question, **details)) is None:
            if time.monotonic() > until:
                raise Stuck(f"there is no {question} {details} on the screen: {self.state()}")
            time.sleep(POLL_S)
        return list(found)

    def kill(self) -> None:
        """End the process by SIGKILL."""
        process = self._process
        if process is not None and process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

    def wait_for_end(self, longest_s: float = 30.0) -> int:
        """Wait until the process has ended by itself; returns its exit code."""
        assert self._process is not None
        return self._process.wait(longest_s)

    def close(self) -> None:
        """Kill what still runs."""
        self.kill()
        self._disconnect()

    def _disconnect(self) -> None:
        if self._answers is not None:
            self._answers.close()
        if self._socket is not None:
            self._socket.close()
        self._answers = self._socket = None
