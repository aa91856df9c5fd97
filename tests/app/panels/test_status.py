import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app.job_watch import JobWatch
from app.jobs import JobWorker
from app.panels.status import StatusLine, summary
from engine.event import Event
from engine.jobs.measure import Peak
from engine.project import Operation
from engine.region import Region
from engine.tasks.gain import Gain


def operation(regions=(), events=(), changed=1234, outside=0):
    return Operation(Gain(), "Gain", regions, (), events, changed, outside, datetime.now(UTC), 1.25)


def test_a_summary_counts_and_proves():
    found = (Event(0, 10, 0, 1.0, -20.0),) * 3
    told = summary((operation((Region(0.0, 1.0),), found),), Peak(0.5, 0))
    assert told.split("  ·  ") == [
        "3 events",
        "1 234 samples changed",
        "outside the region: 0 changed",
        "peak -6.0 dBFS",
        "1.2 s",
    ]


def test_samples_changed_by_two_steps_are_not_added_up_to_more_than_there_are():
    told = summary((operation(changed=3997), operation(changed=1_345_050)), Peak(0.5, 0))
    assert told.startswith("3 997 + 1 345 050 samples changed")


def test_samples_beyond_full_scale_are_never_left_out():
    assert "17 beyond full scale" in summary((operation(),), Peak(1.5, 17))


def test_where_there_was_no_region_nothing_is_said_of_its_outside():
    assert "outside" not in summary((operation(),), Peak(0.5, 0))


def test_the_pointer_is_told_and_a_word_passes(opened):
    opened.status.show_pointer("0:01.000  440 Hz")
    opened.tell("Marked as noise.")
    assert opened.status.word == "Marked as noise."


def test_gaps_while_playing_are_counted_and_told_only_where_there_were_some(opened, session, side):
    assert opened.status.late == ""
    session.player.under_ran.emit(3)
    assert opened.status.late == "3 gaps"
    assert opened.status._late.isVisibleTo(opened)
    session.close()
    assert session.open(side)
    assert opened.status.late == ""
    assert not opened.status._late.isVisibleTo(opened)


@dataclass(frozen=True)
class WaitJob:
    """Lasts so long."""

    seconds: float
    title: str = "Wait"

    def run(self, progress):
        end_s = time.monotonic() + self.seconds
        while time.monotonic() < end_s:
            progress(0.5)
            time.sleep(0.01)


@pytest.mark.parametrize(("seconds", "is_told"), [(0.1, False), (0.6, True)])
def test_only_a_job_that_lasts_is_told(session, qtbot, finish, seconds, is_told):
    watch = JobWatch(session.runner)
    status = StatusLine(session, watch)
    qtbot.addWidget(status)
    status.show()
    words = set()
    session.runner.submit(JobWorker(WaitJob(seconds)))
    while session.is_busy:
        qtbot.wait(10)
        words.add((status.word.partition(" ")[0], status._bar.isVisible()))
    words.discard(("", False))
    assert words == ({("Wait", True)} if is_told else set())
    qtbot.waitUntil(lambda: not status._bar.isVisible())
    assert status.word == ""
