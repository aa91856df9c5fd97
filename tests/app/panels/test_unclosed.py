from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from app.panels.numbers import told_bytes
from app.panels.unclosed import UnclosedCard, told_sessions, told_unclosed
from engine.storage.recovery import Unclosed

NOW = datetime.now(UTC)


def left(name="side.wav", count=3, changed=NOW, *, crashed=False):
    return Unclosed(Path("/sessions/side.runout"), name, changed, count, crashed)


def test_a_session_is_told_in_a_line():
    at = NOW.astimezone().strftime("%H:%M")
    assert told_unclosed(left()) == f"side.wav, 3 operations, today {at}"
    assert told_unclosed(left(count=1)).startswith("side.wav, 1 operation, today")
    assert told_unclosed(left("")).startswith("side.runout (damaged), today")
    assert told_unclosed(left(crashed=True)).endswith("(Runout ended while opening it last time)")
    before = NOW - timedelta(days=2)
    assert before.astimezone().strftime("%Y-%m-%d") in told_unclosed(left(changed=before))


def test_three_are_shown_and_the_rest_is_counted(qtbot):
    card = UnclosedCard()
    qtbot.addWidget(card)
    assert card.isHidden()
    sessions = [left(f"{n}.wav") for n in range(5)]
    card.show_sessions(sessions)
    assert [each.split(",")[0] for each in card.told] == ["0.wav", "1.wav", "2.wav"]
    opened: list[Unclosed] = []
    card.open_wanted.connect(opened.append)
    [each for each in card.findChildren(QPushButton) if each.text() == "Open"][1].click()
    assert opened == [sessions[1]]
    card.show_sessions(())
    assert card.isHidden()


def test_sizes_are_told_in_the_unit_that_suits():
    told = [told_bytes(count) for count in (0, 999, 1000, 999_499, 1_234_567, 5_600_000_000)]
    assert told == ["0 bytes", "999 bytes", "1 kB", "999 kB", "1.2 MB", "5.6 GB"]


def test_what_was_left_in_good_order_is_not_said_to_be_otherwise():
    crashed, kept = left(), replace(left(), was_closed=True)
    assert told_sessions((crashed,)) == "1 session was not closed properly"
    assert told_sessions((crashed, crashed)) == "2 sessions were not closed properly"
    assert told_sessions((kept,)) == "1 session holds unsaved work"
    assert told_sessions((crashed, kept)) == "2 sessions hold unsaved work"
