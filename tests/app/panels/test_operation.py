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
