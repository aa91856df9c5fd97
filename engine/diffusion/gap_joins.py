"""Joins of a filled gap: no jump where it meets the known samples, no level that neither side has.

Shapes:
    made, pieces   (piece signal time)   what was sampled; what is known
    known          (piece 1 time)        boolean
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

_LEVEL_S = 0.2
"""Known sound on each side of a gap that its level is compared with."""
_LEAST_S = 0.02
_RAMP_S = 0.01
_SOFTER_DB, _LOUDER_DB = 6.0, 3.0
"""How far below the softer side, or above the louder one, a filled gap may lie."""


def joined(made: Tensor, pieces: Tensor, known: Tensor, reach: int) -> Tensor:
    """Take what is left of a jump at each edge into the gap, where it fades out.

    Sampling ends with known samples that fade into the estimate just outside of the gap. What was
    changed there is mirrored at the edge: the estimate then starts where the known samples end.
    """
    error = torch.where(known, pieces - made, 0.0)
    mended = torch.where(known, pieces, made)
    for piece, gap in _gaps(known):
        width = gap.stop - gap.start
        fade = _fade(min(reach, width)).to(made)
        before = error[piece, :, max(0, gap.start - len(fade)) : gap.start].flip(-1)
        after = error[piece, :, gap.stop : gap.stop + len(fade)]
        mended[piece, :, gap.start : gap.start + before.shape[-1]] += (
            before * fade[: before.shape[-1]]
        )
        mended[piece, :, gap.stop - after.shape[-1] : gap.stop] += (
            after * fade[: after.shape[-1]]
        ).flip(-1)
    return mended


def levelled(made: Tensor, pieces: Tensor, known: Tensor, sample_rate: int) -> Tensor:
    """Bring gaps that came out louder or softer than both their sides back between them."""
    level = made.clone()
    side = round(_LEVEL_S * sample_rate)
    for piece, gap in _gaps(known):
        width = gap.stop - gap.start
        if width < _LEAST_S * sample_rate:
            continue
        sides = [
            _power(pieces[piece], known[piece, 0], slice(max(0, start), start + side))
            for start in (gap.start - side, gap.stop)
        ]
        heard = [power for power in sides if power is not None]
        if not heard:
            continue
        power = made[piece, :, gap].square().mean(-1)
        softest = torch.stack(heard).amin(0) * 10 ** (-_SOFTER_DB / 10)
        loudest = torch.stack(heard).amax(0) * 10 ** (_LOUDER_DB / 10)
        wanted = power.clamp(softest, loudest)
        gain = torch.where(power > 0.0, (wanted / power.clamp_min(1e-30)).sqrt(), 1.0)
        shape = _plateau(width, min(round(_RAMP_S * sample_rate), width // 4)).to(made)
        level[piece, :, gap] *= 1.0 + (gain[:, None] - 1.0) * shape
    return level


def _gaps(known: Tensor) -> Iterator[tuple[int, slice]]:
    """Runs of unknown samples, and the piece each is in."""
    for piece, row in enumerate(known[:, 0].cpu()):
        edges = torch.cat((torch.ones(1), row.float(), torch.ones(1))).diff()
        starts = torch.nonzero(edges < 0).flatten().tolist()
        stops = torch.nonzero(edges > 0).flatten().tolist()
        yield from ((piece, slice(a, b)) for a, b in zip(starts, stops, strict=True))


def _power(piece: Tensor, known: Tensor, span: slice) -> Tensor | None:
    """Mean power of the known samples of a stretch, (signal)."""
    samples = piece[:, span][:, known[span]]
    return samples.square().mean(-1) if samples.shape[-1] else None


def _fade(n_samples: int) -> Tensor:
    share = (torch.arange(n_samples) + 0.5) / max(n_samples, 1)
    return (0.5 * math.pi * share).cos().square()


def _plateau(n_samples: int, ramp: int) -> Tensor:
    """1, falling to 0 at both ends."""
    place = torch.arange(n_samples) + 0.5
    share = (torch.minimum(place, n_samples - place) / max(ramp, 1)).clamp(0.0, 1.0)
    return (0.5 * math.pi * share).sin().square()
