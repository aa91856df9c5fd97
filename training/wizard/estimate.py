"""Estimate: what a training will take and give, from what a trial has measured."""

from dataclasses import dataclass
from pathlib import Path

from engine.storage.disk import free_bytes as free_disk_bytes
from training.config import TrainingConfig
from training.wizard.trial_run import Measured

_GB = 1e9
_FEW_STEPS = 200
_SPARE = 0.95
"""Of the memory that is free a training may take so much."""


@dataclass(frozen=True)
class Estimate:
    """What is to be expected.

    Attributes:
        device: it computes on.
        batch: examples of a step.
        step_s: of one step.
        steps: in the minutes of the budget.
        prepare_s: before the first step, for music that is not decoded yet.
        first_figure_s: until the first figure says whether it gets better, from the start on.
        figures: how many there are in all.
        memory_bytes, memory_free_bytes: taken, and free before the trial.
        device_bytes, device_free_bytes: the same on a GPU; 0 without.
        run_bytes, run_free_bytes: on the disk of the training, with what is spared for replacing.
        decoded_bytes, decoded_free_bytes: on the disk where decoded music is kept.
        problems: what it fails for, one sentence each.
        notes: what is worth knowing.
    """

    device: str
    batch: int
    step_s: float
    steps: int
    prepare_s: float
    first_figure_s: float
    figures: int
    memory_bytes: int
    memory_free_bytes: int
    device_bytes: int
    device_free_bytes: int
    run_bytes: int
    run_free_bytes: int
    decoded_bytes: int
    decoded_free_bytes: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What there was before the trial.

    Attributes:
        folder: of the training.
        cache: where decoded music is kept.
        memory_bytes: that were free.
    """

    folder: Path
    cache: Path
    memory_bytes: int


@dataclass(frozen=True)
class Tried:
    """What was measured, and what there was before; holds for budgets of any length."""

    measured: Measured
    ground: Ground


def estimate(tried: Tried, training: TrainingConfig) -> Estimate:
    """What comes of a trial.

    Args:
        tried: its figures.
        training: of the recipe.
    """
    measured, ground = tried.measured, tried.ground
    total_s = 60.0 * training.max_minutes or training.max_steps * measured.step_s
    judge_s = measured.judge_s * training.n_validation + measured.save_s
    steps = _steps(measured, training, total_s, judge_s)
    by_steps_s = training.validate_steps * measured.step_s
    between_s = min(by_steps_s, training.validate_s or by_steps_s, total_s)
    n_previews = steps // training.preview_steps if training.preview_steps else 0
    found = Estimate(
        measured.device,
        measured.batch,
        measured.step_s,
        steps,
        measured.decode_s,
        measured.decode_s + between_s + judge_s,
        max(1, round(total_s / max(between_s + judge_s, 1e-9))) if steps else 0,
        measured.memory_bytes,
        ground.memory_bytes,
        measured.device_bytes,
        measured.device_free_bytes,
        measured.checkpoint_bytes + n_previews * measured.preview_bytes,
        free_disk_bytes(ground.folder),
        measured.decode_bytes,
        free_disk_bytes(_existing(ground.cache)),
    )
    return _with_sentences(found, ground, training)


def _steps(measured: Measured, training: TrainingConfig, total_s: float, judge_s: float) -> int:
    """How many steps the minutes hold beside all that is done between them."""
    taken = measured.save_s / max(training.checkpoint_s, 1.0)
    taken += judge_s / training.validate_s if training.validate_s else 0.0
    step_s = measured.step_s + judge_s / training.validate_steps
    if training.preview_steps:
        step_s += measured.preview_s / training.preview_steps
    return min(training.max_steps, int(total_s * max(0.0, 1.0 - taken) / step_s))


def _with_sentences(found: Estimate, ground: Ground, training: TrainingConfig) -> Estimate:
    problems, notes = [], []
    smaller = (
        f"choose a batch of {found.batch // 2}" if found.batch > 1 else "start from a lighter model"
    )
    if found.memory_bytes > found.memory_free_bytes:
        problems.append(
            f"The training needs {_gb(found.memory_bytes)} of memory and "
            f"{_gb(found.memory_free_bytes)} are free: {smaller}, or close other programs."
        )
    elif found.memory_bytes > _SPARE * found.memory_free_bytes:
        notes.append(
            f"Memory is tight: {_gb(found.memory_bytes)} of the {_gb(found.memory_free_bytes)} "
            "that are free are taken."
        )
    if found.device_bytes > found.device_free_bytes:
        problems.append(
            f"The training needs {_gb(found.device_bytes)} of memory on {found.device} and "
            f"{_gb(found.device_free_bytes)} are free: {smaller}."
        )
    problems += _disk_problems(found, ground)
    if found.steps < _FEW_STEPS:
        notes.append(
            f"In {training.max_minutes:g} min only {found.steps} steps can be done, which teaches "
            f"little: give it more time, or {smaller}."
        )
    return Estimate(**{**vars(found), "problems": tuple(problems), "notes": tuple(notes)})


def _disk_problems(found: Estimate, ground: Ground) -> list[str]:
    if _is_same_disk(ground.folder, _existing(ground.cache)):
        places = [(found.run_bytes + found.decoded_bytes, found.run_free_bytes, ground.folder)]
    else:
        places = [
            (found.run_bytes, found.run_free_bytes, ground.folder),
            (found.decoded_bytes, found.decoded_free_bytes, ground.cache),
        ]
    return [
        f"The training needs {_gb(needed)} on the disk of {place} and {_gb(free)} are free: make "
        "room there, or choose less music."
        for needed, free, place in places
        if needed > free
    ]


def _is_same_disk(first: Path, second: Path) -> bool:
    try:
        return first.stat().st_dev == second.stat().st_dev
    except OSError:
        return False


def _existing(folder: Path) -> Path:
    """The folder, or the one above it that is there."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)


def _gb(amount: int) -> str:
    return f"{amount / _GB:.1f} GB" if amount >= 0.1 * _GB else f"{amount / 1e6:.0f} MB"
