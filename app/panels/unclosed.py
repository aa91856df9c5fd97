"""Unclosed: the card of the welcome page that tells of sessions which hold unsaved work."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels import layout
from engine.storage.recovery import Unclosed

MOST_SHOWN = 3


class UnclosedCard(QFrame):
    """A row for each session: what it is, and what can be done with it; hidden while there is none.

    Nothing is ever opened unasked.
    """

    open_wanted = Signal(object)
    show_wanted = Signal(object)
    discard_wanted = Signal(object)
    """The Unclosed of the row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._sessions: tuple[Unclosed, ...] = ()
        self._named: tuple[Unclosed, ...] = ()
        self._heading = layout.heading("")
        self._rows = QGridLayout()
        self._rows.setColumnStretch(0, 1)
        self._rows.setHorizontalSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(self._heading)
        column.addLayout(self._rows)
        self.hide()

    @property
    def told(self) -> list[str]:
        """What is said of each session shown."""
        return [self._told(each) for each in self._sessions[:MOST_SHOWN] if not self.isHidden()]

    def show_sessions(self, sessions: Sequence[Unclosed], named: Sequence[Unclosed] = ()) -> None:
        """Show these sessions, the first ones of many; a named project is never to be discarded."""
        self._sessions, self._named = tuple(sessions), tuple(named)
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        count = len(sessions)
        self._heading.setText(told_sessions(sessions))
        for row, each in enumerate(self._sessions[:MOST_SHOWN]):
            self._add(row, each)
        if count > MOST_SHOWN:
            more = layout.muted(
                self.tr("{n} more are told once these are opened or discarded.").format(
                    n=count - MOST_SHOWN
                )
            )
            self._rows.addWidget(more, MOST_SHOWN, 0, 1, 4)
        self.setVisible(count > 0)

    def _add(self, row: int, each: Unclosed) -> None:
        told = QLabel(self._told(each))
        told.setWordWrap(True)
        told.setToolTip(str(each.path))
        self._rows.addWidget(told, row, 0)
        choices = [
            (self.tr("Open"), self._on_open),
            (self.tr("Show files"), self._on_show),
            (self.tr("Discard…"), self._on_discard),
        ]
        for column, (text, slot) in enumerate(choices[: 2 if each in self._named else 3], 1):
            button = QPushButton(text)
            button.setProperty("row", row)
            button.setAccessibleName(f"{text} {self._told(each)}")
            button.clicked.connect(slot)
            self._rows.addWidget(button, row, column)

    def _told(self, each: Unclosed) -> str:
        told = told_unclosed(each)
        return f"{each.path.name}: {told}" if each in self._named else told

    def _of_sender(self) -> Unclosed:
        button = self.sender()
        assert button is not None
        return self._sessions[int(button.property("row"))]

    @Slot()
    def _on_open(self) -> None:
        self.open_wanted.emit(self._of_sender())

    @Slot()
    def _on_show(self) -> None:
        self.show_wanted.emit(self._of_sender())

    @Slot()
    def _on_discard(self) -> None:
        self.discard_wanted.emit(self._of_sender())


def told_sessions(sessions: Sequence[Unclosed]) -> str:
    """How many there are, and what is the matter with them.

    One that was left on purpose, in good order, is not said to be otherwise.
    """
    count = len(sessions)
    if any(each.was_closed for each in sessions):
        if count == 1:
            return _translated("1 session holds unsaved work")
        return _translated("{n} sessions hold unsaved work").format(n=count)
    if count == 1:
        return _translated("1 session was not closed properly")
    return _translated("{n} sessions were not closed properly").format(n=count)


def told_unclosed(each: Unclosed) -> str:
    """Name, operations and time of a session in one line."""
    at = each.last_change.astimezone()
    day = at.strftime("%Y-%m-%d")
    if at.date() == date.today():
        day = _translated("today")
    if not each.source_name:
        return _translated("{name} (damaged), {day} {time}").format(
            name=each.path.name, day=day, time=at.strftime("%H:%M")
        )
    what = _translated("1 operation")
    if each.n_operations != 1:
        what = _translated("{n} operations").format(n=each.n_operations)
    if not each.n_operations:
        what = _translated("marks")
    told = _translated("{name}, {what}, {day} {time}").format(
        name=each.source_name, what=what, day=day, time=at.strftime("%H:%M")
    )
    if each.crashed_before:
        told += _translated(" (Runout ended while opening it last time)")
    return told


def _translated(text: str) -> str:
    return QCoreApplication.translate("unclosed", text)
