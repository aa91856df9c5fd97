"""Steps: the column on the left of the wizard: where one is, and where one can go."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

_WIDTH, _HEIGHT = 210, 36


class Steps(QListWidget):
    """Titles of pages with numbers; those that cannot be reached yet are grey."""

    wanted = Signal(str)
    """The name of a page that was chosen."""

    def __init__(self, titles: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Args: titles: names and titles of the pages, in their order."""
        super().__init__(parent)
        self.setObjectName("steps")
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(self.tr("Steps of the training"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names = [name for name, _ in titles]
        for number, (_, title) in enumerate(titles, 1):
            item = QListWidgetItem(f"  {number}   {title}")
            item.setSizeHint(QSize(0, _HEIGHT))
            self.addItem(item)
        self.itemActivated.connect(self._on_chosen)
        self.itemClicked.connect(self._on_chosen)

    def show_state(self, current: str, reachable: Sequence[str]) -> None:
        """Mark the page that is shown, and grey those that cannot be shown yet."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        for row, name in enumerate(self._names):
            can = name in reachable or name == current
            self.item(row).setFlags(flags if can else Qt.ItemFlag.NoItemFlags)
        self.setCurrentRow(self._names.index(current))

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.wanted.emit(self._names[self.row(item)])
