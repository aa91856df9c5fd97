"""Run page: a trainer is started, watched, asked, and found again whoever started it."""

import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from app.wizard import run_page
from app.wizard.run_page import RunPage
from engine.audio import Audio
from engine.errors import StorageError
from engine.progress import ignore
from engine.storage.lock import take_lock
from tests.app.watchdog import Watchdog
from training.run_control import KEEP_BEST, PAUSE, STOP, asked, forget
from training.run_curve import append_curve
from training.run_folder import BEST, CHECKPOINT, PREVIEWS
from training.run_status import DONE, FAILED, PAUSED, STOPPED, TRAINING, RunStatus, write_status
from training.wizard.begin import Ready
from training.wizard.plan import RUN
from training.wizard.trainer import Trainer

TOLD = RunStatus(
    TRAINING, 120, 10**7, 0.25, 900.0, 0.8, 2700.0, base={"si_sdr_gain": 3.0, "agreement": 0.5},
    figure="agreement", best=0.6, best_step=100,
)  # fmt: skip
RATE = 8000


class FakeProcess(subprocess.Popen[bytes]):
    """One that runs, or has ended."""

    def __init__(self, code: int | None = None) -> None:
        self.returncode, self.pid, self._code = 0, 1, code

    def poll(self) -> int | None:
        return self._code


class FakeTrainer:
    """Fills a run folder as a trainer does, in this process."""

    def __init__(self, run: Path) -> None:
        self.run = run
        run.mkdir(parents=True, exist_ok=True)
        self._lock = take_lock(run)
        self.tell(TOLD)

    def tell(self, status: RunStatus) -> None:
        write_status(self.run, replace(status, told_s=time.time()))

    def judge(self, step: int, gain_db: float) -> None:
        row = {"step": step, "seconds": 9.0 * step, "train_loss": -0.01 * step}
        append_curve(self.run, {**row, "agreement": 0.5, "si_sdr_gain": gain_db})
        for name in (CHECKPOINT, BEST):
            (self.run / name).write_bytes(b"weights")

    def preview(self, step: int) -> None:
        folder = self.run / PREVIEWS
        folder.mkdir(exist_ok=True)
        samples = 0.1 * np.sin(np.arange(RATE) * 0.3) + 0.001 * step
        for name in ("degraded", "restored", "clean"):
            soundfile.write(folder / f"step-{step:06d}-{name}.wav", samples, RATE)
        (folder / f"step-{step:06d}.png").write_bytes(b"")

    def end(self, state: str, sentence: str = "") -> None:
        self.tell(replace(TOLD, state=state, sentence=sentence))
        self._lock.close()

    def die(self) -> None:
        self._lock.close()


@dataclass
class FakeBegin:
    """Starts a fake trainer."""

    ready: Ready
    is_anew: bool = False
    title: str = "Starting"
    failure: ClassVar[str] = ""
    trainers: ClassVar[list[FakeTrainer]] = []
    said: ClassVar[list[bool]] = []

    def run(self, progress=ignore):
        if self.failure:
            raise StorageError(self.failure)
        self.said.append(self.is_anew)
        started_s = time.time()
        run = self.ready.folder / RUN
        self.trainers.append(FakeTrainer(run))
        return Trainer(run, FakeProcess(), started_s)


@pytest.fixture(autouse=True)
def _fakes(monkeypatch):
    monkeypatch.setattr(run_page, "BeginJob", FakeBegin)
    monkeypatch.setattr(FakeBegin, "failure", "")
    monkeypatch.setattr(FakeBegin, "trainers", [])
    monkeypatch.setattr(FakeBegin, "said", [])
    yield
    for each in FakeBegin.trainers:
        each.die()


@pytest.fixture
def shown(work, qtbot):
    """Makes the page, as when the window is opened."""

    def show() -> RunPage:
        page = RunPage(work)
        qtbot.addWidget(page)
        page.resize(900, 800)
        page.show()
        page.enter()
        return page

    return show


