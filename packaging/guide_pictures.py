"""Take the pictures of the user guide: the real window at work, without a screen.

    .venv/bin/python packaging/guide_pictures.py [NAME...] [--out DIR] [--shown DIR]

Without names all of them. Settings, projects and caches of the user stay untouched: all of it
happens in folders that are deleted. One of these is seen in pictures, by its path.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from PySide6.QtWidgets import QApplication  # noqa: E402 - the repository is not installed

from guide.keeping import keep  # noqa: E402
from guide.place import usual_place  # noqa: E402
from guide.studio import Studio  # noqa: E402
from guide.table import PICTURES  # noqa: E402


def main() -> int:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    parser.add_argument("--out", type=Path, default=REPOSITORY / "resources" / "guide" / "pictures")
    parser.add_argument("--shown", type=Path, default=usual_place())
    options = parser.parse_args()
    unknown = set(options.names) - set(PICTURES)
    if unknown:
        parser.error(f"there is no picture called {', '.join(sorted(unknown))}")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = temporary  # where platformdirs puts what is the user's
        studio = Studio(QApplication(sys.argv[:1]), options.shown)
        for name in options.names or PICTURES:
            began = time.monotonic()
            size = keep(PICTURES[name](studio), options.out / f"{name}.png")
            print(f"{name}: {size // 1000} kB, {time.monotonic() - began:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
