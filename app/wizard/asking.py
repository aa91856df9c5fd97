"""Asking: what is to become of a training."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

GO_ON, STOP, STAY = "go on", "stop", "stay"


def ask_closing(parent: QWidget) -> str:
    """Ask whether a training goes on without its window: GO_ON, STOP or STAY."""
    box = _box(
        parent,
        _translated("Go on with the training in the background?"),
        _translated(
            "It is a program of its own and ends by itself; this window finds it again. What is "
            "stopped can be gone on with from where it was."
        ),
    )
    go_on = box.addButton(_translated("&Go On"), QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton(_translated("&Stop the Training"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(go_on)
    box.setEscapeButton(stay)
    box.exec()
    clicked = box.clickedButton()
    return GO_ON if clicked is go_on else STOP if clicked is stop else STAY


def ask_throwing_away(parent: QWidget, title: str) -> bool:
    """Ask whether to throw a training away."""
    box = _box(
        parent,
        _translated("Throw {title} away?").format(title=title),
        _translated(
            "Its noise, its run and its figures are deleted. Your music, your transfers and models "
            "that were published stay."
        ),
    )
    throw = box.addButton(_translated("&Throw Away"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is throw


def ask_starting_over(parent: QWidget) -> bool:
    """Ask whether to delete what was trained so far."""
    box = _box(
        parent,
        _translated("Start the training over?"),
        _translated(
            "What was trained so far is deleted: weights, curves, pictures and sounds. Your "
            "material and what you said on the other pages stay."
        ),
    )
    over = box.addButton(_translated("Start &Over"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is over


def _box(parent: QWidget, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    box.setText(text)
    box.setInformativeText(more)
    return box


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
