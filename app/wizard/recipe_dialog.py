"""Recipe dialog: the file that `runout train` takes, to read and to save."""

from pathlib import Path

from PySide6.QtCore import QDir, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout
from app.widgets.banner import Banner
from engine.errors import EngineError
from engine.sync import write_whole


class RecipeDialog(QDialog):
    """Shows a recipe; nothing in it can be changed here."""

    def __init__(self, text: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recipe"))
        self.resize(760, 620)
        self._folder = folder
        self.banner = Banner()
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("Text of the recipe"))
        self.save = QPushButton(self.tr("&Save As…"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        told = self.tr(
            "Everything that this training does stands here. On any computer with Runout and the "
            "folder of this training, the same is done by: {command}"
        ).format(command="runout train recipe.toml -o run")
        column = QVBoxLayout(self)
        column.addWidget(self.banner)
        column.addWidget(layout.muted(told))
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        buttons.rejected.connect(self.reject)
        self.save.clicked.connect(self._on_save)

    @Slot()
    def _on_save(self) -> None:
        start = QDir.home().filePath(f"{self._folder.name}.toml")
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save Recipe"), start, self.tr("Recipes (*.toml)")
        )
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write it there."""
        try:
            write_whole(path, self.text.toPlainText().encode("utf-8"))
        except EngineError as error:
            self.banner.tell(str(error), "error")
            return
        self.banner.tell(self.tr("Saved as {name}.").format(name=path.name), "note")
