"""An input: a few files in a folder, told by their names; kept as JSON, to be read again later."""

import base64
import json
import os
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, ClassVar

LINK, PIPE, FOLDER = "link", "pipe", "folder"


@dataclass(frozen=True)
class Odd:
    """What lies in place of a file: a link, a pipe or a folder."""

    kind: str
    target: str = ""


Content = bytes | Odd
Files = dict[str, Content]


@dataclass(frozen=True)
class Input:
    """A damaged input. files: by their paths below the folder that is read."""

    kind: str
    seed: int
    number: int
    files: Files = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called in tables and among files."""
        return f"{self.kind}-{self.seed}-{self.number}"

    def write(self, folder: Path) -> None:
        """Lay its files into a folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif content.kind == LINK:
                path.symlink_to(content.target)
            elif content.kind == FOLDER:
                path.mkdir(exist_ok=True)
            else:
                os.mkfifo(path)

    def to_json(self, told: Mapping[str, Any]) -> str:
        """The input with what was found of it."""
        files = {name: _packed(content) for name, content in self.files.items()}
        values = {"kind": self.kind, "seed": self.seed, "number": self.number, "files": files}
        return json.dumps({**told, **values}, indent=1)

    @staticmethod
    def from_json(text: str) -> "Input":
        """The input that `to_json` told of."""
        told = json.loads(text)
        files = {name: _unpacked(each) for name, each in told["files"].items()}
        return Input(told["kind"], told["seed"], told["number"], files)


class Kind(ABC):
    """One kind of input: makes damaged ones, and gives them to what reads them in Runout.

    name: in tables, and on the command line.
    share: of all inputs, relative to those of other kinds.
    allowed: folders below that of the input in which a reader may write; "" for all of it.
    is_alone: whether all of it runs in one process.
    """

    name: ClassVar[str]
    share: ClassVar[int] = 10
    allowed: ClassVar[tuple[str, ...]] = ()
    is_alone: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, scratch: Path) -> None:
        """Make what is damaged later, in an empty folder."""

    @abstractmethod
    def make(self, rng: Random, number: int) -> Files:
        """Draw a damaged input; number counts them, for damage that goes through all places."""

    @abstractmethod
    def read(self, folder: Path) -> bool:
        """Read it as Runout does; whether anything of it was taken.

        Raises:
            EngineError: it was refused.
        """


def _packed(content: Content) -> str | dict[str, str]:
    if isinstance(content, Odd):
        return {"kind": content.kind, "target": content.target}
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def _unpacked(told: str | dict[str, str]) -> Content:
    if isinstance(told, dict):
        return Odd(**told)
    return zlib.decompress(base64.b64decode(told))
