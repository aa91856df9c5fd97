"""The window as a user starts it, with someone inside who answers questions about it.

    python packaging/hour/driven.py SOCKET gui [FILE...]

What comes after the socket is what `python -m app` is given. See looking.py for the questions.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(FOLDER.parent), str(FOLDER)]

from PySide6.QtWidgets import QApplication  # noqa: E402 - the repository is not installed

from app.cli import main  # noqa: E402
from hour.looking import Looker  # noqa: E402

if __name__ == "__main__":
    socket, *arguments = sys.argv[1:]
    sys.argv = ["runout", *arguments]
    application = QApplication(sys.argv[:1])
    looker = Looker(socket, application)
    sys.exit(main())
