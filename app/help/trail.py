"""Trail: the places a reader was at, and where on the way back he is."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Stop:
    """A place, and how far down its chapter was scrolled when it was left; None: not left yet."""

    place: str
    scroll: int | None = None


class Trail:
    """Goes back and forward; going anywhere else from there forgets what lay ahead."""

    def __init__(self) -> None:
        self._stops: list[Stop] = []
        self._at = -1

    @property
    def can_back(self) -> bool:
        """Whether there is a place before this one."""
        return self._at > 0

    @property
    def can_forward(self) -> bool:
        """Whether this one was gone back to."""
        return self._at + 1 < len(self._stops)

    def leave(self, scroll: int) -> None:
        """Remember how far down this place is left."""
        if self._stops:
            self._stops[self._at] = replace(self._stops[self._at], scroll=scroll)

    def go(self, place: str) -> None:
        """Go somewhere; to where one is already is no step."""
        if self._stops and self._stops[self._at].place == place:
            return
        self._stops[self._at + 1 :] = [Stop(place)]
        self._at += 1

    def step(self, by: int) -> Stop | None:
        """Go back (-1) or forward (1); None where there is nothing."""
        if not 0 <= self._at + by < len(self._stops):
            return None
        self._at += by
        return self._stops[self._at]
