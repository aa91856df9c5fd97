"""Cut noise: the stretches a user has ticked become files of noise in the folder of a training.

Files of noise/ are trained on, those of noise_held/ are judged by. They are of different transfers:
pieces of one side are so alike that a model would be judged by what it knows. Of one transfer alone
the end is held back, which the facts say. The bank of noises takes every file as often as any
other, so the short stretches of a transfer are joined into one.
"""

import contextlib
import hashlib
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from engine.audio import Samples
from engine.audio_file import AudioFile, open_audio, shown
from engine.errors import SettingsError, StorageError
from engine.output_set import write_failed
from engine.progress import Progress, ignore, part
from engine.units import power_to_db
from training.wizard.plan import NOISE, NOISE_HELD, Plan, Stretch

LEAST_S = 2.0
"""Seconds of noise below which nothing can be learnt of it."""
HELD_SHARE, _MOST_HELD = 0.25, 0.5
"""Of the noise in seconds: how much is held back at least where that can be, and at most."""
_JOINED_S, _FADE_S = 4.0, 0.05
"""Stretches that are shorter are joined, with fades that keep the power of noise."""
_SMALLEST_S = 0.3
_FLAC_CHANNELS, _FLAC_RATE_HZ = 8, 192_000
_FOLDERS = (NOISE, NOISE_HELD)


@dataclass(frozen=True)
class CutNoise:
    """What noise there is.

    Attributes:
        seconds, held_seconds: to train on and to judge by.
        level_dbfs, held_level_dbfs: root mean square of both.
        n_transfers, n_held: transfers on either side; of one alone both have the same.
        is_one_transfer: whether both are pieces of one transfer.
        note: a sentence on that; empty if there is nothing to say.
    """

    seconds: float
    held_seconds: float
    level_dbfs: float
    held_level_dbfs: float
    n_transfers: int
    n_held: int
    is_one_transfer: bool
    note: str = ""


@dataclass(frozen=True)
class CutNoiseJob:
    """The same as a job."""

    plan: Plan
    folder: Path
    title: str = "Cutting the noise of your discs"

    def run(self, progress: Progress = ignore) -> CutNoise:
        """Cut it; see `cut_noise`."""
        return cut_noise(self.plan, self.folder, progress)


@dataclass(frozen=True)
class _Piece:
    """A file to be: stretches of one transfer, and the name it gets."""

    name: str
    stretches: tuple[Stretch, ...]


def cut_noise(plan: Plan, folder: Path, progress: Progress = ignore) -> CutNoise:
    """Write all that is ticked into the folders of a training, whole or not at all.

    Files that are there already and are still wanted stay as they are, others in these folders go.

    Raises:
        SettingsError: there is too little.
        EngineError: a transfer cannot be read, or the folder not be written.
        Cancelled: progress said so; all is as it was.
    """
    train, held = split_noise(plan.noise.stretches)
    there = set().union(*(_names(folder / name) for name in _FOLDERS))
    wanted = {
        name: _pieces(side, there) for name, side in zip(_FOLDERS, (train, held), strict=True)
    }
    if any(_names(folder / name) != {each.name for each in wanted[name]} for name in _FOLDERS):
        _write(wanted, folder, progress)
    progress(1.0)
    return _facts(train, held)


def split_noise(
    stretches: Sequence[Stretch],
) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """What is trained on and what is held back, of those that are ticked.

    Which transfers are held back follows from their paths, so that one more changes little.

    Raises:
        SettingsError: there is less than LEAST_S of noise.
    """
    taken = sorted(
        (each for each in stretches if each.is_taken and _length_s(each) > 0.0),
        key=lambda each: (each.path, each.start_s),
    )
    total_s = sum(map(_length_s, taken))
    if total_s < LEAST_S:
        raise SettingsError(
            f"only {total_s:.1f} s of noise are ticked, and a model needs {LEAST_S:.0f} s at "
            "least; tick more, or add transfers with a longer lead-in or lead-out"
        )
    sides = {path: tuple(each) for path, each in itertools.groupby(taken, lambda one: one.path)}
    if len(sides) == 1:
        return _split_in_time(taken, (1.0 - HELD_SHARE) * total_s)
    held = _held_back({path: sum(map(_length_s, each)) for path, each in sides.items()})
    return (
        tuple(each for each in taken if each.path not in held),
        tuple(each for each in taken if each.path in held),
    )


