"""Jobs of the model manager: what is there, is it whole, take another in, take one out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from engine.card import Card
from engine.catalog import Catalog, Entry
from engine.catalog_file import catalog_files, entry_file, read_entries
from engine.errors import ModelError
from engine.model_checks import check_judge, check_kind, check_purpose
from engine.model_folder import (
    Told,
    described,
    import_model,
    supply_weights,
    verify_model,
)
from engine.model_trash import bring_back, discard_model
from engine.progress import Progress, ignore, part
from engine.weights_header import file_sha256, read_header

SHIPS, IMPORTED, TRAINED = "ships", "imported", "trained"
CARD, RECIPE, MANIFEST = "card.md", "recipe.toml", "manifest.csv"
"""Papers of a model that was trained here, in a folder of its name beside its entry."""
SUM_SUFFIX = ".sha256"
_DIGITS = frozenset("0123456789abcdef")
_SUM_DIGITS = 64
_LONGEST_SUM_FILE = 1 << 16


class Soundness(StrEnum):
    """How the weights of a model are."""

    UNVERIFIED = "unverified"
    WHOLE = "whole"
    CHANGED = "changed"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    """Its entry cannot be read, whatever its weights are."""


@dataclass(frozen=True)
class Listed:
    """A model that is there.

    Attributes:
        entry: of the catalogue.
        file: of the catalogue, that has the entry.
        whose: SHIPS, IMPORTED or TRAINED.
        stamp: size in bytes and time of change of its weights; None where they are missing.
        serves: the tasks that take this one for its method, rather than another model.
        hidden_by: whose model of the same name is taken in its place; empty if none is.
    """

    entry: Entry
    file: Path
    whose: str
    stamp: tuple[int, int] | None
    serves: tuple[str, ...] = ()
    hidden_by: str = ""


@dataclass(frozen=True)
class Damaged:
    """A file of a catalogue that cannot be read, and why."""

    file: Path
    whose: str
    problem: str


@dataclass(frozen=True)
class Listing:
    """All models, those of the user first, and files of catalogues that are damaged."""

    models: tuple[Listed, ...]
    damaged: tuple[Damaged, ...]


@dataclass(frozen=True)
class ListModelsJob:
    """Reads the catalogues of the user's folder and of the one that ships.

    preferred: names of models that were chosen to be taken before all others.
    """

    own: Path
    shipped: Path
    preferred: tuple[str, ...] = ()
    title: str = "Looking for models"

    def run(self, progress: Progress = ignore) -> Listing:
        """Look at files, without reading any weights."""
        models: list[Listed] = []
        damaged: list[Damaged] = []
        files = [(each, False) for each in catalog_files(self.own)]
        files += [(each, True) for each in catalog_files(self.shipped)]
        for at, (file, ships) in enumerate(files):
            progress(at / len(files))
            try:
                entries = read_entries(file)
            except ModelError as error:
                damaged.append(Damaged(file, SHIPS if ships else IMPORTED, str(error)))
                continue
            models += [_listed(each, file, SHIPS if ships else "") for each in entries]
        progress(1.0)
        return Listing(tuple(_in_use(models, self.preferred)), tuple(damaged))


@dataclass(frozen=True)
class Verified:
    """What was found of one model; problem: a sentence, empty if it is whole."""

    entry: Entry
    stamp: tuple[int, int] | None
    soundness: Soundness
    problem: str = ""


@dataclass(frozen=True)
class VerifyModelJob:
    """Hashes the weights of a model, and compares."""

    entry: Entry
    title: str = "Verifying"

    def run(self, progress: Progress = ignore) -> Verified:
        """What they are.

        Raises:
            Cancelled: progress said so.
        """
        path, stamp = self.entry.path, stamp_of(self.entry.path)
        if stamp is None and not path.exists():
            problem = (
                f"the weights {path} are missing; their SHA-256 is {self.entry.sha256}: locate a "
                "file with it"
            )
            return Verified(self.entry, None, Soundness.MISSING, problem)
        try:
            verify_model(self.entry, progress)
        except ModelError as error:
            is_read = not isinstance(error.__cause__, OSError)
            soundness = Soundness.CHANGED if is_read else Soundness.UNREADABLE
            return Verified(self.entry, stamp, soundness, str(error))
        return Verified(self.entry, stamp, Soundness.WHOLE)


@dataclass(frozen=True)
class Inspected:
    """What a file of weights is.

    Attributes:
        file: the file.
        card: that it carries.
        kind: of its network.
        sha256: of the file.
        told_sha256: what a file beside it says that should be; empty without one.
    """

    file: Path
    card: Card
    kind: str
    sha256: str
    told_sha256: str = ""


@dataclass(frozen=True)
class InspectModelJob:
    """Looks at a file before it is imported: whether a network can be built of it, and its hash."""

    file: Path
    title: str = "Looking at the file"

    def run(self, progress: Progress = ignore) -> Inspected:
        """Look at it; nothing in it is run, and a pickle is refused unread.

        Raises:
            ModelError: it cannot be used.
            Cancelled: progress said so.
        """
        header = read_header(self.file)
        sha256 = file_sha256(self.file, part(progress, 0.0, 0.5))
        kind = _kind(self.file, sha256)
        progress(1.0)
        return Inspected(self.file, header.card, kind, sha256, sum_beside(self.file))


@dataclass(frozen=True)
class ImportModelJob:
    """Copies weights into the user's folder and enters them there, after all checks.

    sha256: what the file must hash to; empty takes any.
    """

    file: Path
    folder: Path
    told: Told
    sha256: str = ""
    title: str = "Importing"

    def run(self, progress: Progress = ignore) -> Entry:
        """The new entry.

        Raises:
            EngineError: the file cannot be used so, or the folder cannot be written.
            Cancelled: progress said so; nothing is left behind.
        """
        entry = described(self.file, self.told)
        if entry_file(self.folder, entry.name).exists():
            raise ModelError(f"there is a model '{entry.name}' already; give another name")
        check_purpose(entry)
        check_kind(entry, read_header(self.file).card)
        progress(0.0)
        check_judge(entry, _kind(self.file, None))
        return import_model(
            self.file, self.folder, self.told, part(progress, 0.1, 1.0), self.sha256
        )


@dataclass(frozen=True)
class SupplyWeightsJob:
    """Gives a model the weights that are missing, from the very file that it expects."""

    file: Path
    entry: Entry
    folder: Path
    title: str = "Copying the weights"

    def run(self, progress: Progress = ignore) -> Entry:
        """The entry with them.

        Raises:
            EngineError: it is another file, or the folder cannot be written.
            Cancelled: progress said so; nothing is left behind.
        """
        return supply_weights(self.file, self.entry, self.folder, progress)


@dataclass(frozen=True)
class RemoveModelJob:
    """Moves one of the user's models into the trash; file: of its entry."""

    file: Path
    trash: Path
    title: str = "Removing"

    def run(self, progress: Progress = ignore) -> Path:
        """Where it lies in the trash.

        Raises:
            EngineError: it cannot be moved.
        """
        progress(0.0)
        return discard_model(self.file, self.trash)


