"""Model desk: what the main window has of the model manager; its windows are made when wanted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.session import Session
from app.theme import Theme

if TYPE_CHECKING:
    from app.models.comparing import CompareWindow
    from app.models.window import ModelWindow


class ModelDesk(QObject):
    """Opens the window of the models, and the one in which two are compared."""

    told = Signal(str)
    """A passing word."""
    help_wanted = Signal(str)
    """A place of the guide."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._theme, self._parent = session, theme, parent
        self.window: ModelWindow | None = None
        self.comparing: CompareWindow | None = None

    @Slot()
    def show(self) -> None:
        """Show the window; made the first time, as few need it."""
        _raise(self._manager())

    def import_model(self) -> None:
        """Show the window, and the dialog that imports."""
        self.show()
        self._manager().import_file()

    def verify_all(self) -> None:
        """Show the window, and verify all models."""
        self.show()
        self._manager().verify_all()

    @Slot(object)
    def compare(self, names: tuple[str, ...] = ()) -> None:
        """Show the window that compares two methods or models; names: of those wanted first."""
        from app.models.comparing import CompareWindow

        if self.comparing is None:
            self.comparing = CompareWindow(self._session, self._theme)
        _raise(self.comparing)
        self.comparing.choose(names)

    def show_devices(self) -> None:
        """Show where networks can run."""
        from app.models.devices import DeviceDialog

        dialog = DeviceDialog(self._session, self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def stop(self) -> None:
        """End everything, before the application quits."""
        for window in (self.window, self.comparing):
            if window is not None:
                window.stop()
                window.deleteLater()
        self.window = self.comparing = None

    def _manager(self) -> "ModelWindow":
        from app.models.window import ModelWindow

        if self.window is None:
            self.window = ModelWindow(self._session, self._theme)
            self.window.told.connect(self.told)
            self.window.help_wanted.connect(self.help_wanted)
            self.window.compare_wanted.connect(self.compare)
        return self.window


def _raise(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
