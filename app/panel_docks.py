"""Panel docks: where the panels stand, which are shown, and the way of F6 among them."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

LEFT_WIDTH, RIGHT_WIDTH = 285, 350


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
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.reset()

    def show(self, name: str) -> None:
        """Show a panel in front of others."""
        self._docks[name].show()
        self._docks[name].raise_()

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
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.splitDockWidget(self._docks["sides"], history, down)
        self._window.splitDockWidget(history, recording, down)
        self._window.tabifyDockWidget(inspector, events)
        self._window.tabifyDockWidget(events, marks)
        inspector.raise_()
        for bar in self._window.findChildren(QTabBar):
            bar.setAccessibleName(self.tr("Panels at the right"))
        self._window.resizeDocks([history, inspector], [LEFT_WIDTH, RIGHT_WIDTH], across)
        self._window.resizeDocks([history, recording], [3, 2], down)

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
