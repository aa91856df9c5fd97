"""Question: a box that asks before something is stopped or thrown away."""

from PySide6.QtWidgets import QMessageBox, QWidget

GO_ON, STOP, STAY = "go on", "stop", "stay"
_Role = QMessageBox.ButtonRole


def ask_going_on(parent: QWidget, text: str, more: str, go_on: str, stop: str) -> str:
    """Ask whether work goes on without its window: GO_ON, STOP or STAY.

    Args:
        parent: the window.
        text: the question.
        more: what follows from the answers.
        go_on: the text of one button.
        stop: that of the other.
    """
    box = _box(parent, text, more)
    on, off = box.addButton(go_on, _Role.AcceptRole), box.addButton(stop, _Role.DestructiveRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(on)
    box.setEscapeButton(stay)
    box.exec()
    clicked = box.clickedButton()
    return GO_ON if clicked is on else STOP if clicked is off else STAY


def ask_doing(
    parent: QWidget, text: str, more: str, do: str, *, is_destructive: bool = True
) -> bool:
    """Ask whether to do what cannot be undone by a slip; the default is not to."""
    box = _box(parent, text, more)
    done = box.addButton(do, _Role.DestructiveRole if is_destructive else _Role.AcceptRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is done


def _box(parent: QWidget, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    box.setText(text)
    box.setInformativeText(more)
    return box