def click(qtbot, button):
    assert button.isVisible(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_is_started_and_paused_and_goes_on(shown, work, qtbot):
    page = shown()
    assert (page.state.text(), page.begin.text()) == ("Not begun", "Start &Training")
    assert page.problem().startswith("Start the training")
    click(qtbot, page.begin)
    qtbot.waitUntil(lambda: page.state.text() == "At work")
    assert page.is_running()
    assert page.problem().startswith("The training is still at work")
    assert page.progress.text() == "15 min of 60 min · steps: 120 · 0.8 a second · left: 45 min"
    click(qtbot, page.pause)
    assert asked(work.folder / RUN) == PAUSE
    assert page.state.text() == "Ending as you asked"
    assert not page.stop.isEnabled()
    FakeBegin.trainers[0].judge(100, 4.2)
    FakeBegin.trainers[0].end(PAUSED)
    qtbot.waitUntil(lambda: page.state.text() == "Paused")
    assert page.begin.hasFocus()
    assert (page.begin.text(), page.problem(), page.is_running()) == ("&Go On", "", False)
    click(qtbot, page.begin)
    qtbot.waitUntil(lambda: page.state.text() == "At work")
    assert FakeBegin.said == [False, False]


def test_one_that_somebody_else_started_is_found(shown, work):
    trainer = FakeTrainer(work.folder / RUN)
    trainer.judge(60, 4.2)
    trainer.preview(60)
    page = shown()
    assert page.state.text() == "At work"
    assert page.gain.points == ((0.0, 3.0), (9.0, 4.2))
    assert page.gain.line == (3.0, "the model it started from")
    assert page.figures.text() == (
        "Now 4.2 dB better than the untouched clips, and 1.2 dB better than the model it started "
        "from. The weights that judged best are kept; they are those after step 100."
    )
    trainer.die()


def test_one_that_was_killed_is_told_and_goes_on(shown, work, qtbot):
    trainer = FakeTrainer(work.folder / RUN)
    trainer.judge(60, 4.2)
    trainer.die()
    page = shown()
    assert page.state.text() == "Cut off"
    assert "go on from there" in page.told.text()
    assert not page.is_running()
    click(qtbot, page.begin)
    qtbot.waitUntil(lambda: page.state.text() == "At work")


@pytest.mark.parametrize(
    ("state", "sentence", "title"),
    [(DONE, "", "Done"), (STOPPED, "", "Stopped"), (FAILED, "the disk of x is full", "Failed")],
)
def test_every_end_is_told(shown, work, state, sentence, title):
    trainer = FakeTrainer(work.folder / RUN)
    trainer.judge(60, -1.0)
    trainer.end(state, sentence)
    page = shown()
    assert page.state.text() == title
    assert page.begin.isVisible()
    assert page.told.isVisible()
    assert "Now 1.0 dB worse than the untouched clips, and 4.0 dB worse" in page.figures.text()
    if sentence:
        assert page.told.text() == "The disk of x is full."
        assert page.begin.text() == "&Try Again"


def test_more_time_is_needed_to_go_on_after_the_end(shown, work):
    trainer = FakeTrainer(work.folder / RUN)
    trainer.judge(60, 4.0)
    trainer.tell(replace(TOLD, state=DONE, seconds=3600.0))
    trainer.die()
    page = shown()
    assert not page.begin.isEnabled()
    work.change(budget=replace(work.plan.budget, minutes=90.0))
    page.enter()
    assert page.begin.isEnabled()


@pytest.mark.parametrize(("button", "wish"), [("keep", KEEP_BEST), ("stop", STOP)])
def test_it_can_be_ended_in_two_ways(shown, work, qtbot, button, wish):
    trainer = FakeTrainer(work.folder / RUN)
    page = shown()
    click(qtbot, getattr(page, button))
    assert asked(work.folder / RUN) == wish
    forget(work.folder / RUN)
    page.stop_running()
    assert asked(work.folder / RUN) == STOP
    trainer.die()


def test_starting_over_asks_first(shown, work, qtbot, monkeypatch):
    trainer = FakeTrainer(work.folder / RUN)
    trainer.end(STOPPED)
    page = shown()
    monkeypatch.setattr(run_page, "ask_starting_over", lambda parent: False)
    click(qtbot, page.over)
    assert FakeBegin.said == []
    monkeypatch.setattr(run_page, "ask_starting_over", lambda parent: True)
    click(qtbot, page.over)
    qtbot.waitUntil(lambda: FakeBegin.said == [True])


def test_what_keeps_it_from_starting_is_told(shown, work, qtbot, monkeypatch):
    said = []
    work.problem.connect(lambda sentence, kind: said.append(sentence))
    monkeypatch.setattr(FakeBegin, "failure", "no model to start from is chosen")
    page = shown()
    click(qtbot, page.begin)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["no model to start from is chosen"]
    assert not page.is_running()


def test_last_words_of_a_trainer_that_told_nothing_are_shown(shown, work, qtbot):
    page = shown()
    run = work.folder / RUN
    run.mkdir()
    (run / "trainer.log").write_text("Loading\nrecipe.toml is missing; name the recipe\n")
    page.look.follow(Trainer(run, FakeProcess(1), time.time()))
    assert page.told.text() == "recipe.toml is missing; name the recipe."


def test_examples_are_seen_heard_and_gone_back_to(shown, work, qtbot, monkeypatch):
    trainer = FakeTrainer(work.folder / RUN)
    trainer.preview(20)
    trainer.preview(40)
    page = shown()
    qtbot.waitUntil(lambda: page.triptych.told.text() == "After step 40")
    page.triptych.slider.setValue(0)
    qtbot.waitUntil(lambda: page.triptych.told.text() == "After step 20")
    played: list[Audio] = []
    monkeypatch.setattr(work.excerpt, "play", played.append)
    for name in ("degraded", "restored", "clean"):
        click(qtbot, page.triptych.buttons[name])
    assert [audio.n_samples for audio in played] == [RATE] * 3
    trainer.preview(60)
    qtbot.waitUntil(lambda: page.look.steps == (20, 40, 60))
    assert page.triptych.told.text() == "After step 20"  # an earlier one stays in view
    trainer.die()


def test_the_window_stays_alive_while_the_run_grows(shown, work, qtbot, monkeypatch):
    monkeypatch.setattr("app.wizard.run_look.EVERY_MS", 20)
    trainer = FakeTrainer(work.folder / RUN)
    for step in range(1, 3000):
        if step % 10 == 0:
            trainer.judge(step, 0.001 * step)
    page = shown()
    watchdog, is_over = Watchdog(), threading.Event()

    def grow() -> None:
        for step in range(3000, 3060):
            trainer.tell(replace(TOLD, step=step))
            trainer.judge(step, 0.001 * step)
            if step % 10 == 0:
                trainer.preview(step)
            time.sleep(0.02)
        is_over.set()

    writer = threading.Thread(target=grow)
    writer.start()
    qtbot.waitUntil(is_over.is_set, timeout=60_000)
    writer.join()
    qtbot.waitUntil(lambda: len(page.gain.points) == 360)
    watchdog.stop()
    trainer.die()
    assert watchdog.longest_s < 0.1
