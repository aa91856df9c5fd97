"""Model choice: which model a method works with, where there is more than one."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.chosen_models import choose_model
from app.language import translated
from app.panels import layout
from app.settings import Settings
from engine.catalog import Catalog, Entry
from engine.tasks import Task


class ModelChoice(QWidget):
    """A row below the settings of a task; hidden where there is nothing to choose."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._entries: tuple[Entry, ...] = ()
        self.combo = QComboBox()
        self.combo.setAccessibleName(self.tr("Model"))
        self.combo.setToolTip(self.tr("Which of the installed models this method works with"))
        self.combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(12)
        self.about = layout.muted()
        label = QLabel(self.tr("Model"))
        label.setBuddy(self.combo)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label)
        row.addWidget(self.combo, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.about)
        self.combo.activated.connect(self._on_activated)

    def offer(self, task: type[Task], method: str, catalog: Catalog) -> None:
        """Show the models of a method, the one that is taken first being chosen."""
        entries: tuple[Entry, ...] = ()
        if method in task.model_methods:
            entries = catalog.serving(task.name, task.model_method(method))
        if entries != self._entries:
            self._entries = entries
            self._fill()
        self.setVisible(len(entries) > 1)

    def _fill(self) -> None:
        in_order = sorted(self._entries, key=lambda each: each.title.lower())
        self.combo.clear()
        for entry in in_order:
            title = translated(entry.title)
            if entry.is_experimental:
                title = self.tr("{title} (experimental)").format(title=title)
            self.combo.addItem(title, entry)
            self.combo.setItemData(
                self.combo.count() - 1, entry.description, Qt.ItemDataRole.ToolTipRole
            )
        if self._entries:
            taken = self._entries[0]
            self.combo.setCurrentIndex(in_order.index(taken))
            self.about.setText(
                self.tr("Nobody has signed this model yet: listen to what it does.")
                if taken.is_experimental
                else ""
            )
            self.about.setVisible(taken.is_experimental)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        entry = self.combo.itemData(index)
        if isinstance(entry, Entry) and entry != self._entries[0]:
            choose_model(self._settings, entry)