def _held_back(seconds: dict[str, float]) -> set[str]:
    """Transfers to be judged by."""
    total_s, held_s, held = sum(seconds.values()), 0.0, set[str]()
    for path in sorted(seconds, key=_digest):
        if held_s >= HELD_SHARE * total_s:
            break
        if held_s + seconds[path] <= _MOST_HELD * total_s:
            held.add(path)
            held_s += seconds[path]
    return held


def _split_in_time(
    stretches: Sequence[Stretch], at_s: float
) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """What comes before so many seconds of stretches, and what comes after."""
    before: list[Stretch] = []
    after: list[Stretch] = []
    done_s = 0.0
    for each in stretches:
        cut_s = min(max(at_s - done_s, 0.0), _length_s(each))
        done_s += _length_s(each)
        if cut_s < _SMALLEST_S and before:  # a sliver is not worth a cut
            after.append(each)
        elif _length_s(each) - cut_s < _SMALLEST_S:
            before.append(each)
        else:
            middle_s = round(each.start_s + cut_s, 4)
            before.append(replace(each, stop_s=middle_s))
            after.append(replace(each, start_s=middle_s))
    if not after:
        last = before.pop()
        middle_s = round(0.5 * (last.start_s + last.stop_s), 4)
        before.append(replace(last, stop_s=middle_s))
        after.append(replace(last, start_s=middle_s))
    return tuple(before), tuple(after)


def _facts(train: Sequence[Stretch], held: Sequence[Stretch]) -> CutNoise:
    own, others = {each.path for each in train}, {each.path for each in held}
    is_one = own == others
    note = (
        "All noise is of one transfer, so its last part is kept to judge by: how well the model "
        "does on other discs cannot be told from it."
    )
    return CutNoise(
        seconds=sum(map(_length_s, train)),
        held_seconds=sum(map(_length_s, held)),
        level_dbfs=_level_dbfs(train),
        held_level_dbfs=_level_dbfs(held),
        n_transfers=len(own),
        n_held=len(others),
        is_one_transfer=is_one,
        note=note if is_one else "",
    )


def _pieces(stretches: Sequence[Stretch], there: set[str]) -> tuple[_Piece, ...]:
    """The files to be; the short stretches of a transfer make one.

    there: names of files that were cut before.
    """
    pieces = []
    for _, side in itertools.groupby(stretches, lambda each: each.path):
        every = tuple(side)
        short = tuple(each for each in every if _length_s(each) < _JOINED_S)
        groups = [(each,) for each in every if each not in short]
        pieces += [_Piece(_name(group, there), group) for group in (*groups, short) if group]
    return tuple(pieces)


def _name(stretches: tuple[Stretch, ...], there: set[str]) -> str:
    """From what transfer a file is, and from where in it; another for all that is another.

    What was cut of a transfer that is not at hand, as on a disk that is unplugged, goes on serving.
    """
    first, last = stretches[0], stretches[-1]
    stem = re.sub(r"[^\w.-]+", "_", Path(first.path).stem)[:60]
    joined = "" if len(stretches) == 1 else f" {len(stretches)} joined"
    label = f"{stem} {first.start_s:.2f}-{last.stop_s:.2f} s{joined}"
    spans = [(each.start_s, each.stop_s) for each in stretches]
    place = _digest(f"{first.path} {spans}")[:6]
    try:
        status = os.stat(first.path)
    except (OSError, ValueError):
        before = (each for each in there if each.startswith(f"{label} {place}"))
        return next(before, f"{label} {place}")  # opening it will say what is wrong
    return f"{label} {place}{_digest(f'{status.st_size} {status.st_mtime_ns}')[:6]}"


def _names(folder: Path) -> set[str]:
    """Of the files in a folder, without suffixes; of any others too, so that they go."""
    try:
        found = [each for each in folder.iterdir() if not each.name.startswith(".")]
    except OSError:
        return set()
    return {each.stem if each.suffix in (".flac", ".wav") else each.name for each in found}


