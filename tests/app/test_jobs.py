import logging
import threading
import time
import weakref

import pytest

from app.jobs import JobRunner, JobWorker
from engine.errors import SettingsError


class FakeJob:
    """Counts to ten, or does what the test says."""

    def __init__(self, title="count", act=None):
        self.title = title
        self.act = act
        self.thread = None

    def run(self, progress):
        self.thread = threading.current_thread()
        if self.act is not None:
            return self.act(progress)
        for index in range(10):
            progress(index / 10)
        return self.title


@pytest.fixture
def runner(qapp):
    runner = JobRunner("test")
    yield runner
    runner.stop()


def watched(worker):
    told: list[object] = []
    worker.succeeded.connect(lambda result: told.append(("succeeded", result)))
    worker.failed.connect(lambda sentence: told.append(("failed", sentence)))
    worker.cancelled.connect(lambda: told.append(("cancelled",)))
    worker.ended.connect(lambda: told.append(("ended",)))
    return told


def wait_for(progress, event):
    while not event.is_set():
        progress(0.5)
        time.sleep(0.002)


def test_jobs_run_in_order_off_the_gui_thread(runner, qtbot):
    jobs = [FakeJob(title) for title in ("first", "second")]
    told: list[object] = []
    for job in jobs:
        worker = JobWorker(job)
        worker.succeeded.connect(told.append)
        runner.submit(worker)
    qtbot.waitUntil(lambda: runner.current is None)
    qtbot.waitUntil(lambda: told == ["first", "second"])
    assert jobs[0].thread is not threading.main_thread()


def test_a_running_job_is_cancelled_at_its_next_report(runner, qtbot):
    begun = threading.Event()

    def act(progress):
        begun.set()
        wait_for(progress, threading.Event())

    worker = JobWorker(FakeJob(act=act))
    told = watched(worker)
    runner.submit(worker)
    assert begun.wait(5)
    worker.cancel()
    qtbot.waitUntil(lambda: runner.current is None)
    assert told == [("cancelled",), ("ended",)]


def test_a_queued_job_is_dropped_before_it_starts(runner, qtbot):
    begun, free = threading.Event(), threading.Event()

    def act(progress):
        begun.set()
        wait_for(progress, free)

    first, second = JobWorker(FakeJob(act=act)), FakeJob()
    runner.submit(first)
    runner.submit(JobWorker(second))
    assert begun.wait(5)
    runner.cancel_all()
    qtbot.waitUntil(lambda: runner.current is None)
    assert second.thread is None


def test_a_sentence_of_the_engine_is_passed_on_as_it_is(runner, qtbot):
    def act(progress):
        raise SettingsError("mains_hz = 400 is outside 40 .. 70 Hz")

    worker = JobWorker(FakeJob(act=act))
    told = watched(worker)
    runner.submit(worker)
    qtbot.waitUntil(lambda: runner.current is None)
    assert told == [("failed", "mains_hz = 400 is outside 40 .. 70 Hz"), ("ended",)]


def test_a_defect_is_logged_and_the_runner_goes_on(runner, qtbot, caplog):
    def act(progress):
        raise ZeroDivisionError("oops")

    worker = JobWorker(FakeJob("side", act))
    told = watched(worker)
    after = FakeJob("after")
    with caplog.at_level(logging.ERROR):
        runner.submit(worker)
        runner.submit(JobWorker(after))
        qtbot.waitUntil(lambda: runner.current is None)
    assert told[0][0] == "failed"
    assert "oops" in told[0][1]
    assert "ZeroDivisionError" in caplog.text
    assert after.thread is not None


def test_a_flood_of_reports_is_thinned_and_the_last_one_kept(runner, qtbot):
    def act(progress):
        for index in range(20_000):
            progress(index / 20_000)
        progress(1.0)

    worker = JobWorker(FakeJob(act=act))
    told: list[object] = []
    worker.progressed.connect(lambda fraction, message: told.append(fraction))
    started = time.perf_counter()
    runner.submit(worker)
    qtbot.waitUntil(lambda: runner.current is None)
    assert told[-1] == 1.0
    assert len(told) <= 3 + (time.perf_counter() - started) / 0.04


def test_stopping_cancels_and_joins(qapp):
    runner = JobRunner("test")
    begun = threading.Event()

    def act(progress):
        begun.set()
        wait_for(progress, threading.Event())

    runner.submit(JobWorker(FakeJob(act=act)))
    assert begun.wait(5)
    runner.stop()
    assert not runner._thread.isRunning()


def test_settling_waits_until_the_cancelled_job_runs_no_more(runner, qtbot):
    begun, ran = threading.Event(), threading.Event()

    def act(progress):
        begun.set()
        try:
            wait_for(progress, threading.Event())
        finally:
            time.sleep(0.05)
            ran.set()

    runner.submit(JobWorker(FakeJob(act=act)))
    assert begun.wait(5.0)
    runner.settle()
    assert ran.is_set()
    runner.settle()
    qtbot.waitUntil(lambda: runner.current is None)


def test_a_worker_outlives_the_call_that_ran_it_but_its_job_does_not(runner, qtbot):
    """Qt is still in that call when the window hears of the end."""
    job = FakeJob()
    kept, worker = weakref.ref(job), JobWorker(job)
    del job
    first = weakref.ref(worker)
    runner.submit(worker)
    del worker
    qtbot.waitUntil(lambda: runner.current is None)
    assert kept() is None
    assert first() is not None
    runner.submit(JobWorker(FakeJob()))
    qtbot.waitUntil(lambda: runner.current is None)
    qtbot.waitUntil(lambda: first() is None)
