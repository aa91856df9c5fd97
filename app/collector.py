"""Collector: full garbage collections when a recording opens or closes, and at no other time.

Once torch is loaded, a full collection goes through some hundred thousand objects and halts every
thread meanwhile: 60 to 150 ms were measured, most of them while torch itself is being imported.
So what is there once torch is loaded is left out of all that follow, which take a tenth of that.
"""

import gc
import sys

from PySide6.QtCore import QObject, Slot

from app.session import Session

YOUNG, MIDDLE, FULL = 10_000, 20, 100_000


class Collector(QObject):
    """Collects young objects as ever, old ones when the recording changes."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        gc.set_threshold(YOUNG, MIDDLE, FULL)
        session.document_changed.connect(self._on_document_changed)

    @Slot()
    def _on_document_changed(self) -> None:
        if "torch" in sys.modules and not gc.get_freeze_count():
            gc.freeze()  # takes no time; what is garbage by then stays, which is so but once
        gc.collect()
