"""Marks in words: their kinds, the names of those that have none, and where they are."""

from PySide6.QtCore import QCoreApplication

from app.marks import MUSIC, NOISE
from engine.storage.contents import Mark
from engine.units import format_time


def kind_word(kind: str) -> str:
    """What a kind of mark is called."""
    words = {NOISE: _tr("Noise"), MUSIC: _tr("Music")}
    return words.get(kind, _tr("Marker"))


def kind_meaning(kind: str) -> str:
    """What it is there for, as a sentence; empty for a plain marker."""
    meanings = {
        NOISE: _tr("Groove noise and no music: denoising can learn from it."),
        MUSIC: _tr("Wanted sound: it is never taken for noise."),
    }
    return meanings.get(kind, "")


def mark_name(mark: Mark) -> str:
    """Its name, or what it is where it has none."""
    return mark.name or kind_word(mark.kind)


def mark_place(mark: Mark) -> str:
    """Where it is: a time, or two and the length."""
    start = format_time(mark.start_s)
    if mark.stop_s <= mark.start_s:
        return start
    length_s = f"{mark.stop_s - mark.start_s:.3f}"
    told = _tr("{start} – {stop} ({length} s)")
    return told.format(start=start, stop=format_time(mark.stop_s), length=length_s)


def told_mark(mark: Mark, *, is_learnt: bool = False) -> str:
    """Name, kind, place and meaning, as a tip shows them."""
    name = mark_name(mark)
    if mark.name and mark.kind in (NOISE, MUSIC):
        name = f"{mark.name} ({kind_word(mark.kind)})"
    lines = [name, mark_place(mark), kind_meaning(mark.kind)]
    if is_learnt:
        lines.append(_tr("Denoise learns from this stretch now."))
    return "\n".join(line for line in lines if line)


def _tr(text: str) -> str:
    return QCoreApplication.translate("marks", text)
