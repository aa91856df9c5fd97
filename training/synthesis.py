"""Synthesis: music rendered from scores by a synthesis kit, where no recordings are at hand.

A kit is a folder with `render.py`, a program of its own: it is run by a Python that has what it
needs (tinysoundfont, mido), writes clips and an index.csv, and is only told how many hours, at
which rate, and from which seed. What it rendered is kept and not rendered again.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SettingsError, StorageError
from engine.progress import Progress, ignore

PREFIX = "synth:"
_PROGRAM = "render.py"
_N_JOBS = 2
"""The kit draws for each of its processes, so their number is part of what is rendered."""
_LOOK_S = 0.25
_LIBRARIES = ("numpy", "mido", "tinysoundfont")
"""What a kit may need, if its program imports it."""


@dataclass(frozen=True)
class Rendering:
    """What to render.

    Attributes:
        kit: the folder with render.py.
        hours: of music.
        sample_rate: in Hz.
        seed: of all that is drawn.
        clip_s: length of a clip.
    """

    kit: Path
    hours: float
    sample_rate: int
    seed: int = 0
    clip_s: float = 30.0

    def arguments(self, folder: Path) -> list[str]:
        """What render.py is told."""
        told = {
            "out": folder,
            "hours": self.hours,
            "jobs": _N_JOBS,
            "clip": self.clip_s,
            "sr": self.sample_rate,
            "seed": self.seed,
        }
        return [word for name, value in told.items() for word in (f"--{name}", str(value))]


def render(
    rendering: Rendering, cache: Path, python: Path | None = None, progress: Progress = ignore
) -> Path:
    """A folder with what was rendered, now or earlier.

    Args:
        rendering: what to render.
        cache: a folder of it for each rendering.
        python: that has what the kit needs. A kit is a program of somebody's, so it is only run
            where a user has named what is to run it; None runs nothing.
        progress: of the rendering.

    Raises:
        SettingsError: there is no kit, no Python for it, or it lacks a library.
        StorageError: it failed, or the cache cannot be written.
        Cancelled: the user asked to stop; nothing is left behind.
    """
    program = rendering.kit / _PROGRAM
    if not program.is_file():
        raise SettingsError(f"{rendering.kit} holds no synthesis kit: {_PROGRAM} is missing")
    told = "\n".join((_digest(program), *rendering.arguments(Path())))
    folder = cache / f"synth-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    if python is None:
        raise SettingsError(
            f"the recipe asks for music that {program} renders, a program which is only run when "
            "you say by which Python: make a data set by `runout dataset RECIPE.toml -o DIR "
            "--python FILE`, after which what was rendered is there"
        )
    runner = str(python)
    _check_libraries(runner, program)
    part = cache / f".{secrets.token_hex(6)}.part"
    try:
        part.mkdir(parents=True)
        code, text = _output([runner, str(program), *rendering.arguments(part)], progress)
        if code or not any(part.iterdir()):
            raise StorageError(f"{program} has rendered nothing: {_last_line(text)}")
        os.replace(part, folder)
    except OSError as error:
        raise StorageError(f"{cache} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _check_libraries(python: str, program: Path) -> None:
    """Ask beforehand: without them a kit may skip one score after the other for ever.

    Raises:
        SettingsError: one is missing, or the Python cannot be run.
    """
    text = program.read_text(encoding="utf-8", errors="replace")
    for name in _LIBRARIES:
        if not re.search(rf"^\s*import\b.*\b{name}\b", text, re.MULTILINE):
            continue
        if _output([python, "-c", f"import {name}"])[0]:
            how = f"--no-deps {name}" if name == "tinysoundfont" else name
            raise SettingsError(
                f"the synthesis kit needs {name}, which {python} has not; install it with "
                f"'{python} -m pip install {how}', or name another Python with --python"
            )


def _output(command: list[str], progress: Progress = ignore) -> tuple[int, str]:
    """Run a program and the processes it starts; returns its exit code and what it said."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )
        except OSError as error:
            raise SettingsError(f"{command[0]} cannot be run: {error.strerror or error}") from error
        try:
            while process.poll() is None:
                progress(0.0, "rendering scores")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK_S)
        finally:
            if process.poll() is None:
                _stop(process)
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a program with all it has started, where the system knows of such groups."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
