"""About: name, version, and what Runout stands on."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.dialogs.licences import LicencesDialog
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
            self.tr("It stands on the work of many others, under licences of their own.")
        )
        licences.setObjectName("muted")
        licences.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.licences = buttons.addButton(
            self.tr("&Licences…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.licences.clicked.connect(self.show_licences)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 20)
        column.setSpacing(12)
        for label in (picture, name, about, licences):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(buttons)

    @Slot()
    def show_licences(self) -> None:
        """Show all licences there are to read."""
        dialog = LicencesDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
