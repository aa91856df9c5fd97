"""One file, damaged by what it means: presets, recipes, labels, reports and what else is text."""

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import ClassVar

from fuzzing.damage import ENDLESS, Bytes, damaged_any, damaged_text
from fuzzing.inputs import FOLDER, LINK, PIPE, Files, Kind, Odd

_ODD = (
    Odd(PIPE),
    Odd(FOLDER),
    Odd(LINK, f"../outside/{ENDLESS}"),
    Odd(LINK, "nowhere"),
    Odd(LINK, "."),
)


def odd_or_damaged(rng: Random, number: int, content: bytes, meaning: Bytes) -> bytes | Odd:
    """Content that is damaged, or now and then what is no file at all."""
    if rng.random() < 0.02:
        return rng.choice(_ODD)
    return damaged_any(rng, number, content, meaning)


class Document(Kind):
    """A kind that is one file; `sound` makes some of them by name, `taken` reads one."""

    meaning: ClassVar[Bytes] = damaged_text

    def __init__(self, scratch: Path) -> None:
        self._sound = dict(self.sound(scratch))

    @abstractmethod
    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """Files that are as they should be, by their names."""

    @abstractmethod
    def taken(self, path: Path) -> bool:
        """Read one; whether anything of it was taken."""

    def make(self, rng: Random, number: int) -> Files:
        """One of the files."""
        name = rng.choice(sorted(self._sound))
        return {name: odd_or_damaged(rng, number, self._sound[name], type(self).meaning)}

    def read(self, folder: Path) -> bool:
        """Read what is there."""
        return self.taken(next(folder.iterdir()))
