"""Estimates of a running job, from its thread to the window."""

import threading
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import pytest
from PySide6.QtCore import QThread

from engine.audio import Audio
from engine.equipment import Equipment, Estimate
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored


@dataclass(frozen=True)
class Guessing(LocalTask):
    """Shows an estimate, then waits until it is let go."""

    name: ClassVar[str] = "guessing"
    title: ClassVar[str] = "Guessing"
    equipment: Equipment = field(default_factory=Equipment, compare=False)
    go_on: threading.Event = field(default_factory=threading.Event, compare=False)

    def equip(self, equipment: Equipment) -> Self:
        return type(self)(equipment, self.go_on)

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        half = Audio(degraded.samples * np.float32(0.5), degraded.sample_rate)
        self.equipment.preview(Estimate(0, half))
        assert self.go_on.wait(10.0)
        return Restored(half)


@pytest.fixture
def task():
    task = Guessing()
    yield task
    task.go_on.set()


def test_an_estimate_reaches_the_window_while_the_job_runs(opened, session, finish, qtbot, task):
    heard_on = []
    session.estimates.changed.connect(lambda: heard_on.append(QThread.currentThread()))
    session.restore("Guessing", (task,), ())
    qtbot.waitUntil(lambda: session.estimates.latest is not None)
    assert session.estimates.latest.audio.n_samples == session.document.original.n_samples
    assert heard_on == [session.thread()]
    task.go_on.set()
    finish()
    qtbot.waitUntil(lambda: session.estimates.latest is None)
