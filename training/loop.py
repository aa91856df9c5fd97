"""Loop: trains any family by a recipe; stopped in whatever way, it goes on as if it had not been.

What a step draws follows from the seed and its number. So a training that goes on after a kill
makes the same curve as one that was never stopped, as long as steps and not minutes end it.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from engine.errors import ModelError, SettingsError
from engine.models.weights import save_weights
from engine.progress import Cancelled, Progress, ignore
from training.dataset import Batch, Examples, Sides, batches, join_examples
from training.families.base import Figures
from training.preview import Preview
from training.run import Run
from training.run_curve import append_curve
from training.run_folder import BEST, PREVIEWS

_MOST_ROLLBACKS = 5
_VALIDATION_BATCH = 4


@dataclass(frozen=True)
class Outcome:
    """How a training ended.

    Attributes:
        steps, seconds: of all runs together.
        best: the figure of the weights that were kept.
        best_step: after how many steps they were.
        figures: of the last validation.
        rollbacks: how often it went back.
    """

    steps: int
    seconds: float
    best: float
    best_step: int
    figures: Figures
    rollbacks: int


def train(run: Run, sides: Sides, n_loaders: int = 0, progress: Progress = ignore) -> Outcome:
    """Train until the steps or the minutes of the recipe are over.

    Args:
        run: opened in its folder; it goes on from where it is.
        sides: the examples of the recipe.
        n_loaders: processes that prepare examples ahead.
        progress: told the share done and a line on losses, speed and the time left.

    Raises:
        ModelError: the loss is not finite again and again.
    """
    settings, spent = run.recipe.training, run.spent
    ahead = _ahead(run, sides.training, n_loaders)
    preview = Preview(run.folder / PREVIEWS)
    began, saved_s = time.monotonic() - spent.seconds, spent.seconds
    if not spent.step:
        run.save()  # what the first rollback goes back to
    try:
        if _is_judgement_due(run):  # it was stopped in the midst of one
            judge(run, sides, progress)
        while (share := _share_done(run)) < 1.0:
            torch.manual_seed(_seed(settings.seed, spent.step, run.workers.rank))
            run.family.set_learning_rate(_learning_rate_share(run, share))
            cost = run.family.step(next(ahead).to(run.workers.device))
            if not _is_finite(run, cost):
                run = _rolled_back(run)
                spent = run.spent
                began = time.monotonic() - spent.seconds
                ahead = _ahead(run, sides.training, n_loaders)
                continue
            run.ema.follow(run.family.network, spent.step)
            spent.add(cost)
            spent.seconds = run.workers.agreed(time.monotonic() - began)
            if settings.preview_steps and spent.step % settings.preview_steps == 0:
                show_example(run, sides.validation, preview)
            if _is_judgement_due(run):
                judge(run, sides, progress)
            if not spent.n_summed or spent.seconds - saved_s >= settings.checkpoint_s:
                run.save()
                saved_s = spent.seconds
            progress(_share_done(run), _told(run, cost))
    except Cancelled:
        run.save()
        raise
    return outcome_of(run)


def judge(run: Run, sides: Sides, progress: Progress = ignore) -> None:
    """Measure the averaged weights, keep them if they are the best, and tell it in the curve.

    Stopped in the midst it leaves the run as it was, so that it is done when that goes on.

    Raises:
        StorageError: the curve or the weights cannot be written.
    """
    share = _share_done(run)

    def tell(fraction: float, message: str = "") -> None:
        if run.workers.size == 1:  # several processes only agree on what each of them tells
            progress(share, message)

    began = time.monotonic()
    figures = validate(run, sides.validation, tell)
    run.figures = figures
    _note(run, figures)
    # what a validation takes is no part of what lies between two
    run.spent.judged_s += run.workers.agreed(time.monotonic() - began)


def outcome_of(run: Run) -> Outcome:
    """How a training stands."""
    spent = run.spent
    return Outcome(
        spent.step, spent.seconds, spent.best, spent.best_step, run.figures, spent.rollbacks
    )


def show_example(run: Run, examples: Examples, preview: Preview) -> None:
    """Pictures and sounds of the first example that is judged by.

    Raises:
        StorageError: they cannot be written.
    """
    if run.workers.rank:
        return
    batch = join_examples([examples[0]])
    with torch.inference_mode():
        restored = run.family.restored(run.ema.network, batch.to(run.workers.device))
    if restored is not None:
        preview.write(run.spent.step, batch, restored.cpu(), run.recipe.data.sample_rate)


def validate(run: Run, examples: Examples, progress: Progress = ignore) -> Figures:
    """Mean figures of the averaged weights on always the same examples.

    Processes share them; figures that are not numbers are left out of their mean.
    """
    numbers = list(range(run.workers.rank, run.recipe.training.n_validation, run.workers.size))
    found: dict[str, list[torch.Tensor]] = {}
    for first in range(0, len(numbers), _VALIDATION_BATCH):
        progress(first / len(numbers), f"judging at step {run.spent.step}")
        batch = join_examples([examples[n] for n in numbers[first : first + _VALIDATION_BATCH]])
        with torch.inference_mode():
            each = run.family.validate(run.ema.network, batch.to(run.workers.device))
        for name, values in each.items():
            found.setdefault(name, []).append(values.double())
    means = {name: torch.cat(values).nanmean() for name, values in found.items()}
    return {name: float(run.workers.mean(value)) for name, value in means.items()}


def _ahead(run: Run, examples: Examples, n_loaders: int) -> Iterator[Batch]:
    workers = run.workers
    n_examples = run.recipe.training.batch
    if n_examples % workers.size:
        raise SettingsError(f"batch = {n_examples} cannot be shared by {workers.size} processes")
    return batches(examples, run.spent.step, n_examples, workers.rank, workers.size, n_loaders)


def _share_done(run: Run) -> float:
    settings = run.recipe.training
    by_time = run.spent.seconds / (60.0 * settings.max_minutes) if settings.max_minutes else 0.0
    return min(1.0, max(run.spent.step / settings.max_steps, by_time))


def _is_judgement_due(run: Run) -> bool:
    """Whether steps were done that are to be judged now."""
    settings, spent = run.recipe.training, run.spent
    is_late = settings.validate_s > 0.0 and spent.seconds - spent.judged_s >= settings.validate_s
    is_time = is_late or spent.step % settings.validate_steps == 0 or _share_done(run) >= 1.0
    return spent.n_summed > 0 and is_time


def _learning_rate_share(run: Run, done: float) -> float:
    """Linear warm-up, then half a cosine; half of it for each time it went back."""
    settings = run.recipe.training
    warmth = min(1.0, (run.spent.step + 1) / max(1, settings.warm_up_steps))
    cosine = 0.5 + 0.5 * math.cos(math.pi * done)
    fall = settings.final_share + (1.0 - settings.final_share) * cosine
    return float(warmth * fall * 0.5**run.spent.rollbacks)


def _is_finite(run: Run, cost: Figures) -> bool:
    """Whether the loss of every process is a number."""
    total = torch.tensor(cost["loss"] + cost.get("slope", 0.0), device=run.workers.device)
    return bool(torch.isfinite(run.workers.mean(total)))


def _rolled_back(run: Run) -> Run:
    """The run as the checkpoint has it, with half the learning rate."""
    n_rollbacks = run.spent.rollbacks + 1
    if n_rollbacks > _MOST_ROLLBACKS:
        kept = f"the weights of step {run.spent.best_step} are in {run.folder / BEST}"
        raise ModelError(
            f"the loss was not a number {n_rollbacks} times, the last time at step "
            f"{run.spent.step}, though the learning rate was halved each time; choose a lower "
            f"learning_rate; {kept if run.spent.best_step else 'no weights were kept'}"
        )
    run.load()
    run.spent.rollbacks = n_rollbacks
    return run


def _note(run: Run, figures: Figures) -> None:
    """A line of the curve, and the weights if they are the best so far."""
    spent, figure = run.spent, figures[run.family.best]
    spent.judged_s = spent.seconds
    if figure > spent.best:
        spent.best, spent.best_step = figure, spent.step
        if not run.workers.rank:
            save_weights(run.folder / BEST, run.ema.network, run.card(run.ema.network))
    means = spent.taken_means()
    learnt = {f"train_{name}": run.workers.averaged(value) for name, value in means.items()}
    if run.workers.rank:
        return
    row = {"step": spent.step, "seconds": round(spent.seconds, 1), **learnt, **figures}
    append_curve(run.folder, row)


def _told(run: Run, cost: Figures) -> str:
    spent, share = run.spent, _share_done(run)
    left_s = spent.seconds / max(share, 1e-9) * (1.0 - share)
    best = f", {run.family.best} {run.figures[run.family.best]:.3f}" if run.figures else ""
    return (
        f"step {spent.step}: loss {cost['loss']:.4f}{best}, "
        f"{spent.step / max(spent.seconds, 1e-9):.2f} steps/s, {left_s / 60.0:.0f} min left"
    )


def _seed(*numbers: int) -> int:
    """One seed of several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)
