"""Noise profiles: what was learnt of the noise of a recording, kept in a file for other sides.

A `.noise` file is a safetensors file: the length of its header in 8 bytes, the header as JSON, and
numbers; it is written in one way only and refused when it is not as it was written. Its numbers
are the power of the noise in each bin, summed over channels, on some short-time grids.

Shapes:
    powers    (bin)   float32 >= 0, one array for each grid
"""

import hashlib
import json
import math
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio_file import shown
from engine.errors import SettingsError, StorageError
from engine.output_set import OutputSet, write_failed
from engine.region import Region

SUFFIX = ".noise"
SCHEMA = 1
_FORMAT = "runout noise profile"
_LENGTH_BYTES = 8
_FILE_LIMIT, _HEADER_LIMIT = 1 << 25, 1 << 20
_MAX_RATE_HZ, _MAX_CHANNELS, _MAX_GRIDS = 10_000_000, 64, 8
_TEXT_LIMIT, _MAX_TEXTS = 400, 1000
_POWER = np.dtype("<f4")


@dataclass(frozen=True)
class Grid:
    """A short-time grid: hop in samples, and hops in a frame."""

    hop_samples: int
    overlap: int

    @property
    def frame_samples(self) -> int:
        """Length of a frame."""
        return self.hop_samples * self.overlap

    @property
    def n_bins(self) -> int:
        """Bins of a frame."""
        return self.frame_samples // 2 + 1


@dataclass(frozen=True, eq=False)
class NoiseProfile:
    """Power of a noise in each bin, and where it was learnt.

    source: name of the recording; empty where it had none.
    operations: what had been done to it by then, in words.
    software: the version that learnt it.
    """

    powers: tuple[NDArray[np.float32], ...]
    grids: tuple[Grid, ...]
    sample_rate: int
    n_channels: int
    source: str
    region: Region
    operations: tuple[str, ...]
    learnt: datetime
    software: str

    @cached_property
    def sha256(self) -> str:
        """Checksum of its file, whatever that is called."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def level_dbfs(self) -> float:
        """Level of one channel; -inf for silence."""
        return self.band_dbfs(0.0, math.inf)

    def band_dbfs(self, low_hz: float, high_hz: float) -> float:
        """Level of one channel in a band [low_hz, high_hz); -inf where there is nothing."""
        # of short frames there are most, which makes their mean the surest
        shortest = min(range(len(self.grids)), key=lambda each: self.grids[each].frame_samples)
        grid, power = self.grids[shortest], self.powers[shortest]
        hz = np.arange(grid.n_bins) * (self.sample_rate / grid.frame_samples)
        inside = float(power[(hz >= low_hz) & (hz < high_hz)].sum(dtype=np.float64))
        # both halves of the spectrum, under windows whose squares add up to half a frame
        mean_square = 4 * inside / grid.frame_samples**2 / self.n_channels
        return 10 * math.log10(mean_square) if mean_square > 0 else -math.inf

    def is_alike(self, other: "NoiseProfile") -> bool:
        """Whether both say the same of the noise, wherever they were learnt."""
        return (self.sample_rate, self.n_channels, self.grids, self._body) == (
            other.sample_rate,
            other.n_channels,
            other.grids,
            other._body,
        )

    def to_mapping(self) -> dict[str, Any]:
        """All but the powers, as plain values."""
        return {
            "schema": SCHEMA,
            "software": self.software,
            "sample_rate": self.sample_rate,
            "n_channels": self.n_channels,
            "grids": [[each.hop_samples, each.overlap] for each in self.grids],
            "source": self.source,
            "region": [self.region.start_s, self.region.stop_s],
            "operations": list(self.operations),
            "learnt": self.learnt.astimezone(UTC).isoformat(),
        }

    def to_bytes(self) -> bytes:
        """Its file; the same profile has the same bytes."""
        facts = json.dumps(self.to_mapping(), sort_keys=True, separators=(",", ":"))
        content_sha256 = hashlib.sha256(facts.encode("ascii") + self._body).hexdigest()
        header: dict[str, Any] = {
            "__metadata__": {"format": _FORMAT, "profile": facts, "content_sha256": content_sha256}
        }
        start = 0
        for index, grid in enumerate(self.grids):
            stop = start + grid.n_bins * _POWER.itemsize
            header[f"power_{index}"] = {
                "dtype": "F32",
                "shape": [grid.n_bins],
                "data_offsets": [start, stop],
            }
            start = stop
        text = json.dumps(header, sort_keys=True, separators=(",", ":"))
        text += " " * (-len(text) % _LENGTH_BYTES)  # numbers begin at a multiple of 8 bytes
        length = len(text).to_bytes(_LENGTH_BYTES, "little")
        return length + text.encode("ascii") + self._body

    @cached_property
    def _body(self) -> bytes:
        return b"".join(np.asarray(power, _POWER).tobytes() for power in self.powers)


def words(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts as a profile holds them: on one line each, the last thousand, none endless."""
    return tuple(_line(text)[:_TEXT_LIMIT] for text in texts[-_MAX_TEXTS:])


