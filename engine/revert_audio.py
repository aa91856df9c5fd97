"""The pass over the audio of an export that puts some of its repairs back.

Shapes:
    native   (channel time)   as the files store it
"""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio_file import AudioFile
from engine.audio_writer import AudioWriter, open_writer
from engine.carry import Luggage
from engine.containers import Encoding, Native
from engine.containers.piece import Shape
from engine.info import Levels
from engine.metadata import AudioDigest
from engine.progress import Progress
from engine.saved_report import SavedEvent


@dataclass(frozen=True, eq=False)
class Part:
    """The result or the removed part: the file as it is, and what goes along into the new one."""

    file: AudioFile
    luggage: Luggage


@dataclass(eq=False)
class Passed:
    """What the pass has counted, over all channels, and checksums of what it read and wrote.

    mended_sums: samples for which `result + removed` was not the source's value, and now is.
    """

    levels: Levels
    read: tuple[AudioDigest, ...]
    written: list[AudioDigest] = field(default_factory=list)
    changed: int = 0
    mended_sums: int = 0


def write_reverted(
    parts: tuple[Part, Part],
    shape: Shape,
    events: Sequence[SavedEvent],
    paths: Sequence[Path],
    progress: Progress,
) -> Passed:
    """Write the new result and, where there is a second path, the new removed part."""
    restored, removed = (each.file for each in parts)
    digests = tuple(AudioDigest(each.file.encoding) for each in parts)
    passed = Passed(Levels(shape.encoding), digests)
    block, n_samples = restored.block_samples, restored.n_samples
    at_block = _by_block(events, block)
    with ExitStack() as stack:
        writers: list[AudioWriter] = []
        for path, each in zip(paths, parts, strict=False):
            writer = open_writer(each.file, shape, each.luggage.carried, path)
            writers.append(stack.enter_context(closing(writer)))
        for start in range(0, n_samples, block):
            progress(start / n_samples)
            stop = min(start + block, n_samples)
            natives = [np.array(file.read_native(start, stop)) for file in (restored, removed)]
            for digest, native in zip(digests, natives, strict=True):
                digest.update(native)
            for event in at_block.get(start // block, ()):
                _put_back(event, start, natives[0], natives[1], shape.encoding, passed)
            passed.levels.update(natives[0])
            for writer, native in zip(writers, natives, strict=False):
                writer.write(native)
        for writer, digest in zip(writers, digests, strict=False):
            writer.finish(digest.md5)
    passed.written += [writer.digest for writer in writers]
    return passed


def _by_block(events: Sequence[SavedEvent], block: int) -> dict[int, list[SavedEvent]]:
    found: dict[int, list[SavedEvent]] = {}
    for each in events:
        for index in range(each.event.start // block, (each.event.stop - 1) // block + 1):
            found.setdefault(index, []).append(each)
    return found


def _put_back(
    event: SavedEvent, start: int, native: Native, rest: Native, encoding: Encoding, passed: Passed
) -> None:
    """Make the samples of an event those of the source, and nothing removed there."""
    low = max(event.event.start - start, 0)
    here = (event.event.channel, slice(low, max(event.event.stop - start, low)))
    present, taken = native[here].copy(), rest[here]
    if encoding.is_float:
        total = np.where(taken == 0, present, present + taken)
        wanted = total.copy()
        for at, value in event.source_samples:
            if start <= at < start + native.shape[1]:
                wanted[at - start - low] = value
        passed.mended_sums += int(np.count_nonzero(wanted != total))
    else:
        wanted = (present.astype(np.int64) + taken).astype(present.dtype)
    passed.changed += int(np.count_nonzero(wanted != present))
    native[here] = wanted
    rest[here] = 0
