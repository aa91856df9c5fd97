"""Search over all chapters of the guide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.help.chapters import Chapter, Section

AROUND = 42
"""Characters that are shown before and after what was found."""
_IN_TITLE = 20
"""A word of a heading weighs as much as so many of its text."""


@dataclass(frozen=True)
class Hit:
    """A section in which all words were found.

    excerpt: the words around the first of them.
    """

    place: str
    chapter: str
    title: str
    excerpt: str


def find(chapters: Sequence[Chapter], wanted: str) -> tuple[Hit, ...]:
    """The sections that hold all words, in any order and case; the best first."""
    words = wanted.casefold().split()
    if not words:
        return ()
    found = sorted(_found(chapters, words), key=lambda each: -each[0])
    return tuple(hit for _, hit in found)


def _found(chapters: Sequence[Chapter], words: Sequence[str]) -> Iterator[tuple[int, Hit]]:
    for chapter in chapters:
        for section in chapter.sections:
            title, text = section.title.casefold(), section.text.casefold()
            if all(word in title or word in text for word in words):
                weight = sum(_IN_TITLE * (word in title) + text.count(word) for word in words)
                place = f"{chapter.name}#{section.anchor}"
                yield weight, Hit(place, chapter.title, section.title, _excerpt(section, words))


def _excerpt(section: Section, words: Sequence[str]) -> str:
    """What stands around the first place where a word is found, cut between words."""
    text = section.text
    places = [found.start() for word in words if (found := _search(word, text)) is not None]
    at = min(places, default=0)
    start, stop = max(0, at - AROUND), min(len(text), at + 2 * AROUND)
    cut = text[start:stop]
    if start:
        cut = f"… {cut.partition(' ')[2]}"
    if stop < len(text):
        cut = f"{cut.rpartition(' ')[0]} …"
    return cut


def _search(word: str, text: str) -> "re.Match[str] | None":
    return re.search(re.escape(word), text, re.IGNORECASE)
