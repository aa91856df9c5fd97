import gc
import time

import pytest
from PySide6.QtCore import QTimer

from tests.app.watchdog import Watchdog


@pytest.fixture(autouse=True)
def never_halted():
    """Here it is."""


@pytest.mark.parametrize(("busy_s", "is_long"), [(0.15, True), (0.01, False)])
def test_a_turn_of_the_event_loop_is_measured(qtbot, busy_s, is_long):
    watchdog = Watchdog()

    def compute():
        until = time.thread_time() + busy_s
        while time.thread_time() < until:
            pass

    qtbot.wait(20)
    QTimer.singleShot(20, compute)
    qtbot.wait(300)
    watchdog.stop()
    assert (watchdog.longest_s >= 0.1) is is_long


def test_what_a_test_does_between_turns_does_not_count(qtbot):
    watchdog = Watchdog()
    qtbot.wait(20)
    until = time.thread_time() + 0.15
    while time.thread_time() < until:
        pass
    qtbot.wait(20)
    watchdog.stop()
    assert watchdog.longest_s < 0.1


def test_a_collection_of_what_other_tests_left_does_not_count(qtbot):
    watchdog = Watchdog()
    left: list[list[int]] = [[] for _ in range(400_000)]
    took = []

    def collect():
        began = time.thread_time()
        while time.thread_time() < began + 0.15:
            gc.collect()
        took.append(time.thread_time() - began)

    qtbot.wait(20)
    QTimer.singleShot(20, collect)
    qtbot.waitUntil(lambda: bool(took))
    qtbot.wait(20)
    watchdog.stop()
    assert took[0] >= 0.15
    assert watchdog.longest_s < 0.1
    assert len(left) == 400_000
