"""Window: the demo side restored, heard and exported by mouse and keys, as a user does it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from app.translation_file import read_entries
from engine.region import Region
from hour.screen import Screen
from smoke.facts import SIDE, check
from smoke.restoring import RATE, check_restored
from smoke.sandbox import REPOSITORY, Sandbox
from smoke.seen import Seen
from smoke.training import NAME as TRAINED
from tests.sound import SoundServer, read_recorded, sound_server
from training.run_status import DONE, ENDED, RUNNING, read_status
from training.wizard.plan import RUN, Budget, Goal, Music, Plan, Split, save_plan

MAIN = f"{SIDE} - Runout"
DRAG = (0.45, 0.60)
"""Of the width of the window: where in the waveform the mouse draws a region."""
WAVE_Y = 0.36
"""Of its height: in the waveform."""
REGION_S = (5.0, 22.0)
"""Which part of the side that must be in, give or take."""
LEAST_ALIKE = 0.999
"""Correlation of a piece that was recorded with what was exported as removed."""
PIECE = RATE // 10
PLAYED_S, LEAST_HEARD_S = 2.5, 1.0
VISITS = (
    ("F1", "User Guide - Runout", "05-guide"),
    ("F2", "Keys and Mouse", "06-keys"),
    ("alt+h f", "First Steps", "07-first-steps"),
    ("alt+h a", "About Runout", "08-about"),
    ("ctrl+shift+b", "Batch - Runout", "09-batch"),
    ("ctrl+shift+n", "Train a Model - Runout", "10-wizard"),
)
"""Keys, the window they open, and the name of its picture."""
TRAINING = Path(".local/share/Runout/trainings/smoke")
MINUTES = 0.1


@dataclass
class Desk:
    """A screen, a sound server and the bare computer that they stand before."""

    sandbox: Sandbox
    screen: Screen
    sound: SoundServer
    pulse: dict[str, str]
    out: Path

    def window(self, **extra: str) -> Seen:
        """A window that is not open yet."""
        return Seen(self.sandbox, self.screen, self.out, self.pulse | extra)


@contextmanager
def desk(sandbox: Sandbox, out: Path) -> Iterator[Desk]:
    """Set a screen and a sound server up."""
    with (
        tempfile.TemporaryDirectory() as home,
        Screen(Path(home)) as screen,
        sound_server(RATE) as sound,
    ):
        sandbox.share_screen()
        yield Desk(sandbox, screen, sound, sandbox.share_sound(sound.environment), out)


def work_on_side(desk: Desk) -> str:
    """A region drawn by the mouse, the preset with a network, Removed played, the export."""
    sandbox, screen = desk.sandbox, desk.screen
    with desk.window().open(SIDE) as seen:
        x, y, width, height = screen.place(seen.wait_for(MAIN))
        seen.shoot("01-opened")
        row = y + round(WAVE_Y * height)
        start, stop = (x + round(share * width) for share in DRAG)
        screen.drag([(start, row), (stop, row)])
        screen.key("r")
        seen.wait("the denoised region", lambda: "Denoise" in _journal(sandbox))
        screen.rest()
        screen.key("3")
        seen.shoot("02-removed")
        recorded = sandbox.home.parent / "recorded.raw"
        with desk.sound.recorded(recorded):
            screen.key("shift+space")
            seen.wait("sound", lambda: _loud_s(recorded) >= PLAYED_S)
            seen.shoot("03-playing")
            screen.key("space")
        report = _export(desk, seen)
        heard_s = _heard_s(read_recorded(recorded)[0], sandbox, report)
        seen.quit()
    return f"sum exact; {heard_s:.1f} s of Removed were heard"


def _export(desk: Desk, seen: Seen) -> dict[str, Any]:
    """By the dialog, with what it proposes; returns the report, once it was checked."""
    desk.screen.key("ctrl+shift+e")
    seen.wait_for("Export")
    desk.screen.key("Return")
    place = desk.sandbox.work
    report = place / "side restored.runout.json"
    seen.wait("the report of the export", report.exists)
    desk.screen.rest()
    seen.shoot("04-exported")
    desk.screen.key("Return")
    seen.wait_to_go("Export")
    result = place / "side restored.flac"
    told = check_restored(place / SIDE, result)
    for each in told["operations"]:
        check(len(each["regions"]) == 1, f"{each['title']} was done on {each['regions']}")
    start_s, stop_s = _region_s(told)
    low, high = REGION_S
    check(low < start_s < stop_s < high, f"the mouse drew {start_s:.2f} to {stop_s:.2f} s")
    return told


def _heard_s(heard: NDArray[np.float32], sandbox: Sandbox, report: dict[str, Any]) -> float:
    """Seconds of a recording that are the removed part at its region.

    Each tenth of a second is looked for by itself: on a busy computer the sound device can run dry
    in between, and goes on a moment later where it was.
    """
    removed, _ = soundfile.read(sandbox.work / "side restored.removed.flac", dtype="float32")
    start, stop = (round(each * RATE) for each in _region_s(report))
    expected, loud = removed[start:stop], np.flatnonzero(heard)
    pieces = np.split(heard, range(loud[0], loud[-1], PIECE))[1:-1]
    found = sum(_is_in(each, expected) for each in pieces) * PIECE / RATE
    check(
        found >= LEAST_HEARD_S,
        f"of {len(pieces) * PIECE / RATE:.1f} s that were heard {found:.1f} s are Removed",
    )
    return found


def _is_in(piece: NDArray[np.float32], whole: NDArray[np.float32]) -> bool:
    """Whether a piece of sound is somewhere in the whole one.

    Differences of samples say where: rumble is alike everywhere.
    """
    if not np.any(piece):
        return False
    steps, all_steps = np.diff(piece), np.diff(whole)
    n_fft = 1 << int(np.ceil(np.log2(len(steps) + len(all_steps))))
    spectrum = np.fft.rfft(all_steps, n_fft) * np.conj(np.fft.rfft(steps, n_fft))
    n_places = len(whole) - len(piece) + 1
    energy = np.cumsum(np.concatenate([[0.0], all_steps.astype(np.float64) ** 2]))
    there = energy[len(steps) :][:n_places] - energy[:n_places]
    at = int(np.argmax(np.fft.irfft(spectrum, n_fft)[:n_places] / np.sqrt(there + 1e-12)))
    return float(np.corrcoef(piece, whole[at : at + len(piece)])[0, 1]) >= LEAST_ALIKE


def _region_s(report: dict[str, Any]) -> tuple[float, float]:
    """From when to when the first operation was done."""
    region = Region.parse(report["operations"][0]["regions"][0])
    return region.start_s, region.stop_s


def _loud_s(recorded: Path) -> float:
    """Seconds of a recording that are no silence."""
    return float(np.count_nonzero(read_recorded(recorded)[0])) / RATE


def _journal(sandbox: Sandbox) -> str:
    """What the projects that are open have written down."""
    sessions = sandbox.home / ".local/share/Runout/sessions"
    found = sessions.glob("*/journal.jsonl")
    return "".join(each.read_text(encoding="utf-8") for each in found)


def look_around(desk: Desk) -> str:
    """The windows of Help, the batch and the wizard, each once."""
    with desk.window().open(SIDE) as seen:
        seen.wait_for(MAIN)
        for keys, title, picture in VISITS:
            seen.visit(keys, title, picture)
        seen.quit()
    return ", ".join(title.removesuffix(" - Runout") for _, title, _ in VISITS)


def speak_german(desk: Desk) -> str:
    """In German, where the system speaks it."""
    entries = read_entries(REPOSITORY / "resources" / "i18n" / "de.po")
    words = {each.source: each.translation for each in entries}
    with desk.window(LANG="de_DE.UTF-8").open(SIDE) as seen:
        seen.wait_for(MAIN)
        seen.shoot("11-german")
        seen.visit("F2", words["Keys and Mouse"], "12-german-keys")
        seen.quit()
    return words["Keys and Mouse"]


def train_in_wizard(desk: Desk) -> str:
    """The page of a training that is ready: its trainer is a process of its own."""
    sandbox = desk.sandbox
    folder = sandbox.home / TRAINING
    save_plan(_plan(sandbox), folder)
    with desk.window().open() as seen:
        seen.wait_for("Runout")
        desk.screen.key("ctrl+shift+n")
        seen.wait_for("Train a Model")
        seen.press_until("alt+g", "Ten steps")  # the list of trainings comes a moment later
        desk.screen.key("alt+t")
        seen.wait("the trainer", lambda: read_status(folder / RUN).step > 0)
        status = read_status(folder / RUN)
        check(status.condition == RUNNING, f"the trainer is {status.condition}")
        program = os.readlink(f"/proc/{status.pid}/exe")
        seen.shoot("13-training")
        seen.wait("the end of the training", lambda: read_status(folder / RUN).state == DONE)
        seen.wait("the end of the trainer", lambda: read_status(folder / RUN).condition == ENDED)
        seen.shoot("14-trained")
        desk.screen.key("alt+F4")
        seen.wait_to_go("Ten steps")
        seen.quit()
    check((folder / RUN / "best.safetensors").is_file(), "the training has no weights")
    status = read_status(folder / RUN)
    return f"{status.step} steps by a process of its own, {Path(program).name}"


def _plan(sandbox: Sandbox) -> Plan:
    """A plan that has come to the page of the training."""
    music = sandbox.told(sandbox.work / "music")
    return Plan(
        page="run",
        reached="run",
        goal=Goal("denoise", "cnn-autoencoder", False, f"{TRAINED}-wizard", "Ten steps"),
        music=Music((music,), is_permitted=True, licence="CC0-1.0"),
        split=Split(0.25),
        budget=Budget("cpu", MINUTES, 1, 2),
    )
