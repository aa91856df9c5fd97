"""Looking: answers, inside the window's process, where things are on the screen and how they stand.

It reads and never changes anything: what happens in the window happens by mouse and keys. A
question is one line of JSON, {"ask": name, ...}; so is the answer.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QScrollArea,
    QTabBar,
    QWidget,
)

from app.main_window import MainWindow
from app.widgets.frequency_axis import FrequencyScale
from engine.region import Region

Answer = dict[str, Any]
_FIELDS = (QAbstractSpinBox, QComboBox, QLineEdit)
Rect = list[int]


class Looker(QObject):
    """A local server that answers."""

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._questions: dict[str, Callable[..., Any]] = {
            "state": self._state,
            "widget": self._widget,
            "value": self._value,
            "action": self._action,
            "bar": self._bar,
            "tab": self._tab,
            "cell": self._cell,
            "option": self._option,
            "popup": self._popup,
            "point": self._point,
            "spot": self._spot,
            "labels": self._labels,
            "buttons": self._buttons,
            "boxes": self._boxes,
            "page": self._page,
            "frame": self._frame,
        }
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._on_connected)
        if not self._server.listen(name):
            raise SystemExit(f"{name}: {self._server.errorString()}")

    @Slot()
    def _on_connected(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(self._on_asked)
        socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_asked(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        while socket.canReadLine():
            question = json.loads(bytes(socket.readLine().data()))
            answer = self._questions[question.pop("ask")](**question)
            socket.write(json.dumps(answer).encode() + b"\n")
            socket.flush()

    # Questions.

    def _state(self) -> Answer:
        """How everything stands."""
        window = _window()
        if window is None:
            return {"is_ready": False}
        session = window.session
        view_state, document = session.view_state, session.document
        events = window.review.events
        answer: Answer = {
            "is_ready": True,
            "is_busy": session.is_busy or session.project_runner.current is not None,
            "is_drawing": session.picture_runner.current is not None,
            "monitored": view_state.monitored.value,
            "span": [view_state.start_s, view_state.stop_s],
            "selection": _region(view_state.selection),
            "stored": [_region(each) for each in view_state.stored],
            "playhead": view_state.playhead_s,
            "event": events.current,
            "chosen": list(events.chosen),
            "counts": {each.value: count for each, count in events.counts().items()},
            "tool": window.session.settings.get(_tool()),
            "unclosed": window.welcome.unclosed.told if window.welcome.isVisible() else [],
            "banner": window.banner.text if window.banner.isVisible() else "",
            "word": window.status.done,
            "path": None,
        }
        if document is not None:
            project = document.project
            answer |= {
                "path": str(document.path),
                "folder": None if document.folder is None else str(document.folder.path),
                "is_named": document.is_named,
                "history": [each.id for each in document.state.operations],
                "titles": [each.title for each in document.state.operations],
                "all": [each.id for each in project.all_operations],
                "noise": _region(document.noise),
                "can_redo": document.can_redo,
            }
        return answer | _screen_state(window)

    def _widget(self, name: str, kind: str = "") -> Rect | None:
        """Where the visible widget of an accessible name, object name or text is."""
        found = [each for each in _visible() if _is_called(each, name, kind)]
        return _rect(found[0]) if found else None

    def _labels(self) -> list[str]:
        """All texts that can be read, whichever window they are in."""
        return [each.text() for each in _visible() if isinstance(each, QLabel) and each.text()]

    def _buttons(self) -> list[str]:
        """The texts of all buttons that can be pressed."""
        found = [each for each in _visible() if isinstance(each, QAbstractButton)]
        return [_text(each) for each in found if each.isEnabled() and _text(each)]

    def _boxes(self) -> list[str]:
        """The texts of all boxes of the page that is shown, in sight or not."""
        area = _area()
        return [] if area is None else [_text(each) for each in area.findChildren(QCheckBox)]

    def _page(self) -> Rect | None:
        """Where the page of the active window is that can be scrolled."""
        area = _area()
        return None if area is None else _rect(area)

    def _frame(self) -> Rect | None:
        """Where the active window is, without what the window manager puts around it."""
        active = QApplication.activeWindow()
        return None if active is None else _rect(active)

    def _value(self, name: str, kind: str = "") -> Any:
        """What a field holds."""
        found = [each for each in _visible() if _is_called(each, name, kind)]
        return _held(found[0]) if found else None

    def _action(self, name: str) -> Rect | None:
        """Where an entry is in a menu that is open, by its id or its text."""
        for menu in _open_menus():
            for action in menu.actions():
                if name in (action.objectName(), _plain(action.text())):
                    return _placed(menu, menu.actionGeometry(action))
        return None

    def _bar(self, title: str) -> Rect | None:
        """Where the title of a menu is in the menu bar."""
        bars = [each for each in _visible() if isinstance(each, QMenuBar)]
        for action in bars[0].actions():
            if _plain(action.text()) == title:
                return _placed(bars[0], bars[0].actionGeometry(action))
        return None

    def _tab(self, title: str) -> Rect | None:
        """Where a tab is."""
        for bar in _visible():
            if isinstance(bar, QTabBar):
                for index in range(bar.count()):
                    if bar.tabText(index) == title:
                        return _placed(bar, bar.tabRect(index))
        return None

    def _cell(self, name: str, row: int, column: int = 0) -> Rect | None:
        """Where a cell of a list or table is, as far as it is in sight."""
        for view in _visible():
            if isinstance(view, QAbstractItemView) and view.accessibleName() == name:
                model = view.model()
                found = view.visualRect(model.index(row, column))
                seen = found.intersected(view.viewport().rect())
                return None if seen.isEmpty() else _placed(view.viewport(), seen)
        return None

    def _option(self, text: str) -> Rect | None:
        """Where a value is in the list of a box that is open, if it is in sight."""
        popup = QApplication.activePopupWidget()
        views = [] if popup is None else popup.findChildren(QAbstractItemView)
        for view in views:
            model = view.model()
            for row in range(model.rowCount()):
                index = model.index(row, 0)
                if _plain(str(index.data())) == text:
                    found, room = view.visualRect(index), view.viewport().rect()
                    is_seen = room.top() <= found.top() and found.bottom() <= room.bottom()
                    return _placed(view.viewport(), found & room) if is_seen else None
        return None

    def _popup(self) -> Rect | None:
        """Where the list of a box is that is open."""
        popup = QApplication.activePopupWidget()
        return None if popup is None else _rect(popup)

    def _point(self, time_s: float, hz: float) -> list[int]:
        """The pixel of a time and a frequency in the spectrogram."""
        view = _views().spectrogram
        at = QPoint(round(view.time_scale.x_of(time_s)), round(view.band_scale.y_of(hz)))
        placed = view.mapToGlobal(at)
        return [placed.x(), placed.y()]

    def _spot(self, x: int, y: int) -> Answer:
        """Time and frequency at a pixel of the spectrogram, and how much one pixel is."""
        view = _views().spectrogram
        at = view.mapFromGlobal(QPoint(x, y))
        band: FrequencyScale = view.band_scale
        return {
            "time_s": view.time_scale.time_at(at.x()),
            "hz": band.hz_at(at.y()),
            "pixel_s": view.time_scale.seconds_per_pixel,
            "pixel_hz": abs(band.hz_at(at.y() - 1) - band.hz_at(at.y() + 1)) / 2,
        }


def _tool() -> Any:
    from app.settings import selection_tool

    return selection_tool


def _views() -> Any:
    window = _window()
    assert window is not None
    return window.views


def _window() -> MainWindow | None:
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    return next((each for each in windows if each.isVisible()), None)


def _screen_state(window: MainWindow) -> Answer:
    """What has the keys, and what lies over the window."""
    focus, modal = QApplication.focusWidget(), QApplication.activeModalWidget()
    menus = sorted(_open_menus(), key=lambda menu: menu is QApplication.activePopupWidget())
    marked = menus[-1].activeAction() if menus else None
    active, popup = QApplication.activeWindow(), QApplication.activePopupWidget()
    is_list = popup is not None and not isinstance(popup, QMenu)
    return {
        "popup": "list" if is_list else "" if popup is None else "menu",
        "focus": "" if focus is None else _name(focus),
        "focus_kind": "" if focus is None else type(focus).__name__,
        "dialog": "" if modal is None else modal.windowTitle() or type(modal).__name__,
        "texts": [] if modal is None else _texts(modal),
        "active": "" if active is None else type(active).__name__,
        "n_menus": len(menus),
        "marked": "" if marked is None else marked.objectName() or _plain(marked.text()),
        "menu": [each.objectName() or _plain(each.text()) for each in menus[-1].actions()]
        if menus
        else [],
        "enabled": [each.objectName() for each in menus[-1].actions() if each.isEnabled()]
        if menus
        else [],
        "window": _rect(window),
    }


def _area() -> QScrollArea | None:
    active = QApplication.activeWindow()
    areas = [] if active is None else active.findChildren(QScrollArea)
    return next((each for each in areas if each.isVisible()), None)


def _texts(widget: QWidget) -> list[str]:
    labels = [each for each in widget.findChildren(QLabel) if each.isVisible()]
    return [each.text() for each in labels if each.text()]


def _open_menus() -> Iterator[QMenu]:
    for each in QApplication.topLevelWidgets():
        if isinstance(each, QMenu) and each.isVisible():
            yield each


def _visible() -> list[QWidget]:
    """All that can be seen, what lies on top first."""
    modal = QApplication.activeModalWidget()
    roots = [modal] if modal is not None else []
    popup = QApplication.activePopupWidget()
    if popup is not None:
        roots.insert(0, popup)
    roots += [each for each in QApplication.topLevelWidgets() if each not in roots]
    widgets = [child for root in roots for child in (root, *root.findChildren(QWidget))]
    return [each for each in widgets if each.isVisible() and not each.visibleRegion().isEmpty()]


def _is_called(widget: QWidget, name: str, kind: str) -> bool:
    if kind and kind not in {each.__name__ for each in type(widget).__mro__}:
        return False
    if name in (widget.accessibleName(), widget.objectName(), _text(widget)):
        return True
    labels = widget.window().findChildren(QLabel) if isinstance(widget, _FIELDS) else []
    return any(each.buddy() is widget and _plain(each.text()) == name for each in labels)


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or _text(widget) or widget.objectName()


def _text(widget: QWidget) -> str:
    return _plain(widget.text()) if isinstance(widget, QAbstractButton) else ""


def _held(widget: QWidget) -> Any:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QAbstractSpinBox | QLineEdit | QLabel):
        return widget.text()
    if isinstance(widget, QAbstractButton):
        return {"checked": widget.isChecked(), "enabled": widget.isEnabled()}
    return None


def _plain(text: str) -> str:
    return text.replace("&", "").split("\t")[0]


def _rect(widget: QWidget) -> Rect:
    return _placed(widget, widget.rect())


def _placed(widget: QWidget, rect: QRect) -> Rect:
    at = widget.mapToGlobal(rect.topLeft())
    return [at.x(), at.y(), rect.width(), rect.height()]


def _region(region: Region | None) -> Answer | None:
    return None if region is None else asdict(region)
