"""Theme: Fusion with a palette and a style sheet of our own, dark or light as the system asks.

The colours live in resources/themes/{dark,light}.toml, the rules in resources/themes/style.qss,
where `@name` stands for a colour.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app import paths

CHOICES = ("system", "dark", "light")
ICON_SIZES = (16, 18, 20, 27, 32, 36, 40, 64)
"""Pixels: what buttons ask for, at 1, 1.5 and 2 pixels a point."""


class Theme(QObject):
    """Dresses the application; follows the system while the choice is `system`."""

    changed = Signal()
    """Palette and icons are new."""

    def __init__(self, application: QApplication, choice: str) -> None:
        super().__init__(application)
        self._application = application
        self._choice = ""
        self.colours: Mapping[str, str] = {}
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self.choose(choice)

    @property
    def choice(self) -> str:
        """system, dark or light."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Dress as system, dark or light."""
        self._choice = choice if choice in CHOICES else "system"
        self._dress()

    def icon(self, name: str) -> QIcon:
        """An icon of resources/icons in the colours of the text, by its name."""
        source = (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        icon = QIcon()
        for mode, colour in (
            (QIcon.Mode.Normal, "text"),
            (QIcon.Mode.Disabled, "disabled"),
        ):
            svg = source.replace("currentColor", self.colours[colour])
            for size in ICON_SIZES:
                icon.addPixmap(_drawn(svg, size), mode)
        drawn_on = source.replace("currentColor", self.colours["on_accent"])
        for size in ICON_SIZES:
            icon.addPixmap(_drawn(drawn_on, size), QIcon.Mode.Normal, QIcon.State.On)
        return icon

    def _dress(self) -> None:
        name = self._choice
        if name == "system":
            # a system that names no scheme gets the dark one, in which spectrograms read best
            light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
            name = "light" if light else "dark"
        folder = paths.resources() / "themes"
        self.colours = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        self._application.setPalette(palette(self.colours))
        places = {"icons": (paths.resources() / "icons").as_posix(), "scheme": name}
        self._application.setStyleSheet(
            style_sheet(folder / "style.qss", {**self.colours, **places})
        )
        self.changed.emit()

    @Slot()
    def _on_scheme_changed(self) -> None:
        if self._choice == "system":
            self._dress()


def palette(colours: Mapping[str, str]) -> QPalette:
    """The palette that views and widgets paint from."""
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "field",
        QPalette.ColorRole.AlternateBase: "panel",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "error_line",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Link: "focus",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Mid: "line",
    }
    made = QPalette(QColor(colours["raised"]), QColor(colours["window"]))
    for role, name in roles.items():
        made.setColor(role, QColor(colours[name]))
    greyed = ("WindowText", "Text", "ButtonText")
    for role in (getattr(QPalette.ColorRole, each) for each in greyed):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours["disabled"]))
    return made


def style_sheet(path: Path, words: Mapping[str, str]) -> str:
    """The rules with every `@name` replaced by its colour or place."""
    return re.sub(r"@(\w+)", lambda found: words[found[1]], path.read_text(encoding="utf-8"))


def _drawn(svg: str, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(svg.encode()).render(painter)
    painter.end()
    return pixmap
