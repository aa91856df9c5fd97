"""Reads the original and the result ahead of the playing position, on a thread of its own.

Shapes:
    a page's recordings   (channel time)   float32, PAGE_SAMPLES long but for the last page

The audio callback reads `reel` and writes `Reel.position`; both are single references, so neither
side ever waits for the other.
"""

import threading
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import NamedTuple

from engine.audio import Recording, Samples
from engine.errors import EngineError

PAGE_SAMPLES = 16384
AHEAD_S = 3.0
POLL_S = 0.05


@dataclass(frozen=True, eq=False)
class Cue:
    """A wish to play samples [start, stop); two equal wishes are still two cues.

    is_seamless: a loop of it is led back to its start by a fade, as a step in the wave would be
        heard through a filter as a click of its own.
    """

    start: int
    stop: int
    is_seamless: bool = False


class Page(NamedTuple):
    """The same samples of both recordings."""

    original: Samples
    result: Samples


@dataclass(eq=False)
class Reel:
    """What is buffered for a cue, and the sample its playing has come to."""

    cue: Cue
    position: int
    pages: dict[int, Page] = field(default_factory=dict)


class _NewResult(NamedTuple):
    result: Recording
    start: int
    stop: int


class PlaybackBuffer:
    """Some seconds of two recordings of equal shape, ahead of where playing is."""

    def __init__(self, original: Recording, result: Recording) -> None:
        self.n_channels = original.n_channels
        self.n_samples = original.n_samples
        self.sample_rate = original.sample_rate
        self.loop = False
        self.reel: Reel | None = None
        self.failure: EngineError | None = None
        self._original, self._result = original, result
        self._wishes: SimpleQueue[Cue | _NewResult] = SimpleQueue()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="playback buffer", daemon=True)

    def start(self) -> None:
        """Begin to read, on the buffer's own thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop reading and join the thread."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def play(self, cue: Cue) -> None:
        """Ask for another cue; `reel` becomes its own once the first pages are there."""
        self._wishes.put(cue)
        self._wake.set()

    def replace_result(self, result: Recording, start: int, stop: int) -> None:
        """Take another result, which differs from the present one inside [start, stop) alone."""
        self._wishes.put(_NewResult(result, start, stop))
        self._wake.set()

    def pump(self) -> None:
        """Grant all wishes and read until everything wanted is buffered."""
        reading = True
        while reading and not self._closing:
            self._grant_wishes()
            reading = self._read_one()

    def _grant_wishes(self) -> None:
        cue = None
        while not self._wishes.empty():
            wish = self._wishes.get()
            if isinstance(wish, Cue):
                cue = wish  # of several, as a dragged playhead makes them, the last one counts
            else:
                self._take_result(wish)
        if cue is not None:
            self._take_cue(cue)

    def _run(self) -> None:
        while not self._closing:
            try:
                self.pump()
            except EngineError as error:
                self.failure = error
                return
            # polled, as the callback must not touch a lock to tell how far it is
            self._wake.wait(POLL_S if self.reel is not None else None)
            self._wake.clear()

    def _take_cue(self, cue: Cue) -> None:
        old = self.reel
        reel = Reel(cue, cue.start, dict(old.pages) if old else {})
        for index in self._wanted(reel)[:2]:
            if index not in reel.pages:
                reel.pages[index] = self._read(index)
        self.reel = reel

    def _take_result(self, wish: _NewResult) -> None:
        self._result = wish.result
        old = self.reel
        stale = old.pages.keys() & set(_pages(wish.start, wish.stop)) if old else set()
        if old is not None and stale:
            # a reel of its own, so that the mixer can fade from the old result to the new one
            fresh = {index: self._read(index) for index in stale}
            self.reel = Reel(old.cue, old.position, old.pages | fresh)

    def _read_one(self) -> bool:
        reel = self.reel
        if reel is None:
            return False
        wanted = self._wanted(reel)
        for index in reel.pages.keys() - set(wanted):
            del reel.pages[index]
        missing = next((index for index in wanted if index not in reel.pages), None)
        if missing is not None:
            reel.pages[missing] = self._read(missing)
        return missing is not None

    def _wanted(self, reel: Reel) -> list[int]:
        """Pages to hold, the most urgent first."""
        start, stop = reel.cue.start, reel.cue.stop
        ahead = reel.position + round(AHEAD_S * self.sample_rate)
        # one page beyond the stop and one before the start, for the fades outside them
        wanted = _pages(reel.position - PAGE_SAMPLES, min(ahead, stop + PAGE_SAMPLES))
        wanted.sort(key=lambda index: index < reel.position // PAGE_SAMPLES)
        # the start as well, so that looping can be switched on at the last moment
        looped = min(max(ahead - stop, 1), stop - start) if self.loop else 1
        before = min(start, PAGE_SAMPLES) if reel.cue.is_seamless else 0
        wanted += _pages(start - before, start + looped)
        last = (self.n_samples - 1) // PAGE_SAMPLES
        return [index for index in dict.fromkeys(wanted) if 0 <= index <= last]

    def _read(self, index: int) -> Page:
        start = index * PAGE_SAMPLES
        stop = min(start + PAGE_SAMPLES, self.n_samples)
        original = self._original.read(start, stop).samples
        return Page(original, self._result.read(start, stop).samples)


def _pages(start: int, stop: int) -> list[int]:
    return list(range(start // PAGE_SAMPLES, -(-stop // PAGE_SAMPLES)))
