import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from app import settings as keys
from app.document import Monitored
from app.views.spectrogram import SpectrogramView
from app.views.waveform import WaveformView
from app.widgets.time_axis import LEFT_AXIS
from engine.audio import Audio
from engine.spectrogram import StftPicture
from tests.app.fakes import silenced
from tests.signals import noise, sine


def brightness(view, x, y):
    colour = view.grab().toImage().pixelColor(LEFT_AXIS + x, y)
    return colour.red() + colour.green() + colour.blue()


def bright_columns(view, y):
    image = view.grab().toImage()
    return [x for x in range(600) if sum(image.pixelColor(LEFT_AXIS + x, y).getRgb()[:3]) > 60]


@pytest.fixture
def spectrogram(session, shown):
    return shown(SpectrogramView(session), height=400)


def test_a_click_is_seen_in_five_minutes_of_silence(session, spectrogram, settled):
    audio = Audio(np.zeros((1, 300 * 8000), np.float32), 8000)
    audio.samples[0, 1_200_000] = 1.0
    session.open_audio(audio)
    session.view_state.set_playhead(300.0)
    settled()
    columns = bright_columns(spectrogram, 100)
    assert columns
    assert all(297 <= x <= 303 for x in columns)


def test_a_click_of_one_sample_is_seen_in_an_hour_of_music(session, shown, settled, rng):
    """All of it on the screen: six seconds a pixel, and the click is one sample."""
    rate, at = 8000, 1200 * 8000
    samples = 0.001 * rng.standard_normal((1, 3600 * rate), dtype=np.float32)
    samples += np.tile(sine(440.0, 1.0, rate, amplitude=0.3).samples, 3600)
    samples[0, at] = 0.9
    session.open_audio(Audio(samples, rate))
    waveform, spectrogram = (
        shown(WaveformView(session)),
        shown(SpectrogramView(session), height=400),
    )
    settled()
    wave, (lane,) = waveform.grab().toImage(), waveform.lanes()
    high = int(lane.y_of(0.5))
    reached = [
        x for x in range(600) if wave.pixelColor(LEFT_AXIS + x, high) == waveform.colours.wave
    ]
    assert reached == [200]
    picture = spectrogram.grab().toImage()
    columns = np.array(
        [
            sum(sum(picture.pixelColor(LEFT_AXIS + x, y).getRgb()[:3]) for y in range(0, 400, 4))
            for x in range(600)
        ]
    )
    others = np.delete(columns, [0, 1, 199, 200, 201])  # the playhead stands at the left
    assert columns[199:202].max() > others.mean() + 20 * others.std()


@pytest.mark.parametrize(
    ("transform", "kind"), [("stft", "log"), ("stft", "linear"), ("stft", "mel"), ("cqt", "log")]
)
def test_a_sine_is_a_line_at_its_frequency(session, spectrogram, settled, kind, transform):
    session.settings.set(keys.frequency_scale, kind)
    session.settings.set(keys.transform, transform)
    session.open_audio(sine(1000.0, 4.0, amplitude=0.05))
    settled()
    image = spectrogram.grab().toImage()
    column = [sum(image.pixelColor(LEFT_AXIS + 300, y).getRgb()[:3]) for y in range(400)]
    assert int(np.argmax(column)) == pytest.approx(spectrogram.band_scale.y_of(1000.0), abs=4)


def test_coarser_tiles_are_shown_until_the_exact_ones_come(session, spectrogram, settled, rng):
    session.open_audio(noise(rng, 60.0))
    settled()
    session.view_state.set_span(30.0, 30.5)
    assert brightness(spectrogram, 300, 100) > 60
    assert len(bright_columns(spectrogram, 100)) == 600


def test_the_old_picture_is_shown_until_another_transform_has_one(
    session, spectrogram, settled, rng
):
    session.open_audio(noise(rng, 10.0))
    settled()
    session.settings.set(keys.n_fft, 4096)
    session.settings.set(keys.window, "kaiser")
    assert spectrogram.tiles.analysis == StftPicture(44100, 4096, "kaiser")
    assert len(bright_columns(spectrogram, 100)) > 590


def test_the_old_picture_lies_at_its_frequencies_when_others_are_shown(
    session, spectrogram, settled
):
    session.open_audio(sine(1000.0, 5.0, 8000))
    settled()
    session.settings.set(keys.transform, "cqt")
    session.view_state.set_band(500.0, 2000.0)
    spectrogram.tiles.give_up()
    levels = [brightness(spectrogram, 300, y) for y in range(20, 380)]
    assert 20 + np.argmax(levels) == pytest.approx(200, abs=12)
    session.settings.set(keys.frequency_scale, "linear")
    spectrogram.tiles.give_up()
    assert max(brightness(spectrogram, 300, y) for y in range(20, 380, 3)) < 30


def test_tiles_are_asked_for_once_a_zoom_has_settled(
    session, spectrogram, settled, turn, rng, qtbot
):
    session.open_audio(noise(rng, 60.0))
    settled()
    asked = []
    spectrogram.tiles.want = lambda monitored, wanted: asked.append(wanted)
    for _ in range(8):
        turn(spectrogram, 300, 50, 120)
        spectrogram.repaint()
    assert asked == []
    qtbot.wait(100)
    settled()
    assert len({key.level for wanted in asked for key in wanted}) == 1


