"""Damage list: all that befalls the music, a row each, the user's own noise first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from app.panels import layout
from app.wizard.damage_row import DamageRow, OwnNoiseRow
from app.wizard.damage_words import damage_title, told_damage
from training.degradations import DEGRADATIONS
from training.wizard.plan import Damage
from training.wizard.recipe_damage import is_noise

_Tables = Sequence[Mapping[str, Any]]

_OFFERED = ("surface", "white_noise", "clicks", "crackle", "hum", "steady_noise", "clipping",
            "wow", "gaps", "reverb", "replay_curve")  # fmt: skip
_OFFERED_BEFORE = ("low_pass", "high_pass")
_NEW_SHARE = 0.2
_NEW: Mapping[str, Mapping[str, Any]] = {
    "surface": {"snr_db": [5.0, 30.0]},
    "white_noise": {"snr_db": [10.0, 35.0]},
    "clicks": {"per_second": [0.5, 15.0]},
    "crackle": {"snr_db": [10.0, 35.0]},
    "hum": {"level_dbfs": [-55.0, -30.0]},
    "steady_noise": {"level_dbfs": [-65.0, -40.0]},
    "low_pass": {"cutoff_hz": [4000.0, 14000.0]},
}
"""What discs have; the whole range of a setting goes far beyond."""


class DamageList(QWidget):
    """Shows damage and changes it."""

    changed = Signal()
    """`damage` gives another one."""

    def __init__(self) -> None:
        super().__init__()
        self.own = OwnNoiseRow(self.tr("Noise of your own discs"))
        self.rows: list[DamageRow] = []
        self.before: list[DamageRow] = []
        self.add = QComboBox()
        self.meaning = QLabel()
        self._own_share = 0.0
        self._has_own = False
        self._is_noisy = False
        self._inside = QVBoxLayout()
        self._before = QVBoxLayout()
        self._before_told = layout.muted(
            self.tr("Befalls the music before; the model is to leave it as it is:")
        )
        self.meaning.setWordWrap(True)
        self.meaning.setAccessibleName(self.tr("What happens to the music"))
        self.add.setAccessibleName(self.tr("Add a kind of damage"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.own)
        column.addLayout(self._inside)
        column.addWidget(self._before_told)
        column.addLayout(self._before)
        column.addWidget(self.add)
        column.addWidget(self.meaning)
        self.own.moved.connect(self._on_own_moved)
        self.own.changed.connect(self._on_changed)
        self.add.activated.connect(self._on_add)

    def show_damage(
        self, damage: Damage, steps: _Tables, material: _Tables, has_own: bool, is_noisy: bool
    ) -> None:
        """Show damage; nothing is told.

        Args:
            damage: what the user said.
            steps: of it, or of the base.
            material: likewise.
            has_own: whether noise of the user's discs is among it.
            is_noisy: whether pairs of noisy versions are made, which only noise may tell apart.
        """
        self._has_own, self._is_noisy = has_own, is_noisy
        self.own.setVisible(has_own)
        self._own_share = min(damage.own_share, 1.0)
        self.own.snr.set_values([damage.snr_low_db, damage.snr_high_db])
        for rows, tables, inside in (
            (self.rows, steps, self._inside),
            (self.before, material, self._before),
        ):
            if [each.table for each in rows] == [_whole(each) for each in tables]:
                continue
            for row in rows:
                inside.removeWidget(row)
                row.deleteLater()
            rows.clear()
            for table in tables:
                self._append(rows, inside, table)
        self._tell()

    def damage(self, before: Damage) -> Damage:
        """What is said, with all else as before."""
        low_db, high_db = self.own.snr.values()
        return replace(
            before,
            steps=tuple(row.table for row in self.rows),
            material=tuple(row.table for row in self.before),
            own_share=round(self._own_share, 4),
            snr_low_db=low_db,
            snr_high_db=high_db,
            is_matched=False,
        )

    @property
    def is_harmless(self) -> bool:
        """Whether nothing befalls the music."""
        return self._own + sum(self._real_shares().values()) <= 0.0

    @property
    def _own(self) -> float:
        return self._own_share if self._has_own else 0.0

    @property
    def _noises(self) -> list[DamageRow]:
        return [row for row in self.rows if is_noise(row.table)]

    def _real_shares(self) -> dict[DamageRow, float]:
        """Of the examples, those that each step befalls."""
        total = max(1.0, sum(row.probability for row in self._noises))
        return {
            row: row.probability / total * (1.0 - self._own)
            if row in self._noises
            else row.probability
            for row in self.rows
        }

    def _append(
        self, rows: list[DamageRow], inside: QVBoxLayout, table: Mapping[str, Any]
    ) -> DamageRow:
        row = DamageRow(damage_title(table["name"]), table)
        row.moved.connect(self._on_moved)
        row.changed.connect(self._on_changed)
        rows.append(row)
        inside.addWidget(row)
        return row

    def _tell(self) -> None:
        """Say what each share comes to, and what that means for the music."""
        self.own.show_share(self._own)
        shares = self._real_shares()
        for row, share in shares.items():
            row.show_share(share)
        for row in self.before:
            row.show_share(row.probability)
        real = [{**row.table, "probability": share} for row, share in shares.items()]
        low_db, high_db = self.own.snr.values()
        self._before_told.setVisible(bool(self.before))
        self.meaning.setText(
            told_damage(self._own, (low_db, high_db), real, [row.table for row in self.before])
        )
        self._offer()

    def _offer(self) -> None:
        """What may be added: what is not there yet."""
        there = {row.table["name"] for row in (*self.rows, *self.before)}
        blocker = QSignalBlocker(self.add)
        self.add.clear()
        self.add.addItem(self.tr("Add a kind of damage…"), "")
        for kind in (*_OFFERED, *_OFFERED_BEFORE):
            fits = DEGRADATIONS[kind].is_additive or not self._is_noisy
            if kind not in there and (fits or kind in _OFFERED_BEFORE):
                self.add.addItem(damage_title(kind), kind)
        blocker.unblock()

    @Slot()
    def _on_changed(self) -> None:
        self._tell()
        self.changed.emit()

    @Slot()
    def _on_own_moved(self) -> None:
        self._own_share = self.own.moved_to
        self._on_changed()

    @Slot()
    def _on_moved(self) -> None:
        """Of noises, those that leave no room to the one that was moved give way."""
        moved = self.sender()
        assert isinstance(moved, DamageRow)
        moved.probability = moved.moved_to
        if moved in self._noises:
            moved.probability = min(1.0, moved.moved_to / max(1.0 - self._own, 0.01))
            others = [row for row in self._noises if row is not moved]
            total = sum(row.probability for row in others)
            if total + moved.probability > 1.0:
                for row in others:
                    row.probability *= (1.0 - moved.probability) / total
        self._on_changed()

    @Slot()
    def _on_add(self) -> None:
        kind = str(self.add.currentData())
        if not kind:
            return
        table: dict[str, Any] = {"name": kind, "probability": _NEW_SHARE, **_NEW.get(kind, {})}
        if kind in _OFFERED_BEFORE:
            row = self._append(self.before, self._before, table)
        else:
            if is_noise(table):
                table["group"] = "noise"
            row = self._append(self.rows, self._inside, table)
        row.more.setChecked(True)
        row.slider.setFocus()
        self._on_changed()


def _whole(table: Mapping[str, Any]) -> dict[str, Any]:
    """As a row gives it."""
    return {**table, "probability": round(float(table.get("probability", 1.0)), 4)}
