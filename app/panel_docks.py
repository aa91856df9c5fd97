"""Panel docks: where the panels stand, which are shown, and the way of F6 among them."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget
from typing_extensions import override

from app import settings as keys
from app.settings import Settings

LAYOUT_VERSION = 3
"""Goes up when the panels are arranged anew, so that an old layout is not restored."""
LEFT_WIDTH, RIGHT_WIDTH = 285, 350
LEFT_NARROW, RIGHT_NARROW = 200, 270
NARROW = 1280
"""A window of fewer pixels has narrow panels, so that the pictures keep half of it."""


class PanelDocks(QObject):
    """The docks of a window: history over recording left; inspector, events, marks as tabs right.

    The spectrum lies below, hidden until it is asked for.
    """

    changed = Signal()
    """A panel was shown or hidden."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, tuple[str, QWidget]]) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        for name, (title, panel) in panels.items():
            dock = QDockWidget(title)
            dock.setObjectName(name)
            dock.setWidget(panel)
            dock.setFeatures(
                QDockWidget.DockWidgetFeature.DockWidgetMovable
                | QDockWidget.DockWidgetFeature.DockWidgetFloatable
                | QDockWidget.DockWidgetFeature.DockWidgetClosable
            )
            dock.visibilityChanged.connect(self.changed)
            for signal in (dock.visibilityChanged, dock.topLevelChanged):
                signal.connect(self._dress_titles)
            self._docks[name] = dock
        self._widths_before: tuple[int, int] | None = None
        self._has_own_widths = False
        """Whether the user has moved a handle; nothing else moves it then."""
        self._is_due = QTimer(self, singleShot=True, interval=0)
        self._is_due.timeout.connect(self._fit_widths)
        window.installEventFilter(self)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.reset()

    def show(self, name: str) -> None:
        """Show a panel in front of others."""
        self._docks[name].show()
        self._docks[name].raise_()

    def show_for(self, name: str, count: int) -> None:
        """Show a panel that is for several, or hide it where there are not so many."""
        if count > 1:
            self.show(name)
        else:
            self._docks[name].hide()

    def toggle(self, name: str) -> None:
        """Show or hide a panel; one that lies behind others comes to the front."""
        if self.is_shown(name):
            self._docks[name].hide()
        else:
            self.show(name)

    def is_shown(self, name: str) -> bool:
        """Whether a panel is shown, and not behind others."""
        dock = self._docks[name]
        return not dock.isHidden() and not _is_behind(dock)

    def reset(self) -> None:
        """Put all panels where they belong."""
        areas = Qt.DockWidgetArea
        history, recording = self._docks["history"], self._docks["recording"]
        inspector, events = self._docks["inspector"], self._docks["events"]
        marks = self._docks["marks"]
        for dock, area in (
            (history, areas.LeftDockWidgetArea),
            (recording, areas.LeftDockWidgetArea),
            (inspector, areas.RightDockWidgetArea),
            (events, areas.RightDockWidgetArea),
            (marks, areas.RightDockWidgetArea),
        ):
            dock.setFloating(False)
            self._window.addDockWidget(area, dock)
            dock.show()
        self._window.addDockWidget(areas.LeftDockWidgetArea, self._docks["sides"])
        self._docks["sides"].setFloating(False)
        self._docks["sides"].hide()
        self._window.addDockWidget(areas.BottomDockWidgetArea, self._docks["spectrum"])
        self._docks["spectrum"].setFloating(False)
        self._docks["spectrum"].hide()
        down = Qt.Orientation.Vertical
        self._window.splitDockWidget(self._docks["sides"], history, down)
        self._window.splitDockWidget(history, recording, down)
        self._window.tabifyDockWidget(inspector, events)
        self._window.tabifyDockWidget(events, marks)
        inspector.raise_()
        for bar in self._window.findChildren(QTabBar):
            bar.setAccessibleName(self.tr("Panels at the right"))
        self._window.resizeDocks([history, recording], [3, 2], down)
        self._has_own_widths = False
        self._fit_widths()

    def arrange(self, panels: Sequence[str]) -> None:
        """Put all panels where they belong and show only these, the first in front of others."""
        self.reset()
        for name, dock in self._docks.items():
            dock.setVisible(name in panels)
        self._docks[panels[0]].raise_()

    def save(self, settings: Settings) -> None:
        """Remember where the panels are."""
        settings.set(keys.layout, self._window.saveState(LAYOUT_VERSION))
        settings.set(keys.own_panel_widths, self._has_own_widths)

    def restore(self, settings: Settings) -> None:
        """Bring the panels back to where they were."""
        self._window.restoreState(settings.get(keys.layout), LAYOUT_VERSION)
        self._has_own_widths = settings.get(keys.own_panel_widths)

    @Slot()
    def _fit_widths(self) -> None:
        """Give the panels the widths that suit the window."""
        if self._has_own_widths:
            return
        is_narrow = self._window.width() < NARROW
        widths = [LEFT_NARROW, RIGHT_NARROW] if is_narrow else [LEFT_WIDTH, RIGHT_WIDTH]
        docks = [self._docks["history"], self._docks["inspector"]]
        self._window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window was resized, or the mouse is on it: on a handle, as all else is a child."""
        kind = event.type()
        if kind is QEvent.Type.Resize and not self._has_own_widths:
            self._is_due.start()
        elif kind is QEvent.Type.MouseButtonPress:
            self._widths_before = self._widths
        elif kind is QEvent.Type.MouseButtonRelease and self._widths_before is not None:
            self._has_own_widths |= self._widths != self._widths_before
            self._widths_before = None
        return super().eventFilter(watched, event)

    @property
    def _widths(self) -> tuple[int, int]:
        return self._docks["history"].width(), self._docks["inspector"].width()

    @Slot()
    def _dress_titles(self) -> None:
        """A dock among tabs is named by its tab, and needs no title beneath it."""
        for dock in self._docks.values():
            is_tab = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            if is_tab == (dock.titleBarWidget() is None):
                # None, which the types of Qt forget, brings the title back
                dock.setTitleBarWidget(QWidget() if is_tab else cast(QWidget, None))

    def focus_next(self, stops: Sequence[QWidget], step: int) -> None:
        """Move the focus from where it is among stops and panels; around at the ends."""
        docks = [dock for dock in self._docks.values() if not _is_behind(dock)]
        panels = [dock.widget() for dock in docks if dock.widget().isVisible()]
        stops = [stop for stop in (*stops, *panels) if _target(stop) is not None]
        focus = QApplication.focusWidget()
        here = [
            index
            for index, stop in enumerate(stops)
            if focus is not None and (stop is focus or stop.isAncestorOf(focus))
        ]
        at = here[0] if here else (-1 if step > 0 else 0)
        target = _target(stops[(at + step) % len(stops)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def pass_by_hidden(self, move: Callable[[bool], bool], *, is_on: bool) -> bool:
        """Move the focus on, or back, past what lies behind other panels: nobody would see it."""
        begun = QApplication.focusWidget()
        while move(is_on):
            focus = QApplication.focusWidget()
            if focus is None or focus is begun or not self._is_hidden(focus):
                return True
        return False

    def _is_hidden(self, widget: QWidget) -> bool:
        behind = [dock for dock in self._docks.values() if _is_behind(dock)]
        return any(dock.isAncestorOf(widget) for dock in behind)


def _is_behind(dock: QDockWidget) -> bool:
    """Whether another dock lies over it; Qt moves it out of the window then, and hides nothing."""
    return dock.isVisible() and dock.visibleRegion().isEmpty()


def _target(stop: QWidget) -> QWidget | None:
    """The widget of a stop that takes the focus."""
    return next((each for each in (stop, *stop.findChildren(QWidget)) if _takes_tab(each)), None)


def _takes_tab(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes) and widget.isVisible() and widget.isEnabled()
