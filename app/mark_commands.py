"""What the actions of the Marks menu do: functions of the desk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk
from app.mark_text import mark_name
from app.marks import MARKER, MUSIC, NOISE, Marks, neighbours, region_of_mark
from app.select_commands import EVENT_REACH, can_snap, snap
from app.widgets.region_text import region_text
from app.widgets.stepping import next_edge, span_with
from engine.audio_file import AudioFile, open_audio
from engine.errors import EngineError, StorageError
from engine.region import Region
from engine.snap import nearest_of
from engine.storage.contents import Mark
from engine.storage.label_file import SUFFIX, cue_marks, read_labels, write_labels

_SOUND = (".wav", ".bwf", ".rf64")


def marks_of(desk: Desk) -> Marks | None:
    """The marks of what is open."""
    document = desk.session.document
    return None if document is None else document.marks


def has_marks(desk: Desk) -> bool:
    """Whether there are any."""
    marks = marks_of(desk)
    return marks is not None and bool(marks.items)


def has_current(desk: Desk) -> bool:
    """Whether one is the current one."""
    return _current(desk) is not None


def is_stretch(desk: Desk) -> bool:
    """Whether the current one is a stretch."""
    mark = _current(desk)
    return mark is not None and region_of_mark(mark) is not None


def is_noise(desk: Desk) -> bool:
    """Whether the current one is noise that is not learnt from already."""
    mark, marks = _current(desk), marks_of(desk)
    if mark is None or marks is None or mark.kind != NOISE:
        return False
    return region_of_mark(mark) != marks.noise


def add_marker(desk: Desk) -> None:
    """Set a marker at the playhead, or over what is selected; playing goes on."""
    marks, state = marks_of(desk), desk.session.view_state
    if marks is None:
        return
    is_playing, selection = desk.session.player.is_playing, state.selection
    span = (state.playhead_s, state.playhead_s)
    if selection is not None and not is_playing:
        span = (selection.start_s, selection.stop_s)
    name = _free_name(marks)
    if marks.add(Mark(*span, name)):
        desk.tell(_tr("{name} is set; Undo takes it away.").format(name=name))
    if not is_playing:  # whoever taps along is not to be stopped by a field
        marks.rename_wanted.emit()


def mark_music(desk: Desk) -> None:
    """Mark what is selected as music, which is never taken for noise."""
    marks, selection = marks_of(desk), desk.session.view_state.selection
    if marks is None or selection is None:
        return
    had = marks.noise
    if marks.add(Mark(selection.start_s, selection.stop_s, "", MUSIC)):
        told = _tr("Marked as music: {region}").format(
            region=region_text(Region(selection.start_s, selection.stop_s))
        )
        if had != marks.noise:
            told = _tr("{told}. Noise is no longer learnt from there.").format(told=told)
        desk.tell(told)


def find_noise(desk: Desk) -> None:
    """Select the quietest stretch."""
    desk.marks.find_noise()


def learn_here(desk: Desk) -> None:
    """Learn noise from the current stretch of noise."""
    mark, marks = _current(desk), marks_of(desk)
    region = None if mark is None else region_of_mark(mark)
    if marks is not None and region is not None:
        marks.set_noise(region)


def go_to(desk: Desk) -> None:
    """Playhead to the current mark."""
    mark = _current(desk)
    if mark is not None:
        _show(desk, mark.start_s)


def play_from(desk: Desk) -> None:
    """Play from the current mark on."""
    mark = _current(desk)
    if mark is not None:
        desk.session.player.play(mark.start_s)


def select_mark(desk: Desk) -> None:
    """Select the stretch of the current mark."""
    mark = _current(desk)
    region = None if mark is None else region_of_mark(mark)
    if region is not None:
        desk.session.view_state.select(region)


def rename(desk: Desk) -> None:
    """Give the current mark another name, where it is shown."""
    marks = marks_of(desk)
    if marks is not None and marks.current is not None:
        marks.rename_wanted.emit()


def delete(desk: Desk) -> None:
    """Take the current mark away."""
    mark, marks = _current(desk), marks_of(desk)
    if mark is not None and marks is not None:
        marks.remove([mark])
        told = _tr("{name} is deleted; Undo brings it back.")
        desk.tell(told.format(name=mark_name(mark)))


def step(direction: int) -> Callable[[Desk], None]:
    """Go to the next mark (1), or the one before (-1)."""

    def go(desk: Desk) -> None:
        marks, state = marks_of(desk), desk.session.view_state
        if marks is None:
            return
        starts = np.array([each.start_s for each in marks.items])
        found_s = next_edge(state.playhead_s, starts, direction)
        if found_s is not None:
            marks.choose(next(each for each in marks.items if each.start_s == found_s))
            _show(desk, found_s)

    return go


def select_between(desk: Desk) -> None:
    """Select from the marker before the playhead to the one after it, or to the ends."""
    marks, state = marks_of(desk), desk.session.view_state
    if marks is None:
        return
    before_s, after_s = neighbours(marks.items, state.playhead_s)
    start_s = 0.0 if before_s is None else before_s
    stop_s = state.duration_s if after_s is None else after_s
    if start_s < stop_s:
        state.select(Region(start_s, stop_s))


def can_snap_to_marks(desk: Desk) -> bool:
    """Whether there are edges to move, and marks to move them to."""
    return can_snap(desk) and has_marks(desk)


def snap_to_marks(desk: Desk) -> None:
    """Move both edges to the nearest edges of marks."""
    marks, state = marks_of(desk), desk.session.view_state
    if marks is not None:
        edges = [edge for each in marks.items for edge in (each.start_s, each.stop_s)]
        reach_s = EVENT_REACH * (state.stop_s - state.start_s)
        snap(desk, lambda at_s: nearest_of(edges, at_s, reach_s))


def import_marks(desk: Desk) -> None:
    """Ask for a label file or a WAV file with cue points, and add its marks."""
    assert isinstance(desk, QWidget)
    document = desk.session.document
    if document is None:
        return
    chosen, _ = QFileDialog.getOpenFileName(
        desk,
        _tr("Import markers"),
        str(document.home),
        _tr("Labels and WAV cue points (*.txt *.wav *.bwf *.rf64);;All files (*)"),
    )
    if chosen:
        import_from(desk, Path(chosen))


def import_from(desk: Desk, path: Path) -> None:
    """Add the marks of a file, as far as they lie in the recording."""
    marks, state = marks_of(desk), desk.session.view_state
    if marks is None:
        return
    try:
        found = _read(path)
    except EngineError as error:
        desk.session.failed.emit(str(error))
        return
    inside = [each for each in found if each.stop_s <= state.duration_s]
    count = marks.add_all(inside)
    told = _tr("{count} marks from {name}.").format(count=count, name=path.name)
    if len(inside) < len(found):
        left = len(found) - len(inside)
        told = _tr("{told} {left} lie behind the end and were left out.").format(
            told=told, left=left
        )
    desk.tell(told)


def has_cues(desk: Desk) -> bool:
    """Whether the source is a file that may hold cue points."""
    document = desk.session.document
    if document is None or not isinstance(document.source, AudioFile):
        return False
    return document.source.container.find("cue ") is not None


def take_cues(desk: Desk) -> None:
    """Add the cue points of the source as markers; the file keeps its own as they are."""
    document = desk.session.document
    if document is None or not isinstance(document.source, AudioFile):
        return
    if document.state.staged_by is not None:
        desk.session.failed.emit(
            _tr("The recording was made anew since, and the cue points of the file no longer fit.")
        )
        return
    import_from(desk, document.source.path)


def export_marks(desk: Desk) -> None:
    """Ask for a name, and write all marks as labels."""
    assert isinstance(desk, QWidget)
    document = desk.session.document
    if document is None:
        return
    chosen, _ = QFileDialog.getSaveFileName(
        desk,
        _tr("Export markers"),
        str(document.home / f"{document.path.stem} markers{SUFFIX}"),
        _tr("Labels (*.txt)"),
    )
    if not chosen:
        return
    path = Path(chosen)
    path = path if path.suffix else path.with_suffix(SUFFIX)
    try:
        if path.absolute() == document.path:
            raise StorageError(f"{path.name} is the recording itself; choose another name")
        write_labels(path, document.marks.items)
    except EngineError as error:
        desk.session.failed.emit(str(error))
        return
    count = len(document.marks.items)
    desk.tell(_tr("{count} marks are in {name}.").format(count=count, name=path.name))


def _read(path: Path) -> tuple[Mark, ...]:
    if path.suffix.lower() not in _SOUND:
        return read_labels(path)
    with open_audio(path) as file:
        found = cue_marks(file)
    if not found:
        raise StorageError(f"{path.name} has no cue points; choose a file of labels instead")
    return found


def _current(desk: Desk) -> Mark | None:
    marks = marks_of(desk)
    return None if marks is None else marks.current


def _show(desk: Desk, at_s: float) -> None:
    state = desk.session.view_state
    state.set_playhead(at_s)
    state.set_span(*span_with(state.start_s, state.stop_s, at_s))


def _free_name(marks: Marks) -> str:
    """The first number that no marker has."""
    names = {each.name for each in marks.items if each.kind == MARKER}
    numbered = (_tr("Marker {n}").format(n=n) for n in range(1, len(names) + 2))
    return next(name for name in numbered if name not in names)


def _tr(text: str) -> str:
    return QCoreApplication.translate("marks", text)
