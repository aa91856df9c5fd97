"""Make a data set: clean music -> pairs of files and a manifest of what was drawn for each.

    DIR/degraded/000000_NAME.flac    DIR/clean/000000_NAME.flac     under the same name
    DIR/noisy_a/...                  DIR/noisy_b/...                to train on, if target = "noisy"
    DIR/manifest.jsonl               DIR/recipe.toml

Recordings kept for validation and testing have a clean side always. All is made in DIR.part, which
becomes DIR when it is whole; after a stop, however rough, it goes on from there.
"""

import contextlib
import hashlib
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError, SettingsError, StorageError
from engine.progress import Progress, ignore, part
from training.clean_places import clean_places
from training.config import Recipe
from training.dataset_plan import Draft, Source, plan_pairs
from training.duplicates import describe, find_duplicates
from training.manifest import FILE_NAME, Row, read_manifest, write_rows
from training.music_folders import find_music
from training.noise_pairs import NoisePairs
from training.official_splits import TEST, TRAIN, VALIDATION
from training.pair_maker import ROWS, Outcome, PairMaker, Replay
from training.recordings import CleanRecording, decode
from training.splits import kept_for_test, split_recordings

RECIPE = "recipe.toml"
_BEGUN = ".begun"
_RENDERED, _READ, _MADE = 0.05, 0.3, 0.98
_AT_ONCE = 4
"""Pairs that a process is handed at once."""


@dataclass(frozen=True)
class Order:
    """Where a data set is made, and how.

    Attributes:
        output: its folder, which must not be there.
        folder: the data folder.
        cache: for decoded, rendered and unpacked recordings.
        n_jobs: processes.
        resume: go on with what was begun.
        python: to render scores with; None for the one of this program.
    """

    output: Path
    folder: Path
    cache: Path
    n_jobs: int = 1
    resume: bool = False
    python: Path | None = None

    @property
    def part(self) -> Path:
        """Where it is until it is whole."""
        return self.output.with_name(f"{self.output.name}.part")


@dataclass(frozen=True)
class Made:
    """What became of an order.

    Attributes:
        rows: of the pairs that were made.
        failures: sentences on sources and pairs that were not.
        notes: sentences on recordings that were left out for a reason.
    """

    rows: tuple[Row, ...]
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def make_dataset(
    recipe: Recipe, recipe_file: Path, count: int, order: Order, progress: Progress = ignore
) -> Made:
    """Draw and write the pairs of a recipe.

    Raises:
        EngineError: there is nothing to make pairs from, none could be made, or no room for them.
        Cancelled: the user asked to stop; it can be resumed.
    """
    text = recipe_file.read_bytes()
    with _begun(order, text + str(count).encode()):
        noise_pairs = None
        if recipe.data.target == "noisy":
            noise_pairs = NoisePairs(recipe.pairs, order.folder, recipe.damage)
        found, failures, notes = _sources(recipe, order, part(progress, 0.0, _READ))
        drafts = plan_pairs(recipe, found, count)
        maker = PairMaker(order.part, order.folder, order.cache, recipe, noise_pairs)
        made = _made(maker, drafts, order.n_jobs, part(progress, _READ, _MADE))
        return _finish(order, Made(made.rows, (*failures, *made.failures), tuple(notes)), text)


def remake_dataset(manifest: Path, order: Order, progress: Progress = ignore) -> Made:
    """Make the pairs of a manifest again, bit for bit.

    Raises:
        EngineError: it cannot be read, no pair could be made, or there is no room for them.
        Cancelled: the user asked to stop; it can be resumed.
    """
    rows = read_manifest(manifest)
    recipe = manifest.with_name(RECIPE)
    text = recipe.read_bytes() if recipe.is_file() else b""
    with _begun(order, manifest.read_bytes()):
        paths: dict[str, Path] = {}
        failures: list[str] = []
        wanted = {row.source: row.source_sha256 for row in rows}
        for number, (name, digest) in enumerate(wanted.items()):
            part(progress, 0.0, _READ)(number / len(wanted), f"reading {name}")
            try:
                paths[name] = _find(name, digest, order)
            except EngineError as error:
                failures.append(str(error))
        works = [Replay(row, paths[row.source]) for row in rows if row.source in paths]
        maker = PairMaker(order.part, order.folder, order.cache)
        made = _made(maker, works, order.n_jobs, part(progress, _READ, _MADE))
        return _finish(order, Made(made.rows, (*failures, *made.failures)), text)


@contextlib.contextmanager
def _begun(order: Order, wanted: bytes) -> Iterator[None]:
    """The folder that is worked in; without a pair in it when an error ends the work, it goes."""
    _begin(order, hashlib.sha256(wanted).hexdigest())
    try:
        yield
    except BaseException:
        if not any((order.part / ROWS).glob("*.json")):
            shutil.rmtree(order.part, ignore_errors=True)
        raise


