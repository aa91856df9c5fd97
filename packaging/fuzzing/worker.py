"""Worker: a process of its own that makes inputs, reads them, and tells what became of each."""

import contextlib
import faulthandler
import gc
import logging
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from fuzzing.damage import ENDLESS
from fuzzing.inputs import Input, Kind
from fuzzing.watcher import Watcher

LONGEST_SENTENCE = 500
MOST_BYTES = 2 << 30
OPENED, REFUSED = "opened", "refused"
_ABOVE = 1 << 28
"""What the threads of libraries reserve without ever using it."""


@dataclass(frozen=True)
class Verdict:
    """What became of an input. findings: what is wrong with that, each a text; none as a rule."""

    state: str
    seconds: float
    sentence: str = ""
    findings: tuple[str, ...] = field(default=())


class Bench:
    """Reads inputs in a folder of its own, watched."""

    def __init__(self, root: Path, kinds: dict[str, type[Kind]]) -> None:
        self._root = root
        self._kinds = kinds
        self._made: dict[str, Kind] = {}
        self._watched = root / "watched"
        self._folder = self._watched / "input"
        outside = self._watched / "outside"
        outside.mkdir(parents=True)
        _make_endless(outside / ENDLESS)
        os.chdir(self._watched)  # where names lead that start from nowhere
        (outside / "secret.txt").write_text("a file of somebody else\n")
        self._watcher = Watcher(self._watched)

    def make(self, name: str, seed: int, number: int) -> Input:
        """Draw an input."""
        rng = Random(f"{seed}/{name}/{number}")
        return Input(name, seed, number, self._kind(name).make(rng, number))

    def read(self, each: Input) -> Verdict:
        """Give an input to what reads it."""
        kind = self._kind(each.kind)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        each.write(self._folder)
        allowed = (Path(tempfile.gettempdir()), *(self._folder / name for name in kind.allowed))
        self._watcher.start(allowed)
        started = time.perf_counter()
        state, sentence, findings = OPENED, "", []
        try:
            with _little_memory():
                state = OPENED if kind.read(self._folder) else REFUSED
        except BaseException as error:  # also what ends a process: a reader must not
            if _is_engine_error(error):
                state, sentence = REFUSED, str(error)
                findings += _faults(sentence, each)
            else:
                findings.append(_shortened(traceback.format_exc()))
        seconds = time.perf_counter() - started
        gc.collect(0)
        findings += self._watcher.stop()
        return Verdict(state, seconds, sentence, tuple(findings))

    def _kind(self, name: str) -> Kind:
        if name not in self._made:
            scratch = self._root / "sound" / name
            scratch.mkdir(parents=True)
            self._made[name] = self._kinds[name](scratch)
        return self._made[name]


def work(pipe: Connection, root: Path, told: Path, kinds: dict[str, type[Kind]]) -> None:
    """Read what comes through a pipe until it says None: an input, or which one to make.

    Each is answered twice: by the input before it is read, and by the verdict.

    Args:
        pipe: to whoever asks.
        root: an empty folder.
        told: where what libraries say goes.
        kinds: by name.
    """
    _settle(root, told)
    bench = Bench(root, kinds)
    while (asked := pipe.recv()) is not None:
        each = asked if isinstance(asked, Input) else bench.make(*asked)
        pipe.send(each)
        pipe.send(bench.read(each))


def _settle(root: Path, told: Path) -> None:
    """Touch nothing of the user, print nothing, take a warning for a fault."""
    home = root / "home"
    home.mkdir(parents=True)
    os.environ |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        os.environ.pop(name, None)
    (root / "temporary").mkdir()
    setattr(os, "fsync", lambda _: None)  # noqa: B010 - nothing here need outlive a loss of power
    tempfile.tempdir = str(root / "temporary")
    sys.dont_write_bytecode = True
    file = told.open("w")
    os.dup2(file.fileno(), 1)
    os.dup2(file.fileno(), 2)
    faulthandler.enable(file)
    warnings.simplefilter("error")
    # those of others, at import
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=ImportWarning)
    logging.getLogger().setLevel(logging.WARNING)


@contextlib.contextmanager
def _little_memory() -> Iterator[None]:
    """Let a reader have MOST_BYTES more than there is now."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    now = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST_BYTES + _ABOVE, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _make_endless(path: Path) -> None:
    """A device that gives zeros for ever, or a pipe where no device can be made."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except (OSError, AttributeError):
        if hasattr(os, "mkfifo"):
            os.mkfifo(path)


def _is_engine_error(error: BaseException) -> bool:
    from engine.errors import EngineError

    return isinstance(error, EngineError)


def _faults(sentence: str, each: Input) -> list[str]:
    """What is wrong with the sentence of a refusal: it is one, on one line, and names the file."""
    faults = []
    if not sentence.strip():
        faults.append("says nothing")
    if len(sentence) > LONGEST_SENTENCE:
        faults.append(f"says {len(sentence)} characters: {sentence[:600]}")
    if not sentence.isprintable():
        faults.append(f"is not one line: {sentence!r:.600}")
    names = {part for name in each.files for part in (*Path(name).parts, Path(name).stem)}
    if not any(re.search(re.escape(name), sentence) for name in names):
        faults.append(f"names no file: {sentence:.600}")
    return faults


def _shortened(text: str) -> str:
    """Lines of a traceback, none of them longer than can be read."""
    return "\n".join(line[:300] for line in text.splitlines()[-60:])
