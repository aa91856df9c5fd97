"""Watcher: sees what a reader writes, starts and connects to, and what it complains of.

Two ways at once: the interpreter tells of each file that is opened for writing (an audit hook,
which cannot be taken off again and is idle between inputs), and the folders around are listed
before and after, for what is written by libraries in C.
"""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fuzzing.damage import ESCAPE

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PLACES = {
    "os.rename": ((0, 2), (1, 3)), "os.link": ((1, 3),), "os.symlink": ((1, 2),),
    "os.mkdir": ((0, 2),), "os.rmdir": ((0, 1),), "os.remove": ((0, 1),), "os.truncate": ((0, 0),),
    "os.chmod": ((0, 2),), "os.chown": ((0, 3),), "os.utime": ((0, 3),),
}  # fmt: skip
"""Events of the interpreter that change something: which argument is the path, and which one the
number of an open folder that the path starts from."""
_STARTING = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
)
_CONNECTING = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")
_HARMLESS = frozenset(map(os.path.realpath, (os.devnull, "/proc/self/clear_refs")))


class Watcher(logging.Handler):
    """Watches from `start` to `stop`; one for a process, as hooks stay.

    Args:
        root: everything below it is listed before and after.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(logging.WARNING)
        self._root = os.path.realpath(root)
        self._allowed: tuple[str, ...] = ()
        self._is_on = False
        self._found: list[str] = []
        self._before: dict[str, tuple[int, ...]] = {}
        sys.addaudithook(self._on_event)
        sys.unraisablehook = lambda told: self._on_error(told.exc_value)
        threading.excepthook = lambda told: self._on_error(told.exc_value)
        logging.getLogger().addHandler(self)

    def start(self, allowed: tuple[Path, ...]) -> None:
        """Begin to watch; in some folders may be written."""
        # The real path, as a link in an input may lead out of a folder that is allowed.
        self._allowed = tuple(os.path.realpath(each) for each in allowed)
        self._found = []
        self._before = dict(_listing(self._root, self._allowed))
        self._is_on = True

    def stop(self) -> list[str]:
        """Say what was seen, each in a sentence."""
        self._is_on = False
        after = dict(_listing(self._root, self._allowed))
        for path in sorted(after.keys() | self._before.keys()):
            if after.get(path) != self._before.get(path):
                self._found.append(f"{path} is not as it was before")
        if os.path.lexists(ESCAPE):
            self._found.append(f"{ESCAPE} has appeared")
        return list(dict.fromkeys(self._found))

    def emit(self, record: logging.LogRecord) -> None:
        """An error in the log is a finding, and so is a warning with the way to it."""
        if record.levelno >= logging.ERROR or record.exc_info:
            error = record.exc_info[1] if record.exc_info else None
            self._found.append(f"logged: {record.getMessage()}\n{_told(error)}")

    def _on_error(self, error: BaseException | None) -> None:
        self._found.append(f"an error nobody has caught:\n{_told(error)}")

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_on:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITING:
                self._check(event, path)
        elif event in _PLACES:
            for at, folder in _PLACES[event]:
                self._check(event, arguments[at], arguments[folder])
        elif event in _STARTING or event in _CONNECTING:
            self._found.append(f"{event}{arguments!r:.300}")

    def _check(self, event: str, path: object, folder: object = None) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # the number of a file that is open
        self._is_on = False  # what follows has events of its own
        try:
            name = os.fsdecode(path)
            if isinstance(folder, int) and folder >= 0:
                name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)
            place = os.path.realpath(name) if event == "open" else _place(name)
        except (ValueError, OSError):
            place = repr(path)
        finally:
            self._is_on = True
        is_inside = any(place == each or place.startswith(each + os.sep) for each in self._allowed)
        if not is_inside and place not in _HARMLESS:
            told = "".join(traceback.format_stack(limit=12)[:-2])
            self._found.append(f"{event} of {place}\n{told}")
            raise PermissionError(f"{place} lies outside")  # seen, and kept from happening


def _place(path: str) -> str:
    """Where a name is, of which it is not asked what it leads to."""
    path = os.path.abspath(path)
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _listing(root: str, allowed: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Size, time and kind of everything below a folder, but what may be written to."""
    for parent, folders, names in os.walk(root):
        folders[:] = [each for each in folders if os.path.join(parent, each) not in allowed]
        for name in (*folders, *names):
            path = os.path.join(parent, name)
            status = os.lstat(path)
            # a folder that lost and gained files is told by those, and may hold what is allowed
            is_folder = name in folders
            told = () if is_folder else (status.st_size, status.st_mtime_ns)
            yield path, (status.st_mode, *told)


def _told(error: BaseException | None) -> str:
    return "" if error is None else "".join(traceback.format_exception(error))[-4000:]
