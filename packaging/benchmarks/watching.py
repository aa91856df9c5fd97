"""The wizard's window on a training: starts it, watches it to its end, tells its longest turn.

    python packaging/benchmarks/watching.py FOLDER

Started by wizard.py; the last word of its output is the longest turn of the event loop from when
the page was shown, in milliseconds of the processor's time.
"""

import argparse
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from PySide6.QtCore import QSettings, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.player import Player  # noqa: E402 - the repository is not installed
from app.session import Session  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.theme import Theme  # noqa: E402
from app.wizard.run_page import RunPage  # noqa: E402
from app.wizard.window import WizardWindow  # noqa: E402
from tests.app.watchdog import Watchdog  # noqa: E402
from training.run_status import DONE, FAILED  # noqa: E402


def main(folder: Path) -> int:
    """Show, start, wait for the end."""
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(QSettings(f"{place}/settings.ini", QSettings.Format.IniFormat))
        session = Session(settings, player=Player())
        window = WizardWindow(session, Theme(application, "dark"))
        window.show()
        window.open(folder)
        page = window.page
        assert isinstance(page, RunPage)
        watchdog = Watchdog()
        QTimer.singleShot(500, page.begin.click)
        timer = QTimer()

        def look() -> None:
            if page.look.status.state in (DONE, FAILED) and not page.is_running():
                application.quit()

        timer.timeout.connect(look)
        timer.start(500)
        application.exec()
        state, longest_ms = page.look.status.state, 1000.0 * watchdog.longest_s
        window.stop()
        session.stop()
    print(state, f"{longest_ms:.1f}")
    return int(state != DONE)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path)
    sys.exit(main(options.parse_args().folder))
