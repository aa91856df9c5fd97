"""Builds a libjack.so.0 in which there is no JACK server, for the PortAudio of the bundle.

Debian's PortAudio does not load without libjack. Its library must fit the server of the computer
it runs on, so one from another computer is of no use beside the program; and it links Berkeley DB,
whose licence asks for the source of what uses it. Of the functions that PortAudio calls each
answers 0 here, which `jack_client_open` uses to say that no server runs.
"""

import re
import shutil
import subprocess
from pathlib import Path

NAME = "libjack.so.0"


def wanted_functions(library: Path) -> list[str]:
    """The functions of JACK that a library calls, as nm tells them; none where there is no nm."""
    if not shutil.which("nm"):
        return []
    done = subprocess.run(
        ["nm", "-D", "--undefined-only", str(library)], capture_output=True, text=True, check=False
    )
    return sorted(set(re.findall(r"\bU (jack_\w+)", done.stdout)))


def source_text(functions: list[str]) -> str:
    """The library in C."""
    return "".join(f"void *{name}(void) {{ return 0; }}\n" for name in functions)


def build_stand_in(portaudio: Path, folder: Path) -> Path | None:
    """Build it.

    Args:
        portaudio: the library that wants it.
        folder: where to; is there.

    Returns:
        The library; None if it is not wanted, or there is no compiler to build it with.
    """
    functions, compiler = wanted_functions(portaudio), shutil.which("cc") or shutil.which("gcc")
    if not functions or not compiler:
        return None
    built = folder / NAME
    command = [compiler, "-shared", "-fPIC", "-O1", "-s", f"-Wl,-soname,{NAME}", "-x", "c", "-"]
    # A C library's own functions are not needed; without them it runs on systems of any age.
    done = subprocess.run(
        [*command, "-nostdlib", "-o", str(built)],
        input=source_text(functions),
        capture_output=True,
        text=True,
        check=False,
    )
    return built if done.returncode == 0 else None
