"""Giving up: says precisely what goes before a session is discarded or a project cleaned up."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from app.language import translated
from app.panels.numbers import told_bytes
from app.panels.unclosed import told_unclosed
from engine.project import Operation
from engine.storage.folder import Sizes
from engine.storage.recovery import Unclosed
from engine.storage.trash import KEPT_DAYS

MOST_NAMED = 8


def ask_discarding(parent: QWidget, unclosed: Unclosed, n_bytes: int, trash: Path) -> bool:
    """Ask whether a session that was not closed is to go to the trash."""
    return _ask(
        parent,
        _translated("Discard {what}?").format(what=told_unclosed(unclosed)),
        _translated(
            "Its folder {folder} ({size}) with all of its history moves to {trash}, where it is "
            "kept for {days} days and can be opened like any project. The transfer itself is not "
            "touched."
        ).format(folder=unclosed.path, size=told_bytes(n_bytes), trash=trash, days=KEPT_DAYS),
        _translated("&Discard"),
    )


def ask_clean_up(parent: QWidget, title: str, sizes: Sizes, others: Sequence[Operation]) -> bool:
    """Tell how large a project is, and ask whether other attempts are to be deleted."""
    told = _translated("{title} takes {total}.").format(title=title, total=told_bytes(sizes.total))
    if not others:
        rest = _translated("All of it serves the history, undone steps included; nothing can go.")
        QMessageBox.information(parent, "Runout", f"{told}\n\n{rest}")
        return False
    names = ", ".join(translated(each.title) for each in others[:MOST_NAMED])
    if len(others) > MOST_NAMED:
        names += _translated(" and {n} more").format(n=len(others) - MOST_NAMED)
    told += " " + _translated("{undone} serve steps that are undone or were left aside.").format(
        undone=told_bytes(sizes.undone)
    )
    rest = _translated(
        "Cleaning up deletes other attempts for good: {names}. "
        "Every step in the history above them stays, undone ones too."
    ).format(names=names)
    return _ask(parent, told, rest, _translated("&Clean Up"))


def _ask(parent: QWidget, text: str, rest: str, yes: str) -> bool:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Runout")
    box.setText(text)
    box.setInformativeText(rest)
    does = QPushButton(yes)
    box.addButton(does, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    return box.clickedButton() is does


def _translated(text: str) -> str:
    return QCoreApplication.translate("giving_up", text)
