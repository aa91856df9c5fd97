"""Rows of the table of models: a model or a damaged file of a catalogue, and how it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.catalog import Entry
from engine.jobs.models import SHIPS, Damaged, Listed, Listing, Soundness, Verified


@dataclass(eq=False)
class Row:
    """A model, or a damaged file in which one should be.

    Attributes:
        listed: the model.
        damaged: the file, where there is no model.
        soundness: as far as it is known.
        problem: what is wrong with it, a sentence.
        fraction: how far it is verified; None while that does not run.
    """

    listed: Listed | None
    damaged: Damaged | None = None
    soundness: Soundness = Soundness.UNVERIFIED
    problem: str = ""
    fraction: float | None = field(default=None)

    @property
    def entry(self) -> Entry | None:
        """Of the model, if its entry can be read."""
        return None if self.listed is None else self.listed.entry

    @property
    def file(self) -> Path:
        """Of the catalogue."""
        if self.listed is not None:
            return self.listed.file
        assert self.damaged is not None
        return self.damaged.file

    @property
    def name(self) -> str:
        """What the catalogue calls it, or the file is called."""
        return self.file.name if self.entry is None else self.entry.name

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name if self.entry is None else self.entry.title

    @property
    def whose(self) -> str:
        """SHIPS, IMPORTED or TRAINED."""
        if self.listed is not None:
            return self.listed.whose
        assert self.damaged is not None
        return self.damaged.whose

    @property
    def can_be_removed(self) -> bool:
        """Whether it is one of the user's."""
        return self.whose != SHIPS

    @property
    def can_be_used(self) -> bool:
        """Whether it can be chosen, and is not what all its tasks take already."""
        listed = self.listed
        if listed is None or listed.hidden_by or self.soundness is Soundness.MISSING:
            return False
        return len(listed.serves) < len(listed.entry.tasks)

    @property
    def lacks_weights(self) -> bool:
        """Whether a file can be located for it."""
        lacking = (Soundness.MISSING, Soundness.CHANGED, Soundness.UNREADABLE)
        return self.entry is not None and self.soundness in lacking

    @property
    def key(self) -> tuple[str, str]:
        """Tells it from all others, also in the next listing."""
        return self.name, str(self.file)


class Known:
    """What was verified since Runout was started; files that change since are unverified again."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Verified] = {}

    def keep(self, verified: Verified) -> None:
        """Remember what was found."""
        self._found[_key(verified.entry)] = verified

    def rows(self, listing: Listing) -> list[Row]:
        """Rows of all there is, the user's first, with what is known of each."""
        rows = [self._row(each) for each in listing.models]
        damaged = [Row(None, each, Soundness.DAMAGED, each.problem) for each in listing.damaged]
        return [*damaged, *rows]

    def _row(self, listed: Listed) -> Row:
        found = self._found.get(_key(listed.entry))
        if found is not None and found.stamp == listed.stamp:
            return Row(listed, None, found.soundness, found.problem)
        is_there = listed.stamp is not None
        return Row(listed, None, Soundness.UNVERIFIED if is_there else Soundness.MISSING)


def _key(entry: Entry) -> tuple[str, str]:
    return str(entry.path), entry.sha256


def place_of(rows: Sequence[Row], key: tuple[str, str] | None) -> int:
    """Where the row of a key is; -1 without one."""
    return next((at for at, row in enumerate(rows) if row.key == key), -1)
