"""Words of the page with noise: how much is ticked, and what becomes of it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.errors import SettingsError
from training.wizard.cut_noise import LEAST_S, split_noise
from training.wizard.plan import Stretch


def seconds_of(stretches: Sequence[Stretch]) -> float:
    """Seconds that are ticked."""
    return sum(each.stop_s - each.start_s for each in stretches if each.is_taken)


def told_total(stretches: Sequence[Stretch]) -> tuple[str, str]:
    """What is ticked in one line, and a sentence on what becomes of it."""
    seconds = seconds_of(stretches)
    n_sides = len({each.path for each in stretches if each.is_taken})
    if not n_sides:
        return (
            _translated("No noise is ticked."),
            _translated(
                "Without noise of your discs the model learns from simulated noise and from what "
                "its base was trained with."
            ),
        )
    total = (
        _translated("{seconds:.1f} s of noise of 1 transfer").format(seconds=seconds)
        if n_sides == 1
        else _translated("{seconds:.1f} s of noise of {n} transfers").format(
            seconds=seconds, n=n_sides
        )
    )
    return total, _told_split(stretches)


def held_paths(stretches: Sequence[Stretch]) -> set[str]:
    """Transfers that are kept to judge by."""
    try:
        train, held = split_noise(stretches)
    except SettingsError:
        return set()
    return {each.path for each in held} - {each.path for each in train}


def told_least(seconds: float) -> str:
    """Why one cannot go on with so little."""
    return _translated(
        "Only {seconds:.1f} s of noise are ticked, and {least:.0f} s are the least. Tick more, add "
        "transfers, or tick none."
    ).format(seconds=seconds, least=LEAST_S)


def _told_split(stretches: Sequence[Stretch]) -> str:
    try:
        train, held = split_noise(stretches)
    except SettingsError:
        return told_least(seconds_of(stretches))
    seconds = {"train": seconds_of(train), "held": seconds_of(held)}
    paths = {each.path for each in held}
    if paths == {each.path for each in train}:
        return _translated(
            "{train:.1f} s are trained on. The last {held:.1f} s are kept to judge by; as they are "
            "of the same transfer, add another to learn how the model does on other discs."
        ).format(**seconds)
    if len(paths) == 1:
        return _translated(
            "{train:.1f} s are trained on. 1 transfer with {held:.1f} s is kept to judge by, as "
            "the model must not know what it is judged by."
        ).format(**seconds)
    return _translated(
        "{train:.1f} s are trained on. {n} transfers with {held:.1f} s are kept to judge by, as "
        "the model must not know what it is judged by."
    ).format(n=len(paths), **seconds)


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
