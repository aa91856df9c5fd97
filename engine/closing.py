"""Closing: the base of what holds files open and is used in a `with` block."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """Is closed when its block ends, however that ends."""

    @abstractmethod
    def close(self) -> None:
        """Let go of all that is held; nothing can be done with it afterwards."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