def _write(wanted: dict[str, tuple[_Piece, ...]], folder: Path, progress: Progress) -> None:
    """Build both folders beside those that are there, and put them in their place."""
    building = folder / f".noise-{secrets.token_hex(6)}"
    n_files, done = sum(map(len, wanted.values())), 0
    try:
        for name, pieces in wanted.items():
            (building / name).mkdir(parents=True)
            for piece in pieces:
                share = part(progress, done / n_files, (done + 1) / n_files)
                share(0.0, Path(piece.stretches[0].path).name)
                if not _keep(folder, building / name, piece.name):
                    _write_piece(piece, building / name)
                done += 1
        progress(0.99)
        _swap(building, folder)
    except OSError as error:
        raise write_failed(folder / NOISE, _bytes(wanted), error) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _keep(folder: Path, new: Path, name: str) -> bool:
    """Take over a file that was cut before, on whichever side; False where there is none."""
    for side in _FOLDERS:
        for suffix in (".flac", ".wav"):
            old = folder / side / f"{name}{suffix}"
            if old.is_file():
                shutil.copy2(old, new)
                return True
    return False


def _swap(building: Path, folder: Path) -> None:
    """Exchange the folders; if one cannot be, both are as they were."""
    moved: list[str] = []
    aside = building / "old"
    aside.mkdir()
    try:
        for name in _FOLDERS:
            if (folder / name).exists():
                os.replace(folder / name, aside / name)
            moved.append(name)
            os.replace(building / name, folder / name)
    except OSError:
        for name in moved:
            with contextlib.suppress(OSError):
                if (folder / name).exists():
                    os.replace(folder / name, building / name)
                os.replace(aside / name, folder / name)
        raise


def _write_piece(piece: _Piece, folder: Path) -> None:
    """Write one file.

    Raises:
        EngineError: the transfer cannot be read.
        OSError: there is no room, or no right to write.
    """
    with open_audio(piece.stretches[0].path) as file:
        samples = _joined([_read(file, each) for each in piece.stretches], file.sample_rate)
        rate = file.sample_rate
    fits = samples.shape[0] <= _FLAC_CHANNELS and rate <= _FLAC_RATE_HZ
    is_whole = fits and float(np.abs(samples).max()) < 1.0
    suffix, subtype = (".flac", "PCM_24") if is_whole else (".wav", "FLOAT")
    try:
        soundfile.write(folder / f"{piece.name}{suffix}", samples.T, rate, subtype=subtype)
    except soundfile.LibsndfileError as error:
        raise OSError(f"the encoder could not write: {error}") from error


def _read(file: AudioFile, stretch: Stretch) -> Samples:
    start = round(stretch.start_s * file.sample_rate)
    stop = round(stretch.stop_s * file.sample_rate)
    if stop > file.n_samples + 1 or start >= file.n_samples:
        raise StorageError(
            f"{shown(file.path)} is shorter than when it was searched for noise; "
            "search it again on the page with your transfers"
        )
    return file.read(start, min(stop, file.n_samples)).samples


def _joined(pieces: Sequence[Samples], rate: int) -> Samples:
    """One after the other, with fades between them."""
    fade = min(round(_FADE_S * rate), *(each.shape[1] // 2 for each in pieces))
    up = np.sin(0.5 * np.pi * (np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade))
    joined = pieces[0]
    for each in pieces[1:]:
        left, right = joined.shape[1] - fade, each[:, fade:]
        between = joined[:, left:] * up[::-1] + each[:, :fade] * up
        joined = np.concatenate([joined[:, :left], between, right], axis=1)
    return joined


def _bytes(wanted: dict[str, tuple[_Piece, ...]]) -> int:
    """About as much as all files take at most: two channels of 24 bits at 96 kHz."""
    every: Iterator[_Piece] = itertools.chain.from_iterable(wanted.values())
    return round(sum(_length_s(each) for piece in every for each in piece.stretches) * 576_000)


def _level_dbfs(stretches: Sequence[Stretch]) -> float:
    """Root mean square over all, by their lengths."""
    powers = [10.0 ** (each.level_dbfs / 10.0) for each in stretches]
    return float(power_to_db(np.average(powers, weights=[_length_s(each) for each in stretches])))


def _length_s(stretch: Stretch) -> float:
    return stretch.stop_s - stretch.start_s


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
