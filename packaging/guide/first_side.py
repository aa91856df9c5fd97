"""Pictures of the chapter on the first side: each as the step before has left the window."""

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app import paths
from app.dialogs.export import ExportDialog
from app.document import Monitored
from engine.region import Region
from guide.callouts import Callout
from guide.photographer import Photographer
from guide.studio import Studio, shoot

RUN_IN = Region(0.5, 4.5)
TICK = Region(19.797, 19.803)
"""A click that Declick leaves at a sensitivity of 0.7."""


def first_open(studio: Studio) -> QImage:
    """The side that ships, just opened, its run-in groove marked as noise."""
    with studio.sitting() as sitter:
        _mark(sitter)
        shown, views = sitter.window, sitter.window.views
        return shoot(
            shown,
            [
                Callout("1", shown.transport, (0.028, 0.93)),
                Callout("2", views.waveform, (0.16, 0.82)),
                Callout("3", views.spectrogram, (0.6, 0.3)),
                Callout("4", shown.inspector.operation, (0.95, 0.02)),
                Callout("5", shown.inspector.operation.foot, (0.68, 0.45)),
                Callout("6", shown.history, (0.5, 0.3)),
            ],
        )


def first_removed(studio: Studio) -> QImage:
    """What was taken out by two steps: ticks and noise, and no music."""
    with studio.sitting() as sitter:
        _restore(sitter)
        sitter.session.view_state.monitor(Monitored.REMOVED)
        sitter.settle()
        return shoot(sitter.window)


def first_tick(studio: Studio) -> QImage:
    """A tick that is left, selected."""
    with studio.sitting() as sitter:
        _mark(sitter)
        sitter.run("declick", sensitivity=0.7)
        state = sitter.session.view_state
        state.set_span(19.7, 19.9)
        state.select(TICK)
        sitter.window.inspector.choose_task("inpaint")
        sitter.settle()
        return shoot(sitter.window)


def first_export(studio: Studio) -> QImage:
    """The export dialog with the three files it will write."""
    with studio.place() as folder:
        side = folder / "air_1920.flac"
        side.symlink_to(paths.demo())
        with studio.sitting(side) as sitter:
            _restore(sitter)
            sitter.act("export")
            dialogs = (each for each in QApplication.topLevelWidgets() if each.isVisible())
            (shown,) = (each for each in dialogs if isinstance(each, ExportDialog))
            sitter.pause(2.0)
            image = shoot(shown)
            shown.close()
            return image


def _mark(sitter: Photographer) -> None:
    """Mark the run-in groove as noise."""
    state = sitter.session.view_state
    state.select(RUN_IN)
    sitter.act("mark_noise")
    state.select(None)
    sitter.settle()


def _restore(sitter: Photographer) -> None:
    """Declick, one place by hand, Denoise: as the chapter has it."""
    _mark(sitter)
    state = sitter.session.view_state
    sitter.run("declick", sensitivity=0.7)
    state.select(TICK)
    sitter.act("run_inpaint")
    state.select(None)
    sitter.run("denoise")
    state.fit()


TAKEN = (first_open, first_removed, first_tick, first_export)
