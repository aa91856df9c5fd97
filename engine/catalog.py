"""Catalog: which models are there, for which task and method; known without loading any.

An entry pairs a network with a file of weights. Only files are looked at here: torch stays out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ModelError


@dataclass(frozen=True)
class Entry:
    """One model.

    Attributes:
        name: `denoise-light`; one of a kind in a catalogue.
        title: what menus call it.
        tasks: the tasks it serves.
        method: what those tasks call it.
        network: a name in NETWORKS.
        sample_rate: in Hz; what it was trained on.
        path: of its weights, safetensors.
        sha256: of that file, in hexadecimal.
        licence: of the weights, an SPDX expression.
        sources: what it was trained on, with licences.
        version: of the weights.
        scores: measured figures, by name.
        recipe: name of the file that says how it was trained.
        description: one sentence on what it is for.
        optional: whether it is taken only where it is asked for by name, and never by itself.
        signed: who says that it is fit for use, of a model that was trained here.
    """

    name: str
    title: str
    tasks: tuple[str, ...]
    method: str
    network: str
    sample_rate: int
    path: Path
    sha256: str
    licence: str
    sources: tuple[str, ...] = ()
    version: str = "1"
    scores: Mapping[str, float] = field(default_factory=dict)
    recipe: str = ""
    description: str = ""
    optional: bool = False
    signed: str = ""

    @property
    def is_experimental(self) -> bool:
        """Whether nobody has signed it yet."""
        return self.optional and not self.signed


@dataclass(frozen=True)
class Catalog:
    """Entries in order of preference: the first that serves a task and method is taken."""

    entries: tuple[Entry, ...] = ()

    def methods(self, task: str) -> tuple[str, ...]:
        """What methods of a task have a model."""
        return tuple(dict.fromkeys(each.method for each in self._serving(task)))

    def find(self, task: str, method: str, called: str = "") -> Entry:
        """The model of a task's method.

        Args:
            task: by name.
            method: as the catalogue calls it.
            called: what the task calls it, if that is something else.

        Raises:
            ModelError: none is installed.
        """
        for entry in self._serving(task):
            if entry.method == method:
                return entry
        raise ModelError(
            f"{task} by method {called or method} needs a model, and none is installed; "
            "import its file with `runout models import FILE`, or choose another method"
        )

    def serving(self, task: str, method: str) -> tuple[Entry, ...]:
        """All models of a task's method, the one that is taken first."""
        return tuple(each for each in self._serving(task) if each.method == method)

    def preferring(self, names: Sequence[str]) -> "Catalog":
        """The same with some models before all others, in the order given.

        Raises:
            ModelError: one of them is not there.
        """
        named = {each.name: each for each in self.entries}
        for name in names:
            if name not in named:
                known = ", ".join(named) or "none"
                raise ModelError(f"there is no model '{name}'; there are: {known}")
        others = (each for each in self.entries if each.name not in names)
        return Catalog((*(named[name] for name in names), *others))

    def _serving(self, task: str) -> Iterable[Entry]:
        return (entry for entry in self.entries if task in entry.tasks)
