"""The scripted training: from clean music and a noisy transfer to a model used on a side.

    .venv/bin/python packaging/scripted_training.py [--music DIR --transfer FILE] [--minutes 2]
        [--out FOLDER] [--kills]

The application runs as a user starts it, on an X server of its own, and is driven by a real mouse
(xdotool). Every page of the wizard is gone through; what came of it is read from the disk, and the
screen is kept as a picture after each step. With --kills the window, the trainer and both are
killed (SIGKILL) while it trains, and the training goes on each time. Without music and transfer,
ten minutes of music are made, and the transfer is the one that ships.

For Linux with Xvfb, openbox, xdotool and import (ImageMagick). Exits with 1 when anything is wrong.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from hour.hands import Mouse  # noqa: E402 - the repository is not installed
from hour.judging import Wrong  # noqa: E402
from hour.learning import Learning, make_music  # noqa: E402
from hour.screen import Screen, missing_programs  # noqa: E402
from hour.window import Gone, Stuck, Window  # noqa: E402

OUT = REPOSITORY / "build" / "training"
DEMO = REPOSITORY / "resources" / "demo" / "air_1920.flac"


def main() -> int:
    """Read the options and go through it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--music", type=Path, help="folder of clean music")
    parser.add_argument("--transfer", type=Path, default=DEMO, help="a noisy side")
    parser.add_argument("--minutes", type=float, default=2.0, help="of training")
    parser.add_argument("--kills", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    missing = missing_programs()
    if missing:
        print(f"This needs {', '.join(missing)}; install what is missing.", file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="training") as temporary:
        return _conduct(options, Path(temporary))


def _conduct(options: argparse.Namespace, folder: Path) -> int:
    music = options.music or make_music(folder / "music")
    home = folder / "home"
    home.mkdir()
    with Screen(home) as screen:
        window = Window(screen, folder)
        learning = Learning(
            window, Mouse(screen, window), home, options.out, music, options.transfer,
            options.minutes, options.kills,
        )  # fmt: skip
        try:
            window.start()
            for number, (name, step) in enumerate(learning.steps, 1):
                began = time.monotonic()
                step()
                screen.rest()
                screen.shoot(options.out / f"{number:02d}-{name}.png")
                print(f"  {name:10} {time.monotonic() - began:6.1f} s", flush=True)
        except (Wrong, Stuck, Gone, TimeoutError) as error:
            screen.shoot(options.out / "failure.png")
            print(f"{type(error).__name__}: {error}\n{window.log()}")
            return 1
        finally:
            learning.end_trainer()
            window.close()
    print(f"  {len(learning.steps)} steps, {learning.n_checks} checks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
