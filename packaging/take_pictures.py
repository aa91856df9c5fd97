"""Take the picture of the README: the window at work on a real side, without a screen.

    .venv/bin/python packaging/take_pictures.py [--side FILE] [--out DIR]

The side is the one that ships unless another is given. Settings, projects and caches of the user
stay untouched: all of it happens in a folder that is deleted.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from PySide6.QtWidgets import QApplication  # noqa: E402 - the repository is not installed

from app import paths  # noqa: E402
from app import settings as keys  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.shape import BRUSH, LASSO, Shape, Stroke  # noqa: E402
from guide.keeping import keep  # noqa: E402
from guide.photographer import Photographer  # noqa: E402

NAME = "window.png"
SIZE = (1280, 800)
LARGEST = 110_000
"""Bytes."""
RUN_IN = Region(0.3, 2.3)
"""Groove noise before the music of the side that ships."""
LASSO_POINTS = ((3.2, 900.0), (4.4, 700.0), (6.0, 1100.0), (6.6, 3200.0), (5.2, 7000.0),
                (3.4, 4200.0))  # fmt: skip
BRUSH_POINTS = ((14.5, 1700.0), (17.0, 1500.0), (19.5, 1250.0))


def work(photographer: Photographer, side: Path) -> None:
    """Clean a side, and select parts of it by lasso and brush."""
    state = photographer.session.view_state
    photographer.session.settings.set(keys.open_check, False)  # its note takes room
    photographer.open(side)
    state.select(RUN_IN)
    photographer.act("mark_noise")
    state.select(None)
    photographer.run("declick")
    photographer.run("denoise")
    shape = Shape((Stroke(LASSO, LASSO_POINTS), Stroke(BRUSH, BRUSH_POINTS, True, 0.25, 0.2)))
    state.select(Region.drawn(shape, state.duration_s, state.nyquist_hz))
    photographer.settle()


def main() -> int:
    """Read the options and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=Path, default=paths.demo())
    parser.add_argument("--out", type=Path, default=REPOSITORY / "packaging" / "pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = temporary  # where platformdirs puts what is the user's
        photographer = Photographer(application, Path(temporary), SIZE)
        work(photographer, options.side)
        image = photographer.window.grab().toImage()
        size = keep(image, options.out / NAME, SIZE[0], LARGEST)
        photographer.close()
    print(f"{NAME}: {size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
