"""Base card: one model to start from; a click anywhere on it chooses it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QRadioButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.panels import layout
from app.wizard.goal_words import family_words, told_description, told_facts, told_score_of
from training.wizard.template import Template

_INDENT = 24


class BaseCard(QFrame):
    """Title, plain words, figures."""

    chosen = Signal(str)
    """The name of the model."""

    def __init__(
        self, template: Template, task: str, *, is_suggested: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("step")
        self.template, self.task = template, task
        title = template.entry.title.replace("&", "&&")
        if is_suggested:
            title = self.tr("{title} (suggested)").format(title=title)
        self.button = QRadioButton(title)
        self.button.clicked.connect(self._on_clicked)
        told = [
            told_description(template),
            family_words(template.family),
            told_score_of(template, task),
            told_facts(template, _size(template)),
        ]
        told = [each for each in told if each]
        self.button.setAccessibleDescription(" ".join(told))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(3)
        column.addWidget(self.button)
        for number, text in enumerate(told):
            label = QLabel(text) if number == 0 else layout.muted(text)
            label.setWordWrap(True)
            label.setIndent(_INDENT)
            column.addWidget(label)

    @property
    def name(self) -> str:
        """Of the model, as the catalogue calls it."""
        return self.template.entry.name

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.name)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.setFocus()
        self.button.click()


def _size(template: Template) -> int:
    try:
        return template.entry.path.stat().st_size
    except OSError:
        return 0
