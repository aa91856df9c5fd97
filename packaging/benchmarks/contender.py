"""Contender: one way to restore that takes part in the quality page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.model_sets import Case, Wave

Way = Callable[[Sequence[Case]], list[Wave]]
"""Restores cases one by one."""


@dataclass(frozen=True, eq=False)
class Contender:
    """One way to restore.

    Attributes:
        name: what tables call it.
        way: does it.
        key: what figures of it hang on.
        family: of which the best is shown; its name where there is but one.
        is_own: whether it is Runout's.
        is_slow: whether a few clips have to do.
        is_program: whether the work is done by another program.
        twin: the same steps in the other order, which are tried where these are good.
        is_twin: whether it is such a twin.
    """

    name: str
    way: Way
    key: str
    family: str = ""
    is_own: bool = False
    is_slow: bool = False
    is_program: bool = False
    twin: str = ""
    is_twin: bool = False

    @property
    def kin(self) -> str:
        """Its family."""
        return self.family or self.name


def noise_of(case: Case) -> Wave:
    """A second of the noise alone, which cases for methods that are told of it have."""
    assert case.noise is not None
    return case.noise
