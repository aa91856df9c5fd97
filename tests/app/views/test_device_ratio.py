"""On a fine screen pictures have a column and a row for each of its pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from app import settings as keys
from app.event_list import EventList
from app.views import VIEWS
from app.views.events import EventsView
from app.widgets.shape_picture import STRIP, shape_picture
from engine.region import Region
from engine.shape import BOX, Shape, Stroke
from tests.app.found import many_found
from tests.signals import noise

PLOT = slice(2 * 66, 2 * 660)
"""Columns of the screen that lie inside the plot."""


def fine(view, ratio=2.0) -> np.ndarray:
    """What a view paints where a point has two pixels, as (row column)."""
    view.devicePixelRatioF = lambda: ratio
    view.clearFocus()
    view.redraw()
    image = QImage(view.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    view.render(image, QPoint())
    assert view._picture.size() == view.size() * ratio
    return np.array(image.constBits()).view(np.uint32).reshape(image.height(), image.width())


def share_of_fine_columns(pixels) -> float:
    """How many points are not the same in both of their columns."""
    inside = pixels[:, PLOT]
    return float(np.mean((inside[:, 0::2] != inside[:, 1::2]).any(axis=0)))


@pytest.fixture
def shown_view(session, rng, shown, settled):
    def make(name):
        session.open_audio(noise(rng, 10.0))
        view = shown(VIEWS[name](session))
        settled()
        return view

    return make


@pytest.mark.parametrize("name", ["waveform", "overview"])
def test_a_wave_has_a_column_for_each_pixel(shown_view, settled, name):
    view = shown_view(name)
    settled()
    assert share_of_fine_columns(fine(view)) > 0.9


def test_a_spectrogram_has_a_column_and_a_row_for_each_pixel(session, shown_view, settled):
    view = shown_view("spectrogram")
    session.settings.set(keys.frequency_scale, "linear")
    session.settings.set(keys.n_fft, 512)
    view.devicePixelRatioF = lambda: 2.0
    session.view_state.set_span(1.0, 5.0)
    for _ in range(3):
        view.grab()
        settled()
    pixels = fine(view)
    # frames are 256 samples apart: a pixel sees 147, and a frame is to be as wide as one at least
    assert share_of_fine_columns(pixels) == pytest.approx(147 / 256, abs=0.03)
    rows = pixels[4:-4, PLOT]
    assert np.mean((rows[0::2] != rows[1::2]).any(axis=1)) > 0.5


def test_pooled_events_have_a_column_for_each_pixel(session, rng, shown):
    document = session.open_audio(noise(rng, 10.0))
    document.commit([many_found(document.state, 400)], document.revision)
    view = shown(EventsView(session, events=EventList(session)), height=40)
    assert share_of_fine_columns(fine(view)) > 0.5


def test_a_drawn_selection_has_a_rim_as_fine_as_the_screen(session, shown_view, monkeypatch):
    made = []

    def noted(*args):
        made.append(shape_picture(*args))
        return made[-1]

    monkeypatch.setattr("app.widgets.shape_picture.shape_picture", noted)
    view = shown_view("spectrogram")
    strokes = (
        Stroke(BOX, ((1.0, 500.0), (4.0, 5000.0))),
        Stroke(BOX, ((2.0, 900.0), (6.0, 9000.0))),
    )
    session.view_state.select(Region(1.0, 6.0, 500.0, 9000.0, Shape(strokes)))
    fine(view)
    assert {picture.devicePixelRatio() for picture in made} == {2.0}
    assert {picture.height() for picture in made} == {2 * view.height()}
    assert {picture.width() for picture in made} == {2 * (STRIP + 8)}


@pytest.mark.parametrize("ratio", [1.25, 1.5, 1.75])
def test_broken_ratios_leave_no_seam_at_the_right_and_below(shown_view, settled, ratio):
    view = shown_view("spectrogram")
    settled()
    pixels = fine(view, ratio)
    left, right = round(66 * ratio), round(660 * ratio)
    assert len(np.unique(pixels[-3, left:right])) > 20
    assert len(np.unique(pixels[20:-20, right - 3])) > 20
