"""Collector: full garbage collections when a recording opens or closes, and at no other time.

Once torch is loaded, a full collection goes through some hundred thousand objects and halts every
thread meanwhile: 60 to 150 ms were measured, most of them while torch itself is being imported.
So what is there once modules were loaded is left out of all that follow.
"""

import gc
import sys

from PySide6.QtCore import QObject, Slot

from app.session import Session

YOUNG, MIDDLE, FULL = 10_000, 4, 100_000
MODULES = 30
"""So many more, and a library has been loaded; torch loads its parts when they are used first."""


class Collector(QObject):
    """Collects young objects as ever, old ones when the recording changes."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._n_modules = 0
        gc.set_threshold(YOUNG, MIDDLE, FULL)
        session.document_changed.connect(self._on_document_changed)

    @Slot()
    def _on_document_changed(self) -> None:
        n_modules = len(sys.modules)
        if n_modules > self._n_modules + MODULES:
            self._n_modules = n_modules
            gc.freeze()  # takes no time; what is garbage by then stays, which happens a few times
        gc.collect()
