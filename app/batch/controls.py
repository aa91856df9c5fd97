"""Controls of the batch window: its buttons, and what is told of how far all are together."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.panels import layout


class ListButtons(QWidget):
    """What is in the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = QPushButton(self.tr("Add &Files…"))
        self.folder = QPushButton(self.tr("Add Fo&lder…"))
        self.remove = QPushButton(self.tr("Re&move"))
        self.clear = QPushButton(self.tr("Clear Finis&hed"))
        self.remove.setToolTip(self.tr("Take the chosen rows out of the list (Del)"))
        self.clear.setToolTip(self.tr("Take out of the list what is done"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.files, self.folder, self.remove, self.clear):
            row.addWidget(button)
        row.addStretch(1)


class RunButtons(QWidget):
    """What is done with the list, and how far that is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the batch"))
        self.told = layout.muted()
        self.told.setAccessibleName(self.tr("State of the batch"))
        self.start = QPushButton(self.tr("&Start Batch"))
        self.start.setObjectName("primary")
        self.pause = QPushButton(self.tr("Pa&use"))
        self.pause.setCheckable(True)
        self.pause.setToolTip(self.tr("Begin no further side; those at work come to their end"))
        self.after = QPushButton(self.tr("Stop &After These"))
        self.after.setToolTip(self.tr("Let the sides at work come to their end, and stop then"))
        self.stop = QPushButton(self.tr("S&top"))
        self.stop.setToolTip(
            self.tr("Stop at once; what is not complete is not written, and is done another time")
        )
        self.retry = QPushButton(self.tr("Ret&ry Failed"))
        self.open = QPushButton(self.tr("Open Folder"))
        self.report = QPushButton(self.tr("Open Report"))
        row = QHBoxLayout()
        for button in (self.start, self.pause, self.after, self.stop, self.retry):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.open, self.report):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addWidget(self.told)
        column.addLayout(row)
