"""Panel docks: where the panels stand, which are shown, and the way of F6 among them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

LEFT_WIDTH, RIGHT_WIDTH = 285, 330


class PanelDocks(QObject):
    """The docks of a window: history over recording at the left, the inspector at the right."""

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
            self._docks[name] = dock
        self.reset()

    def toggle(self, name: str) -> None:
        """Show or hide a panel."""
        dock = self._docks[name]
        dock.setVisible(dock.isHidden())

    def is_shown(self, name: str) -> bool:
        """Whether a panel is shown."""
        return not self._docks[name].isHidden()

    def reset(self) -> None:
        """Put all panels where they belong."""
        areas = Qt.DockWidgetArea
        history, recording = self._docks["history"], self._docks["recording"]
        inspector = self._docks["inspector"]
        for dock, area in (
            (history, areas.LeftDockWidgetArea),
            (recording, areas.LeftDockWidgetArea),
            (inspector, areas.RightDockWidgetArea),
        ):
            dock.setFloating(False)
            self._window.addDockWidget(area, dock)
            dock.show()
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.splitDockWidget(history, recording, down)
        self._window.resizeDocks([history, inspector], [LEFT_WIDTH, RIGHT_WIDTH], across)
        self._window.resizeDocks([history, recording], [3, 2], down)

    def focus_next(self, views: Sequence[QWidget], others: Sequence[QWidget], step: int) -> None:
        """Move the focus from where it is among views, panels and others; around at the ends."""
        panels = [dock.widget() for dock in self._docks.values() if dock.widget().isVisible()]
        stops = [stop for stop in (*views, *panels, *others) if _target(stop) is not None]
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


def _target(stop: QWidget) -> QWidget | None:
    """The widget of a stop that takes the focus."""
    return next((each for each in (stop, *stop.findChildren(QWidget)) if _takes_tab(each)), None)


def _takes_tab(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes) and widget.isVisible() and widget.isEnabled()
