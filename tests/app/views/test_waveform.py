import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app import settings as keys
from app.document import Monitored
from app.views.waveform import WaveformView
from app.widgets.time_axis import LEFT_AXIS
from engine.audio import Audio
from engine.equipment import Estimate
from tests.app.fakes import silenced
from tests.signals import sine


def silence(duration_s, n_channels=1):
    return Audio(np.zeros((n_channels, round(duration_s * 44100)), np.float32), 44100)


def columns_of(view, colour, row):
    image = view.grab().toImage()
    plot = range(LEFT_AXIS, LEFT_AXIS + 600)
    return [x - LEFT_AXIS for x in plot if image.pixelColor(x, row) == colour]


def test_a_click_is_seen_in_a_minute_of_silence(session, shown, settled):
    audio = silence(60.0)
    audio.samples[0, 1_323_000] = -0.9
    session.open_audio(audio)
    view = shown(WaveformView(session))
    settled()
    assert columns_of(view, view.colours.wave, 170) == [300]


def test_each_channel_has_its_lane(session, shown, settled):
    audio = silence(10.0, n_channels=2)
    audio.samples[1] = 0.3
    session.open_audio(audio)
    view = shown(WaveformView(session))
    settled()
    first, second = view.lanes()
    wave = view.colours.wave
    assert not columns_of(view, wave, int(first.y_of(0.3)))
    assert len(columns_of(view, wave, int(second.y_of(0.3)))) > 580


def test_clipped_samples_are_red(session, shown, settled):
    audio = sine(100.0, 10.0, amplitude=0.5)
    audio.samples[0, 220_500:220_510] = 1.0
    session.open_audio(audio)
    view = shown(WaveformView(session))
    settled()
    assert columns_of(view, view.colours.clipped, 60) == [300]


def test_single_samples_are_dots_on_a_line(session, shown, settled):
    audio = silence(10.0)
    audio.samples[0, 1010] = 0.5
    session.open_audio(audio)
    view = shown(WaveformView(session))
    session.view_state.set_span(1000 / 44100, 1020 / 44100)
    settled()
    row = int(view.lanes()[0].y_of(0.5))
    dot = columns_of(view, view.colours.wave, row)
    assert dot
    assert np.mean(dot) == pytest.approx(300.0, abs=1.5)
    assert 3 <= len(dot) <= 7


def test_alt_wheel_and_wheel_over_the_axis_zoom_the_amplitude(session, shown, turn):
    session.open_audio(sine(100.0, 1.0))
    view = shown(WaveformView(session))
    turn(view, 300, 50, 120, Qt.KeyboardModifier.AltModifier)
    turn(view, 10, 50, 120)
    assert view.lanes()[0].peak == pytest.approx(0.64)
    assert (session.view_state.start_s, session.view_state.stop_s) == (0.0, 1.0)


def test_the_level_axis_can_be_in_db(session, shown):
    session.open_audio(sine(100.0, 1.0))
    view = shown(WaveformView(session))
    session.settings.set(keys.level_scale, "db")
    assert view.lanes()[0].kind == "db"


def test_result_and_removed_show_what_an_operation_did(session, shown, settled):
    audio = sine(100.0, 10.0, amplitude=0.5)
    document = session.open_audio(audio)
    view = shown(WaveformView(session))
    settled()
    operation = silenced(document.source, 220_500, 264_600)
    assert document.commit([operation], document.revision)
    settled()
    row = int(view.lanes()[0].y_of(0.3))
    wave = view.colours.wave

    def has_wave(x):
        return x in columns_of(view, wave, row)

    assert has_wave(200)
    assert not has_wave(330)
    session.view_state.monitor(Monitored.REMOVED)
    settled()
    assert not has_wave(200)
    assert has_wave(330)
    session.view_state.monitor(Monitored.ORIGINAL)
    settled()
    assert has_wave(330)
    session.view_state.monitor(Monitored.RESULT)
    document.undo()
    settled()
    assert has_wave(330)


def test_the_readout_tells_sample_and_level(session, shown, qtbot):
    session.open_audio(sine(100.0, 10.0))
    view = shown(WaveformView(session))
    said: list[str] = []
    view.hovered.connect(said.append)
    for x in (1, 300):  # a move to where the pointer is already is none
        qtbot.mouseMove(view, QPoint(LEFT_AXIS + x, 50))
    assert said[-1] == "0:05.000   sample 220500   -6.0 dBFS"


def test_what_a_job_has_come_to_is_painted_over_what_it_works_on(session, shown, settled):
    session.open_audio(silence(60.0))
    view = shown(WaveformView(session))
    settled()
    estimate = Estimate(20 * 44100, Audio(np.full((1, 10 * 44100), 0.5, np.float32), 44100))
    row = int(view.lanes()[0].y_of(0.5))
    session.estimates.begin()
    session.estimates.take(estimate)
    settled()
    at = columns_of(view, view.colours.estimate, row)
    assert (at[0], at[-1], len(at)) == (200, 299, 100)
    session.estimates.end()
    settled()
    assert columns_of(view, view.colours.estimate, row) == []
    session.estimates.take(estimate)
    settled()
    assert session.estimates.latest is None


def test_the_difference_of_the_channels_has_one_lane(session, shown, settled):
    audio = silence(10.0, n_channels=2)
    audio.samples[:] = 0.5
    audio.samples[:, 200_000:240_000] = [[0.6], [0.2]]
    session.open_audio(audio)
    view = shown(WaveformView(session))
    session.settings.set(keys.channels, "side")
    settled()
    (lane,) = view.lanes()
    at = columns_of(view, view.colours.wave, int(lane.y_of(0.2)))
    assert (at[0], at[-1]) == (pytest.approx(272, abs=1), pytest.approx(326, abs=1))
    assert not columns_of(view, view.colours.wave, int(lane.y_of(0.4001)))
    session.settings.set(keys.channels, "mid")
    settled()
    at = columns_of(view, view.colours.wave, int(lane.y_of(0.4001)))
    assert (at[0], at[-1]) == (pytest.approx(272, abs=1), pytest.approx(326, abs=1))
