"""Companion: another network that a family needs beside the one it trains, as a recipe names it."""

from typing import TypeVar

from engine.errors import SettingsError
from engine.models.network import Network
from training.families.base import Ground

_Kind = TypeVar("_Kind", bound=Network)


def find_companion(ground: Ground, name: str, kind: type[_Kind]) -> _Kind | None:
    """The network of the table [family.NAME]; None where the recipe has none.

    Raises:
        SettingsError: it is of another kind.
    """
    network = ground.networks.get(name)
    if network is None or isinstance(network, kind):
        return network
    raise SettingsError(f"[family.{name}] is a {network.kind}, and cannot be the {name}")


def need_companion(ground: Ground, name: str, kind: type[_Kind]) -> _Kind:
    """The network of the table [family.NAME].

    Raises:
        SettingsError: there is none, or it is of another kind.
    """
    network = find_companion(ground, name, kind)
    if network is None:
        raise SettingsError(f"{ground.recipe.training.family} needs the table [family.{name}]")
    return network
