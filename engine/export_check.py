"""What an export is measured against, and reading it back before it appears.

A state may differ from its source in channels, length or rate when a task changes them. Then what
its operations started from is put on the grid first and takes the place of the source.
"""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import AudioFormat, Samples
from engine.audio_file import AudioFile, open_audio
from engine.containers import Encoding, Native
from engine.grid import Limits, removed, to_grid
from engine.metadata import AudioDigest
from engine.progress import Progress, ignore
from engine.project import Operation, State
from engine.sum_errors import SumErrors

_HASH_BYTES = 1 << 22


class Base:
    """What the result is subtracted from: the source as stored, or a stage put on the grid."""

    def __init__(self, state: State, source: AudioFile, encoding: Encoding) -> None:
        told = (source.sample_rate, source.n_channels, source.n_samples)
        has_moved = told != (state.sample_rate, state.n_channels, state.n_samples)
        stored = source.encoding
        is_other_grid = (encoding.bits, encoding.is_float) != (stored.bits, stored.is_float)
        self.source = source
        self.encoding = encoding
        self.is_staged = state.staged_by is not None or has_moved or is_other_grid
        self.block_samples = source.block_samples
        self._recording = state.stage

    def read_both(self, start: int, stop: int, limits: Limits) -> tuple[Native, Samples]:
        """Samples [start, stop) as they are stored, and as tasks saw them."""
        if self.is_staged:
            samples = self._recording.read(start, stop).samples
            return to_grid(samples, self.encoding, limits), samples
        native = self.source.read_native(start, stop)
        return native, self.encoding.to_float(native)

    def hash_source(self, digest: AudioDigest, progress: Progress) -> None:
        """Count all samples of the source itself."""
        for start in range(0, self.source.n_samples, self.block_samples):
            progress(0.0)
            stop = min(start + self.block_samples, self.source.n_samples)
            digest.update(self.source.read_native(start, stop))


class Spans:
    """The samples that operations may have changed."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        merged: list[list[int]] = []
        for start, stop in sorted(span for each in operations for span in each.spans):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], stop)
            else:
                merged.append([start, stop])
        self._starts = np.array([start for start, _ in merged], np.int64)
        self._stops = np.array([stop for _, stop in merged], np.int64)

    def count_outside(self, changed: NDArray[np.bool_], start: int) -> int:
        """How many of the changed samples (channel time), beginning at `start`, lie in no span."""
        outside = np.ones(changed.shape[1], bool)
        first = int(np.searchsorted(self._stops, start, side="right"))
        last = int(np.searchsorted(self._starts, start + len(outside)))
        for low, high in zip(self._starts[first:last], self._stops[first:last], strict=True):
            outside[max(0, int(low) - start) : int(high) - start] = False
        return int(np.count_nonzero(changed[:, outside]))


@dataclass(frozen=True)
class Reading:
    """What was found in the files: counts over all channels, and checksums of their audio."""

    outside_changed: int
    sums: SumErrors
    format: AudioFormat
    sha256: tuple[str, ...]


def read_back(
    base: Base, paths: Sequence[Path], operations: Sequence[Operation], progress: Progress = ignore
) -> Reading:
    """Read result and, where there is one, removed part; compare with what they were made from.

    operations are those that may have changed what they were made from.

    Raises:
        EngineError: a file cannot be read.
    """
    spans = Spans(operations)
    # without a removed part nothing can be put back from it
    sums = SumErrors(operations if len(paths) > 1 else (), base.encoding)
    with ExitStack() as stack:
        files = [stack.enter_context(open_audio(path)) for path in paths]
        digests = [AudioDigest(base.encoding) for _ in files]
        n_samples, outside = files[0].n_samples, 0
        for start in range(0, n_samples, base.block_samples):
            progress(start / n_samples)
            stop = min(start + base.block_samples, n_samples)
            source, _ = base.read_both(start, stop, Limits())
            found = [file.read_native(start, stop) for file in files]
            for digest, native in zip(digests, found, strict=True):
                digest.update(native)
            result = found[0]
            rest = found[1] if len(found) > 1 else removed(source, result, base.encoding)
            changed = source != result
            if changed.any():
                outside += spans.count_outside(changed, start)
            sums.add(start, source, result, rest)
        sha256 = tuple(digest.sha256 for digest in digests)
        return Reading(outside, sums, files[0].format, sha256)


def file_sha256(path: Path, progress: Progress = ignore) -> str:
    """SHA-256 of a whole file, in hexadecimal."""
    digest, size, done = hashlib.sha256(), path.stat().st_size, 0
    with path.open("rb") as file:
        while block := file.read(_HASH_BYTES):
            digest.update(block)
            done += len(block)
            progress(min(1.0, done / size))
    return digest.hexdigest()
