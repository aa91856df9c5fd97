import pytest
from PySide6.QtCore import Qt

from app.widgets.number_field import NumberField
from engine.region import Region
from engine.tasks.gain import Gain
from engine.tasks.inpaint import Inpaint


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


def test_home_and_end_are_for_the_chooser_that_has_the_keys(opened, session, qtbot):
    chooser = opened.inspector.operation._chooser
    session.view_state.set_playhead(1.0)
    chooser.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(chooser, Qt.Key.Key_End)
    assert chooser.currentIndex() == chooser.count() - 1
    qtbot.keyClick(chooser, Qt.Key.Key_Home)
    assert chooser.currentIndex() == 1
    assert session.view_state.playhead_s == 1.0


def test_without_a_recording_nothing_is_told_of_what_is_worked_on(opened):
    part = opened.inspector.operation
    assert part._target.text() == "Nothing is selected, so the whole side is worked on."
    opened.session.close()
    assert part._target.text() == ""


def test_before_it_runs_a_method_that_makes_sound_up_says_so(opened, monkeypatch):
    part = opened.inspector.operation
    monkeypatch.setattr(Inpaint, "missing_methods", classmethod(lambda cls, catalog: ()))
    opened.inspector.choose_task("gain")
    opened.inspector.choose_task("inpaint")
    opened.session.view_state.select(Region(0.5, 0.54))
    assert not part._invents.isVisibleTo(part)
    opened.session.view_state.select(Region(0.5, 0.62))
    assert part._invents.isVisibleTo(part)
    opened.session.view_state.select(Region(0.5, 0.54))
    part.form.set_values({"method": "diffusion"})
    assert part._invents.isVisibleTo(part)
    assert part._invents.text().startswith(
        "This method invents sound that was not on the disc: what fills the gap"
    )
    part.form.set_values({"method": "ar"})
    assert not part._invents.isVisibleTo(part)


@pytest.mark.usefixtures("no_model_ships")
def test_what_cannot_run_is_grey_and_says_why_before_it_is_run(opened, session, act, monkeypatch):
    monkeypatch.setattr("engine.tasks.inpaint.HELD_S", 0.5)
    part = opened.inspector.operation
    opened.inspector.choose_task("inpaint")
    session.view_state.select(Region(0.5, 0.58))
    assert part._run.isEnabled()
    session.view_state.select(Region(0.5, 1.2))
    assert not part._run.isEnabled()
    assert not opened.actions_by_id["run"].isEnabled()
    assert part._target.text().startswith("A gap this long is filled by a model")
    act("run_inpaint")
    assert not session.is_busy
    assert opened.banner.text.startswith("A gap this long is filled by a model")
    session.view_state.select(None)
    assert part._run.text() == "Run on selection"


def test_a_setting_that_makes_it_run_again_brings_run_back(opened, session):
    part = opened.inspector.operation
    opened.inspector.choose_task("inpaint")
    part.form.set_values({"method": "ar"})
    session.view_state.select(Region(0.5, 1.2))
    assert not part._run.isEnabled()
    assert "choose method auto or a shorter region" in part._target.text()
    part.form.set_values({"method": "auto"})
    assert part._run.isEnabled()


def test_the_original_is_put_back_where_something_is_selected(opened, act, finish, gain):
    gain(-6.0)
    session = opened.session
    assert not opened.actions_by_id["put_back"].isEnabled()
    session.view_state.select(Region(0.5, 1.0))
    act("put_back")
    finish()
    document = session.document
    assert [each.title for each in document.operations] == ["Gain", "Put back the original"]
    source, result = document.source.read(0, 88200), document.state.read(0, 88200)
    is_same = (source.samples == result.samples).all(axis=0)
    assert is_same[22050:44100].all()
    assert not is_same[:22050].any() or is_same[:22050].mean() < 0.01


def test_where_nothing_was_done_there_is_nothing_to_put_back(opened, act, finish):
    session = opened.session
    session.restore("Gain", (Gain(gain_db=-6.0),), (Region(0.1, 0.2),))
    finish()
    session.view_state.select(Region(1.0, 1.5))
    act("put_back")
    finish()
    assert session.document.head == 1
    assert "Nothing was changed in the selection" in opened.banner.text
