"""Chapters of the user guide: Markdown files, cut into sections that can be gone to.

A place is `tasks.md` or `tasks.md#declick`: the name of a chapter, and the anchor of a heading.
Anchors are made from headings as public forges make them, so that links work there too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST = "index.md"
"""The chapter that lists the others, in their order."""
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]*)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)\)")
_LINES = re.compile(r"^[-:|\s]{3,}$|\||^\s*(?:#{1,6} |[-+>] |\d+\. )", re.MULTILINE)
_MARKS = re.compile(r"[*`]+")


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, up to the next one.

    text: without the marks of Markdown.
    """

    title: str
    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One file of the guide.

    name: of the file.
    """

    name: str
    markdown: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """Its first heading, or its name where it has none."""
        return self.sections[0].title if self.sections else self.name

    @property
    def links(self) -> tuple[str, ...]:
        """Where its links lead, as they are written."""
        return tuple(target for _, target in _LINK.findall(_without_code(self.markdown)))

    @property
    def pictures(self) -> tuple[str, ...]:
        """The files of its pictures, as they are written."""
        return tuple(target for _, target in _PICTURE.findall(_without_code(self.markdown)))


def read_guide(folder: Path) -> tuple[Chapter, ...]:
    """All chapters that can be read, in the order in which the first one names them."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    made = {name: Chapter(name, text, tuple(_sections(text))) for name, text in texts.items()}
    linked = made[FIRST].links if FIRST in made else ()
    order = dict.fromkeys([FIRST, *(split(each)[0] for each in linked), *made])
    return tuple(made[name] for name in order if name in made)


def split(place: str) -> tuple[str, str]:
    """The chapter and the anchor of a place; either may be empty."""
    name, _, anchor = place.partition("#")
    return name, anchor


def is_outside(target: str) -> bool:
    """Whether a link leads out of the guide."""
    return ":" in target.partition("#")[0]


def anchors(titles: Sequence[str]) -> tuple[str, ...]:
    """The anchors of the headings of one chapter; of equal ones all but the first are numbered."""
    seen: dict[str, int] = {}
    made = []
    for title in titles:
        words = re.sub(r"[^\w\- ]", "", plain(title).casefold())
        anchor = words.strip().replace(" ", "-")
        seen[anchor] = seen.get(anchor, -1) + 1
        made.append(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
    return tuple(made)


def plain(markdown: str) -> str:
    """A text without the marks of Markdown."""
    shown = _LINK.sub(r"\1", _PICTURE.sub(r"\1", markdown))
    return " ".join(_LINES.sub(" ", _MARKS.sub("", shown)).split())


def _sections(text: str) -> Iterator[Section]:
    parts: list[tuple[int, str, list[str]]] = []
    for line, is_code in _lines(text):
        found = None if is_code else _HEADING.fullmatch(line)
        if found is not None:
            parts.append((len(found[1]), found[2], []))
        elif parts:
            parts[-1][2].append(line)
    names = anchors([title for _, title, _ in parts])
    for (level, title, below), anchor in zip(parts, names, strict=True):
        yield Section(plain(title), level, anchor, plain("\n".join(below)))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is code."""
    is_code = False
    for line in text.splitlines():
        is_fence = _FENCE.match(line) is not None
        yield line, is_code or is_fence
        is_code ^= is_fence


def _without_code(text: str) -> str:
    return "\n".join(line for line, is_code in _lines(text) if not is_code)
