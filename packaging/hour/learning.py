"""Learning: the steps of a training, page by page, and what must have come of each."""

import contextlib
import json
import os
import signal
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from hour.hands import Mouse
from hour.judging import Wrong
from hour.window import Stuck, Window
from training.run_status import KILLED, RUNNING, RunStatus, read_status
from training.wizard.plan import JUDGE, RUN, Plan, load_plan

RATE = 44100
TITLE = "Air of 1920"
_SCROLLS = 40
_WHEEL_UP, _WHEEL_DOWN = 4, 5
_SHORT_S, _LONG_S = 120.0, 900.0
_MUSIC_MINUTES = 10


def make_music(folder: Path) -> Path:
    """Ten recordings of a minute each: chords of decaying notes, each in a key of its own."""
    folder.mkdir(parents=True)
    for number in range(_MUSIC_MINUTES):
        rng = np.random.default_rng(number)
        samples = 0.0005 * rng.standard_normal(60 * RATE)
        for start in range(0, len(samples) - 2 * RATE, RATE // 3):
            time_s = np.arange(2 * RATE) / RATE
            hz = 110.0 * 2.0 ** (rng.integers(0, 36) / 12.0 + number / 120.0)
            fall = np.exp(-3.0 * time_s) * np.minimum(1.0, time_s / 0.008)
            for harmonic in range(1, 9):
                tone = np.sin(2 * np.pi * harmonic * hz * time_s)
                samples[start : start + len(time_s)] += 0.06 / harmonic * fall * tone
        path = folder / f"piece {number + 1}.flac"
        soundfile.write(path, np.clip(samples, -0.99, 0.99), RATE, subtype="PCM_16")
    return folder


@dataclass
class Learning:
    """Drives the wizard with a mouse and looks at the disk."""

    window: Window
    hand: Mouse
    home: Path
    out: Path
    music: Path
    transfer: Path
    minutes: float
    kills: bool
    n_checks: int = 0

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """Names and deeds in their order."""
        kills = (
            ("kill-window", self.kill_window),
            ("kill-trainer", self.kill_trainer),
            ("kill-both", self.kill_both),
        )
        return (
            ("wizard", self.open_wizard),
            ("goal", self.say_goal),
            ("music", self.give_music),
            ("noise", self.give_noise),
            ("damage", self.match),
            ("split", self.divide),
            ("machine", self.measure),
            ("begin", self.begin),
            *(kills if self.kills else ()),
            ("run", self.wait_for_run),
            ("judge", self.judge),
            ("votes", self.vote),
            ("publish", self.publish),
            ("use", self.use),
        )

    @property
    def folder(self) -> Path:
        """Of the training."""
        found = list((self.home / ".local/share/Runout/trainings").glob("*/plan.json"))
        if len(found) != 1:
            raise Wrong(f"there are {len(found)} trainings")
        return found[0].parent

    @property
    def plan(self) -> Plan:
        """As it is on the disk."""
        return load_plan(self.folder)

    @property
    def run(self) -> RunStatus:
        """How the trainer does."""
        return read_status(self.folder / RUN)

    def check(self, holds: bool, sentence: str) -> None:
        """Count a check.

        Raises:
            Wrong: it does not hold.
        """
        self.n_checks += 1
        if not holds:
            raise Wrong(sentence)

    # Pages.

    def open_wizard(self) -> None:
        """From the menu."""
        self.hand.choose("Models", "train_model")
        self.window.wait("the wizard", lambda s: s["active"] == "WizardWindow")

    def say_goal(self) -> None:
        """A title is all that has to be said."""
        self.press("New Training")
        self.wait_for(lambda: self.says("Give the model a title"), "the models")
        self.enter("Title in menus", TITLE)
        self.next("music")
        goal = self.plan.goal
        self.check((goal.task, goal.base) == ("denoise", "denoise-light"), f"the goal is {goal}")
        self.check(goal.title == TITLE, f"the title is {goal.title}")

    def give_music(self) -> None:
        """A folder, and the word that it may be used."""
        self.press("Add Folder…")
        self.name_file(self.music)
        self.wait_for(lambda: self.plan.music.places == (str(self.music),), "the folder")
        self.tick(self.find_text("may"))
        self.next("noise")
        self.check(self.plan.music.is_permitted, "nobody said that it may be used")

    def give_noise(self) -> None:
        """A transfer; its noise is found by itself."""
        self.press("Add Files…")
        self.name_file(self.transfer)
        self.next("damage")
        taken = [each for each in self.plan.noise.stretches if each.is_taken]
        self.check(bool(taken), "no stretch was taken")
        self.check(any((self.folder / "noise").iterdir()), "no noise was cut")

    def match(self) -> None:
        """The damage becomes that of the side."""
        self.press("Match to My Discs")
        self.wait_for(lambda: self.plan.damage.is_matched, "the match")
        time.sleep(4.0)  # for the picture
        self.next("split")

    def divide(self) -> None:
        """As suggested."""
        self.next("machine")

    def measure(self) -> None:
        """Say how long, and measure."""
        self.enter("Time for the training", f"{self.minutes:g}")
        self.press("Measure a Few Steps")
        self.wait_for(lambda: self.says("Measured on this computer"), "the measurement")
        self.check(self.plan.budget.minutes == self.minutes, "the time was not taken")
        self.next("run")
        recipe = tomllib.loads((self.folder / "recipe.toml").read_text())
        self.check(recipe["network"]["start"] == "base.safetensors", "it starts from nothing")

    def begin(self) -> None:
        """Start, and wait for the first steps."""
        self.press("Start Training")
        self.wait_for(lambda: self.run.step > 2, "the first steps")

    # Kills.

    def kill_window(self) -> None:
        """The trainer goes on, and the window finds it again."""
        trainer = self.run.pid
        self.window.kill()
        step = self.run.step
        self.wait_for(lambda: self.run.step > step + 1, "steps without a window")
        self.check(self.run.pid == trainer, "it is another trainer")
        self.come_back("A training goes on")
        self.wait_for(lambda: self.says("At work"), "the trainer in the window")

    def kill_trainer(self) -> None:
        """The window says so, and goes on from the checkpoint."""
        self.wait_for((self.folder / RUN / "checkpoint.safetensors").exists, "the checkpoint")
        os.kill(self.run.pid, signal.SIGKILL)
        self.wait_for(lambda: self.says("Cut off"), "the sentence")
        self.window_picture("killed-trainer")
        self.go_on()

    def kill_both(self) -> None:
        """The welcome page offers to go on."""
        trainer = self.run.pid
        self.window.kill()
        os.kill(trainer, signal.SIGKILL)
        self.wait_for(lambda: self.run.condition == KILLED, "the end of the trainer")
        self.come_back("A training was cut off")
        self.go_on()

    def come_back(self, card: str) -> None:
        """Start the window again, and take what the card offers."""
        self.window.start()
        self.wait_for(lambda: self.says(card), "the card")
        self.window_picture("card")
        self.press("Show the Training")
        self.window.wait("the wizard", lambda s: s["active"] == "WizardWindow")

    def go_on(self) -> None:
        """Go on from the checkpoint."""
        self.press("Go On")
        self.wait_for(lambda: self.run.condition == RUNNING and self.run.state == "training",
                      "the trainer")  # fmt: skip
        step = self.run.step
        self.wait_for(lambda: self.run.step > step, "steps after the checkpoint")

    # Results.

    def wait_for_run(self) -> None:
        """To the end of its minutes."""
        self.wait_for(lambda: self.run.state == "done", "the end of the training", _LONG_S)
        self.check(self.run.seconds >= 60.0 * self.minutes, "it ended early")
        self.check((self.folder / RUN / "best.safetensors").exists(), "there are no weights")
        self.wait_for(lambda: self.says("Done"), "the end in the window")
        self.hand.screen.rest()
        time.sleep(1.0)  # for the last picture of its example
        self.hand.screen.shoot(self.out / "training.png", self.window.ask("frame"))

    def judge(self) -> None:
        """By figures, which makes clips for the ears."""
        self.next("judge")
        self.press("Judge the Model")
        self.wait_for((self.folder / JUDGE / "result.json").exists, "the figures", _LONG_S)

    def vote(self) -> None:
        """Hear, prefer, hear no difference, and see what it was; without sound only that."""
        self.press("Hear A")
        self.wait_for(lambda: self._can_prefer() or self.says("no sound device"), "sound")
        if self._can_prefer():
            for number in range(1, 4):
                self.press(f"Hear {'ABC'[number - 1]}")
                self.press_starting("Prefer")
                self.wait_for(partial(self._has_votes, number), "a vote")
            self.press("Hear A")
            self.press("Hear B")
            self.press("No difference")
            self.wait_for(partial(self._has_votes, 4), "a vote for none")
        self.press("Show the result now")
        self.wait_for(lambda: self.plan.judged.is_revealed, "the result")

    def _can_prefer(self) -> bool:
        return any(each.startswith("Prefer") for each in self.window.ask("buttons"))

    def _has_votes(self, count: int) -> bool:
        return len(self.plan.judged.votes) == count

    def publish(self) -> None:
        """Signed, as somebody has heard it."""
        self.next("publish")
        self.enter("Signed by", "A. Archivist")
        self.press_starting("Publish")
        self.wait_for(lambda: bool(self.plan.judged.published), "the model")
        models = self.home / ".local/share/Runout/models"
        name = self.plan.judged.published
        entry = tomllib.loads((models / f"{name}.toml").read_text())["model"][0]
        self.check(entry["title"] == TITLE, f"it is called {entry['title']}")
        for paper in ("card.md", "recipe.toml", "manifest.csv"):
            self.check((models / name / paper).exists(), f"{paper} is missing")

    def use(self) -> None:
        """On a side, from the page on; the record names the model."""
        self.window.kill()
        self.window.start(self.transfer)
        self.hand.choose("Models", "train_model")
        self.press("Go On")
        self.press("Use It on a Side Now")
        self.window.wait("the main window", lambda s: s["active"] == "MainWindow")
        self.hand.run()
        state = self.window.wait("the operation", lambda s: s.get("history"), _LONG_S)
        self.check(state["titles"] == ["Denoise"], f"{state['titles']} was done")
        self.window.settle()
        told = (Path(state["folder"]) / "journal.jsonl").read_text()
        self.check(self.plan.judged.published in told, "another model was used")

    def end_trainer(self) -> None:
        """Leave no trainer behind."""
        with contextlib.suppress(Wrong, OSError):
            if self.run.condition == RUNNING:
                os.kill(self.run.pid, signal.SIGKILL)

    # Hands and eyes.

    def says(self, text: str) -> bool:
        """Whether a label that can be seen holds a text."""
        return any(text in each for each in self.window.ask("labels"))

    def find_text(self, part: str) -> str:
        """The text of the box to tick that has a word in it."""
        found: list[str] = self.window.ask("boxes")
        return next(each for each in found if part in each)

    def press(self, name: str) -> None:
        """Press a button, scrolling to it where it is out of sight, once it can be pressed."""
        self.wait_for(lambda: self.enabled(name), f"'{name}' to press")
        self.click("widget", name=name, kind="QAbstractButton")

    def press_starting(self, start: str) -> None:
        """Press the button whose text begins so."""
        names: list[str] = []

        def seen() -> bool:
            names[:] = [each for each in self.window.ask("buttons") if each.startswith(start)]
            return bool(names)

        self.wait_for(seen, f"a button '{start}…'")
        self.press(names[0])

    def enabled(self, name: str) -> bool:
        """Whether a button can be pressed."""
        value: dict[str, Any] | None = self.window.ask("value", name=name, kind="QAbstractButton")
        return value is not None and bool(value["enabled"])

    def tick(self, box: str) -> None:
        """Tick a box."""
        x, y, _, height = self.sight("widget", name=box)
        self.hand.screen.click(x + height // 2, y + height // 2)

    def enter(self, field: str, text: str) -> None:
        """Write into a field."""
        x, y, width, height = self.sight("widget", name=field)
        self.hand.screen.click(x + width // 3, y + height // 2)
        self.hand.screen.key("ctrl+a")
        self.hand.screen.type(text)
        self.hand.screen.key("Tab")

    def next(self, page: str) -> None:
        """To the next page, once one may."""
        self.press("Next")
        self.wait_for(lambda: self.plan.page == page, f"the page {page}")

    def name_file(self, path: Path) -> None:
        """Write a path into the dialog that asks for files."""
        self.window.wait("the file dialog", lambda s: s["active"] == "QFileDialog")
        self.hand.name_file(path)

    def click(self, question: str, **details: str) -> None:
        """Click in the middle of something."""
        x, y, width, height = self.sight(question, **details)
        self.hand.screen.click(x + width // 2, y + height // 2)

    def sight(self, question: str, **details: str) -> list[int]:
        """Where something is, after turning the wheel until it is in sight."""
        for turn in range(_SCROLLS):
            found = self.window.ask(question, **details)
            if found is not None:
                return list(found)
            x, y, width, height = self.window.ask("page")
            wheel = _WHEEL_DOWN if turn < _SCROLLS // 2 else _WHEEL_UP
            self.hand.screen.click(x + width - 12, y + height // 2, button=wheel)
            time.sleep(0.1)
        raise Stuck(f"there is no {details} on the page: {self.window.ask('labels')}")

    def wait_for(self, holds: Callable[[], Any], what: str, longest_s: float = _SHORT_S) -> None:
        """Wait until something is so."""
        until = time.monotonic() + longest_s
        while not holds():
            if time.monotonic() > until:
                raise Stuck(f"{what} did not come: {json.dumps(self.window.ask('labels'))}")
            time.sleep(0.2)

    def window_picture(self, name: str) -> None:
        """Keep a picture besides those of the steps."""
        self.hand.screen.shoot(self.out / f"{name}.png")
