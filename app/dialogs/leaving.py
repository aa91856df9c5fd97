"""Leaving: asks before operations that were not exported are given up."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_leaving(parent: QWidget, name: str, count: int) -> QMessageBox.StandardButton:
    """Ask what to do about operations that would be lost: Save (export), Discard or Cancel."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    what = "1 operation" if count == 1 else f"{count} operations"
    box.setText(_translated("{what} on {name} would be lost.").format(what=what, name=name))
    box.setInformativeText(
        _translated("What was not exported is in the history only; the transfer is unchanged.")
    )
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.button(buttons.Save).setText(_translated("&Export…"))
    box.button(buttons.Discard).setText(_translated("Close &without exporting"))
    box.setDefaultButton(buttons.Save)
    box.setEscapeButton(buttons.Cancel)
    return buttons(box.exec())


def _translated(text: str) -> str:
    return QCoreApplication.translate("leaving", text)
