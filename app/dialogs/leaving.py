"""Leaving: asks before sessions that have no name and were not exported are given up."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.storage.trash import KEPT_DAYS


def ask_leaving(parent: QWidget, name: str, count: int) -> QMessageBox.StandardButton:
    """Ask what to do about operations that are in no project, or with 0 about marks.

    Returns:
        Save, Discard or Cancel.
    """
    buttons = QMessageBox.StandardButton
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    what = {0: _translated("the marks"), 1: _translated("1 operation")}.get(
        count, _translated("{count} operations").format(count=count)
    )
    box.setText(_translated("Save {what} on {name} as a project?").format(what=what, name=name))
    box.setInformativeText(
        _translated(
            "A project keeps the whole history to go on with. Without it, the session is kept "
            "in Runout's trash for {days} days. The transfer is unchanged either way."
        ).format(days=KEPT_DAYS)
    )
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.button(buttons.Save).setText(_translated("&Save Project…"))
    box.button(buttons.Discard).setText(_translated("Close &Without Saving"))
    box.setDefaultButton(buttons.Save)
    box.setEscapeButton(buttons.Cancel)
    return buttons(box.exec())


def ask_quitting(parent: QWidget, names: Sequence[str]) -> bool:
    """Ask whether to quit while other sides of the list hold what is in no project."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    box.setText(_translated("Quit with unsaved sides in the list?"))
    box.setInformativeText(
        _translated(
            "What was done on {names} is in no project yet. It is kept, and the next start offers "
            "it again."
        ).format(names=", ".join(names))
    )
    box.setStandardButtons(buttons.Ok | buttons.Cancel)
    box.button(buttons.Ok).setText(_translated("&Quit"))
    box.setDefaultButton(buttons.Cancel)
    box.setEscapeButton(buttons.Cancel)
    return buttons(box.exec()) is buttons.Ok


def _translated(text: str) -> str:
    return QCoreApplication.translate("leaving", text)