def save_profile(profile: NoiseProfile, path: Path, *, overwrite: bool = False) -> None:
    """Write a profile, whole or not at all.

    Raises:
        StorageError: the file is there already, or cannot be written.
    """
    if os.path.lexists(path) and not overwrite:
        raise StorageError(f"{shown(path)} exists already; choose another name or replace it")
    content = profile.to_bytes()
    try:
        with OutputSet([path]) as files:
            files.temporary(path).write_bytes(content)
            files.commit()
    except FileNotFoundError as error:
        raise StorageError(
            f"{shown(path)} cannot be written: there is no folder {path.parent}; create it first"
        ) from error
    except OSError as error:
        raise write_failed(path, len(content), error) from error


def load_profile(path: Path) -> NoiseProfile:
    """Read a profile.

    Raises:
        StorageError: it cannot be read.
        SettingsError: it is no profile, is damaged, or was written by a newer version.
    """
    return parse_profile(_read(path), shown(path))


def parse_profile(content: bytes, what: str) -> NoiseProfile:
    """The profile of the bytes of a file that is called `what`.

    Raises:
        SettingsError: it is no profile, is damaged, or was written by a newer version.
    """
    facts, body = _opened(content, what)
    schema = facts.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise SettingsError(
            f"{what} was written by a newer version of Runout; update Runout to use it"
        )
    try:
        profile = _profile(facts, body)
        is_as_written = profile.to_bytes() == content
    except (ValueError, TypeError, KeyError, OverflowError, SettingsError) as error:
        raise _damaged(what) from error
    if not is_as_written:
        raise _damaged(what)
    return profile


def _profile(facts: Mapping[str, Any], body: bytes) -> NoiseProfile:
    """The profile of what a header says; anything raised says that it says nonsense."""
    grids = tuple(Grid(_whole(hop), _whole(overlap)) for hop, overlap in facts["grids"])
    edges = np.cumsum([0, *(grid.n_bins * _POWER.itemsize for grid in grids)])
    start_s, stop_s = (float(each) for each in facts["region"])
    region = Region(start_s, stop_s)
    is_sound = 1 <= len(grids) <= _MAX_GRIDS and edges[-1] == len(body)
    if not is_sound or not math.isfinite(region.stop_s):
        raise ValueError("sizes")
    powers = tuple(
        np.frombuffer(body[low:high], _POWER).astype(np.float32)
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    )
    if not all(np.isfinite(power).all() and (power >= 0).all() for power in powers):
        raise ValueError("powers")
    return NoiseProfile(
        powers=powers,
        grids=grids,
        sample_rate=_whole(facts["sample_rate"], _MAX_RATE_HZ),
        n_channels=_whole(facts["n_channels"], _MAX_CHANNELS),
        source=_text(facts["source"]),
        region=region,
        operations=tuple(_text(each) for each in facts["operations"]),
        learnt=datetime.fromisoformat(facts["learnt"]),
        software=_text(facts["software"]),
    )


def _opened(content: bytes, what: str) -> tuple[dict[str, Any], bytes]:
    """What the header says of the profile, and the numbers after it."""
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    body = _LENGTH_BYTES + length
    if length > _HEADER_LIMIT or body > len(content):
        raise _no_profile(what)
    try:
        metadata = json.loads(content[_LENGTH_BYTES:body])["__metadata__"]
        if metadata["format"] != _FORMAT:
            raise _no_profile(what)
        facts = json.loads(metadata["profile"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _no_profile(what) from error
    if not isinstance(facts, dict):
        raise _no_profile(what)
    return facts, content[body:]


def _whole(value: object, high: int = _MAX_RATE_HZ) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= high:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT or value != _line(value):
        raise ValueError(value)
    return value


def _line(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise SettingsError(f"{shown(path)} is no file; choose a {SUFFIX} file")
        if found.st_size > _FILE_LIMIT:
            raise _no_profile(shown(path))
        with path.open("rb") as file:
            return file.read(_FILE_LIMIT)
    except FileNotFoundError as error:
        raise StorageError(
            f"the noise profile {shown(path)} is not in {path.parent}; choose where it lies now"
        ) from error
    except (OSError, ValueError) as error:  # a name with a zero in it is a ValueError
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise StorageError(
            f"{shown(path)} cannot be read: {reason}; choose another file"
        ) from error


def _no_profile(what: str) -> SettingsError:
    return SettingsError(f"{what} is no noise profile; choose a file that Runout has written")


def _damaged(what: str) -> SettingsError:
    return SettingsError(
        f"{what} is damaged: it was cut short or changed; learn the noise again or choose another"
    )
