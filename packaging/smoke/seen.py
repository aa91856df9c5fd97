"""Seen: the window on a real screen; what it does is told by titles, by the disk and by sound."""

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from hour.screen import Screen
from smoke.sandbox import Sandbox, SmokeError
from smoke.unseen import check_log, read_log

POLL_S = 0.1
LONGEST_S = 120.0
SETTLE_S = 1.0
"""For what is drawn after a title has changed, before it is shot or given keys."""


class Seen:
    """A running window; leaving the context closes it, or kills it when something was wrong."""

    def __init__(
        self, sandbox: Sandbox, screen: Screen, out: Path, extra: Mapping[str, str]
    ) -> None:
        self._sandbox, self.screen, self._out = sandbox, screen, out
        self._extra = {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", **extra}
        self._process: subprocess.Popen[str] | None = None

    def open(self, *files: str) -> Self:
        """Start the window on some files."""
        self._process = self._sandbox.start("gui", *files, extra=self._extra)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            if error is not None:
                self.shoot("failure")
            process.kill()
            process.communicate()

    def wait(self, what: str, holds: Callable[[], object]) -> None:
        """Wait until something is so.

        Raises:
            SmokeError: it never was, or the window has ended.
        """
        until = time.monotonic() + LONGEST_S
        while not holds():
            assert self._process is not None
            if self._process.poll() is not None:
                out, errors = self._process.communicate()
                raise SmokeError(f"the window ended before {what} came:\n{out}\n{errors}")
            if time.monotonic() > until:
                titles = ", ".join(self.screen.titles())
                told = f"{what} did not come in {LONGEST_S:.0f} s; windows: {titles}"
                raise SmokeError(f"{told}\n{read_log(self._sandbox)}".strip())
            time.sleep(POLL_S)

    def wait_for(self, title: str) -> str:
        """Wait until there is a window with that in its title; returns its id."""
        self.wait(f"the window '{title}'", lambda: self._find(title))
        time.sleep(SETTLE_S)
        return self._find(title)

    def press_until(self, key: str, title: str) -> None:
        """Press a key until there is a window so called: before, what it does may not be ready.

        Raises:
            SmokeError: it never came.
        """

        def came() -> str:
            self.screen.key(key)
            time.sleep(SETTLE_S)
            return self._find(title)

        self.wait(f"the window '{title}'", came)

    def wait_to_go(self, title: str) -> None:
        """Wait until there is none any more."""
        self.wait(f"the end of '{title}'", lambda: not self._find(title))

    def _find(self, title: str) -> str:
        titles = self.screen.titles()
        return next((titles[each] for each in titles if title in each), "")

    def visit(self, keys: str, title: str, picture: str) -> None:
        """Open another window by its keys, keep a picture of it, and close it again."""
        for key in keys.split():
            self.screen.key(key)
            time.sleep(POLL_S)
        self.wait_for(title)
        self.shoot(picture)
        self.screen.key("alt+F4")
        self.wait_to_go(title)

    def shoot(self, name: str) -> None:
        """Keep what is on the screen."""
        self.screen.shoot(self._out / f"{name}.png")

    def quit(self) -> None:
        """Close the window as a user does; it must end well and have logged nothing.

        Raises:
            SmokeError: it did not.
        """
        assert self._process is not None
        self.screen.key("ctrl+q")
        try:
            out, errors = self._process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired as error:
            raise SmokeError("Ctrl+Q did not end the window") from error
        if self._process.returncode or "Traceback" in errors:
            raise SmokeError(f"the window ended with {self._process.returncode}:\n{out}\n{errors}")
        check_log(self._sandbox)
