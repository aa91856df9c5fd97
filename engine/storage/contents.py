"""Contents: all that a project folder knows, without samples; the document is its JSON.

The journal says how it changed since, in entries that are applied to it one by one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from engine.errors import StorageError
from engine.region import Region
from engine.report import iso_time
from engine.storage.disk import Damaged
from engine.storage.fields import (
    Fields,
    Json,
    checked_json,
    parse,
    region_of,
    region_values,
    to_line,
)
from engine.storage.record import Record, read_id
from engine.storage.source import SourceReference

SCHEMA = 1
KINDS = ("marker", "noise", "music")
VIEW_LIMIT = 1_000_000
"""Most characters of what a window remembers."""


@dataclass(frozen=True)
class Mark:
    """A named place or stretch, in seconds. kind: marker, noise or music."""

    start_s: float
    stop_s: float
    name: str
    kind: str = "marker"

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind
        assert 0.0 <= self.start_s <= self.stop_s, (self.start_s, self.stop_s)

    def to_mapping(self) -> dict[str, object]:
        """Names and plain values."""
        return {
            "start_s": self.start_s,
            "stop_s": self.stop_s,
            "name": self.name,
            "kind": self.kind,
        }

    @staticmethod
    def read(fields: Fields) -> "Mark":
        """The mark of a mapping.

        Raises:
            Damaged: it is none.
        """
        start_s = fields.number("start_s", 0.0)
        kind = fields.text("kind")
        if kind not in KINDS:
            raise Damaged(f"{fields.what} is damaged: there is no kind of mark '{kind}'")
        return Mark(start_s, fields.number("stop_s", start_s), fields.text("name"), kind)


@dataclass
class Contents:
    """What a project folder knows.

    generation: the document it is based on.
    records: of all branches by id, parents before children.
    choices: the operation redo goes to after each; None is the source.
    """

    software: str
    source: SourceReference
    generation: int = 0
    is_autosave: bool = False
    saved: datetime = field(default_factory=lambda: datetime.now(UTC))
    records: dict[str, Record] = field(default_factory=dict)
    head: str | None = None
    choices: dict[str | None, str] = field(default_factory=dict)
    noise: Region | None = None
    marks: tuple[Mark, ...] = ()
    view: dict[str, Json] = field(default_factory=dict)

    def line(self) -> list[str]:
        """The ids of the operations in force, the first one first."""
        path: list[str] = []
        head = self.head
        while head is not None:
            path.append(head)
            head = self.records[head].parent
        return path[::-1]

    def commit(self, record: Record) -> None:
        """Add a record after its parent and put the head on it.

        Raises:
            Damaged: its parent is unknown, or it is there already.
        """
        if record.id in self.records:
            raise Damaged(f"operation {record.id} is there twice")
        if record.parent is not None and record.parent not in self.records:
            raise Damaged(f"operation {record.id} follows one that is not there")
        self.records[record.id] = record
        self.choices[record.parent] = record.id
        self.head = record.id

    def jump(self, head: str | None) -> None:
        """Move the head to any operation; redo will come back the same way.

        Raises:
            Damaged: there is no such operation.
        """
        if head is not None and head not in self.records:
            raise Damaged(f"the head is on operation {head}, which is not there")
        self.head = head
        path = self.line()
        self.choices.update(zip((None, *path), path, strict=False))

    def note(self, name: str, remark: str) -> None:
        """Keep what the user has noted on an operation.

        Raises:
            Damaged: there is no such operation.
        """
        if name not in self.records:
            raise Damaged(f"operation {name} is not there")
        self.records[name] = replace(self.records[name], remark=remark)

    def forget(self, ids: Iterable[str]) -> None:
        """Give up operations with all that was done after them; never one in force."""
        gone = set(ids) - set(self.line())
        for record in self.records.values():
            if record.parent in gone:
                gone.add(record.id)
        for name in gone & set(self.records):
            del self.records[name]
        self.choices = {p: c for p, c in self.choices.items() if p not in gone and c not in gone}

    def keys(self, names: Iterable[str] | None = None) -> set[str]:
        """The renders of some operations, or of all."""
        wanted = self.records if names is None else names
        return {key for name in wanted for key in self.records[name].keys}

    def to_json(self) -> str:
        """The document, one operation a line, with its own checksum at the end."""
        mapping = self.to_mapping()
        records = mapping.pop("operations")
        assert isinstance(records, list)
        parts = [f'"{key}":{to_line({"": value})[4:-1]}' for key, value in mapping.items()]
        lines = ",\n".join(to_line(record) for record in records)
        parts.append(f'"operations":[\n{lines}\n]')
        body = "{" + ",\n".join(parts)
        return f'{body},\n"sha256":"{_digest(body)}"}}\n'

    def to_mapping(self) -> dict[str, object]:
        """Names and plain values."""
        return {
            "schema": SCHEMA,
            "software": {"name": "Runout", "version": self.software},
            "generation": self.generation,
            "saved": iso_time(self.saved),
            "is_autosave": self.is_autosave,
            "source": self.source.to_mapping(),
            "head": self.head,
            "redo": [[parent, child] for parent, child in self.choices.items()],
            "noise": noise_values(self.noise),
            "marks": [each.to_mapping() for each in self.marks],
            "view": self.view,
            "operations": [record.to_mapping() for record in self.records.values()],
        }

    @staticmethod
    def read(fields: Fields) -> "Contents":
        """The contents of a mapping.

        Raises:
            Damaged: it is not as `to_mapping` makes it.
            StorageError: it was written by a newer version.
        """
        if fields.whole("schema", 1) > SCHEMA:
            version = fields.fields("software").text("version", "unknown")
            raise StorageError(  # not damaged: older copies of it are no substitute
                f"the project was written by Runout {version}, which is newer than this one; "
                "update Runout to open it"
            )
        contents = Contents(
            software=fields.fields("software").text("version"),
            source=SourceReference.read(fields.fields("source")),
            generation=fields.whole("generation"),
            is_autosave=fields.flag("is_autosave"),
            saved=fields.time("saved"),
        )
        for each in fields.each("operations"):
            contents.commit(Record.read(each))
        contents.choices = _read_choices(fields, contents.records)
        contents.head = None
        if "head" in fields:
            contents.head = read_id(fields, "head")
            contents.jump(contents.head)
        contents.noise = read_noise(fields)
        contents.marks = tuple(Mark.read(each) for each in fields.each("marks"))
        contents.view = fields.mapping("view")
        return contents

    @staticmethod
    def from_json(content: bytes, what: str) -> "Contents":
        """The contents of a document.

        Raises:
            Damaged: its checksum is wrong, or it is no document.
        """
        head, found, tail = content.rpartition(b',\n"sha256":"')
        if not found or tail.rstrip() != _digest_bytes(head) + b'"}':
            raise Damaged(f"{what} is damaged: it was cut short or changed")
        return Contents.read(parse(content, what))


def noise_values(noise: Region | None) -> list[Json] | None:
    """A noise region as numbers."""
    return None if noise is None else region_values(noise)


def read_noise(fields: Fields) -> Region | None:
    """The noise region of a mapping.

    Raises:
        Damaged: it is none.
    """
    return region_of(fields.listed("noise"), fields.what) if "noise" in fields else None


def checked_view(view: Mapping[str, object]) -> dict[str, Json]:
    """What a window remembers, as JSON has it.

    Raises:
        Damaged: JSON has no such thing, or it is too long.
    """
    checked = checked_json(dict(view), "the view")
    assert isinstance(checked, dict)
    if len(to_line(checked)) > VIEW_LIMIT:
        raise Damaged(f"the view has more than {VIEW_LIMIT} characters")
    return checked


def _read_choices(fields: Fields, records: Mapping[str, Record]) -> dict[str | None, str]:
    choices: dict[str | None, str] = {}
    for pair in fields.listed("redo"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise Damaged(f"{fields.what} is damaged: redo is no list of pairs")
        parent, child = pair
        if not isinstance(child, str) or child not in records or records[child].parent != parent:
            raise Damaged(f"{fields.what} is damaged: redo names no operation")
        choices[parent] = child
    return choices


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("ascii")).hexdigest()


def _digest_bytes(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")
