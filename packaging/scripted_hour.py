"""The scripted hour: a restoration from opening to export, on a screen, by real input.

    .venv/bin/python packaging/scripted_hour.py [--by mouse|keyboard] [--kills 20] [--out FOLDER]

The application runs as a user starts it, on an X server of its own; mouse and keys are sent to that
by xdotool. What must have come of each step is asserted on the exported samples and on the project
that lies on the disk, and the screen is kept as a picture. With --kills the process is killed
(SIGKILL) at random moments spread over all steps, started again, and goes on with what the recovery
card offers: every operation that the window had shown must be there.

For Linux with Xvfb, openbox, xdotool and import (ImageMagick). Exits with 1 when anything is wrong.
"""

import argparse
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from hour.conductor import conduct  # noqa: E402 - the repository is not installed
from hour.screen import missing_programs  # noqa: E402

OUT = REPOSITORY / "build" / "hour"


def main() -> int:
    """Read the options and conduct it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--by", choices=("mouse", "keyboard"), default="mouse")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=78)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    missing = missing_programs()
    if missing:
        print(f"This needs {', '.join(missing)}; install what is missing.", file=sys.stderr)
        return 2
    out = options.out / options.by
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hour") as temporary:
        return conduct(options.by, options.kills, options.seed, out, Path(temporary))


if __name__ == "__main__":
    sys.exit(main())
