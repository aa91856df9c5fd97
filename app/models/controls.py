"""Controls of the model window: its buttons, and the menu that has them too."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget


class ModelButtons(QWidget):
    """What can be done with models."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.take_in = QPushButton(self.tr("&Import…"))
        self.verify = QPushButton(self.tr("&Verify"))
        self.verify_all = QPushButton(self.tr("Verify &All"))
        self.compare = QPushButton(self.tr("&Compare…"))
        self.remove = QPushButton(self.tr("&Remove…"))
        self.take_in.setToolTip(
            self.tr("Copy a file of weights to your models; it can be dropped here as well")
        )
        self.verify.setToolTip(self.tr("Read the chosen files and compare their SHA-256"))
        self.verify_all.setToolTip(
            self.tr("Read the files of all models and compare their SHA-256")
        )
        self.compare.setToolTip(
            self.tr(
                "Hear and see two of them, or one and a method without a model, on what is open"
            )
        )
        self.remove.setToolTip(self.tr("Move a model of yours to the trash (Del)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.take_in, self.verify, self.verify_all, self.compare, self.remove):
            row.addWidget(button)
        row.addStretch(1)


def pop_up(parent: QWidget, where: QPoint, buttons: Sequence[QPushButton]) -> None:
    """Show a menu of what buttons do, without those that cannot be pressed now."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for button in buttons:
        if button.isEnabled() and not button.isHidden():
            menu.addAction(button.text()).triggered.connect(button.click)
    menu.popup(where)
