"""Net guard: refuses every socket that has an address, below anything that Python code can do.

An audit hook sees what the interpreter itself does, whoever asks for it, and cannot be taken out.
Let through is what stays on the computer: AF_UNIX, which pipes of processes, X and sound servers
and D-Bus use. Where RUNOUT_GUARD_LOG names a file, each attempt and each class that unpickling
looks up is told there, a line each; processes that are started have the same guard by
sitecustomize.py beside this file.
"""

import os
import socket
import sys
from typing import Any

LOG = "RUNOUT_GUARD_LOG"
_LOCAL = {int(getattr(socket, "AF_UNIX", 1)), -1}
"""-1: a handle that is there already is wrapped."""
_MADE = "socket.__new__"
_USED = ("socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg")
_ASKED = (
    *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
    *("urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect"),
    *("poplib.connect", "imaplib.open", "telnetlib.Telnet.open", "webbrowser.open"),
)


class Refused(ConnectionRefusedError):
    """Something wanted to reach the network."""


class _Guard:
    """The only one of a process; hooks stay, so it can look away but not go."""

    is_on = False
    is_there = False


def install() -> None:
    """Guard this process from now on."""
    _Guard.is_on = True
    if not _Guard.is_there:
        _Guard.is_there = True
        sys.addaudithook(_look)


def look_away() -> None:
    """Let everything through until `install` is called again: for tests of opt-ins."""
    _Guard.is_on = False


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "pickle.find_class":
        tell(f"{event} {arguments[0]}.{arguments[1]}")
    elif _Guard.is_on and _is_outward(event, arguments):
        tell(f"{event} {arguments[1:]!r}")
        raise Refused(f"the network is out of bounds: {event} {arguments[1:]!r}")


def _is_outward(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == _MADE:
        return int(arguments[1]) not in _LOCAL
    if event in _USED:
        return int(arguments[0].family) not in _LOCAL
    return event in _ASKED


def tell(line: str) -> None:
    """Add a line to the log, where there is one; whole, whoever else does."""
    path = os.environ.get(LOG)
    if path:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)
