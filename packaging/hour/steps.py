"""Steps: what is done in the hour, one after the other, and what must have come of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio import Audio
from engine.event import Decision
from engine.storage.folder import SUFFIX
from engine.tasks.replay_eq import ReplayEq
from hour.judging import Grid, Held, audio_bytes, read_export, read_grid
from hour.side import GAP_HZ, GAP_S, LEAD_S, PATCH_HZ, PATCH_S, RATE
from hour.witness import Witness, level_db

N_REVIEWED = 20
BOX = (GAP_S[0] - 0.006, GAP_S[1] + 0.006, GAP_HZ[0] - 100.0, GAP_HZ[1] + 300.0)
SECOND = (PATCH_S[0] - 0.05, PATCH_S[1] + 0.05, PATCH_HZ[0] - 200.0, PATCH_HZ[1] + 500.0)
LASSO = ((4.98, 7000.0), (5.4, 6400.0), (5.75, 7200.0), (5.8, 13000.0), (5.3, 14500.0),
         (4.95, 12000.0))  # fmt: skip
"""Around hiss above the music, where no click is."""
HISS_S, HISS_HZ = (5.1, 5.7), (8000.0, 12000.0)
"""What lies well inside of it."""
TRANSFER, REPLAY = "RIAA_500R-13.7", "Columbia_300N-16"
REMOVED = "Removed: what was taken out, as a file of its own"
REPORT = "Report: every setting and measurement, as JSON"
KEPT = ("path", "history", "titles", "all", "stored", "selection", "noise", "span", "window")
"""What is the same after the application has ended and started again."""
GAIN_DB, SECOND_DB, HISS_DB = 10.0, 8.0, 10.0
"""How much nearer to the undamaged sound burst and second are, and how much less the hiss is."""
FOUND = 22
"""How many of the 24 clicks are found, at the least."""


@dataclass
class Hour(Witness):
    """The whole of it."""

    n_exports: int = 0
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        """Where the project is saved."""
        return self.folder / f"Side A{SUFFIX}"

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """Names and what is done."""
        return (
            ("open", self.open),
            ("box", self.draw_box),
            ("inpaint", self.inpaint),
            ("compare", self.compare),
            ("reject", self.reject),
            ("undo", self.undo_and_redo),
            ("second", self.inpaint_second),
            ("lasso", self.draw_lasso),
            ("denoise", self.denoise),
            ("declick", self.declick),
            ("review", self.review),
            ("export", lambda: self.export("before")),
            ("replay-eq", self.equalise),
            ("export-eq", lambda: self.export("after")),
            ("save", self.save),
            ("reopen", self.reopen),
            ("export-again", self.export_again),
        )

    def do(self, number: int) -> None:
        """Do a step, and keep what is on the screen then."""
        name, step = self.steps[number]
        step()
        state = self.window.settle()
        del self.marks[number:]
        self.marks.append(tuple(state["history"]))
        self.hand.screen.shoot(self.out / f"{number + 1:02d}-{name}.png")

    # The steps.

    def open(self) -> None:
        """Open the side."""
        self.hand.open(self.side.path)
        state = self.window.wait("the side", lambda s: s["path"])
        self.check(state["path"] == str(self.side.path), "another file is open")
        self.check(not state["titles"], "it has a history already")

    def draw_box(self) -> None:
        """Draw a box around the burst, at a zoom where it is more than a few pixels wide."""
        self._draw_box()
        self.hand.choose("Select", "Put Aside", "store_1")
        state = self.window.wait("the place", lambda s: s["stored"][0])
        self.check(state["stored"][0] == state["selection"], "another region was put aside")

    def inpaint(self) -> None:
        """Fill the box."""
        if not self.is_done("Inpaint"):
            self._draw_box()
            self.hand.choose_here("run_inpaint")
            self.wait_for_one("Inpaint")
        held = self.look("inpaint")
        span = _span(held)
        self.check_outside(self.source, held.samples, [span])
        gain_db = self.nearer_db(self.source, held.samples, span)
        self.check(gain_db >= GAIN_DB, f"the burst is {gain_db:.1f} dB nearer to the music only")

    def compare(self) -> None:
        """Hear and see all three, and the original for as long as a key is held."""
        before = self.window.state()["all"]
        for number, name in ((1, "original"), (3, "removed"), (2, "result")):
            self.hand.monitor(number)
            self.wait_to_monitor(name)
            if number == 3:
                self.window.settle()
                self.hand.screen.shoot(self.out / "04-compare-removed.png")
        self.hand.screen.hold("b")
        self.wait_to_monitor("original")
        self.hand.screen.let_go("b")
        self.wait_to_monitor("result")
        self.check(self.window.state()["all"] == before, "comparing has changed the history")

    def reject(self) -> None:
        """Put the original back in the box, and take that back."""
        if not self.is_done("Put back the original"):
            self._draw_box()
            self.hand.choose_here("toggle_band")  # in a band alone it is put back to rounding
            self.window.wait("all frequencies", lambda s: s["selection"]["low_hz"] is None)
            self.hand.choose_here("put_back")
            self.wait_for_one("Put back the original")
        held = self.look("rejected")
        self.check(np.array_equal(held.samples, self.source), "it is not the source again")
        self._undo()
        self.check(self.same(self.look(""), "inpaint"), "the repair did not come back")

    def undo_and_redo(self) -> None:
        """Go back to the source and forth again."""
        self._undo()
        self.check(np.array_equal(self.look("").samples, self.source), "it is not the source")
        n_before = len(self.window.state()["history"])
        self.hand.redo()
        self.window.wait("redo", lambda s: len(s["history"]) == n_before + 1)
        self.check(self.same(self.look(""), "inpaint"), "the repair did not come back")

    def inpaint_second(self) -> None:
        """Make up a second of a band; the rest of its sound and all around it is known."""
        if not self.is_done("Inpaint"):
            self._show_all()
            self.hand.select(*SECOND)
            state = self.window.wait(
                "the box", lambda s: s["selection"] and s["selection"]["low_hz"]
            )
            self.check_drawn(state["selection"], SECOND)
            self.hand.choose_here("run_inpaint")
            self.wait_for_one("Inpaint")
        held, before = self.look("second"), self.kept["inpaint"].samples
        span = _span(held)
        self.check_outside(before, held.samples, [span])
        gain_db = self.nearer_db(before, held.samples, span)
        self.check(gain_db >= SECOND_DB, f"the second is {gain_db:.1f} dB nearer to the music only")

    def draw_lasso(self) -> None:
        """Mark the noise of the lead, and draw around hiss."""
        self._show_all()
        self.hand.select(0.1, LEAD_S - 0.1, 0.0, 0.0)
        state = self.window.wait("the lead", lambda s: s["selection"])
        self.hand.choose_here("mark_noise")
        state = self.window.wait("the noise", lambda s: s["noise"])
        self.check(state["noise"]["stop_s"] < LEAD_S, "more than the lead is marked")
        self._surround()

    def denoise(self) -> None:
        """Take the noise of what is drawn down."""
        if not self.is_done("Denoise"):
            self._surround()
            self.hand.choose_here("run_denoise")
            self.wait_for_one("Denoise")
        held, before = self.look("denoise"), self.kept["second"].samples
        span = _span(held)
        self.check_outside(before, held.samples, [span])
        self.check_band(before, held.samples, span, LASSO)
        less_db = level_db(before, HISS_S, HISS_HZ) - level_db(held.samples, HISS_S, HISS_HZ)
        self.check(less_db >= HISS_DB, f"the hiss is {less_db:.1f} dB less only")

    def declick(self) -> None:
        """Find and repair the clicks of the whole side."""
        if not self.is_done("Declick"):
            self.hand.clear()
            self.hand.choose("Process", "task_declick")
            self.hand.run()
            self.wait_for_one("Declick")
        held = self.look("declick")
        assert held.finder is not None
        spans = [(each.start, each.stop) for each in held.finder.events]
        hits = [any(a < stop and start < b for a, b in spans) for start, stop in self.side.clicks]
        self.check(sum(hits) >= FOUND, f"{sum(hits)} of {len(hits)} clicks were found")
        self.check(len(spans) >= N_REVIEWED, f"{len(spans)} events are too few to review")
        self.check_outside(self.kept["denoise"].samples, held.samples, spans)

    def review(self) -> None:
        """Decide on twenty events, every other one is rejected."""
        counts = self.window.state()["counts"]
        for number in range(counts["accepted"] + counts["rejected"], N_REVIEWED):
            self.hand.decide(number, _decision(number))
            self.wait_for_decisions(number + 1)
        held, before = self.look("review"), self.kept["denoise"].samples
        assert held.finder is not None
        events = held.finder.events
        self.check(
            held.decisions[:N_REVIEWED] == tuple(_decided(n) for n in range(N_REVIEWED)),
            "other decisions are in the project",
        )
        for event, decision in zip(events, held.decisions, strict=True):
            now = held.samples[event.channel, event.start : event.stop]
            was = before[event.channel, event.start : event.stop]
            is_back = np.array_equal(now, was)
            self.check(is_back is not decision.is_repaired, f"{event} is {decision}")
        kept = [(e.start, e.stop) for e, d in zip(events, held.decisions, strict=True)
                if d.is_repaired]  # fmt: skip
        self.check_outside(before, held.samples, kept)

    def export(self, name: str) -> None:
        """Write result, removed part and report, and compare them with the project."""
        path = self._write(f"{name} eq")
        self.files[name] = path
        exported, source = read_export(path), read_grid(self.side.path)
        self.check(
            np.array_equal(exported.result + exported.removed, source),
            "result and removed part are not the source",
        )
        self.check(exported.report["sum_exact"] is True, "the report does not say so")
        held = self.look(name)
        told = [each["title"] for each in exported.report["operations"]]
        self.check(told == [each.title for each in held.in_force], "the report tells otherwise")
        rounded = np.rint(held.samples.astype(np.float64) * 2**23).astype(np.int32)
        self.check(np.array_equal(rounded, exported.result), "the export is not the state")
        if name == "before":
            touched = [span for each in held.in_force for span in each.spans]
            self.check_outside(source, exported.result, touched)
        else:
            self._check_equalised(exported.result)

    def equalise(self) -> None:
        """Choose two curves, and render them."""
        if not self.is_done("Replay EQ"):
            self.hand.clear()
            self.hand.choose("Process", "task_replay-eq")
            self.hand.pick("Transfer has", TRANSFER.replace("_", " "))
            self.hand.pick("Replay as", REPLAY.replace("_", " "))
            self.hand.run()
            self.wait_for_one("Replay EQ")
        held = self.look("equalised")
        task = held.in_force[-1].task
        self.check(task == ReplayEq(transfer=TRANSFER, replay=REPLAY), f"it was {task}")

    def save(self) -> None:
        """Give the project a name."""
        if self.window.state()["is_named"]:
            self.hand.choose("File", "save_project")
        else:
            self.hand.choose("File", "save_project")
            self.window.wait("the dialog", lambda s: s["dialog"] == "Save Project")
            self.hand.enter("Folder of the project", str(self.project))
            self.hand.screen.shoot(self.out / "15-save-dialog.png")
            self.hand.press("Save")
        self.window.wait("the name", lambda s: s["is_named"] and not s["dialog"])
        state = self.window.settle()
        self.check(state["folder"] == str(self.project), f"it lies in {state['folder']}")
        self.check(self.same(self.look("saved"), "after"), "the sound is another one")

    def reopen(self) -> None:
        """End the application, start it again and open the project."""
        if self.window.state()["stored"][0] is None:  # a kill came before it was written down
            self.draw_box()
        self.hand.choose("Select", "Bring Back", "recall_1")
        before = self.window.wait("the place", lambda s: s["selection"] == s["stored"][0])
        self.hand.choose("File", "quit")
        self.check(self.window.wait_for_end() == 0, f"it ended badly: {self.window.log()}")
        self.window.start()
        self.hand.open(self.project)
        after = self.window.wait("the project", lambda s: s["path"])
        for what in KEPT:
            self.check(after[what] == before[what], f"{what} is {after[what]} now")
        self.check(self.same(self.look(""), "after"), "the sound is another one")

    def export_again(self) -> None:
        """Export once more: the same sound, byte for byte."""
        path, before = self._write("again"), self.files["after"]
        self.check(audio_bytes(path) == audio_bytes(before), "the result has other samples")
        parts = [each.with_name(f"{each.stem}.removed.wav") for each in (path, before)]
        self.check(audio_bytes(parts[0]) == audio_bytes(parts[1]), "the removed part differs")

    # What they are made of.

    def _show_all(self) -> None:
        self.hand.choose("View", "zoom_fit")
        self.window.wait("the whole side", lambda s: s["span"] == [0.0, self.side.duration_s])

    def _undo(self) -> None:
        n_before = len(self.window.state()["history"])
        self.hand.undo()
        self.window.wait("undo", lambda s: len(s["history"]) == n_before - 1)

    def _draw_box(self) -> None:
        self._show_all()
        self.hand.select(GAP_S[0] - 0.4, GAP_S[1] + 0.4, 0.0, 0.0)
        self.hand.choose("View", "zoom_selection")
        self.window.wait("the zoom", lambda s: s["span"][1] - s["span"][0] < 1.5)
        self.window.settle()
        self.hand.select(*BOX)
        state = self.window.wait("the box", lambda s: s["selection"] and s["selection"]["low_hz"])
        self.check_drawn(state["selection"], BOX)

    def _surround(self) -> None:
        self._show_all()
        self.hand.surround(LASSO)
        state = self.window.wait("the lasso", lambda s: s["selection"] and s["selection"]["shape"])
        self.check(bool(state["selection"]["shape"]["strokes"]), "nothing is drawn")
        times, bands = [x for x, _ in LASSO], [y for _, y in LASSO]
        self.check_drawn(state["selection"], (min(times), max(times), min(bands), max(bands)), 2.5)

    def _check_equalised(self, result: Grid) -> None:
        """The export is the engine's own equaliser of the export before, to one step of 24 bit."""
        before = read_grid(self.files["before"]).astype(np.float32) / np.float32(2**23)
        task = ReplayEq(transfer=TRANSFER, replay=REPLAY)
        restored = task.apply(Audio(before, RATE), slice(0, before.shape[1])).audio.samples
        expected = np.rint(restored.astype(np.float64) * 2**23).astype(np.int64)
        worst = int(np.abs(expected - result).max())
        self.check(worst <= 1, f"it is {worst} steps from the equaliser of the export before")

    def _write(self, name: str) -> Path:
        """Export under a name that no attempt before has used."""
        self.n_exports += 1
        path = self.folder / "out" / f"{name} {self.n_exports}.wav"
        path.parent.mkdir(exist_ok=True)
        self.hand.choose("File", "export")
        self.window.wait("the dialog", lambda s: s["dialog"] == "Export")
        self.hand.enter("File of the result", str(path))
        self.hand.tick(REMOVED)
        self.hand.tick(REPORT)
        self.hand.press("Export")
        self.window.wait("the files", lambda s: any("Written" in text for text in s["texts"]))
        self.hand.screen.shoot(self.out / f"export-{self.n_exports:02d}.png")
        self.hand.press("Close")
        self.window.wait("the dialog to close", lambda s: not s["dialog"])
        return path


def _span(held: Held) -> tuple[int, int]:
    """The samples of the region of the newest operation."""
    region = held.in_force[-1].regions[0]
    return round(region.start_s * RATE), round(region.stop_s * RATE)


def _decision(number: int) -> str:
    return "Reject" if number % 2 else "Accept"


def _decided(number: int) -> Decision:
    return Decision.REJECTED if number % 2 else Decision.ACCEPTED
