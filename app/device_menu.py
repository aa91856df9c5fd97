"""Device menu: the devices that can play, the chosen one ticked; also the button of the bar."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from app.output_devices import OutputDevices


class DeviceMenu(QObject):
    """Puts devices into a menu, before what stands there already."""

    def __init__(
        self, menu: QMenu, button: QToolButton, devices: OutputDevices, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._menu, self._button, self._devices = menu, button, devices
        self._first = menu.actions()[0]
        self._group = QActionGroup(self)
        self._line = menu.insertSeparator(self._first)
        button.setMenu(menu)
        menu.aboutToShow.connect(devices.look)
        devices.changed.connect(self._fill)
        self._fill()

    @property
    def rows(self) -> list[QAction]:
        """The entries in their order: devices, and a sentence where there are none."""
        return self._group.actions()

    @Slot()
    def _fill(self) -> None:
        for row in self.rows:
            self._group.removeAction(row)
            self._menu.removeAction(row)
            row.deleteLater()
        for name in self._devices.choices:
            self._add(self._text(name), name)
        if self._devices.told:
            self._add(self._devices.told, None)
        words = self.tr("Sound goes to: {device}").format(device=self._text(self._devices.chosen))
        self._button.setToolTip(words)
        self._button.setAccessibleDescription(words)

    def _text(self, name: str) -> str:
        if not name:
            return self.tr("System default")
        if self._devices.names and self._devices.is_gone(name):
            return self.tr("{device} (not connected)").format(device=name)
        return name

    def _add(self, text: str, name: str | None) -> None:
        row = QAction(text.replace("&", "&&"), self._group)
        row.setData(name)
        row.setCheckable(name is not None)
        row.setChecked(name == self._devices.chosen)
        row.setEnabled(name is not None)
        row.triggered.connect(self._on_chosen)
        self._menu.insertAction(self._line, row)

    @Slot()
    def _on_chosen(self) -> None:
        row = self.sender()
        if isinstance(row, QAction):
            self._devices.choose(row.data())
