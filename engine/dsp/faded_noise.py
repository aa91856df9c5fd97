"""Faded noise: the noise beside the music of a transfer that somebody has faded in or out.

In dense music even the quietest moment lies far above the noise of the disc, so that noise alone
looks too faint to be that noise. What tells it from a needle in the air is its end: a needle is
lifted at once, and whoever fades out begins from the groove. So what is steady right beside the
music, and then takes three quarters of a second or more to come down to a tenth, is the noise of
the groove.

Shapes:
    level    (window)   dB, of windows that follow one another by a cell
"""

import numpy as np
from numpy.typing import NDArray

_STEADY_DB, _LEAST_STEADY = 2.5, 5
_FADED_DB, _LEAST_FADING = 20.0, 6
"""How far a fade goes down, and how many windows that takes at least; of a lift it takes four."""
_MOST_BELOW_DB, _MOST_ABOVE_DB = 14.0, 4.0
_FIRST = 6

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


def steadiness_db(
    levels_db: tuple[Values, Values],
    reference_db: tuple[float, float],
    is_plain: Flags,
    music: tuple[float, float],
) -> Values:
    """How far windows of faded noise are from what is steady there (window), elsewhere infinite.

    Args:
        levels_db: of each window, below and in the treble.
        reference_db: what the noise of the disc may have at most, by the quietest music.
        is_plain: whether a window holds no music and no silence.
        music: first window with music, and the first after all of it; infinite where there is none.
    """
    far = np.full(len(is_plain), np.inf)
    if not np.isfinite(music[0]):
        return far
    after, before = slice(int(music[1]), None), slice(int(music[0]) - 1, None, -1)
    for side in (after, before) if music[0] >= 1 else (after,):
        levels = np.stack([each[side] for each in levels_db])
        steady, middle_db = _steady(levels, is_plain[side], np.array(reference_db))
        off_db = np.abs(levels[:, steady] - middle_db[:, None]).max(axis=0, initial=0.0)
        far[side][steady] = np.where(is_plain[side][steady], off_db, np.inf)
    return far


def _steady(levels_db: Values, is_plain: Flags, reference_db: Values) -> tuple[slice, Values]:
    """Windows from where the music has died away until the fade begins, none without a fade."""
    nothing = slice(0, 0), np.zeros(2)
    if not is_plain[: _FIRST + 1].any():
        return nothing
    first = int(np.argmax(is_plain))
    middle_db = np.median(levels_db[:, first : first + _FIRST], axis=1)
    below_db = reference_db - middle_db
    off_db = levels_db[:, first:] - middle_db[:, None]
    is_steady = np.abs(off_db).max(axis=0) < _STEADY_DB
    is_faded = off_db.max(axis=0) < -_FADED_DB
    if below_db.max() > _MOST_BELOW_DB or below_db.min() < -_MOST_ABOVE_DB:
        return nothing
    if not is_steady[:_FIRST].any() or not is_faded.any():
        return nothing
    start = int(np.argmax(is_steady))
    stop = start + int(np.argmin(is_steady[start:]))
    until = int(np.argmax(is_faded))
    is_fade = until - stop >= _LEAST_FADING and off_db[:, stop:until].max() < _STEADY_DB
    if stop - start < _LEAST_STEADY or not is_fade:
        return nothing
    return slice(first + start, first + stop), middle_db