def test_alt_wheel_and_wheel_over_the_axis_zoom_frequency_at_the_pointer(
    session, spectrogram, turn, rng
):
    session.open_audio(noise(rng, 1.0))
    before_hz = spectrogram.band_scale.hz_at(150)
    turn(spectrogram, 300, 150, 240, Qt.KeyboardModifier.AltModifier)
    turn(spectrogram, 10, 150, 120)
    assert spectrogram.band_scale.hz_at(150) == pytest.approx(before_hz)
    state = session.view_state
    octaves = np.log2(state.high_hz / state.low_hz)
    assert octaves == pytest.approx(np.log2(22050 / 20) * 0.8**3)
    turn(spectrogram, 10, 150, -36000)
    turn(spectrogram, 10, 150, -36000)
    assert (state.low_hz, state.high_hz) == pytest.approx((10.0, 22050.0))


def test_a_middle_drag_moves_the_band_with_the_pointer(session, spectrogram, drag, rng):
    session.open_audio(noise(rng, 1.0))
    session.view_state.set_band(200.0, 5000.0)
    hz = spectrogram.band_scale.hz_at(100)
    drag(spectrogram, (300, 100), (300, 160), Qt.MouseButton.MiddleButton)
    assert spectrogram.band_scale.hz_at(160) == pytest.approx(hz, rel=1e-6)


def test_gain_range_and_colour_map_repaint_without_new_tiles(session, spectrogram, settled, rng):
    session.open_audio(noise(rng, 5.0))
    settled()
    made: list[object] = []
    spectrogram.tiles.take = made.append
    before = brightness(spectrogram, 300, 100)
    session.settings.set(keys.spectrogram_top_db, 30.0)
    darker = brightness(spectrogram, 300, 100)
    assert darker < before - 60
    session.settings.set(keys.colour_map, "inverse grey")
    assert brightness(spectrogram, 300, 100) > darker + 60
    settled()
    assert made == []


def test_removed_shows_what_was_taken_out_and_undo_brings_it_back(session, spectrogram, settled):
    document = session.open_audio(sine(1000.0, 10.0, amplitude=0.3))
    session.view_state.set_playhead(10.0)
    settled()
    y = round(spectrogram.band_scale.y_of(1000.0))
    assert document.commit([silenced(document.source, 176_400, 264_600)], 0)
    settled()
    assert brightness(spectrogram, 300, y) < 60 < brightness(spectrogram, 100, y)
    session.view_state.monitor(Monitored.REMOVED)
    settled()
    assert brightness(spectrogram, 100, y) < 60 < brightness(spectrogram, 300, y)
    session.view_state.monitor(Monitored.RESULT)
    document.undo()
    settled()
    assert brightness(spectrogram, 300, y) > 60


def test_the_readout_tells_frequency_note_and_level(session, spectrogram, settled, qtbot):
    session.open_audio(sine(20 * 44100 / 2048, 10.0, amplitude=0.1))
    settled()
    said: list[str] = []
    spectrogram.hovered.connect(said.append)
    y = round(spectrogram.band_scale.y_of(430.7))
    for x in (1, 300):
        qtbot.mouseMove(spectrogram, QPoint(LEFT_AXIS + x, y))
    time, hz, note, level = said[-1].split("   ")
    assert time == "0:05.000"
    assert float(hz.removesuffix(" Hz")) == pytest.approx(430.7, rel=0.02)
    assert note.startswith("A4")
    assert float(level.removesuffix(" dB")) == pytest.approx(-20.0, abs=1.5)


def test_a_box_is_seen_on_dark_and_on_bright_pictures(session, spectrogram, settled, rng):
    from engine.region import Region

    session.open_audio(noise(rng, 5.0))
    settled()
    session.view_state.select(Region(1.0, 2.0, 500.0, 4000.0))
    for colour_map in ("inferno", "inverse grey"):
        session.settings.set(keys.colour_map, colour_map)
        image = spectrogram.grab().toImage()
        y = round(spectrogram.band_scale.y_of(1000.0))
        row = [image.pixelColor(LEFT_AXIS + x, y) for x in range(115, 126)]
        assert QColor("white") in row
        assert min(colour.lightnessF() for colour in row) < 0.25


def test_notes_are_named_in_a_cqt_and_where_they_are_asked_for(session, spectrogram, settled):
    session.open_audio(Audio(np.zeros((1, 80_000), np.float32), 8000))
    settings = session.settings

    def has_names():
        settled()
        image = spectrogram.grab().toImage()
        column = [image.pixelColor(LEFT_AXIS + 598, y).getRgb()[:3] for y in range(400)]
        return column.count((255, 255, 255)) >= 6

    assert not has_names()
    settings.set(keys.note_names, True)
    assert has_names()
    settings.set(keys.note_names, False)
    assert not has_names()
    settings.set(keys.transform, "cqt")
    assert has_names()
