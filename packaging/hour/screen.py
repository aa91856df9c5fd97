"""Screen: an X server without glass, a window manager, mouse and keys, and pictures of it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

SIZE = (1600, 960)
NEEDED = ("Xvfb", "openbox", "xdotool", "import")
KEY_PAUSE_MS = 8
START_S = 30.0
DRAG_STEP = 6
"""Pixels between two moves of a drag."""
_REST = (SIZE[0] - 2, SIZE[1] - 2)


def missing_programs() -> list[str]:
    """What of the needed programs is not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


class Screen:
    """Owns the server and what runs on it; ended by leaving the context."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._processes: list[subprocess.Popen[bytes]] = []
        self.display = ""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        arguments = ["-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"]
        self._start(["Xvfb", "-displayfd", str(write), *arguments], (write,))
        os.close(write)
        with os.fdopen(read) as told:
            self.display = f":{told.readline().strip()}"
        self._start(["openbox"])
        until = time.monotonic() + START_S
        # a window that comes before it has no frame and never gets the keys
        while self._ask("get_num_desktops").strip() in ("", "0") and time.monotonic() < until:
            time.sleep(0.05)
        self.move(*_REST)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
            process.wait(10)

    @property
    def environment(self) -> dict[str, str]:
        """What a program on this screen is started with; the user's own folders are not seen."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "QT_", "WAYLAND"))}
        home = str(self._home)
        return {**kept, "DISPLAY": self.display, "HOME": home, "QT_QPA_PLATFORM": "xcb"}

    def _start(self, command: Sequence[str], passed: Sequence[int] = ()) -> None:
        quiet = subprocess.DEVNULL
        self._processes.append(
            subprocess.Popen(
                command, env=self.environment, stdout=quiet, stderr=quiet, pass_fds=passed
            )
        )

    # Mouse.

    def move(self, x: int, y: int) -> None:
        """Move the pointer."""
        self._do("mousemove", str(x), str(y))

    def rest(self) -> None:
        """Put the pointer where it is over nothing."""
        self.move(*_REST)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click."""
        self._do("mousemove", str(x), str(y), "sleep", "0.05", "click", str(button))

    def drag(self, way: Sequence[tuple[int, int]]) -> None:
        """Press at the first point, go through the others in small steps, let go at the last."""
        self._do("mousemove", *map(str, way[0]), "sleep", "0.05", "mousedown", "1")
        for (x0, y0), (x1, y1) in zip(way[:-1], way[1:], strict=True):
            n_steps = max(1, max(abs(x1 - x0), abs(y1 - y0)) // DRAG_STEP)
            moves: list[str] = []
            for step in range(1, n_steps + 1):
                at = (x0 + (x1 - x0) * step // n_steps, y0 + (y1 - y0) * step // n_steps)
                moves += ["mousemove", *map(str, at), "sleep", "0.008"]
            self._do(*moves)
        self._do("sleep", "0.05", "mouseup", "1")

    @property
    def pointer(self) -> tuple[int, int]:
        """Where the pointer is."""
        words = self._do("getmouselocation").split()
        return int(words[0].removeprefix("x:")), int(words[1].removeprefix("y:"))

    # Keys.

    def key(self, *keys: str) -> None:
        """Press and let go keys, one after the other."""
        self._do("key", "--delay", str(KEY_PAUSE_MS), *keys)

    def hold(self, key: str) -> None:
        """Press a key and keep it down."""
        self._do("keydown", key)

    def let_go(self, *keys: str) -> None:
        """Let keys go."""
        for key in keys:
            self._do("keyup", key)

    def type(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", str(KEY_PAUSE_MS), "--", text)

    # Windows.

    def titles(self) -> dict[str, str]:
        """The windows that can be seen: their ids by their titles."""
        found = self._ask("search", "--onlyvisible", "--name", ".").split()
        return {self._ask("getwindowname", each).strip(): each for each in found}

    def place(self, window: str) -> tuple[int, int, int, int]:
        """Left, top, width and height of a window, by its id."""
        told = self._do("getwindowgeometry", "--shell", window)
        facts = dict(line.split("=") for line in told.splitlines())
        x, y, width, height = (int(facts[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return x, y, width, height

    # Pictures.

    def shoot(self, path: Path, frame: Sequence[int] = ()) -> None:
        """Keep what is on the screen, or in a frame [x, y, width, height] of it, as a PNG."""
        time.sleep(0.15)
        cut = []
        if frame:
            x, y, width, height = frame
            cut = ["-crop", f"{width}x{height}+{x}+{y}", "+repage"]
        self._run("import", "-window", "root", *cut, str(path))

    def _do(self, *arguments: str) -> str:
        return self._run("xdotool", *arguments)

    def _ask(self, *arguments: str) -> str:
        """What xdotool says, nothing where it finds nothing or the window has just gone."""
        command = ["xdotool", *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout
