from PySide6.QtCore import Qt

from app.widgets.number_field import NumberField
from engine.region import Region


def test_marked_noise_is_what_a_preset_learns_from(opened, act, finish):
    noise = Region(0.0, 0.4)
    opened.session.document.mark_noise(noise)
    opened.inspector.choose_preset("78rpm")
    act("run")
    finish()
    tasks = {each.task.name: each.task for each in opened.session.document.operations}
    assert tasks["denoise"].noise == noise


def test_the_steps_of_a_preset_tell_the_noise_once_it_is_marked(opened):
    opened.inspector.choose_preset("78rpm")
    shown = opened.inspector.operation.findChildren(type(opened.inspector.operation._about))
    assert not any("noise 0:00" in label.text() for label in shown)
    opened.session.document.mark_noise(Region(0.0, 0.4))
    shown = opened.inspector.operation.findChildren(type(opened.inspector.operation._about))
    assert any("noise 0:00" in label.text() for label in shown)


def test_a_click_on_run_hands_the_keys_back_from_the_field_typed_in(opened, qtbot, finish):
    part = opened.inspector.operation
    opened.inspector.choose_task("gain")
    field = part.form.findChild(NumberField)
    field.setFocus()
    assert opened.focusWidget() is field
    qtbot.mouseClick(part._run, Qt.MouseButton.LeftButton)
    assert opened.focusWidget() is opened.views.spectrogram
    finish()
    assert opened.session.document.head == 1


def test_without_a_recording_nothing_is_told_of_what_is_worked_on(opened):
    part = opened.inspector.operation
    assert part._target.text() == "Nothing is selected, so the whole side is worked on."
    opened.session.close()
    assert part._target.text() == ""
