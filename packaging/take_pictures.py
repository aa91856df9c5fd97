"""Take the pictures of the README: the window at work on a real side, without a screen.

    .venv/bin/python packaging/take_pictures.py [--side FILE] [--out DIR]

The side is the one that ships unless another is given. Settings, projects and caches of the user
stay untouched: all of it happens in a folder that is deleted.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from PySide6.QtCore import QSettings  # noqa: E402 - the repository is not installed
from PySide6.QtWidgets import QApplication  # noqa: E402

from app import paths  # noqa: E402
from app.application import read_presets  # noqa: E402
from app.document import Monitored  # noqa: E402
from app.main_window import MainWindow  # noqa: E402
from app.session import Session  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.theme import Theme  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.shape import BRUSH, LASSO, Shape, Stroke  # noqa: E402

SIZE = (1440, 900)
LONGEST_S = 300.0
RUN_IN = Region(0.3, 2.3)
"""Groove noise before the music of the side that ships."""
LASSO_POINTS = ((3.2, 900.0), (4.4, 700.0), (6.0, 1100.0), (6.6, 3200.0), (5.2, 7000.0),
                (3.4, 4200.0))  # fmt: skip
BRUSH_POINTS = ((14.5, 1700.0), (17.0, 1500.0), (19.5, 1250.0))


class Photographer:
    """Drives a window as a user does, and waits for what it does."""

    def __init__(self, application: QApplication, folder: Path, out: Path) -> None:
        self._application, self._out = application, out
        settings = Settings(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat))
        presets, _ = read_presets((paths.presets(),))
        self.session = Session(settings)
        self.window = MainWindow(self.session, Theme(application, "dark"), presets)
        self.window.resize(*SIZE)
        self.window.show()

    def act(self, name: str) -> None:
        """Choose a menu entry, and wait until what it began has ended."""
        self.window.actions_by_id[name].trigger()
        self.settle()

    def run(self, task: str, **values: float | str) -> None:
        """Run a task with some settings on what is selected."""
        self.window.inspector.choose_task(task)
        self.set_values(**values)
        self.act("run")

    def set_values(self, **values: float | str) -> None:
        """Fill in the form of the task that is shown."""
        form = self.window.inspector.operation.form
        assert form is not None
        form.set_values(values)

    def settle(self) -> None:
        """Wait until no job runs and all pictures are there."""
        session = self.session
        self._wait(lambda: not session.is_busy and session.project_runner.current is None)
        self._pause(0.3)
        self._wait(lambda: session.picture_runner.current is None)
        self._pause(0.3)

    def take(self, name: str) -> None:
        """Keep what the window shows."""
        self.settle()
        path = self._out / f"{name}.png"
        if not self.window.grab().save(str(path)):
            raise SystemExit(f"{path} cannot be written")
        print(f"{path.name}: {path.stat().st_size // 1024} KB")

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._wait(lambda: time.monotonic() > until)

    def _wait(self, is_done: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not is_done():
            self._application.processEvents()
            time.sleep(0.005)
            if time.monotonic() - began > LONGEST_S:
                raise SystemExit("the window did not come to rest")


def take_all(photographer: Photographer, side: Path) -> None:
    """Open a side and take one picture after the other."""
    window, state = photographer.window, photographer.session.view_state
    window.open(side)
    photographer.settle()
    state.select(RUN_IN)
    photographer.act("mark_noise")
    state.select(None)
    photographer.run("declick")
    photographer.run("denoise")
    shape = Shape((Stroke(LASSO, LASSO_POINTS), Stroke(BRUSH, BRUSH_POINTS, True, 0.25, 0.2)))
    state.select(Region.drawn(shape, state.duration_s, state.nyquist_hz))
    photographer.take("window")
    state.monitor(Monitored.REMOVED)
    photographer.act("undo")
    photographer.act("undo")
    photographer.run("denoise")
    state.monitor(Monitored.REMOVED)
    photographer.take("removed")
    state.select(None)
    photographer.act("undo")
    photographer.act("redo")
    state.monitor(Monitored.RESULT)
    photographer.run("declick")
    window.docks.show("events")
    for _ in range(4):
        photographer.act("event_next")
    photographer.take("review")
    state.select(None)
    state.fit()
    window.docks.show("inspector")
    window.inspector.choose_task("replay-eq")
    photographer.set_values(transfer="RIAA_500R-13.7", replay="Columbia_300N-16")
    photographer.take("replay_eq")


def main() -> int:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=Path, default=paths.demo())
    parser.add_argument("--out", type=Path, default=REPOSITORY / "packaging" / "pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = temporary  # where platformdirs puts what is the user's
        photographer = Photographer(application, folder, options.out)
        take_all(photographer, options.side)
        photographer.session.close()  # without the question what is to become of the work
        photographer.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
