"""Duplicates: recordings that are there more than once, so that none is on both sides of a split.

Found are equal audio in any lossless container and under any name, and copies of it at another
level, rate or in a lossy format, shifted in time, or cut out of a longer one, if they share five
seconds that are not silent. Missed are copies at another speed or pitch, and copies about as loud
as the noise over them. Other performances of a piece are no duplicates.
"""

import contextlib
import hashlib
import io
import os
import secrets
import tokenize
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.documents import read_content
from engine.errors import StorageError
from engine.progress import Progress, ignore
from training.fingerprint import Words, audio_sha256, read_words

_LEAST_WORDS = 8
"""Equal words at one shift, 46 ms each, that make two recordings one. Among 96 different recordings
no pair had more than 2; 5 s cut out of one, at the worst shift, shared 10 with it."""
_LEAST_SHARE = 0.03
"""The part of the shorter recording's words that must be among them."""
_MOST_OFTEN = 8
"""A word that one recording has more often tells nothing of time and is left out."""
_NEIGHBOURS = 32
"""Of the places of a word, in the order of the recordings, so many before each are compared."""


@dataclass(frozen=True)
class Duplicate:
    """A recording that is there already.

    Attributes:
        path: of the copy.
        original: the one that comes first.
        is_exact: whether their decoded samples are equal.
        share: of the words of the shorter one that are equal at one shift; 1 if exact.
    """

    path: Path
    original: Path
    is_exact: bool
    share: float


class _Telling(NamedTuple):
    """Words (place) of a recording that tell of time, and their frames (place)."""

    words: Words
    at: NDArray[np.int32]


def find_duplicates(
    paths: Sequence[Path], cache: Path, progress: Progress = ignore
) -> tuple[Duplicate, ...]:
    """Those that repeat one before them.

    Args:
        paths: of recordings.
        cache: a folder for fingerprints, so that each file is decoded for them once.
        progress: of the decoding.

    Raises:
        AudioFormatError, StorageError: a file cannot be read, or the cache cannot be written.
    """
    digests: dict[str, Path] = {}
    words: dict[Path, Words] = {}
    found = []
    for number, path in enumerate(paths):
        progress(number / len(paths), f"comparing {path.name}")
        digest, own = describe(path, cache)
        if digest in digests:
            found.append(Duplicate(path, digests[digest], is_exact=True, share=1.0))
        else:
            digests[digest], words[path] = path, own
    return (*found, *_near(words))


def alike(first: Words, second: Words) -> float:
    """The part of the shorter one's words that both have at one shift; 0 where that is chance."""
    meetings = _meetings([_telling(first), _telling(second)])
    n_words = min(int(np.count_nonzero(each)) for each in (first, second))
    return _shared(meetings.get((0, 1), np.zeros(0, np.int64)), n_words)


def _near(words: Mapping[Path, Words]) -> list[Duplicate]:
    """Compare all with all at once, by sorting the words of all: equal ones are neighbours then.

    What repeats only a copy, and not what that is a copy of, is no copy: else it would be lost.
    """
    paths, sizes = list(words), [int(np.count_nonzero(each)) for each in words.values()]
    meetings = _meetings([_telling(each) for each in words.values()])
    found: dict[int, Duplicate] = {}
    for first, later in sorted(meetings, key=lambda pair: (pair[1], pair[0])):
        if first in found:
            continue
        share = _shared(meetings[first, later], min(sizes[first], sizes[later]))
        if share > (found[later].share if later in found else 0.0):
            found[later] = Duplicate(paths[later], paths[first], is_exact=False, share=share)
    return list(found.values())


def _meetings(recordings: Sequence[_Telling]) -> dict[tuple[int, int], NDArray[np.int64]]:
    """Shifts at which words of two recordings are equal, by the numbers of the two.

    Pairs that share fewer words than a copy does are left out.
    """
    if not recordings:
        return {}
    lengths = [len(each.words) for each in recordings]
    all_words = np.concatenate([each.words for each in recordings])
    order = np.argsort(all_words, kind="stable")
    word = all_words[order]
    number = np.repeat(np.arange(len(recordings), dtype=np.int32), lengths)[order]
    at = np.concatenate([each.at for each in recordings])[order]
    keys, shifts = [], []
    for step in range(1, _NEIGHBOURS + 1):
        meet = np.flatnonzero((word[step:] == word[:-step]) & (number[step:] != number[:-step]))
        keys.append(number[meet].astype(np.int64) * len(recordings) + number[meet + step])
        shifts.append(at[meet + step].astype(np.int64) - at[meet])
    key, shift = np.concatenate(keys), np.concatenate(shifts)
    by_key = np.argsort(key, kind="stable")
    pairs, starts, counts = np.unique(key[by_key], return_index=True, return_counts=True)
    return {
        divmod(int(pairs[n]), len(recordings)): shift[by_key[starts[n] : starts[n] + counts[n]]]
        for n in np.flatnonzero(counts >= _LEAST_WORDS)
    }


def _telling(words: Words) -> _Telling:
    """Words that are neither silence nor held for long, and where they are."""
    at = np.flatnonzero(words)
    _, inverse, counts = np.unique(words[at], return_inverse=True, return_counts=True)
    at = at[counts[inverse] <= _MOST_OFTEN]
    return _Telling(words[at], at.astype(np.int32))


def _shared(shifts: NDArray[np.int64], n_words: int) -> float:
    """The part of so many words that meet at one shift; 0 where that is chance."""
    equal = int(np.unique(shifts, return_counts=True)[1].max(initial=0))
    share = equal / n_words if n_words else 0.0
    return share if equal >= _LEAST_WORDS and share >= _LEAST_SHARE else 0.0


def _known(kept: Path) -> tuple[str, Words] | None:
    """What was found before; None where it is not there, or not as it was written."""
    try:
        content = io.BytesIO(read_content(kept))
        with np.load(content) as stored:
            digest, words = str(stored["sha256"]), stored["words"]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
        return None
    except (NotImplementedError, RuntimeError, AttributeError, TypeError):
        return None  # a head that speaks of another compression, of a password, of no array
    except (SyntaxError, tokenize.TokenError):
        return None  # numpy reads its head as Python
    return (digest, words) if words.dtype == np.uint32 and words.ndim == 1 else None


def describe(path: Path, cache: Path) -> tuple[str, Words]:
    """SHA-256 of the audio of a file and its words, kept in a folder for the next time.

    Raises:
        AudioFormatError, StorageError: it cannot be read, or the folder cannot be written.
    """
    stat = path.stat()
    told = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    kept = cache / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.words.npz"
    if (known := _known(kept)) is not None:
        return known
    digest, words = audio_sha256(path), read_words(path)
    part = kept.with_name(f".{secrets.token_hex(6)}.part.npz")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(part, sha256=np.array(digest), words=words)
        os.replace(part, kept)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"{cache} cannot be written: {error.strerror or error}") from error
    return digest, words
