"""Controls of the model window: its buttons."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget


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
