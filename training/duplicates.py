"""Duplicates: recordings that are there more than once, so that none is on both sides of a split.

Found are equal audio in any lossless container and under any name, and copies of it at another
level, rate or in a lossy format, shifted in time, or cut out of a longer one, if they share five
seconds that are not silent. Missed are copies at another speed or pitch, and copies about as loud
as the noise over them. Other performances of a piece are no duplicates.
"""

import contextlib
import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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
    shifts = Counter(
        at - before
        for word, places in _places(first).items()
        for before in places
        for at in _places(second).get(word, ())
    )
    return _share(shifts, first, second)


def _near(words: Mapping[Path, Words]) -> list[Duplicate]:
    """Compare each with all before it at once, by an index of where each word occurs."""
    index: dict[int, list[tuple[Path, int]]] = {}
    found = []
    for path, own in words.items():
        shifts: dict[Path, Counter[int]] = {}
        places = _places(own)
        for word, ats in places.items():
            for other, before in index.get(word, ()):
                shifts.setdefault(other, Counter()).update(at - before for at in ats)
        shares = {other: _share(each, words[other], own) for other, each in shifts.items()}
        if shares and max(shares.values()) > 0.0:
            original = max(shares, key=lambda other: shares[other])
            found.append(Duplicate(path, original, is_exact=False, share=shares[original]))
            continue
        for word, ats in places.items():
            index.setdefault(word, []).extend((path, at) for at in ats)
    return found


def _places(words: Words) -> dict[int, list[int]]:
    """Where each word occurs that is neither silence nor held for long."""
    places: dict[int, list[int]] = {}
    for at, word in enumerate(words.tolist()):
        if word:
            places.setdefault(word, []).append(at)
    return {word: ats for word, ats in places.items() if len(ats) <= _MOST_OFTEN}


def _share(shifts: Counter[int], first: Words, second: Words) -> float:
    if not shifts:
        return 0.0
    equal = max(shifts.values())
    n_words = min(np.count_nonzero(first), np.count_nonzero(second))
    share = equal / n_words
    return float(share) if equal >= _LEAST_WORDS and share >= _LEAST_SHARE else 0.0


def describe(path: Path, cache: Path) -> tuple[str, Words]:
    """SHA-256 of the audio of a file and its words, kept in a folder for the next time.

    Raises:
        AudioFormatError, StorageError: it cannot be read, or the folder cannot be written.
    """
    stat = path.stat()
    told = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    kept = cache / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.words.npz"
    if kept.is_file():
        with np.load(kept) as stored:
            return str(stored["sha256"]), stored["words"]
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
