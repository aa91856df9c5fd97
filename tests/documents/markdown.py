"""What is read out of a document: headings, links, pictures, blocks of code and code in a line."""

import re
from dataclasses import dataclass, field

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*(\S*)")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_LINK = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]*)>?(?:\s+[\"'][^)]*[\"'])?\s*\)"
)
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
_BARE = re.compile(r"https?://[^\s<>)\]`\"']+")
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)


@dataclass(frozen=True)
class Link:
    """Where a link or a picture leads, and from which line."""

    line: int
    target: str
    words: str = ""
    is_picture: bool = False


@dataclass(frozen=True)
class Block:
    """Code set apart: its language ("" where none is named, "indented" without a fence)."""

    line: int
    language: str
    lines: tuple[str, ...]


@dataclass
class Document:
    """What a text holds, line numbers counted from 1."""

    anchors: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    spans: list[tuple[int, str]] = field(default_factory=list)


def read(text: str) -> Document:
    """Take a text apart."""
    document = Document()
    prose = _without_blocks(text.splitlines(), document)
    for line in prose:
        if heading := _HEADING.match(line):
            document.anchors.add(_free(slug(heading[1]), document.anchors))
    joined = "\n".join(prose)
    for span in _SPAN.finditer(joined):
        number = joined.count("\n", 0, span.start()) + 1
        document.spans.append((number, " ".join(span[2].split())))
    _links(_SPAN.sub(lambda span: re.sub(r"[^\n]", "x", span[0]), joined), document)
    return document


def slug(heading: str) -> str:
    """The anchor of a heading, as forges make it."""
    words = _LINK.sub(r"\2", heading).replace("`", "")
    kept = re.sub(r"[^\w\- ]", "", words.strip().lower())
    return kept.replace(" ", "-")


def _free(name: str, taken: set[str]) -> str:
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _without_blocks(lines: list[str], document: Document) -> list[str]:
    """The lines with those of blocks emptied; the blocks go into the document."""
    prose: list[str] = []
    fence, language, start, inside = "", "", 0, list[str]()
    for number, line in enumerate(lines, 1):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not opening[2]:
                document.blocks.append(Block(start, language, tuple(inside)))
                fence = ""
            else:
                inside.append(line)
            prose.append("")
        elif opening:
            fence, language, start, inside = opening[1], opening[2], number, []
            prose.append("")
        else:
            prose.append(line)
    assert not fence, f"the block that begins in line {start} has no end"
    return _without_indented(prose, document)


def _without_indented(lines: list[str], document: Document) -> list[str]:
    """The same for code that is indented by four, after an empty line and outside of lists."""
    prose, index, in_list = list(lines), 0, False
    while index < len(lines):
        line = lines[index]
        if re.match(r" {0,3}([-*+]|\d+[.)])\s", line):
            in_list = True
        elif line.strip() and not line.startswith(" "):
            in_list = False
        is_first = index > 0 and not lines[index - 1].strip()
        if is_first and not in_list and line.startswith("    ") and line.strip():
            stop = index
            while stop < len(lines) and (lines[stop].startswith("    ") or not lines[stop].strip()):
                stop += 1
            block = tuple(each[4:] for each in lines[index:stop])
            document.blocks.append(Block(index + 1, "indented", block))
            prose[index:stop] = [""] * (stop - index)
            index = stop
        else:
            index += 1
    return prose


def _links(prose: str, document: Document) -> None:
    def number_at(position: int) -> int:
        return prose.count("\n", 0, position) + 1

    for link in _LINK.finditer(prose):
        line = number_at(link.start())
        document.links.append(Link(line, link[3], link[2], bool(link[1])))
        for inner in _LINK.finditer(link[2]):  # a picture that is itself a link
            document.links.append(Link(line, inner[3], inner[2], bool(inner[1])))
    for line, text in enumerate(prose.splitlines(), 1):
        if reference := _REFERENCE.match(text):
            document.links.append(Link(line, reference[1]))
    known = {link.target for link in document.links}
    for bare in _BARE.finditer(prose):
        target = bare[0].rstrip(".,;:")
        if target not in known:
            document.links.append(Link(number_at(bare.start()), target))
