"""Pictures of the chapter on the tasks: what a task finds, takes out and leaves."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app import settings as keys
from app.dialogs.groove import GrooveDialog
from app.document import Monitored
from engine.region import Region
from guide import damaged
from guide.photographer import Photographer
from guide.studio import Studio, area_of, beside, shoot

PAIR = (1010, 560)
"""A window in which the pictures are half as wide as a page."""
RUN_IN = Region(0.3, 2.3)
CLIPPED_S = (25.504, 25.524)
"""Where the music is loudest."""


def _pair(
    sitter: Photographer, span_s: tuple[float, float], second: Monitored = Monitored.RESULT
) -> QImage:
    """The pictures of a stretch: Original at the left, Result or Removed at the right."""
    state, views = sitter.session.view_state, sitter.window.views
    state.select(None)
    state.set_span(*span_s)
    images = []
    for monitored in (Monitored.ORIGINAL, second):
        state.monitor(monitored)
        sitter.settle()
        images.append(shoot(views))
    return beside(images)


def _made(
    studio: Studio, make: Callable[[Path], Path], take: Callable[[Photographer], QImage]
) -> QImage:
    """A picture of a side with damage that was put in."""
    with tempfile.TemporaryDirectory(prefix="damage") as folder:
        side = make(Path(folder))
        with studio.sitting(side, PAIR) as sitter:
            return take(sitter)


def declick(studio: Studio) -> QImage:
    """Two loud clicks, before and after."""
    with studio.sitting(size=PAIR) as sitter:
        sitter.run("declick", sensitivity=0.7)
        return _pair(sitter, (20.0, 20.3))


def denoise(studio: Studio) -> QImage:
    """A side, and the noise that was taken out of it."""
    with studio.sitting(size=PAIR) as sitter:
        state = sitter.session.view_state
        state.select(RUN_IN)
        sitter.act("mark_noise")
        state.select(None)
        sitter.run("declick", sensitivity=0.7)
        sitter.run("denoise")
        return _pair(sitter, (0.0, 30.5), Monitored.REMOVED)


def inpaint(studio: Studio) -> QImage:
    """A box around a click, and what was put in its place."""
    with studio.sitting(size=PAIR) as sitter:
        state = sitter.session.view_state
        box = Region(20.098, 20.108, 500.0, 12000.0)
        state.set_span(20.0, 20.3)
        state.select(box)
        sitter.settle()
        before = shoot(sitter.window.views)
        sitter.act("run_inpaint")
        state.select(None)
        state.set_span(20.0, 20.3)
        sitter.settle()
        return beside([before, shoot(sitter.window.views)])


def declip(studio: Studio) -> QImage:
    """Flat tops, and the peaks that were estimated."""

    def take(sitter: Photographer) -> QImage:
        sitter.run("declip")
        for _ in range(3):
            sitter.act("level_in")
        views = sitter.window.views
        pair = _pair(sitter, CLIPPED_S)
        return pair.copy(0, 0, pair.width(), area_of(views.bar, views).top())

    return _made(studio, damaged.clipped, take)


def dehum(studio: Studio) -> QImage:
    """Lines of the mains, and the side without them."""

    def take(sitter: Photographer) -> QImage:
        sitter.run("dehum")
        sitter.session.view_state.set_band(20.0, 2000.0)
        sitter.session.settings.set(keys.n_fft, 8192)
        return _pair(sitter, (0.0, 30.5))

    return _made(studio, damaged.humming, take)


def extend(studio: Studio) -> QImage:
    """A side without treble, and the treble that was made up."""

    def take(sitter: Photographer) -> QImage:
        sitter.run("extend")
        return _pair(sitter, (5.0, 30.0))

    return _made(studio, damaged.dull, take)


def groove(studio: Studio) -> QImage:
    """The dialog that compares the ways of making one channel of both walls."""

    def take(sitter: Photographer) -> QImage:
        sitter.act("groove_modes")
        dialogs = (each for each in QApplication.topLevelWidgets() if each.isVisible())
        (shown,) = (each for each in dialogs if isinstance(each, GrooveDialog))
        sitter.wait(lambda: "Suggested" in shown.told)
        sitter.pause(0.5)  # its numbers make a column wider
        image = shoot(shown)
        shown.close()
        return image

    return _made(studio, damaged.stereo, take)


def replay_eq(studio: Studio) -> QImage:
    """The inspector with the two curves of the Replay EQ, and their difference."""
    with studio.sitting(size=(1300, 900)) as sitter:
        sitter.choose("replay-eq", transfer="RIAA_500R-13.7", replay="Columbia_300N-16")
        window = sitter.window
        return shoot(window, part=area_of(window.inspector, window))


TAKEN = (groove, declip, declick, inpaint, dehum, denoise, extend, replay_eq)
