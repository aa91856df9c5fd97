"""Makes Runout work in a fresh clone, then runs it, checks it or builds it.

    python3 packaging/bootstrap.py run | test | lint | format | bundle | deb |
                                    wheel | translations | bench | peers

The Makefile calls this; where there is no make it is called as above. It needs nothing but the
standard library. It sets up .venv with the packages of requirements.txt and, on Debian and its
children, the system libraries that Qt and PortAudio load. Once done, that takes no time.

This file alone must be readable to an older Python, which it hands over or turns away.
"""

import shutil
import subprocess
import sys

OLDEST = (3, 11)
SUPPORTED = ("3.13", "3.12", "3.11")


def hand_over_to_a_newer_python() -> None:
    """Start again under a Python that is new enough, or say what is missing and stop."""
    for version in SUPPORTED:
        name = "python" + version
        found = shutil.which(name)
        # A version manager's shim can stand on PATH for a Python that is not chosen.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            raise SystemExit(subprocess.call([found, *sys.argv]))
    raise SystemExit(
        "Runout needs Python 3.11 or newer and {} is {}.{}; install python3.11, or name one: "
        "make run PYTHON=/path/to/python3.12".format(sys.executable, *sys.version_info[:2])
    )


if __name__ == "__main__":
    if sys.version_info[:2] < OLDEST:
        hand_over_to_a_newer_python()
    from commands import main

    sys.exit(main())
