"""What weights may be imported for, checked alike by the command line and the window."""

from engine.card import Card
from engine.catalog import Entry
from engine.errors import ModelError, SettingsError
from engine.tasks import TASKS

DISCRIMINATOR = "discriminator"
"""The kind of network that judges sound and restores none."""


def own_models(task: str) -> tuple[str, ...]:
    """The methods of a task that have models of their own."""
    if task not in TASKS:
        return ()
    kind = TASKS[task]
    own = (kind.model_method(each) for each in kind.model_methods)
    return tuple(dict.fromkeys((*own, *kind.critic_methods.values())))


def purposes(card: Card, kind: str) -> dict[str, tuple[str, ...]]:
    """The methods that weights could be for, each with its tasks.

    Args:
        card: of the weights.
        kind: of their network.
    """
    found: dict[str, tuple[str, ...]] = {}
    for task in TASKS:
        for method in own_models(task):
            judges = method in TASKS[task].critic_methods.values()
            fits_kind = judges is (kind == DISCRIMINATOR)
            if fits_kind and _wants_prior(task, method) is _is_prior(card):
                found[method] = (*found.get(method, ()), task)
    return found


def check_purpose(entry: Entry) -> None:
    """See that the tasks are there, and know the method as one that works with a model.

    Raises:
        SettingsError: one is not, or does not.
    """
    for task in entry.tasks:
        if entry.method not in own_models(task):
            all_methods = "; ".join(
                f"{each} by {', '.join(methods)}" for each in TASKS if (methods := own_models(each))
            )
            raise SettingsError(
                f"{task} has no method {entry.method} that works with a model; "
                f"there are: {all_methods}"
            )


def check_kind(entry: Entry, card: Card) -> None:
    """See that a method that asks a prior gets one, and any other method or critic none.

    Raises:
        ModelError: it is the other way round.
    """
    is_prior = _is_prior(card)
    for task in entry.tasks:
        if is_prior != _wants_prior(task, entry.method):
            has, wants = ("a prior", "a network that restores")[:: 1 if is_prior else -1]
            raise ModelError(
                f"{entry.name} is {has}, and {task} by method {entry.method} works with {wants}; "
                "name another task or method"
            )


def check_judge(entry: Entry, kind: str) -> None:
    """See that a discriminator comes where a critic is wanted, and there alone.

    Args:
        entry: that the weights would get.
        kind: of their network.

    Raises:
        ModelError: it is the other way round.
    """
    judges, file = kind == DISCRIMINATOR, entry.path.name
    if all(entry.method in TASKS[task].critic_methods.values() for task in entry.tasks) is judges:
        return
    if judges:
        raise ModelError(f"{file} holds a {kind}, which judges sound and restores none")
    raise ModelError(f"{file} holds a network that is no discriminator, and cannot be a critic")


def _is_prior(card: Card) -> bool:
    return card.sigma_data > 0.0


def _wants_prior(task: str, method: str) -> bool:
    kind = TASKS[task]
    return method not in (*kind.restorer_methods, *kind.critic_methods.values())
