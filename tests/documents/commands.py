"""The commands of a document: every line of its blocks in `sh`, with what is expected of it."""

import re
import shlex
from dataclasses import dataclass

from tests.documents.markdown import Block, read

_EXIT = re.compile(r"\bexit (\d+)")
_CHAINED = ("&&", "||", "|", ";", ">", "<", "&")
RUNOUT = (("runout",), (".venv/bin/python", "-m", "app"), ("dist/runout/runout",))
"""What the program of a test stands for: installed, in a source tree, built."""
_LOOKS_LIKE_ONE = re.compile(r"^(runout|\.venv\S*/bin/\S+|make|pip|python\d?|git|torchrun|sudo) ")


@dataclass(frozen=True)
class Command:
    """One command: where it stands, its words, the exit code that its comment announces."""

    line: int
    words: tuple[str, ...]
    exit_code: int = 0

    @property
    def arguments(self) -> tuple[str, ...] | None:
        """What follows the name of Runout; None for another program."""
        for name in RUNOUT:
            if self.words[: len(name)] == name:
                return self.words[len(name) :]
        return None

    @property
    def outputs(self) -> tuple[str, ...]:
        """The files it is told to write."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return tuple(name for option, name in pairs if option in ("-o", "--output"))

    def __str__(self) -> str:
        return shlex.join(self.words)


def commands_of(text: str) -> list[Command]:
    """All commands of a document, in their order.

    Raises:
        ValueError: a block is none that can be read so.
    """
    found = []
    for block in read(text).blocks:
        if block.language == "sh":
            found += _commands(block)
        elif not block.language:
            raise ValueError(f"line {block.line}: the block does not say its language")
        elif block.language in ("indented", "text", "console", "bash", "shell"):
            stray = [line for line in block.lines if _LOOKS_LIKE_ONE.match(line.strip())]
            if stray:
                raise ValueError(f"line {block.line}: {stray[0]!r} stands in no block of sh")
    return found


def _commands(block: Block) -> list[Command]:
    found, kept, start = list[Command](), "", block.line
    for number, line in enumerate(block.lines, block.line + 1):
        start = start if kept else number
        if line.rstrip().endswith("\\"):
            kept += line.rstrip()[:-1] + " "
            continue
        if (kept + line).strip() and not (kept + line).lstrip().startswith("#"):
            found.append(_command(kept + line, start))
        kept = ""
    if kept:
        raise ValueError(f"line {start}: the command has no end")
    return found


def _command(text: str, line: int) -> Command:
    reader = shlex.shlex(text, posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.commenters = True, ""
    words = list(reader)
    comment = ""
    for index, word in enumerate(words):
        if word.startswith("#"):
            comment = " ".join(words[index:])
            words = words[:index]
            break
    if chained := [word for word in words if word in _CHAINED]:
        raise ValueError(f"line {line}: one command a line, without {chained[0]}")
    expected = _EXIT.search(comment)
    return Command(line, tuple(words), int(expected[1]) if expected else 0)
