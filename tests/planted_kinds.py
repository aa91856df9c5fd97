"""Kinds of input whose readers do what no reader may do, for the tests of who watches them."""

import ctypes
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from engine.errors import StorageError
from fuzzing.inputs import LINK, Files, Kind, Odd


def write_outside(folder: Path) -> None:
    (folder.parent / "outside" / "new.txt").write_text("x")


def write_through_a_link(folder: Path) -> None:
    (folder / "out" / "link").write_text("x")


def write_unseen(folder: Path) -> None:
    """By a library in C, of which the interpreter knows nothing."""
    library = ctypes.CDLL(None)
    library.creat(os.fsencode(folder.parent / "outside" / "unseen.txt"), 0o600)


def write_beside(folder: Path) -> None:
    (folder / "beside.txt").write_text("x")


def start_a_process(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", ""], check=False)


def connect(folder: Path) -> None:
    with socket.socket() as made:
        made.settimeout(0.1)
        made.connect(("127.0.0.1", 9))


def log_an_error(folder: Path) -> None:
    try:
        raise ValueError("of the log")
    except ValueError:
        logging.getLogger("planted").warning("it went wrong", exc_info=True)


def fail(folder: Path) -> None:
    raise KeyError("planted")


def fail_elsewhere(folder: Path) -> None:
    thread = threading.Thread(target=fail, args=(folder,))
    thread.start()
    thread.join()


def take_much_memory(folder: Path) -> None:
    bytearray(3 << 30)


def hang(folder: Path) -> None:
    time.sleep(60)


def crash(folder: Path) -> None:
    os.abort()


def quit_all(folder: Path) -> None:
    sys.exit(3)


def refuse_without_a_name(folder: Path) -> None:
    raise StorageError("something is wrong")


def refuse_at_length(folder: Path) -> None:
    error = StorageError("input.txt")
    error.args = ("input.txt\n" * 200,)
    raise error


FAULTS: tuple[Callable[[Path], None], ...] = (
    write_outside, write_through_a_link, write_unseen, write_beside, start_a_process, connect,
    log_an_error, fail, fail_elsewhere, take_much_memory, hang, crash, quit_all,
    refuse_without_a_name, refuse_at_length,
)  # fmt: skip


class Faulty(Kind):
    """Each number is a fault."""

    name = "faulty"
    allowed = ("out",)

    def __init__(self, scratch: Path) -> None:
        pass

    def make(self, rng: Random, number: int) -> Files:
        return {
            "input.txt": str(number).encode(),
            "out/link": Odd(LINK, "../../outside/secret.txt"),
        }

    def read(self, folder: Path) -> bool:
        FAULTS[int((folder / "input.txt").read_text())](folder)
        return True


class Honest(Faulty):
    """Writes where it may; refuses each second input, as it should."""

    name = "honest"

    def read(self, folder: Path) -> bool:
        (folder / "out" / "own.txt").write_text("x")
        if int((folder / "input.txt").read_text()) % 2:
            raise StorageError("input.txt is odd; choose another")
        return True
