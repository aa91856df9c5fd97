"""Correlate: how much equally named files of two folders have in common.

Of each pair Pearson's r, the covariance and both powers, in full scale squared; with the clean
recordings beside them, those of what was added to each, which is what noise-to-noise training needs
to be independent.

Shapes:
    samples   (channel time)   float32; channels are read one after the other
"""

import csv
import io
import json
import math
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio_file import AudioFile, open_audio
from engine.errors import AudioFormatError, EngineError, SettingsError, StorageError
from engine.progress import Progress, ignore
from training.music_folders import AUDIO_SUFFIXES

SUFFIXES = (".csv", ".json")


@dataclass(frozen=True)
class Correlation:
    """Of two files of one name.

    Attributes:
        name: below both folders.
        sample_rate: in Hz.
        n_channels, n_samples: that were compared.
        pearson_r: in [-1, 1]; 0 where one of them is constant.
        covariance: of both, their means taken off.
        power_a, power_b: mean squares, the means left on.
    """

    name: str
    sample_rate: int
    n_channels: int
    n_samples: int
    pearson_r: float
    covariance: float
    power_a: float
    power_b: float


@dataclass(frozen=True)
class Compared:
    """What became of two folders.

    Attributes:
        pairs: that could be compared.
        unpaired: files that only one folder has.
        failures: a sentence for each pair that could not be compared.
    """

    pairs: tuple[Correlation, ...]
    unpaired: tuple[str, ...]
    failures: tuple[str, ...]


class _Moments:
    """Sums over blocks, as means and centred products, which do not cancel.

    References:
        Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
        Variances", 1979.
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = np.zeros(2)
        self.products = np.zeros((2, 2))

    def add(self, values: NDArray[np.float64]) -> None:
        """Take in samples (2 time)."""
        count = values.shape[1]
        if not count:
            return
        mean = values.mean(axis=1)
        centred = values - mean[:, None]
        step = mean - self.mean
        total = self.count + count
        weight = self.count * count / total
        self.products += centred @ centred.T + weight * np.outer(step, step)
        self.mean += step * (count / total)
        self.count = total

    def told(self) -> tuple[float, float, float, float]:
        """Pearson's r, covariance, and both powers."""
        if not self.count:
            return 0.0, 0.0, 0.0, 0.0
        covariances = self.products / self.count
        spread = math.sqrt(covariances[0, 0] * covariances[1, 1])
        r = covariances[0, 1] / spread if spread > 0.0 else 0.0
        powers = np.diag(covariances) + self.mean**2
        return float(r), float(covariances[0, 1]), float(powers[0]), float(powers[1])


def correlate_folders(
    folder_a: Path, folder_b: Path, clean: Path | None = None, progress: Progress = ignore
) -> Compared:
    """Compare all files that two folders both have.

    Args:
        folder_a: searched at any depth.
        folder_b: likewise.
        clean: a folder with files of those names, to be taken off both first.
        progress: of the files.

    Raises:
        StorageError: a folder is missing, or they share no file.
    """
    names = [_names(folder) for folder in (folder_a, folder_b)]
    both = sorted(names[0] & names[1])
    if not both:
        raise StorageError(f"{folder_a} and {folder_b} have no recording of the same name")
    pairs, failures = [], []
    for number, name in enumerate(both):
        progress(number / len(both), name)
        try:
            third = clean / name if clean else None
            pairs.append(correlate_files(name, folder_a / name, folder_b / name, third))
        except EngineError as error:
            failures.append(f"{name}: {error}")
    return Compared(tuple(pairs), tuple(sorted(names[0] ^ names[1])), tuple(failures))


def correlate_files(name: str, path_a: Path, path_b: Path, clean: Path | None) -> Correlation:
    """Compare two files block by block.

    Raises:
        AudioFormatError, StorageError: they cannot be read, or are not alike in form.
    """
    with open_audio(path_a) as a, open_audio(path_b) as b:
        files = [a, b]
        if clean is None:
            return _correlate(name, files)
        with open_audio(clean) as third:
            return _correlate(name, [*files, third])


def write_correlations(pairs: Sequence[Correlation], path: Path) -> None:
    """Write a table, as CSV or JSON by its suffix; beside its name first.

    Raises:
        SettingsError: the suffix is neither.
        StorageError: it cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{path.name} is neither .csv nor .json; name a file of one of these")
    rows = [asdict(each) for each in pairs]
    if path.suffix.lower() == ".json":
        text = json.dumps({"pairs": rows}, indent=2, ensure_ascii=False) + "\n"
    else:
        table = io.StringIO()
        writer = csv.DictWriter(table, list(Correlation.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        text = table.getvalue()
    part = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error


def _correlate(name: str, files: Sequence[AudioFile]) -> Correlation:
    first = files[0]
    forms = {(each.sample_rate, each.n_channels) for each in files}
    lengths = {each.n_samples for each in files}
    if len(forms) > 1 or len(lengths) > 1:
        told = ", ".join(
            f"{each.n_samples} samples of {each.n_channels} at {each.sample_rate} Hz"
            for each in files
        )
        raise AudioFormatError(f"the files differ in length, channels or rate ({told})")
    moments = _Moments()
    for start in range(0, first.n_samples, first.block_samples):
        stop = min(start + first.block_samples, first.n_samples)
        blocks = [each.read(start, stop).samples.astype(np.float64).ravel() for each in files]
        clean = blocks[2] if len(blocks) > 2 else 0.0
        moments.add(np.stack(blocks[:2]) - clean)
    form = (first.sample_rate, first.n_channels, first.n_samples)
    return Correlation(name, *form, *moments.told())


def _names(folder: Path) -> set[str]:
    if not folder.is_dir():
        raise StorageError(f"{folder} is no folder")
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in AUDIO_SUFFIXES and not path.name.startswith(".")
    }
