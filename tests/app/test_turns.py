from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QInputDialog

from app import settings as keys
from app.turns import known_rpm, rpm_of, turns_of
from engine.project import Operation
from engine.tasks.gain import Gain
from engine.tasks.speed import Speed
from engine.turns import Turns
from tests.app.conftest import RATE, write_side
from tests.signals import music


def done(task):
    return Operation(task, "Step", (), (), (), 0, 0, datetime.now(UTC), 0.0)


def test_the_turn_is_set_where_the_playhead_is_and_shown(opened, act, session):
    assert turns_of(session) is None
    session.view_state.set_playhead(1.25)
    act("turn_here")
    assert turns_of(session) == Turns(78.26, 1.25)
    assert opened.actions_by_id["turns"].isChecked()
    act("rpm_45.0")
    assert turns_of(session) == Turns(45.0, 1.25)
    act("turns")
    assert turns_of(session) is None


def test_where_a_turn_begins_is_of_one_recording_alone(opened, act, session, tmp_path, rng):
    session.view_state.set_playhead(1.25)
    act("turn_here")
    other = write_side(tmp_path / "other.wav", music(rng, 1.0, RATE, 1))
    assert opened.open(other)
    assert turns_of(session) == Turns(78.26, 0.0)


def test_the_last_speed_step_tells_how_fast_the_disc_turns():
    operations = [done(Speed(to_rpm=80.0)), done(Gain())]
    document: Any = SimpleNamespace(state=SimpleNamespace(operations=operations))
    assert known_rpm(document) == 80.0
    operations.append(done(Speed(by="pitch")))
    assert known_rpm(document) is None
    assert known_rpm(None) is None


def test_without_a_speed_step_its_entry_is_grey_and_the_usual_speed_is_taken(opened, session):
    assert not opened.actions_by_id["rpm_known"].isEnabled()
    session.settings.set(keys.turn_rpm, 0.0)
    assert rpm_of(session) == 78.26


def test_another_speed_is_asked_for(opened, act, session):
    act("rpm_other")
    dialog = opened.findChild(QInputDialog)
    dialog.setDoubleValue(71.29)
    dialog.accept()
    assert session.settings.get(keys.turn_rpm) == pytest.approx(71.29)
    opened.menus.refresh()
    assert opened.actions_by_id["rpm_other"].isChecked()