def _begin(order: Order, identity: str) -> None:
    """Make that folder, or find it begun by the same order."""
    output, begun = order.output, order.part / _BEGUN
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise StorageError(f"{output} is there already; choose another folder or remove it")
    if order.part.exists() and not order.resume:
        raise StorageError(f"{order.part} was begun; go on with --resume, or remove it")
    try:
        order.part.mkdir(parents=True, exist_ok=True)
        if not begun.is_file():
            begun.write_text(identity)
        if begun.read_text() != identity:
            raise SettingsError(
                f"{order.part} was begun by another recipe or for another number of pairs; "
                "remove it, or choose another folder"
            )
    except OSError as error:
        raise StorageError(f"{order.part} cannot be written: {error.strerror or error}") from error


def _sources(
    recipe: Recipe, order: Order, progress: Progress
) -> tuple[dict[Source, CleanRecording], list[str], list[str]]:
    """Recordings that can be used, sentences on broken ones, and on those that are left out."""
    render, read = part(progress, 0.0, _RENDERED), part(progress, _RENDERED, 1.0)
    places = clean_places(recipe.data, order.folder, order.cache, order.python, render)
    paths = find_music(places, (order.folder / each for each in recipe.data.left_out))
    decoded: dict[Path, CleanRecording] = {}
    failures, notes = [], []
    for number, path in enumerate(paths):
        read(0.5 * number / len(paths), f"reading {path.name}")
        try:
            recording = decode(path, recipe.data.sample_rate, order.cache)
        except EngineError as error:
            failures.append(str(error))
            continue
        if recording.rms > 0.0:
            decoded[path] = recording
        else:
            notes.append(f"{path.name} is silent and was left out")
    if not decoded:
        raise SettingsError(failures[0] if failures else "all recordings are silent")
    for each in find_duplicates(tuple(decoded), order.cache, part(read, 0.5, 1.0)):
        notes.append(f"{each.path.name} is a copy of {each.original.name} and was left out")
        del decoded[each.path]
    splits = _splits(recipe, tuple(decoded))
    found = {}
    for path, recording in decoded.items():
        digest, _ = describe(path, order.cache)
        found[Source(path, _named(path, order), digest, splits[path])] = recording
    return found, failures, notes


def _splits(recipe: Recipe, paths: Sequence[Path]) -> dict[Path, str]:
    data = recipe.data
    seen, kept = split_recordings(paths, data.validation_share, data.validation)
    sides = ((TRAIN, seen), (VALIDATION, kept), (TEST, kept_for_test(paths)))
    return {path: side for side, own in sides for path in own}


def _named(path: Path, order: Order) -> str:
    """What the manifest calls a recording."""
    for folder in (order.folder, order.cache):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.as_posix()


def _find(name: str, digest: str, order: Order) -> Path:
    """The recording that a manifest speaks of, with the audio it had."""
    for folder in (order.folder, order.cache):
        path = folder / name
        if path.is_file():
            if describe(path, order.cache)[0] != digest:
                raise StorageError(f"{name} is not the recording that the manifest speaks of")
            return path
    raise StorageError(f"{name} is missing; say with --data where the data folder is")


def _made(
    maker: PairMaker, works: Sequence[Draft | Replay], n_jobs: int, progress: Progress
) -> Made:
    rows, failures = [], []
    with contextlib.closing(_outcomes(maker, works, n_jobs)) as outcomes:
        for number, outcome in enumerate(outcomes):
            progress(number / len(works), f"pair {number + 1} of {len(works)}")
            if outcome.row is None:
                failures.append(outcome.sentence)
            else:
                rows.append(outcome.row)
    return Made(tuple(rows), tuple(failures))


def _outcomes(
    maker: PairMaker, works: Sequence[Draft | Replay], n_jobs: int
) -> Generator[Outcome, None, None]:
    if n_jobs == 1:
        yield from map(maker.make, works)
        return
    # spawn: a process that is forked from one with threads may hang
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_jobs, context, _serve) as pool:
        try:
            yield from pool.map(maker.make, works, chunksize=_AT_ONCE)
        except BrokenProcessPool as error:
            raise StorageError(
                f"a process that made {maker.output} was ended, maybe for want of memory; "
                "go on with --resume and fewer --jobs"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _serve() -> None:
    """Leave Ctrl+C to the process that leads, and end with it, in whatever way that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leader = multiprocessing.parent_process()
    assert leader is not None
    threading.Thread(target=_end_with, args=(leader.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _finish(order: Order, made: Made, recipe: bytes) -> Made:
    """Write what belongs to all pairs, and give the folder its name."""
    if not made.rows:
        raise SettingsError(f"no pair could be made: {made.failures[0]}")
    try:
        for torn in order.part.rglob(".*.part*"):
            torn.unlink()
        write_rows(sorted(made.rows, key=lambda row: row.name), order.part / FILE_NAME)
        if recipe:
            (order.part / RECIPE).write_bytes(recipe)
        shutil.rmtree(order.part / ROWS)
        (order.part / _BEGUN).unlink()
        if order.output.is_dir():
            order.output.rmdir()
        os.replace(order.part, order.output)
    except OSError as error:
        raise StorageError(
            f"{order.output} cannot be written: {error.strerror or error}"
        ) from error
    return made
