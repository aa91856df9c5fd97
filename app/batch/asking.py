"""Asking: what is to become of a batch at work when its window or Runout is closed."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.widgets.question import ask_doing, ask_going_on


def ask_closing(parent: QWidget) -> str:
    """Ask whether the batch goes on without its window: GO_ON, STOP or STAY."""
    return ask_going_on(
        parent,
        _translated("Go on with the batch in the background?"),
        _translated(
            "The list is kept either way, and File > Batch… shows it again. What is stopped is "
            "done another time."
        ),
        _translated("&Go On"),
        _translated("&Stop the Batch"),
    )


def ask_quitting(parent: QWidget, n_missing: int) -> bool:
    """Ask whether to quit while a batch is at work."""
    return ask_doing(
        parent,
        _translated("Stop the batch and quit?"),
        _translated(
            "Sides that are missing: {n}. What is finished stays; the next start offers to go on "
            "with the rest."
        ).format(n=n_missing),
        _translated("Stop and &Quit"),
        is_destructive=False,
    )


def _translated(text: str) -> str:
    return QCoreApplication.translate("batch", text)
