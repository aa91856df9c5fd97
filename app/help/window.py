"""Window of the guide: contents at the left, a chapter at the right, and the way back."""

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from app import paths
from app import settings as keys
from app.help.chapters import FIRST, is_outside, read_guide, split
from app.help.contents import Contents
from app.help.find_bar import FindBar
from app.help.page import ZOOMS, Page
from app.help.trail import Trail
from app.settings import Settings
from app.theme import Theme
from app.widgets.banner import Banner

SIZE, SMALLEST = QSize(1280, 860), QSize(640, 400)
CONTENTS = 260
"""Pixels."""


class HelpWindow(QWidget):
    """Reads the guide; nothing here touches a recording, and nothing is fetched from a network."""

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self._settings, self._theme = settings, theme
        self._chapters = {each.name: each for each in read_guide(paths.guide())}
        self._shown = ""
        self.trail = Trail()
        self.page = Page(paths.guide())
        self.contents = Contents()
        self.bar = FindBar(self.page)
        self.banner = Banner()
        self.back = QPushButton(self.tr("&Back"))
        self.forward = QPushButton(self.tr("&Forward"))
        self._lay_out()
        self._connect()
        self.contents.show_chapters(self._chapters.values())
        self.page.zoom(self._settings.get(keys.help_zoom))
        self._on_theme_changed()
        self._refresh()

    @property
    def place(self) -> str:
        """The chapter that is shown, and the heading that is read."""
        return f"{self._shown}#{self.page.anchor}" if self._shown else ""

    def go_to(self, place: str) -> None:
        """Show a place; where it was come from is remembered."""
        name, anchor = split(place)
        name = name or self._shown or FIRST
        self.banner.clear()
        if name not in self._chapters:
            self.banner.tell(
                self.tr("The guide has no chapter {name}.").format(name=name), "warning"
            )
            if self._shown or FIRST not in self._chapters:
                return
            name, anchor = FIRST, ""  # where it was left, in a version that had that chapter
        self.trail.leave(self.page.verticalScrollBar().value())
        self.trail.go(f"{name}#{anchor}" if anchor else name)
        self._show(name)
        if anchor:
            self.page.go_to(anchor)
        self._refresh()

    def stop(self) -> None:
        """Remember what there is to remember, before the application quits."""
        self._remember()
        self.close()

    # Assembly.

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("User Guide - Runout"))
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - QSize(8, 40)))
        self.restoreGeometry(self._settings.get(keys.help_geometry))
        self.back.setToolTip(self.tr("To where you were before (Alt+Left)"))
        self.forward.setToolTip(self.tr("To where you went back from (Alt+Right)"))
        self._find = QPushButton(self.tr("Fin&d…"))
        self._find.setToolTip(self.tr("Find words in this chapter (Ctrl+F)"))
        row = QHBoxLayout()
        row.setContentsMargins(6, 12, 12, 8)
        row.setSpacing(6)
        for each in (self.back, self.forward):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self._find)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.banner)
        column.addWidget(self.page, 1)
        column.addWidget(self.bar)
        split_ = QSplitter(Qt.Orientation.Horizontal)
        split_.setChildrenCollapsible(False)
        split_.addWidget(self.contents)
        split_.addWidget(right)
        split_.setStretchFactor(1, 1)
        split_.setSizes([CONTENTS, self.width() - CONTENTS])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split_)

    def _connect(self) -> None:
        self.contents.wanted.connect(self.go_to)
        self.page.anchorClicked.connect(self._on_link)
        self.page.zoom_wanted.connect(self.zoom_by)
        self.back.clicked.connect(self._on_back)
        self.forward.clicked.connect(self._on_forward)
        self._find.clicked.connect(self.bar.open_bar)
        self.bar.closed.connect(self.page.setFocus)
        self._theme.changed.connect(self._on_theme_changed)
        usual = QKeySequence.StandardKey
        for sequences, slot in (
            ((usual.Back,), self._on_back), ((usual.Forward,), self._on_forward),
            ((usual.Find,), self.bar.open_bar), ((usual.FindNext,), self.bar.find_next),
            ((usual.FindPrevious,), self.bar.find_previous),
            ((usual.ZoomIn, "Ctrl+="), self._on_larger), ((usual.ZoomOut,), self._on_smaller),
            (("Ctrl+0",), self._on_usual_size), (("Ctrl+Shift+F",), self._on_search),
            ((usual.Close,), self.close),
        ):  # fmt: skip
            shortcut = QShortcut(self)
            shortcut.setKeys(list(dict.fromkeys(_bindings(sequences))))
            shortcut.activated.connect(slot)

    def zoom_by(self, points: int) -> None:
        """Show the text larger or smaller, within limits."""
        low, high = ZOOMS
        now = min(max(self._settings.get(keys.help_zoom) + points, low), high)
        self._settings.set(keys.help_zoom, now)
        self.page.zoom(now)

    def _show(self, name: str) -> None:
        if name != self._shown:
            self._shown = name
            self.page.show_chapter(self._chapters[name], self._theme.colours)
            self.bar.refresh()
        else:
            self.page.verticalScrollBar().setValue(0)

    def _step(self, by: int) -> None:
        self.trail.leave(self.page.verticalScrollBar().value())
        stop = self.trail.step(by)
        if stop is not None:
            self._show(split(stop.place)[0])
            self.page.verticalScrollBar().setValue(stop.scroll or 0)
        self._refresh()

    def _remember(self) -> None:
        self._settings.set(keys.help_geometry, self.saveGeometry())
        self._settings.set(keys.help_place, self.place)

    def _refresh(self) -> None:
        self.back.setEnabled(self.trail.can_back)
        self.forward.setEnabled(self.trail.can_forward)
        if self._shown:
            self.contents.mark(self.place)
            title = self._chapters[self._shown].title
            self.setWindowTitle(self.tr("{title} - User Guide - Runout").format(title=title))

    # Slots.

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        """Go to a place of the guide; what lies outside is told, never opened."""
        target = link.toString()
        if is_outside(target):
            self.banner.tell(
                self.tr("Runout opens nothing on the network. The address is {address}").format(
                    address=target
                )
            )
        else:
            self.go_to(target)

    @Slot()
    def _on_back(self) -> None:
        self._step(-1)

    @Slot()
    def _on_forward(self) -> None:
        self._step(1)

    @Slot()
    def _on_search(self) -> None:
        self.contents.search.setFocus()
        self.contents.search.selectAll()

    @Slot()
    def _on_larger(self) -> None:
        self.zoom_by(1)

    @Slot()
    def _on_smaller(self) -> None:
        self.zoom_by(-1)

    @Slot()
    def _on_usual_size(self) -> None:
        self.zoom_by(-self._settings.get(keys.help_zoom))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.banner.set_icon(self._theme.icon("close"))
        if self._shown:
            bar = self.page.verticalScrollBar()
            scroll = bar.value()
            self.page.show_chapter(self._chapters[self._shown], self._theme.colours)
            bar.setValue(scroll)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember()
        super().closeEvent(event)


def _bindings(sequences: tuple[QKeySequence.StandardKey | str, ...]) -> list[QKeySequence]:
    """The keys of this system for what has usual ones, and others as they are."""
    return [
        each
        for keys_ in sequences
        for each in (
            [QKeySequence(keys_)] if isinstance(keys_, str) else QKeySequence.keyBindings(keys_)
        )
    ]
