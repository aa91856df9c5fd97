import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollArea

from app import settings as keys
from app.job_watch import JobWatch
from app.panels.inspector import Inspector
from engine.presets import Preset
from engine.region import Region
from engine.tasks.gain import Gain
from engine.tasks.inpaint import Inpaint

PRESETS = {
    "loud": Preset("loud", "Louder", "Makes it louder.", (Gain(gain_db=6.0),)),
    "gap": Preset("gap", "Gap", "Fills a gap.", (Inpaint(),)),
}


@pytest.fixture
def inspector(session, qtbot, side):
    inspector = Inspector(session, JobWatch(session.runner), PRESETS)
    qtbot.addWidget(inspector)
    session.open(side)
    return inspector


def test_the_first_preset_is_shown_at_first(inspector):
    assert inspector.title == "Louder"
    assert inspector.can_run


def test_a_preset_runs_its_tasks(inspector, session, finish):
    inspector.run()
    finish()
    assert session.document.operations[0].task == Gain(gain_db=6.0)


def test_a_preset_that_needs_a_region_waits_for_one(inspector, session):
    inspector.choose_preset("gap")
    assert not inspector.can_run
    session.view_state.select(Region(0.5, 0.52))
    assert inspector.can_run


def test_settings_of_a_task_are_kept_while_another_is_shown(inspector):
    inspector.choose_task("gain")
    inspector.operation.form.set_values({"gain_db": -7.5})
    inspector.choose_task("declick")
    inspector.choose_task("gain")
    assert inspector.operation.form.values() == {"gain_db": -7.5}
    inspector.operation._reset.click()
    assert inspector.operation.form.values() == {"gain_db": 0.0}


def test_what_was_shown_last_is_shown_the_next_time(inspector, session, qtbot):
    inspector.choose_task("gain")
    assert session.settings.get(keys.operation) == "task:gain"
    again = Inspector(session, JobWatch(session.runner), PRESETS)
    qtbot.addWidget(again)
    assert again.title == "Gain"


def test_fields_and_selection_follow_one_another(inspector, session):
    session.view_state.select(Region(0.5, 1.0))
    assert inspector.fields._start.time_s() == 0.5
    inspector.fields.edited.emit(Region(0.25, 99.0))
    assert session.view_state.selection == Region(0.25, 2.0)
    assert inspector.fields._stop.time_s() == 2.0


def test_the_button_says_what_it_will_work_on(inspector, session):
    assert inspector.operation._run.text() == "Run on whole side"
    session.view_state.select(Region(0.5, 1.0))
    assert inspector.operation._run.text() == "Run on selection"


def test_the_button_of_a_step_that_needs_a_selection_never_offers_the_whole_side(inspector):
    inspector.choose_task("inpaint")
    assert not inspector.can_run
    assert inspector.operation._run.text() == "Run on selection"


@pytest.mark.parametrize("width", [900, 1100])
def test_times_are_never_cut_off_in_a_narrow_window(opened, qtbot, width):
    opened.resize(width, 700)
    qtbot.waitUntil(lambda: opened.width() == width)
    fields = opened.inspector.fields
    opened.session.view_state.select(Region(0.1234, 1.5678))
    for field in (fields._start, fields._stop, fields._length):
        line = field.lineEdit()
        assert line.width() >= line.fontMetrics().horizontalAdvance("00:00.0000")
    right = fields.mapTo(opened.inspector, fields.rect().topRight()).x()
    assert right < opened.inspector.width()


def seen(inspector, widget):
    """Where a widget is in the inspector, and whether all of it is to be seen."""
    rect = widget.rect().translated(widget.mapTo(inspector, QPoint()))
    return rect, widget.isVisible() and inspector.rect().contains(rect)


def test_run_is_in_sight_whatever_has_to_be_scrolled(inspector, qtbot):
    inspector.choose_task("denoise")
    inspector.resize(300, 460)
    inspector.show()
    scroll = inspector.findChild(QScrollArea)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 50)
    rect, is_seen = seen(inspector, inspector.operation._run)
    assert is_seen
    assert rect.top() >= scroll.geometry().bottom()


def test_where_there_is_room_run_stands_right_below_the_settings(inspector, qtbot):
    inspector.resize(350, 900)
    inspector.show()
    scroll = inspector.findChild(QScrollArea)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    short = seen(inspector, inspector.operation._run)[0].top()
    assert short < 600
    inspector.choose_task("denoise")
    qtbot.waitUntil(lambda: seen(inspector, inspector.operation._run)[0].top() > short + 50)
    assert scroll.verticalScrollBar().maximum() == 0
