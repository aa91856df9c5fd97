"""Name fields: what the model to be is called, in menus and in the catalogue."""

from collections.abc import Collection

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from training.wizard.model_name import name_from, name_problem

_LONGEST_TITLE = 80


class NameFields(QWidget):
    """A title in any words, and a name made from it until it is changed by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._taken: frozenset[str] = frozenset()
        self._is_own = False
        self.title, self.name = QLineEdit(), QLineEdit()
        self.title.setMaxLength(_LONGEST_TITLE)
        self.title.setPlaceholderText(self.tr("for example: Columbia discs of 1928"))
        self.name.setMaxLength(64)
        self.told = layout.muted()
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.addRow(self.tr("T&itle in menus"), self.title)
        form.addRow(self.tr("Na&me of its file"), self.name)
        form.addRow("", self.told)
        self.title.textEdited.connect(self._on_title)
        self.name.textEdited.connect(self._on_name)

    def show_names(self, title: str, name: str, taken: Collection[str]) -> None:
        """Show what was said; taken: names of other models."""
        self._taken = frozenset(taken)
        self._is_own = bool(name) and name != name_from(title, self._taken)
        for field, text in ((self.title, title), (self.name, name)):
            if field.text() != text:
                field.setText(text)
        self._tell()

    def problem(self) -> str:
        """Why the model cannot be called so."""
        if not self.title.text().strip():
            return self.tr("Give the model a title.")
        return as_sentence(translated(name_problem(self.name.text(), self._taken)))

    def _tell(self) -> None:
        problem = self.problem() if self.title.text() or self.name.text() else ""
        is_wrong = bool(problem and name_problem(self.name.text(), self._taken))
        self.name.setProperty("wrong", is_wrong)
        self.name.style().polish(self.name)
        self.told.setText(problem)
        self.told.setVisible(bool(problem))

    @Slot(str)
    def _on_title(self, title: str) -> None:
        if not self._is_own:
            self.name.setText(name_from(title, self._taken))
        self._tell()
        self.changed.emit()

    @Slot(str)
    def _on_name(self, name: str) -> None:
        self._is_own = bool(name)
        self._tell()
        self.changed.emit()
