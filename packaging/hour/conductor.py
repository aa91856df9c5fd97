"""Conductor: goes through the steps, kills where that is asked for, and tells what was measured."""

import contextlib
import random
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hour.hands import Hand, Keyboard, Mouse
from hour.judging import Held, Wrong, find_projects, partial_exports, read_project, sha256
from hour.screen import Screen
from hour.side import make_side
from hour.steps import Hour
from hour.window import Gone, Stuck, Window

HANDS: dict[str, type[Hand]] = {"mouse": Mouse, "keyboard": Keyboard}
SESSIONS = Path(".local/share/Runout/sessions")
CARD_S = 10.0
_KEYS = ("b", "ctrl", "shift", "alt")
Failure = (Gone, Stuck, Wrong, subprocess.CalledProcessError, OSError)


class Failed(Exception):
    """The hour cannot go on."""


@dataclass
class Figures:
    """What was measured."""

    n_kills: int = 0
    n_shown: int = 0
    lost: list[str] = field(default_factory=list)
    n_cards: int = 0
    moments: list[str] = field(default_factory=list)


class Killer:
    """Ends the process after a while, once it was asked what it shows."""

    def __init__(self, window: Window, delay_s: float) -> None:
        self._window = window
        self._timer = threading.Timer(delay_s, self._kill)
        self._timer.start()

    def _kill(self) -> None:
        try:
            self._window.state()
        except Gone:
            return
        self._window.kill()

    def finish(self) -> None:
        """Kill now, if that has not happened yet."""
        self._timer.cancel()
        self._timer.join()
        if self._window.is_running:
            self._kill()


def conduct(by: str, n_kills: int, seed: int, out: Path, folder: Path) -> int:
    """Go through the hour, with kills once more, their moments drawn from a seed.

    Returns:
        The exit code.
    """
    figures = Figures()
    times_s: dict[str, float] = {}
    for kills in sorted({0, n_kills}):
        place, pictures = folder / f"with {kills} kills", out / "kills" if kills else out
        for each in (place, pictures):
            each.mkdir(exist_ok=True)
        print(f"by {by}, with {kills} kills:", flush=True)
        try:
            times_s = _go_through(by, kills, seed, pictures, place, times_s, figures)
        except Failed as error:
            print(error)
            return 1
    if n_kills:
        print(f"kills: {figures.n_kills}, recovery cards: {figures.n_cards}, "
              f"operations checked: {figures.n_shown}, lost: {len(figures.lost)}")  # fmt: skip
        print("killed in: " + ", ".join(figures.moments))
    return 1 if figures.lost else 0


def _go_through(
    by: str,
    n_kills: int,
    seed: int,
    out: Path,
    folder: Path,
    times_s: Mapping[str, float],
    figures: Figures,
) -> dict[str, float]:
    """One hour; returns how long each step took, from which the moments of kills are drawn.

    Raises:
        Failed: something is wrong.
    """
    side = make_side(folder)
    source, home = sha256(side.path), folder / "home"
    home.mkdir()
    taken_s: dict[str, float] = {}
    with Screen(home) as screen:
        window = Window(screen, folder)
        hour = Hour(window, HANDS[by](screen, window), side, folder, out)
        rng, pointer = random.Random(seed), screen.pointer
        try:
            window.start()
            screen.shoot(out / "00-start.png")
            kills = _spread(n_kills, len(hour.steps))
            for number, (name, _) in enumerate(hour.steps):
                started = time.monotonic()
                for _ in range(kills[number]):
                    _interrupt(hour, number, rng.uniform(0.0, times_s[name]), figures)
                if len(hour.marks) <= number:
                    hour.do(number)
                taken_s[name] = time.monotonic() - started
                print(f"  {name:13} {taken_s[name]:5.1f} s", flush=True)
                if by == "keyboard" and screen.pointer != pointer:
                    raise Wrong("the pointer has moved")
            if sha256(side.path) != source:
                raise Wrong("the source was changed")
        except Failure as error:
            screen.shoot(out / "failure.png")
            raise Failed(f"{type(error).__name__}: {error}\n{window.log()}") from error
        finally:
            window.close()
    total_s = sum(taken_s.values())
    print(f"  {len(hour.steps)} steps, {hour.n_checks} checks, {total_s:.0f} s", flush=True)
    return taken_s


def _spread(n_kills: int, n_steps: int) -> list[int]:
    """How many kills each step gets: as evenly as can be."""
    return [n_kills * (n + 1) // n_steps - n_kills * n // n_steps for n in range(n_steps)]


def _interrupt(hour: Hour, number: int, delay_s: float, figures: Figures) -> None:
    """Begin a step, kill the process after a while, and come back."""
    killer = Killer(hour.window, delay_s)
    with contextlib.suppress(*Failure):  # what is wrong is told by what is left
        if len(hour.marks) <= number:
            hour.do(number)
    killer.finish()
    figures.n_kills += 1
    figures.moments.append(f"{hour.steps[number][0]} {delay_s:.1f} s")
    _come_back(hour, number, figures)


def _come_back(hour: Hour, number: int, figures: Figures) -> None:
    """Look at what was left, start again, and open it as a user does."""
    window, hand, side = hour.window, hour.hand, hour.side
    hand.screen.let_go(*_KEYS)
    before = _left(hour, figures)
    wrong = partial_exports(hour.folder / "out", round(side.duration_s * 44100))
    if wrong:
        raise Wrong("; ".join(wrong))
    window.start()
    if before is None or not before.all_ids:  # a folder in which nothing was done yet is no work
        if number > 0:
            hand.open(side.path)
            window.wait("the side", lambda s: s["path"])
        return
    state = window.wait("the card", lambda s: s["unclosed"], CARD_S)
    figures.n_cards += 1
    if figures.n_cards == 1:
        window.settle()
        hand.screen.shoot(hour.out / "recovery.png")
    hand.press(f"Open {state['unclosed'][0]}")
    state = window.wait("what was left", lambda s: s["path"])
    state = window.settle()
    figures.lost += sorted(window.shown - set(state["all"]))
    after = read_project(Path(state["folder"]), hour.folder)
    if after.ids != before.ids or not np.array_equal(after.samples, before.samples):
        raise Wrong("what was recovered has another history or another sound")
    _go_to(hour, hour.marks[-1] if hour.marks else ())


def _left(hour: Hour, figures: Figures) -> Held | None:
    """The project that a killed process has left; all operations that were shown are in it."""
    shown = hour.window.shown
    figures.n_shown += len(shown)
    found = find_projects(hour.folder / "home" / SESSIONS, hour.folder)
    found = [each for each in found if not each.name.startswith("look")]
    if not found:
        figures.lost += sorted(shown)
        return None
    held = read_project(found[-1], hour.folder)
    figures.lost += sorted(shown - set(held.all_ids))
    return held


def _go_to(hour: Hour, history: tuple[str, ...]) -> None:
    """Take back what a step cut short has done, unless the step goes on from there."""
    now = tuple(hour.window.state()["history"])
    while now != history and now[: len(history)] != history:
        hour.hand.redo() if now == history[: len(now)] else hour.hand.undo()
        now = tuple(hour.window.wait_for_other("history", list(now))["history"])
