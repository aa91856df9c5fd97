"""Trainer: all of `runout train` between its words and its last sentence."""

from dataclasses import dataclass
from pathlib import Path

from engine.progress import Cancelled, ignore
from training.config import Recipe, read_recipe
from training.dataset import open_sides
from training.loop import Outcome, judge, outcome_of, train, validate
from training.run import Run
from training.run_control import KEEP_BEST
from training.run_faults import told_plainly
from training.run_folder import prepare_folder
from training.run_watch import RunFollower, RunWatch
from training.workers import Workers, join_workers, set_threads


@dataclass(frozen=True)
class Order:
    """What is to be trained, and where.

    Attributes:
        recipe: the file.
        output: folder of the run.
        data: where the paths of the recipe start.
        cache: where decoded recordings are kept.
        resume: go on with what is in the folder.
        device: auto, cpu, cuda or mps.
        threads: of the processor; 0 leaves it to torch.
        loaders: processes that prepare examples ahead.
        max_steps, max_minutes: instead of those of the recipe; None leaves them.
    """

    recipe: Path
    output: Path
    data: Path
    cache: Path
    resume: bool = False
    device: str = "auto"
    threads: int = 0
    loaders: int = 0
    max_steps: int | None = None
    max_minutes: float | None = None


def carry_out(order: Order, watch: RunWatch | RunFollower) -> Outcome:
    """Train as ordered; a wish to keep the best ends it as if all steps were done.

    Raises:
        Cancelled: it was asked to pause or to stop; then it can go on from there.
        EngineError: whatever else ended it.
    """
    recipe = read_recipe(order.recipe, order.data)
    changes = {"max_steps": order.max_steps, "max_minutes": order.max_minutes}
    recipe = recipe.changed(**{name: each for name, each in changes.items() if each is not None})
    set_threads(order.threads)
    workers = join_workers(order.device)
    if not workers.rank:
        prepare_folder(order.recipe, order.output, order.resume)
    workers.wait()
    with told_plainly(order.output, recipe.training.batch, str(workers.device)):
        outcome = _carried_out(order, recipe, workers, watch)
    workers.leave()
    return outcome


def _carried_out(
    order: Order, recipe: Recipe, workers: Workers, watch: RunWatch | RunFollower
) -> Outcome:
    run = Run.open(recipe, order.output, workers, order.data)
    sides = open_sides(recipe, order.data, order.cache, watch)
    watch.follow(run)
    if recipe.network.start and not run.spent.step:
        alone = watch if workers.size == 1 else ignore
        run.spent.base = validate(run, sides.validation, alone)
    try:
        return train(run, sides, order.loaders, watch)
    except Cancelled:
        if watch.wish != KEEP_BEST:
            raise
    if run.spent.n_summed:
        judge(run, sides, watch)
        run.save()
    return outcome_of(run)
