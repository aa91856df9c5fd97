"""Music check: whether what a user offers is enough to learn from, and what to do if it is not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.wizard.scan import GOOD_MINUTES, LEAST_MINUTES, Scan, Scanned
from training.wizard.template import Template

_REACH = 0.6
"""Music that reaches less of what a model works on teaches it that nothing is above."""
_MUCH = 0.5


@dataclass(frozen=True)
class MusicProblem:
    """A sentence, and whether one can go on in spite of it."""

    sentence: str
    is_blocking: bool = True


def problems(
    scan: Scan, template: Template | None, left_out: Collection[Path] = ()
) -> tuple[MusicProblem, ...]:
    """What speaks against a training on this music, the worst first.

    Args:
        scan: of all that was offered.
        template: of the base; None where none is chosen.
        left_out: files that are not used.
    """
    if not scan.files:
        return (
            MusicProblem(
                "there is no clean music yet; add recordings without noise, best as WAV or FLAC"
            ),
        )
    if gone := [each for each in scan.files if each.is_gone]:
        return (MusicProblem(gone[0].problem),)
    used = [each for each in scan.files if each.can_be_used and each.path not in left_out]
    if not used:
        return (MusicProblem(_none_used(scan.files)),)
    seconds = sum(each.duration_s for each in used)
    if seconds < 60.0 * LEAST_MINUTES:
        return (
            MusicProblem(
                f"{_told(seconds)} of clean music is too little to learn from; add recordings "
                f"until there are {LEAST_MINUTES:g} minutes, better {GOOD_MINUTES:g} or more"
            ),
        )
    found = [] if template is None else _reach(used, template)
    if seconds < 60.0 * GOOD_MINUTES:
        found.append(
            MusicProblem(
                f"{_told(seconds)} of clean music is little: the model may learn these pieces by "
                f"heart; {GOOD_MINUTES:g} minutes or more are better",
                is_blocking=False,
            )
        )
    return (*found, *_doubts(used))


def _none_used(files: Sequence[Scanned]) -> str:
    """Why no file is used, by what they have in common."""
    facts = [each.facts for each in files if each.facts is not None]
    if not facts:
        return (
            "none of these files can be read; the table says why of each: add others, or convert "
            "these to WAV or FLAC"
        )
    if all(each.is_silent for each in facts):
        return "all of these recordings are silent; add recordings with music in them"
    if all(each.is_lossy for each in facts):
        return (
            "all of these recordings went through a lossy codec such as MP3, whose faults a model "
            "learns as music; add WAV or FLAC files from the source, or tick those you want to "
            "use nevertheless"
        )
    if all(each.is_clipped for each in facts):
        return (
            "all of these recordings are clipped, and a model learns that as music; add others, "
            "or tick those you want to use nevertheless"
        )
    return "no file is ticked; tick those to learn from, or add others"


def _reach(used: Sequence[Scanned], template: Template) -> list[MusicProblem]:
    """What is said of music that does not reach as high as the model works."""
    wanted_hz = template.sample_rate / 2.0
    low = [each for each in used if _reach_hz(each) < _REACH * wanted_hz]
    if not low:
        return []
    highest_khz = max(map(_reach_hz, low)) / 1000.0
    share = sum(each.duration_s for each in low) / sum(each.duration_s for each in used)
    title = template.entry.title
    if len(low) == len(used):
        return [
            MusicProblem(
                f"none of these recordings reaches above {highest_khz:.1f} kHz, and {title} works "
                f"up to {wanted_hz / 1000.0:.1f} kHz: it would learn that there is nothing above; "
                "add recordings at a higher rate, or choose another base on the page Goal"
            )
        ]
    if share < _MUCH:
        return []
    return [
        MusicProblem(
            f"the greater part of this music ends at {highest_khz:.1f} kHz or below, and {title} "
            f"works up to {wanted_hz / 1000.0:.1f} kHz; it may take treble for noise",
            is_blocking=False,
        )
    ]


def _doubts(used: Sequence[Scanned]) -> list[MusicProblem]:
    """What is said of files that are used although something speaks against them."""
    facts = [each.facts for each in used if each.facts is not None]
    found = []
    n_lossy, n_clipped = (
        sum(each.is_lossy for each in facts),
        sum(each.is_clipped for each in facts),
    )
    if n_lossy:
        found.append(
            f"the music that is used holds lossy files ({n_lossy}); the model learns the faults of "
            "their codec as music"
        )
    if n_clipped:
        found.append(
            f"the music that is used holds clipped files ({n_clipped}); the model learns that as "
            "music"
        )
    return [MusicProblem(each, is_blocking=False) for each in found]


def _reach_hz(scanned: Scanned) -> float:
    """How high a file can hold anything."""
    facts = scanned.facts
    assert facts is not None
    return facts.cut_hz or facts.sample_rate / 2.0


def _told(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90.0 else f"{seconds / 60.0:.1f} minutes"