@dataclass(frozen=True)
class BringBackJob:
    """Moves a model out of the trash again."""

    place: Path
    folder: Path
    title: str = "Bringing back"

    def run(self, progress: Progress = ignore) -> None:
        """Move it.

        Raises:
            EngineError: there is another of its name, or it cannot be moved.
        """
        progress(0.0)
        bring_back(self.place, self.folder)


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Size in bytes and time of change; None where there is no such file, or it is out of reach."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def read_sum(text: str) -> str:
    """The first SHA-256 in a text, as `sha256sum` writes it or alone; empty if there is none."""
    for word in text.lower().replace(":", " ").replace("=", " ").split():
        if len(word) == _SUM_DIGITS and set(word) <= _DIGITS:
            return word
    return ""


def sum_beside(file: Path) -> str:
    """The SHA-256 that a file beside another tells of that; empty if there is none."""
    beside = file.with_name(file.name + SUM_SUFFIX)
    try:
        with beside.open(encoding="utf-8", errors="replace") as told:
            return read_sum(told.read(_LONGEST_SUM_FILE))
    except OSError:
        return ""


def papers_of(entry: Entry) -> Path:
    """The folder of the papers of a model that was trained here."""
    return entry.path.parent / entry.name


def _kind(file: Path, sha256: str | None) -> str:
    from engine.models.weights import load_weights  # heavy

    return load_weights(file, sha256).network.kind


def _listed(entry: Entry, file: Path, whose: str) -> Listed:
    papers = papers_of(entry)
    is_trained = any((papers / each).is_file() for each in (CARD, RECIPE))
    own = TRAINED if is_trained else IMPORTED
    return Listed(entry, file, whose or own, stamp_of(entry.path))


def _in_use(models: Iterable[Listed], preferred: Iterable[str]) -> Iterable[Listed]:
    """The same with what each serves; of one name the first is taken, as by `load_catalog`."""
    taken: dict[str, Listed] = {}
    models = list(models)
    for each in models:
        taken.setdefault(each.entry.name, each)
    found = sorted((each.entry for each in taken.values()), key=lambda each: each.optional)
    catalog = Catalog(tuple(found)).preferring([name for name in preferred if name in taken])
    for each in models:
        entry, holder = each.entry, taken[each.entry.name]
        if holder is not each:
            yield replace(each, hidden_by=holder.whose)
        else:
            tasks = (task for task in entry.tasks if catalog.find(task, entry.method) is entry)
            yield replace(each, serves=tuple(tasks))
