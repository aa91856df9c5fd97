"""Chooser: which task, and which two of its methods and models are to be compared."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from app.language import translated
from app.models.words import told_method
from engine.catalog import Catalog
from engine.jobs.compare_models import Contender, compared_tasks, contenders
from engine.tasks import TASKS, Task


class Chooser(QWidget):
    """Three lists: a task, A and B."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalog = Catalog()
        self.task_box, self.first, self.second = QComboBox(), QComboBox(), QComboBox()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(12)
        for at, (text, field) in enumerate(
            (
                (self.tr("&Task"), self.task_box),
                (self.tr("&A"), self.first),
                (self.tr("B"), self.second),
            )
        ):
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            field.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            grid.addWidget(label, at, 0)
            grid.addWidget(field, at, 1)
        for name in compared_tasks():
            self.task_box.addItem(translated(TASKS[name].title), name)
        self.task_box.setCurrentIndex(self.task_box.findData("denoise"))
        self.task_box.currentIndexChanged.connect(self._fill)
        for field in (self.first, self.second):
            field.currentIndexChanged.connect(self.changed)

    @property
    def task(self) -> type[Task]:
        """The task that is chosen."""
        return TASKS[str(self.task_box.currentData())]

    @property
    def chosen(self) -> tuple[Contender | None, Contender | None]:
        """A and B; None where there is none to choose."""
        return self.first.currentData(), self.second.currentData()

    def offer(self, catalog: Catalog) -> None:
        """Offer the models of a catalogue."""
        self._catalog = catalog
        self._fill()

    def choose(self, names: Sequence[str]) -> str:
        """Take models, by name; one alone is compared with a method that has none.

        Returns:
            Why that cannot be, as a sentence; empty if it could.
        """
        entries = [each for each in self._catalog.entries if each.name in names]
        if not entries:
            return ""
        shared = [t for t in entries[0].tasks if all(t in each.tasks for each in entries)]
        if not shared:
            return self.tr("These models have no task in common; choose two of one task.")
        self.task_box.setCurrentIndex(self.task_box.findData(shared[0]))
        named = [each.name for each in entries]
        if not _choose(self.first, named[0]):  # it helps a model, and does nothing by itself
            return self.tr("{title} helps another model and cannot be compared by itself.").format(
                title=entries[0].title
            )
        _choose(self.second, named[1] if len(named) > 1 else "")
        return ""

    def title(self, contender: Contender) -> str:
        """What a contender is called."""
        method = told_method(contender.method)
        if not contender.model:
            return self.tr("{method} (no model)").format(method=method)
        titles = {each.name: each.title for each in self._catalog.entries}
        title = titles.get(contender.model, contender.model)
        return self.tr("{title} ({method})").format(method=method, title=title)

    @Slot()
    def _fill(self) -> None:
        found = contenders(self.task.name, self._catalog)
        for field, wants_model in ((self.first, True), (self.second, False)):
            before = field.currentData()
            field.blockSignals(True)
            field.clear()
            for each in found:
                field.addItem(self.title(each), each)
            suited = (i for i, each in enumerate(found) if bool(each.model) is wants_model)
            first = next(suited, 0 if found else -1)
            field.setCurrentIndex(found.index(before) if before in found else first)
            field.blockSignals(False)
        self.changed.emit()


def _choose(field: QComboBox, model: str) -> bool:
    """Choose the first entry with a model of that name; an empty one chooses one without."""
    data = [field.itemData(index) for index in range(field.count())]
    index = next((at for at, each in enumerate(data) if each.model == model), -1)
    if index >= 0:
        field.setCurrentIndex(index)
    return index >= 0
