"""Leaving: asks before a session that has no name and was not exported is given up."""

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


def _translated(text: str) -> str:
    return QCoreApplication.translate("leaving", text)
