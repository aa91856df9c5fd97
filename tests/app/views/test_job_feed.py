import threading
import time
from dataclasses import dataclass, field

from PySide6.QtCore import Signal

from app.views.job_feed import JobFeed
from engine.errors import EngineError


@dataclass
class Numbered:
    number: int
    local: threading.local
    title: str = "Counting"

    def run(self, progress):
        if self.number < 0:
            raise EngineError("a number below 0 cannot be counted")
        self.local.seen = [*getattr(self.local, "seen", []), self.number]
        return self.number, list(self.local.seen)


@dataclass
class Log:
    taken: list[tuple[int, list[int]]] = field(default_factory=list)
    given_up: int = 0


class CountingFeed(JobFeed):
    taken = Signal()

    def __init__(self, session, numbers):
        super().__init__(session)
        self.numbers = list(numbers)
        self.log = Log()
        self.local = threading.local()

    def next_job(self):
        return Numbered(self.numbers.pop(0), self.local) if self.numbers else None

    def take(self, result):
        self.log.taken.append(result)
        self.taken.emit()

    def give_up(self):
        self.log.given_up += 1
        self.numbers.clear()


def test_one_job_follows_the_other_until_there_are_none(session, qtbot):
    feed = CountingFeed(session, [1, 2, 3])
    feed.feed()
    feed.feed()
    qtbot.waitUntil(lambda: len(feed.log.taken) == 3)
    assert [number for number, _ in feed.log.taken] == [1, 2, 3]


def test_all_jobs_run_in_what_python_takes_for_one_thread(session, qtbot):
    # torch crashes in the second job otherwise, if the first one imported it
    feed = CountingFeed(session, [1, 2, 3])
    feed.feed()
    qtbot.waitUntil(lambda: len(feed.log.taken) == 3)
    assert feed.log.taken[-1] == (3, [1, 2, 3])


def test_two_feeds_take_turns(session, qtbot):
    first, second = CountingFeed(session, range(20)), CountingFeed(session, range(20))
    first.feed()
    second.feed()
    leads: list[int] = []
    for feed in (first, second):
        feed.taken.connect(lambda: leads.append(len(first.log.taken) - len(second.log.taken)))
    qtbot.waitUntil(lambda: len(leads) == 40)
    assert set(leads) <= {0, 1}


def test_a_failed_job_is_told_and_ends_the_feed(session, qtbot):
    told: list[str] = []
    session.failed.connect(told.append)
    feed = CountingFeed(session, [1, -1, 2])
    feed.feed()
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(30)
    assert told == ["a number below 0 cannot be counted"]
    assert feed.log.given_up == 1
    assert len(feed.log.taken) == 1


def test_a_forgotten_job_is_not_heard_of_again(session, qtbot):
    feed = CountingFeed(session, [1])
    feed.feed()
    time.sleep(0.1)  # it has ended, and what it tells waits for this thread
    feed.forget_job()
    feed.numbers = [2]
    feed.feed()
    qtbot.waitUntil(lambda: bool(feed.log.taken))
    qtbot.wait(30)
    assert [number for number, _ in feed.log.taken] == [2]


def test_nothing_runs_on_after_the_runner_was_stopped(session, qtbot):
    feed = CountingFeed(session, range(1000))
    feed.feed()
    qtbot.waitUntil(lambda: len(feed.log.taken) > 3)
    session.picture_runner.stop()
    n_taken = len(feed.log.taken)
    qtbot.wait(50)
    assert len(feed.log.taken) <= n_taken + 1
