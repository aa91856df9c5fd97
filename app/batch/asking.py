"""Asking: what is to become of a batch at work when its window or Runout is closed."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

GO_ON, STOP, STAY = "go on", "stop", "stay"


def ask_closing(parent: QWidget) -> str:
    """Ask whether the batch goes on without its window: GO_ON, STOP or STAY."""
    box = _box(
        parent,
        _translated("Go on with the batch in the background?"),
        _translated(
            "The list is kept either way, and File > Batch… shows it again. What is stopped is "
            "done another time."
        ),
    )
    go_on = box.addButton(_translated("&Go On"), QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton(_translated("&Stop the Batch"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(go_on)
    box.setEscapeButton(stay)
    box.exec()
    clicked = box.clickedButton()
    return GO_ON if clicked is go_on else STOP if clicked is stop else STAY


def ask_quitting(parent: QWidget, n_missing: int) -> bool:
    """Ask whether to quit while a batch is at work."""
    box = _box(
        parent,
        _translated("Stop the batch and quit?"),
        _translated(
            "Sides that are missing: {n}. What is finished stays; the next start offers to go on "
            "with the rest."
        ).format(n=n_missing),
    )
    stop = box.addButton(_translated("Stop and &Quit"), QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is stop


def _box(parent: QWidget, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    box.setText(text)
    box.setInformativeText(more)
    return box


def _translated(text: str) -> str:
    return QCoreApplication.translate("batch", text)
