"""Asking: what is to become of a training."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.widgets.question import ask_doing, ask_going_on


def ask_closing(parent: QWidget) -> str:
    """Ask whether a training goes on without its window: GO_ON, STOP or STAY."""
    return ask_going_on(
        parent,
        _translated("Go on with the training in the background?"),
        _translated(
            "It is a program of its own and ends by itself; this window finds it again. What is "
            "stopped can be gone on with from where it was."
        ),
        _translated("&Go On"),
        _translated("&Stop the Training"),
    )


def ask_throwing_away(parent: QWidget, title: str) -> bool:
    """Ask whether to throw a training away."""
    return ask_doing(
        parent,
        _translated("Throw {title} away?").format(title=title),
        _translated(
            "Its noise, its run and its figures are deleted. Your music, your transfers and models "
            "that were published stay."
        ),
        _translated("&Throw Away"),
    )


def ask_starting_over(parent: QWidget) -> bool:
    """Ask whether to delete what was trained so far."""
    return ask_doing(
        parent,
        _translated("Start the training over?"),
        _translated(
            "What was trained so far is deleted: weights, curves, pictures and sounds. Your "
            "material and what you said on the other pages stay."
        ),
        _translated("Start &Over"),
    )


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
