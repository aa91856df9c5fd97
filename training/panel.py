"""Panel: the recordings of a listening test, restored with what its table tells of their noise.

    PARENT/sample-info.csv       file, snr-panel-2, noise-gain-panel-2  (arquivo, snr-painel-2 ...)
    PARENT/panel-2/noisy/a.wav   what listeners would hear untreated
    PARENT/panel-2/NAME/a.wav    the same, restored

Columns are parted by comma or semicolon; numbers may have a decimal comma. SNRs are in dB, gains
the root mean square of the noise at full scale 1.0. Tables made for the form (music + gain noise) /
2 have gains twice as large as the noise in the file: where the SNR is there too, it tells which.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio_file import open_audio, shown
from engine.documents import read_content, reason
from engine.errors import SettingsError, StorageError
from engine.file_name import LONGEST_BYTES, is_plain
from engine.params import Param, matters
from engine.tasks import Task
from engine.tasks.denoise import BANK_MODES, DIFFUSION, Denoise
from engine.units import amplitude_to_db

TABLE = "sample-info.csv"
NOISY = "noisy"
FILE_COLUMNS = ("file", "arquivo")
SNR_COLUMNS = ("snr-panel-{}", "snr-painel-{}")
GAIN_COLUMNS = ("noise-gain-panel-{}", "noise-gain-painel-{}")
BY_GAIN, BY_SNR, ESTIMATED = "gain", "snr", "estimated-snr"


@dataclass(frozen=True)
class Sample:
    """One recording of a panel; None stands for what the table does not tell.

    Attributes:
        path: of the noisy recording; may not be there.
        snr_db: of music to noise.
        noise_gain: root mean square of the noise, as the table has it.
    """

    path: Path
    snr_db: float | None = None
    noise_gain: float | None = None


@dataclass(frozen=True)
class Panel:
    """The recordings of one panel, and the names of those that are not in its table."""

    samples: tuple[Sample, ...]
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Columns:
    """Which column is which; None for one that is not there."""

    file: int
    snr: int | None
    gain: int | None
    names: Sequence[str] = field(default=())


def read_panel(parent: Path, number: int) -> Panel:
    """Read the table of a listening test for one of its panels.

    A recording that is neither in the folder nor has figures belongs to another panel.

    Raises:
        StorageError: the table or the folder of noisy recordings cannot be read.
        SettingsError: the table lacks a column, or has something else than a number in one.
    """
    folder = parent / f"panel-{number}" / NOISY
    if not folder.is_dir():
        raise StorageError(
            f"{parent.name} has no folder panel-{number}/{NOISY}; put the noisy recordings there"
        )
    samples = tuple(
        sample
        for sample in _samples(_text(parent / TABLE), number, folder)
        if sample.path.is_file() or sample.snr_db is not None or sample.noise_gain is not None
    )
    if not samples:
        raise SettingsError(f"{TABLE} names no recording of panel {number}; add a row for each")
    known = {sample.path.name for sample in samples}
    there = sorted(path.name for path in folder.iterdir() if path.suffix.lower() == ".wav")
    return Panel(samples, tuple(name for name in there if name not in known))


def told_tasks(tasks: Sequence[Task], sample: Sample, bank: Path | None) -> tuple[Task, ...]:
    """Tasks that are told what is known of the noise of a recording, where they have use for it.

    Args:
        tasks: what is to be done.
        sample: what is known; its recording is read for its level.
        bank: noise alone, a file or a folder; without it diffusion makes nothing of SNR and gain.

    Raises:
        AudioFormatError: the recording cannot be read.
    """
    return tuple(_told(task, sample, bank) if isinstance(task, Denoise) else task for task in tasks)


def noise_level(sample: Sample, level: float) -> float | None:
    """Root mean square of the noise in a file whose own is `level`; None when nothing tells."""
    by_snr = None
    if sample.snr_db is not None:
        by_snr = level / math.sqrt(1.0 + 10.0 ** (sample.snr_db / 10.0))
    if sample.noise_gain is None or by_snr is None or by_snr <= 0.0:
        return sample.noise_gain or by_snr
    gains = (sample.noise_gain, 0.5 * sample.noise_gain)
    return min(gains, key=lambda gain: abs(math.log(gain / by_snr)))


def _told(task: Denoise, sample: Sample, bank: Path | None) -> Task:
    settings: dict[str, object] = dict(task.to_mapping())
    if task.method == DIFFUSION and bank is not None:
        settings["bank"] = str(bank)
        if task.mode not in BANK_MODES:
            settings["mode"] = _mode(sample)
    declared = {each.name: each for each in task.params()}
    for name, value in _known(sample).items():
        if matters(declared[name], declared.values(), settings):
            settings[name] = _within(declared[name], value)
    return Denoise.from_mapping(settings)


def _mode(sample: Sample) -> str:
    if sample.noise_gain is not None:
        return BY_GAIN
    return BY_SNR if sample.snr_db is not None else ESTIMATED


def _known(sample: Sample) -> Mapping[str, float]:
    """Settings of a denoiser that follow from what is known."""
    known: dict[str, float] = {}
    level = noise_level(sample, _level(sample.path))
    if level is not None:
        known["noise_dbfs"] = amplitude_to_db(level)
    if sample.snr_db is not None:
        from torch import float64, tensor

        from engine.diffusion.noise_bank import guidance_for

        known |= {"snr_low_db": sample.snr_db, "snr_high_db": sample.snr_db}
        known["guidance"] = float(guidance_for(tensor(sample.snr_db, dtype=float64)))
    return known


def _level(path: Path) -> float:
    with open_audio(path) as file:
        samples = file.read(0, file.n_samples).samples
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0


def _within(declared: Param, value: float) -> float:
    low = -math.inf if declared.low is None else declared.low
    high = math.inf if declared.high is None else declared.high
    return min(max(value, low), high)


def _text(path: Path) -> str:
    try:
        raw = read_content(path)
    except OSError as error:
        raise StorageError(
            f"{path.name} of {path.parent.name} cannot be read: {reason(error)}"
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _samples(text: str, number: int, folder: Path) -> Iterator[Sample]:
    head = text.partition("\n")[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    try:
        lines = [line for line in csv.reader(text.splitlines(), delimiter=separator) if any(line)]
    except csv.Error as error:
        raise SettingsError(f"{TABLE} is no table: {error}; save it anew as CSV") from error
    columns = _columns(lines[0] if lines else [], number)
    for count, line in enumerate(lines[1:], start=2):
        if len(line) > len(columns.names):
            raise SettingsError(
                f"row {count} of {TABLE} has {len(line)} entries and its head {len(columns.names)};"
                " part columns by semicolons where numbers have a decimal comma"
            )
        name = line[columns.file].strip() if columns.file < len(line) else ""
        is_long = len(name.encode(errors="replace")) > LONGEST_BYTES
        if not name or is_long or Path(name).name != name or "\\" in name or name == "..":
            raise SettingsError(
                f"row {count} of {TABLE} names no file in {NOISY}; put its name, without folders"
            )
        path = folder / name
        if not path.is_file() and path.with_name(f"{name}.wav").is_file():
            path = path.with_name(f"{name}.wav")
        snr_db = _number(line, columns.snr, columns.names, count)
        gain = _number(line, columns.gain, columns.names, count)
        if gain is not None and gain < 0.0:
            raise SettingsError(f"row {count} of {TABLE} has a gain of {gain:g}, which is below 0")
        yield Sample(path, snr_db, gain or None)


def _columns(head: Sequence[str], number: int) -> _Columns:
    names = [each.strip().lower() for each in head]

    def find(forms: Sequence[str]) -> int | None:
        wanted = [form.format(number) for form in forms]
        return next((names.index(each) for each in wanted if each in names), None)

    file, snr, gain = find(FILE_COLUMNS), find(SNR_COLUMNS), find(GAIN_COLUMNS)
    if file is None:
        raise SettingsError(f"{TABLE} has no column {' or '.join(FILE_COLUMNS)}; name files there")
    if snr is None and gain is None:
        raise SettingsError(
            f"{TABLE} has neither a column {SNR_COLUMNS[0].format(number)} nor "
            f"{GAIN_COLUMNS[0].format(number)}; add one, or choose another panel"
        )
    return _Columns(file, snr, gain, names)


def _number(
    line: Sequence[str], column: int | None, names: Sequence[str], count: int
) -> float | None:
    if column is None or column >= len(line) or not line[column].strip():
        return None
    try:
        value = float(line[column].strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise SettingsError(
            f"row {count} of {TABLE} has '{line[column].strip()}' for {names[column]}, "
            "which is not a number"
        )
    return value


def output_folder(parent: Path, number: int, name: str) -> Path:
    """Where a panel's restored recordings go.

    Raises:
        SettingsError: the name is none for a folder, or that of the noisy ones.
    """
    if not is_plain(name):
        raise SettingsError(f"'{name}' cannot be the name of a folder; choose a plain one")
    if name.lower() == NOISY:
        raise SettingsError(f"'{shown(Path(name))}' holds the sources; choose another name")
    return parent / f"panel-{number}" / name
