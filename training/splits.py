"""Splits: which recordings are trained on and which are kept for validation.

What decides is a hash of a recording's name, so that a recording stays on its side when others
come and go; whole recordings are split, never their pieces, and files of one recording stay
together. What an official split says goes before that; its test side is on neither side.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from engine.errors import SettingsError
from training.music_folders import group_recordings, recording_of
from training.official_splits import TEST, VALIDATION, official_split

_EXACT = "="


def split_recordings(
    paths: Sequence[Path], share: float, words: Sequence[str] = ()
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Those to train on and those to validate with.

    Args:
        paths: of recordings, or of files that several make one of.
        share: about that part is kept for validation, of those on no official side, and of all
            where no official validation side is among them.
        words: recordings with one of them in their name are kept as well; "=air" keeps those that
            are called air, and not fairytale.

    Raises:
        SettingsError: there would be none to train on.
    """
    sides = {path: official_split(path) for path in paths}
    usable = [path for path in paths if sides[path] != TEST]
    is_settled = VALIDATION in sides.values()
    groups = group_recordings(usable)
    said = {path for path in usable if sides[path] == VALIDATION or _is_named(path, words)}
    names = {name for name, files in groups.items() if said & set(files)}
    drawn = {
        name
        for name, files in groups.items()
        if _place(name) < share and not all(is_settled and sides[path] for path in files)
    }
    if drawn and len(names | drawn) == len(groups):  # of a few all may be drawn
        drawn.discard(max(drawn - names, key=_place, default=""))
    names |= drawn
    if not names and share > 0.0 and len(groups) > 1:
        names.add(min(groups, key=_place))
    kept = {path for name in names for path in groups[name]}
    seen = tuple(path for path in usable if path not in kept)
    if not seen:
        raise SettingsError(
            "all recordings are kept for validation or testing; none is left to train on"
        )
    return seen, tuple(path for path in usable if path in kept)


def kept_for_test(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Those that an official split keeps for testing."""
    return tuple(path for path in paths if official_split(path) == TEST)


def exactly(name: str) -> str:
    """The word that names one recording, as `recording_of` calls it, and no other."""
    return f"{_EXACT}{name}"


def _is_named(path: Path, words: Sequence[str]) -> bool:
    return exactly(recording_of(path)) in words or any(
        word in path.stem for word in words if not word.startswith(_EXACT)
    )


def _place(name: str) -> float:
    """Where a name falls in [0, 1); the same on every computer."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2.0**64
