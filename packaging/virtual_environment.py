"""The virtual environments: made once, recognised by a stamp, made anew when left half done."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from faults import Fault, say

REPOSITORY = Path(__file__).resolve().parent.parent
REQUIREMENTS = REPOSITORY / "requirements.txt"
IS_WINDOWS = os.name == "nt"
ENVIRONMENT = REPOSITORY / ".venv"
IN_ENVIRONMENT = Path("Scripts/python.exe" if IS_WINDOWS else "bin/python")
PYTHON = ENVIRONMENT / IN_ENVIRONMENT


def fingerprint(*files: Path) -> str:
    """What a finished environment was made of: the files that say so and the Python."""
    digest = hashlib.sha256()
    for file in (Path(__file__), *files):
        digest.update(file.read_bytes())
    digest.update(f"{sys.version_info[:2]} {sys.platform}".encode())
    return digest.hexdigest()


def made_with_this_python(environment: Path) -> bool:
    """Whether an environment belongs to the Python at work and still starts."""
    folder = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if not (environment / IN_ENVIRONMENT).exists():
        return False
    return IS_WINDOWS or (environment / "lib" / folder).is_dir()


def provide_environment(environment: Path, requirements: Path, size: str) -> None:
    """Make a virtual environment with pinned packages, unless it is there already.

    The stamp is written last, and while work goes on a second file says so: an environment in
    which that file is found was left half made, and is made anew.

    Args:
        environment: the folder to make.
        requirements: the pins.
        size: what to expect, in words.

    Raises:
        Fault: venv or pip failed.
    """
    stamp, unfinished = environment / "set-up-of", environment / "set-up-unfinished"
    wanted = fingerprint(requirements, REQUIREMENTS)
    whole = made_with_this_python(environment) and not unfinished.exists()
    if whole and stamp.is_file() and stamp.read_text() == wanted:
        return
    started = time.monotonic()
    say(f"Setting up {environment.name} for Python {sys.version.split()[0]} ({size})")
    if environment.exists() and not whole:
        shutil.rmtree(environment)
    environment.mkdir(exist_ok=True)
    unfinished.touch()
    if not whole:
        make_environment(environment)
    if environment != ENVIRONMENT:
        borrow_packages(environment)
    pip_install(environment / IN_ENVIRONMENT, requirements)
    stamp.write_text(wanted)
    unfinished.unlink()
    say(f"Set up in {time.monotonic() - started:.0f} s")


def make_environment(environment: Path) -> None:
    """Make an empty virtual environment with pip in it."""
    # -I: nothing in the user's home takes part.
    command = [sys.executable, "-I", "-m", "venv", str(environment)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Fault(f"{sys.executable} could not make {environment}: {done.stdout[-300:].strip()}")


def borrow_packages(environment: Path) -> None:
    """Let one environment see the packages of .venv: torch alone would be gigabytes again."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    lender, borrower = (
        subprocess.check_output([python, "-c", ask], text=True).strip()
        for python in (str(PYTHON), str(environment / IN_ENVIRONMENT))
    )
    (Path(borrower) / "borrowed.pth").write_text(lender + "\n")


def pip_install(python: Path, requirements: Path) -> None:
    """Install what a file pins and show how far it is; pip's own words only if it fails."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    total = sum("==" in line for line in lines)
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "-r", str(requirements)]
    spoken, collected = [], 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout or ():
            spoken.append(line.rstrip())
            # A wheel from a folder of the user's own is "processed".
            if line.startswith(("Collecting ", "Processing ")):
                collected += 1
                if collected % 20 == 1:
                    name = Path(line.split()[1]).name.split("==")[0].split("-")[0]
                    say(f"  fetching {collected} of about {total}: {name} ...")
            elif line.startswith("Installing collected"):
                say(f"  installing {line.count(',') + 1} packages ...")
    if pip.returncode:
        say("\n".join(spoken[-12:]))
        raise Fault("pip could not install the packages (see above); type the same once more")
