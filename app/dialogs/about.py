"""About: name, version, and what Runout stands on."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app import paths
from app.version import VERSION


class AboutDialog(QDialog):
    """A few lines."""

    def __init__(self, logo: QPixmap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Runout"))
        picture, name, about = QLabel(), QLabel(f"Runout {VERSION}"), QLabel()
        picture.setPixmap(logo)
        name.setObjectName("title")
        about.setText(
            self.tr(
                "Restores 78 rpm transfers and other damaged music on your own machine.\n"
                "The transfer is only ever read; what was taken out can always be heard."
            )
        )
        licences = QLabel(
            self.tr("Licences of what it stands on: {folder}").format(
                folder=paths.resources() / "licences"
            )
        )
        licences.setObjectName("muted")
        licences.setWordWrap(True)
        licences.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 20)
        column.setSpacing(12)
        for label in (picture, name, about, licences):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(buttons)
