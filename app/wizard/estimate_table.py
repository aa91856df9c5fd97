"""Estimate table: what a training will take and give, in rows of words and figures."""

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.language import translated
from app.panels import layout
from app.panels.numbers import counted
from app.wizard.spans import amount_text, span_text
from engine.device import CPU
from training.wizard.estimate import Estimate


class EstimateTable(QWidget):
    """Hidden until there is an estimate."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)
        self._sentences = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addLayout(self._sentences)
        self.hide()

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is shown: name and figure of each row."""
        found = []
        for row in range(self._grid.rowCount()):
            items = [self._grid.itemAtPosition(row, at) for at in (0, 1)]
            labels = [None if each is None else each.widget() for each in items]
            found.append(tuple(each.text() for each in labels if isinstance(each, QLabel)))
        return tuple((row[0], row[1]) for row in found if len(row) == 2)

    def clear(self) -> None:
        """Show nothing."""
        self.show_estimate(None)

    def show_estimate(self, estimate: Estimate | None) -> None:
        """Show an estimate, or nothing."""
        for place in (self._grid, self._sentences):
            while (item := place.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
        self.setVisible(estimate is not None)
        if estimate is None:
            return
        for number, (name, figure, meaning) in enumerate(self._told(estimate)):
            label = QLabel(figure)
            label.setAccessibleName(name)
            self._grid.addWidget(layout.muted(name), number, 0)
            self._grid.addWidget(label, number, 1)
            self._grid.addWidget(layout.muted(meaning), number, 2)
        for sentence in estimate.problems:
            self._sentences.addWidget(_marked(translated(sentence), "error"))
        for sentence in estimate.notes:
            self._sentences.addWidget(_marked(translated(sentence), "warning"))

    def _told(self, found: Estimate) -> list[tuple[str, str, str]]:
        of = self.tr("{needed} needed, {free} free")
        where = self.tr("the processor") if found.device == CPU else self.tr("the graphics card")
        first = self.tr("after {time}").format(time=span_text(found.first_figure_s))
        disk = found.run_bytes + found.decoded_bytes
        rows = [
            (self.tr("One step"), span_text(found.step_s),
             self.tr("a batch of {n}, on {device}").format(
                 n=found.batch, device=where)),
            (self.tr("Steps in this time"), counted(found.steps),
             self.tr("with judging, pictures and checkpoints taken off")),
            (self.tr("First figure"), first if found.figures else self.tr("none"),
             self.tr("then you see whether it gets better; figures in all: {n}").format(
                 n=found.figures)),
            (self.tr("Memory"), of.format(
                needed=amount_text(found.memory_bytes), free=amount_text(found.memory_free_bytes)),
             ""),
            (self.tr("Disk"), of.format(
                needed=amount_text(disk), free=amount_text(found.run_free_bytes)),
             self.tr("checkpoints, pictures, sounds and decoded music")),
        ]  # fmt: skip
        if found.device_bytes:
            figure = of.format(
                needed=amount_text(found.device_bytes), free=amount_text(found.device_free_bytes)
            )
            rows.insert(4, (self.tr("Memory of the graphics card"), figure, ""))
        if found.prepare_s >= 1.0:
            told = self.tr("your music is decoded once, before the first step")
            rows.insert(0, (self.tr("Preparing"), span_text(found.prepare_s), told))
        return rows


def _marked(sentence: str, kind: str) -> QFrame:
    """A sentence that stands out."""
    frame = QFrame()
    frame.setObjectName("banner")
    frame.setProperty("kind", kind)
    label = QLabel(sentence)
    label.setWordWrap(True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(12, 6, 12, 6)
    column.addWidget(label)
    return frame
