"""Hands: two ways to do the same things in the window: by the mouse, and by the keyboard alone."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from hour.screen import Screen
from hour.window import Stuck, Window

Point = tuple[float, float]
"""Seconds and hertz."""
MOST_STEPS = 120
"""Of Tab or the arrow keys on the way to something."""
_FILE_FIELD = "fileNameEdit"


class Hand(ABC):
    """What both do alike: typing, and keys that everyone uses."""

    name = ""

    def __init__(self, screen: Screen, window: Window) -> None:
        self.screen, self.window = screen, window

    @abstractmethod
    def select(self, start_s: float, stop_s: float, low_hz: float, high_hz: float) -> None:
        """Select a box, or with both frequencies 0 a span of time."""

    @abstractmethod
    def surround(self, points: Sequence[Point]) -> None:
        """Select what lies within a line, or as nearly that as boxes can be."""

    @abstractmethod
    def choose_here(self, entry: str) -> None:
        """Choose from the menu at the selection."""

    @abstractmethod
    def choose(self, *path: str) -> None:
        """Choose from the menu bar: titles, then the id of the entry."""

    @abstractmethod
    def monitor(self, number: int) -> None:
        """Hear and see Original, Result or Removed: 1, 2, 3."""

    @abstractmethod
    def press(self, button: str) -> None:
        """Press a button of a dialog or of the window by its name."""

    @abstractmethod
    def tick(self, box: str) -> None:
        """Tick a box, unless it is."""

    @abstractmethod
    def pick(self, field: str, value: str) -> None:
        """Choose a value of a list."""

    @abstractmethod
    def enter(self, field: str, text: str) -> None:
        """Write something else into a field of a dialog."""

    @abstractmethod
    def decide(self, number: int, decision: str) -> None:
        """Go to an event of the list, by its number from 0, and accept or reject it."""

    @abstractmethod
    def run(self) -> None:
        """Run what the inspector shows."""

    @abstractmethod
    def undo(self) -> None:
        """Take the last operation back."""

    @abstractmethod
    def redo(self) -> None:
        """Put it in force again."""

    def open(self, path: Path) -> None:
        """Open a transfer, or a project, by its path."""
        is_project = path.is_dir()
        self.begin_opening(is_project)
        self.window.wait("the file dialog", lambda s: s["active"] == "QFileDialog")
        self.name_file(path)

    def name_file(self, path: Path) -> None:
        """Write a path into the file dialog that is open, and close it."""
        self.window.wait("its field", lambda s: s["focus"] == _FILE_FIELD)
        self.screen.key("ctrl+a")
        self.screen.type(str(path))
        deadline = time.monotonic() + 30.0
        while self.window.state()["dialog"]:
            # the first Enter may only close the list of proposals
            if self.window.ask("value", name=_FILE_FIELD) == str(path):
                self.screen.key("Return")
            if time.monotonic() > deadline:
                raise Stuck(f"{path} was not taken by the file dialog")
            time.sleep(0.3)

    @abstractmethod
    def begin_opening(self, is_project: bool) -> None:
        """Ask for the dialog."""

    def clear(self) -> None:
        """Select nothing."""
        if self.window.state()["selection"] is not None:
            self.screen.key("ctrl+shift+a")
            self.window.wait("nothing selected", lambda s: s["selection"] is None)


class Mouse(Hand):
    """Points, clicks and drags; types only what has to be written."""

    name = "mouse"

    @override
    def select(self, start_s: float, stop_s: float, low_hz: float, high_hz: float) -> None:
        is_box = high_hz > 0.0
        self.press("Rectangle" if is_box else "Time")
        low, high = (low_hz, high_hz) if is_box else (300.0, 3000.0)
        first = self._point(start_s, high)
        last = self._point(stop_s, low)
        self.screen.drag([first, last])

    @override
    def surround(self, points: Sequence[Point]) -> None:
        self.press("Lasso")
        self.screen.drag([self._point(*point) for point in (*points, points[0])])

    @override
    def choose_here(self, entry: str) -> None:
        selection = self.window.state()["selection"]
        middle_s = 0.5 * (selection["start_s"] + selection["stop_s"])
        hz = 1000.0
        if selection["low_hz"] is not None:
            hz = (max(selection["low_hz"], 20.0) * selection["high_hz"]) ** 0.5
        self.screen.click(*self._point(middle_s, hz), button=3)
        self._click("action", name=entry)

    @override
    def choose(self, *path: str) -> None:
        title, *rest = path
        self._click("bar", title=title)
        for entry in rest:
            self._click("action", name=entry)

    @override
    def monitor(self, number: int) -> None:
        names = ("1  Original", "2  Result", "3  Removed")
        self.press(names[number - 1])

    @override
    def press(self, button: str) -> None:
        self._click("widget", name=button, kind="QAbstractButton")

    @override
    def tick(self, box: str) -> None:
        if not self.window.ask("value", name=box)["checked"]:
            x, y, _, height = self.window.find("widget", name=box)
            self.screen.click(x + height // 2, y + height // 2)

    @override
    def pick(self, field: str, value: str) -> None:
        self._click("widget", name=field, kind="QComboBox")
        self.window.wait("the list", lambda s: s["popup"] == "list")
        for _ in range(MOST_STEPS):
            found = self.window.ask("option", text=value)
            if found is not None:
                break
            x, y, width, height = self.window.find("popup")
            self.screen.click(x + width // 2, y + height // 2, button=5)
        self._click("option", text=value)

    @override
    def enter(self, field: str, text: str) -> None:
        x, y, width, height = self.window.find("widget", name=field)
        self.screen.click(x + width // 2, y + height // 2)
        self.screen.key("ctrl+a")
        self.screen.type(text)

    @override
    def decide(self, number: int, decision: str) -> None:
        self._click("tab", title="Events")
        self._click("cell", name="Events", row=number)
        self.window.wait("the event", lambda s: s["chosen"] == [number])
        self.press(decision)

    @override
    def run(self) -> None:
        self.press("primary")

    @override
    def undo(self) -> None:
        self.press("Undo")

    @override
    def redo(self) -> None:
        self.press("Redo")

    @override
    def begin_opening(self, is_project: bool) -> None:
        self.choose("File", "open_project" if is_project else "open")

    def _point(self, time_s: float, hz: float) -> tuple[int, int]:
        x, y = self.window.ask("point", time_s=time_s, hz=hz)
        return int(x), int(y)

    def _click(self, question: str, **details: str | int) -> None:
        x, y, width, height = self.window.find(question, **details)
        self.screen.click(x + width // 2, y + height // 2)


class Keyboard(Hand):
    """Never touches the mouse."""

    name = "keyboard"

    @override
    def select(self, start_s: float, stop_s: float, low_hz: float, high_hz: float) -> None:
        self.clear()
        self._go_to_panel("Region start")
        for field, value in (("start", start_s), ("stop", stop_s)):
            self._tab_to(f"Region {field}")
            self.screen.type(f"{value:.4f}")
        if high_hz > 0.0:
            for field, value in (("low", low_hz), ("high", high_hz)):
                self._tab_to(f"Region {field}")
                self.screen.type(f"{value:.1f}")
        self.screen.key("Return")
        self.window.wait("the views", lambda s: s["focus"] == "Spectrogram")

    @override
    def surround(self, points: Sequence[Point]) -> None:
        """Two boxes that overlap, the one joined to the other by way of a place."""
        times, bands = zip(*points, strict=True)
        start, stop, low, high = min(times), max(times), min(bands), max(bands)
        self.select(start, stop, low * 1.1, high * 0.9)
        self.choose("Select", "Put Aside", "store_5")
        self.select(start + 0.2, stop - 0.2, low, high)
        self.choose("Select", "Add to a Place", "add_5")

    @override
    def choose_here(self, entry: str) -> None:
        self._go_to_panel("Spectrogram")
        self.screen.key("Menu")
        self._choose_marked(entry)

    @override
    def choose(self, *path: str) -> None:
        title, *rest = path
        letter = {"File": "f", "Edit": "e", "Select": "s", "View": "v", "Process": "p",
                  "Review": "r", "Listen": "l", "Help": "h"}[title]  # fmt: skip
        self.screen.key(f"alt+{letter}")
        for entry in rest:
            self._choose_marked(entry)

    @override
    def monitor(self, number: int) -> None:
        self.screen.key(str(number))

    @override
    def press(self, button: str) -> None:
        self._tab_to(button)
        self.screen.key("space")

    @override
    def tick(self, box: str) -> None:
        if not self.window.ask("value", name=box)["checked"]:
            self.press(box)

    @override
    def pick(self, field: str, value: str) -> None:
        self._go_to_panel("Region start")
        self._tab_to(field)
        for key in ("Up", "Down"):  # to the top, then down to it
            was = None
            while (now := self.window.ask("value", name=field)) != was:
                if now == value:
                    return
                was = now
                self.screen.key(key)
        raise Stuck(f"{field} does not offer {value}")

    @override
    def enter(self, field: str, text: str) -> None:
        self._tab_to(field)
        self.screen.key("ctrl+a")
        self.screen.type(text)

    @override
    def decide(self, number: int, decision: str) -> None:
        for _ in range(MOST_STEPS):
            chosen = self.window.state()["chosen"]
            if chosen == [number]:
                break
            self.screen.key("n" if not chosen or chosen[0] < number else "shift+n")
            self.window.wait_for_other("chosen", chosen)
        self.screen.key({"Accept": "a", "Reject": "x"}[decision])

    @override
    def run(self) -> None:
        self._go_to_panel("Spectrogram")
        self.screen.key("r")

    @override
    def undo(self) -> None:
        self.screen.key("ctrl+z")

    @override
    def redo(self) -> None:
        self.screen.key("ctrl+shift+z")

    @override
    def begin_opening(self, is_project: bool) -> None:
        self.screen.key("ctrl+shift+o" if is_project else "ctrl+o")

    def _go_to_panel(self, focus: str) -> None:
        for _ in range(MOST_STEPS):
            if self.window.state()["focus"] == focus:
                return
            self._move_focus("F6")
        raise Stuck(f"F6 does not lead to {focus}")

    def _tab_to(self, name: str) -> None:
        for _ in range(MOST_STEPS):
            if self.window.state()["focus"] == name:
                return
            self._move_focus("Tab")
        raise Stuck(f"Tab does not lead to {name}")

    def _move_focus(self, key: str) -> None:
        was = self.window.state()["focus"]
        self.screen.key(key)
        until = time.monotonic() + 0.5
        while self.window.state()["focus"] == was and time.monotonic() < until:
            time.sleep(0.01)

    def _choose_marked(self, entry: str) -> None:
        """Go down an open menu to an entry and choose it, or open the menu behind it."""
        state = self.window.wait("the entry", lambda s: entry in s["menu"])
        for _ in range(MOST_STEPS):
            if state["marked"] == entry:
                break
            self.screen.key("Down")
            state = self.window.wait_for_other("marked", state["marked"])
        self.screen.key("Return")
