"""Witness: looks at the window and at what lies on the disk, and says when something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hour.hands import Hand
from hour.judging import Held, Samples, Wrong, read_grid, read_project
from hour.side import RATE, Side
from hour.window import Window


@dataclass
class Witness:
    """What steps have in common: waiting for what they do, and checking what came of it.

    marks: the operations in force after each step. kept: what the project held, by names.
    """

    window: Window
    hand: Hand
    side: Side
    folder: Path
    out: Path
    marks: list[tuple[str, ...]] = field(default_factory=list)
    kept: dict[str, Held] = field(default_factory=dict)
    n_checks: int = 0

    def check(self, holds: bool, sentence: str) -> None:
        """Count a check.

        Raises:
            Wrong: it does not hold.
        """
        self.n_checks += 1
        if not holds:
            raise Wrong(sentence)

    def is_done(self, title: str) -> bool:
        """Whether the project has a step already that a kill cut short."""
        state = self.window.state()
        return len(state["titles"]) == len(self.marks[-1]) + 1 and state["titles"][-1] == title

    def wait_for_one(self, title: str) -> dict[str, Any]:
        """Wait until one more operation is in force, of that title."""
        n_before = len(self.marks[-1])

        def came(state: dict[str, Any]) -> bool:
            if state["banner"] and not state["is_busy"] and len(state["history"]) == n_before:
                self._complain(state["banner"])
            return len(state["history"]) == n_before + 1 and not state["is_busy"]

        state = self.window.wait(title, came)
        self.check(state["titles"][-1] == title, f"{state['titles'][-1]} was done")
        return state

    def wait_to_monitor(self, name: str) -> None:
        """Wait until that is heard and shown."""
        self.window.wait(name, lambda s: s["monitored"] == name)

    def wait_for_decisions(self, count: int) -> None:
        """Wait until so many events are decided on."""
        self.window.wait(
            f"{count} decisions",
            lambda s: s["counts"]["accepted"] + s["counts"]["rejected"] == count,
        )

    def _complain(self, banner: str) -> None:
        if "recommendation" not in banner:
            raise Wrong(f"the window says: {banner}")

    def check_drawn(
        self, selection: dict[str, Any], wanted: tuple[float, ...], pixels: float = 1.5
    ) -> None:
        """As drawn to a pixel by mouse, as typed by keys."""
        start, stop, low, high = wanted
        x, y = self.window.ask("point", time_s=start, hz=high)
        x_low, y_low = self.window.ask("point", time_s=stop, hz=low)
        first, last = (self.window.ask("spot", x=a, y=b) for a, b in ((x, y), (x_low, y_low)))
        is_mouse = self.hand.name == "mouse" or pixels > 2
        time_s = pixels * first["pixel_s"] if is_mouse else 1e-4
        for name, at, reach in (
            ("start_s", start, time_s),
            ("stop_s", stop, time_s),
            ("high_hz", high, pixels * first["pixel_hz"] if is_mouse else 0.1),
            ("low_hz", low, pixels * last["pixel_hz"] if is_mouse else 0.1),
        ):
            self.check(abs(selection[name] - at) <= reach, f"{name} is {selection[name]}, not {at}")

    def look(self, name: str) -> Held:
        """Read the project once all is at rest, and keep what it holds under a name, if any."""
        state = self.window.settle()
        held = read_project(Path(state["folder"]), self.folder)
        self.check(held.ids == tuple(state["history"]), "the project holds another history")
        if name:
            self.kept[name] = held
        return held

    def same(self, held: Held, name: str) -> bool:
        """Whether it sounds as it did under a name."""
        return np.array_equal(held.samples, self.kept[name].samples)

    @property
    def source(self) -> Samples:
        """The samples of the side, (channel time)."""
        return read_grid(self.side.path).astype(np.float32) / np.float32(2**23)

    def nearer_db(self, before: Samples, after: Samples, span: tuple[int, int]) -> float:
        """How much nearer to the undamaged sound a span has come."""
        part = slice(*span)
        clean = self.side.clean[part]
        errors = [np.mean((each[0, part] - clean) ** 2) for each in (before, after)]
        return float(10.0 * np.log10(errors[0] / errors[1]))

    def check_outside(self, before: Any, after: Any, spans: list[tuple[int, int]]) -> None:
        """Nothing outside of some spans has changed by a bit, and something inside has."""
        inside = np.zeros(before.shape[1], bool)
        for start, stop in spans:
            inside[start:stop] = True
        same = (before == after).all(axis=0)
        self.check(bool(same[~inside].all()), f"{(~same[~inside]).sum()} samples outside differ")
        self.check(not same[inside].all(), "nothing inside has changed")

    def check_band(
        self,
        before: Samples,
        after: Samples,
        span: tuple[int, int],
        points: Sequence[tuple[float, float]],
    ) -> None:
        """What is taken out lies in the band that was drawn, but for what a filter lets through."""
        low_hz, high_hz = min(hz for _, hz in points), max(hz for _, hz in points)
        taken = (before - after)[0, slice(*span)]
        power = np.abs(np.fft.rfft(taken * np.hanning(len(taken)))) ** 2
        hz = np.fft.rfftfreq(len(taken), 1 / RATE)
        far = (hz < low_hz / 1.5) | (hz > high_hz * 1.3)
        leak_db = 10.0 * np.log10(max(power[far].sum(), 1e-30) / power[~far].sum())
        self.check(leak_db < -30.0, f"what is far from the band was changed: {leak_db:.1f} dB")


def level_db(samples: Samples, span_s: tuple[float, float], band_hz: tuple[float, float]) -> float:
    """The level of a band in a span of time."""
    start, stop = (round(each * RATE) for each in span_s)
    power = np.abs(np.fft.rfft(samples[0, start:stop] * np.hanning(stop - start))) ** 2
    hz = np.fft.rfftfreq(stop - start, 1 / RATE)
    return float(10.0 * np.log10(power[(hz >= band_hz[0]) & (hz < band_hz[1])].sum()))
