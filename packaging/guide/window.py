"""Pictures of the chapter on the window."""

from PySide6.QtGui import QImage

from engine.region import Region
from engine.shape import BRUSH, LASSO, Shape, Stroke
from guide.callouts import Callout
from guide.keeping import WIDEST
from guide.photographer import Photographer
from guide.studio import Studio, area_of, beside, shoot, stacked

WIDE = (1400, 720)
"""A window in which the whole of the transport bar has room."""
LASSO_POINTS = ((6.0, 900.0), (8.4, 700.0), (11.0, 1100.0), (11.6, 3200.0), (9.2, 7000.0),
                (6.3, 4200.0))  # fmt: skip
BRUSH_POINTS = ((15.0, 1700.0), (17.5, 1500.0), (19.5, 1250.0))


def window(studio: Studio) -> QImage:
    """The window with a side at work, and a number at each of its parts."""
    with studio.sitting() as sitter:
        _work(sitter)
        shown, views = sitter.window, sitter.window.views
        return shoot(
            shown,
            [
                Callout("1", shown.menus.bar, (0.62, 0.5)),
                Callout("2", shown.transport, (0.19, 0.9)),
                Callout("3", shown.history, (0.5, 0.6)),
                Callout("4", shown.recording, (0.85, 0.08)),
                Callout("5", views.overview, (0.97, 0.5)),
                Callout("6", views.marks, (0.5, 0.5)),
                Callout("7", views.waveform, (0.8, 0.85)),
                Callout("8", views.bar, (0.45, 0.5)),
                Callout("9", views.spectrogram, (0.8, 0.2)),
                Callout("10", views.events, (0.9, 0.6)),
                Callout("11", shown.inspector.fields, (0.36, 0.07)),
                Callout("12", shown.inspector.operation, (0.6, 0.02)),
                Callout("13", shown.inspector.operation.foot, (0.68, 0.45)),
                Callout("14", shown.status, (0.3, 0.5)),
            ],
        )


def window_bar(studio: Studio) -> QImage:
    """The transport bar where there is room for all of it."""
    with studio.sitting(size=WIDE) as sitter:
        bar = sitter.window.transport
        image = shoot(bar)
        return image.copy(0, 0, min(WIDEST, image.width()), image.height())


def window_selections(studio: Studio) -> QImage:
    """A lasso and a brush stroke in one selection, and the same place in constant Q."""
    with studio.sitting(size=(1010, 560)) as sitter:
        state, views = sitter.session.view_state, sitter.window.views
        strokes = (Stroke(LASSO, LASSO_POINTS), Stroke(BRUSH, BRUSH_POINTS, True, 0.25, 0.2))
        state.select(Region.drawn(Shape(strokes), state.duration_s, state.nyquist_hz))
        sitter.settle()
        below = area_of(views.bar, views).top()
        first = shoot(views)
        sitter.act("cqt")
        second = shoot(views)
        height = first.height() - below
        return beside([each.copy(0, below, each.width(), height) for each in (first, second)])


def window_events(studio: Studio) -> QImage:
    """The events of a Declick beside the pictures, one of them chosen."""
    with studio.sitting() as sitter:
        sitter.run("declick")
        sitter.window.docks.show("events")
        for _ in range(6):
            sitter.act("event_next")
        return shoot(sitter.window)


def window_candidates(studio: Studio) -> QImage:
    """Two attempts at the same region, and the bar that chooses between them."""
    with studio.sitting() as sitter:
        sitter.run("declick")
        sitter.set_values(sensitivity=0.7)
        sitter.act("try_another")
        window = sitter.window
        status, bar = area_of(window.status, window), window.candidate_bar
        chooser = area_of(bar, window).adjusted(-8, 0, 8, 0) & status
        return stacked([shoot(window, part=each) for each in (
            area_of(window.history, window), chooser)])  # fmt: skip


def _work(sitter: Photographer) -> None:
    """Noise marked, two steps done, a box selected."""
    state = sitter.session.view_state
    state.select(Region(0.5, 4.5))
    sitter.act("mark_noise")
    state.select(None)
    sitter.run("declick", sensitivity=0.7)
    sitter.run("denoise")
    state.select(Region(13.0, 16.5, 700.0, 2600.0))
    sitter.settle()


TAKEN = (window, window_bar, window_selections, window_events, window_candidates)
