"""Run words: how a training stands, in sentences."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.language import translated
from app.panels.numbers import counted
from app.sentence import as_sentence
from app.wizard.spans import span_text
from training.run_status import DONE, FAILED, KILLED, NONE, PAUSED, PREPARING, RUNNING, RunStatus

GAIN, AGREEMENT = "si_sdr_gain", "agreement"
_SAME_DB = 0.05


def state_text(status: RunStatus, is_starting: bool, is_asked: bool) -> str:
    """What goes on, in a few words."""
    if is_starting:
        return _translated("Starting")
    if is_asked:
        return _translated("Ending as you asked")
    if status.condition == RUNNING:
        is_ready = status.state not in ("", PREPARING)
        return _translated("At work") if is_ready else _translated("Getting ready")
    known = {
        NONE: _translated("Not begun"),
        PAUSED: _translated("Paused"),
        KILLED: _translated("Cut off"),
    }
    if status.condition in known:
        return known[status.condition]
    if status.state == FAILED:
        return _translated("Failed")
    return _translated("Done") if status.state == DONE else _translated("Stopped")


def state_told(status: RunStatus, has_checkpoint: bool) -> str:
    """What that means, in a sentence or two."""
    if status.condition == NONE:
        return _translated(
            "The training is a program of its own: it goes on when this window is closed, and is "
            "found again when it is opened. You can pause it whenever you need the computer."
        )
    if status.condition == RUNNING:
        if status.state in ("", PREPARING):
            return _translated("Music is decoded the first time, which takes a while.")
        return _translated("It goes on without this window; close it if you like.")
    if status.condition == PAUSED:
        return _translated("Its memory is free for other programs. It goes on where it was.")
    if status.condition == KILLED:
        if not has_checkpoint:
            return _translated("It ended before its first checkpoint; start it again.")
        return _translated(
            "The training was ended from outside, as happens when the computer is switched off or "
            "memory runs out. What it had learnt up to its last checkpoint is kept: go on from "
            "there."
        )
    if status.state == FAILED:
        return as_sentence(translated(status.sentence))
    if status.state == DONE:
        return _translated(
            "The time is over. Judge what came of it on the next page, or give it more time on "
            "the page before and go on."
        )
    return _translated("The best weights so far are kept. You can judge them, or go on.")


def progress_text(status: RunStatus, minutes: float) -> str:
    """How far it is, how fast, and what is left."""
    if not status.step:
        is_told = status.condition == RUNNING and status.note
        return as_sentence(translated(status.note)) if is_told else ""
    parts = [
        _translated("{done} of {all}").format(
            done=span_text(status.seconds), all=span_text(60.0 * minutes)
        ),
        _translated("steps: {n}").format(n=counted(status.step)),
    ]
    if status.condition == RUNNING:
        if status.steps_per_s > 0.0:
            parts.append(_translated("{n} a second").format(n=f"{status.steps_per_s:.2g}"))
        if status.left_s is not None:
            parts.append(_translated("left: {time}").format(time=span_text(status.left_s)))
    return " · ".join(parts)


def figures_text(figures: Mapping[str, float], status: RunStatus) -> str:
    """What the last validation says, in words."""
    if not figures:
        if status.step:
            return _translated("The first figure comes soon; until then nothing can be said.")
        return ""
    sentences = [_gain_text(figures, status.base) if GAIN in figures else ""]
    if GAIN not in figures and status.figure in figures:
        sentences.append(_plain_text(status.figure, figures, status.base))
    if status.best_step:
        sentences.append(
            _translated("The weights that judged best are kept; they are those after step {n}.")
            .format(n=counted(status.best_step))
        )  # fmt: skip
    if status.rollbacks:
        sentences.append(
            _translated(
                "It went astray and back to a checkpoint, each time with smaller steps: {n} times."
            ).format(n=status.rollbacks)
        )
    return " ".join(filter(None, sentences))


def figure_title(name: str) -> str:
    """What a figure is called above its curve."""
    if name == GAIN:
        return _translated("Better than the untouched clips, dB (kept recordings)")
    if name == AGREEMENT:
        return _translated("Agreement with the clean music (kept recordings)")
    return _translated("{figure} (kept recordings)").format(figure=name)


def shown_figure(names: Mapping[str, float], watched: str) -> str:
    """Which figure is drawn: decibels where there are some, as people know them."""
    return GAIN if GAIN in names else watched or AGREEMENT


def _gain_text(figures: Mapping[str, float], base: Mapping[str, float]) -> str:
    gain_db = figures[GAIN]
    if gain_db >= 0.0:
        first = _translated("Now {n} dB better than the untouched clips").format(n=f"{gain_db:.1f}")
    else:
        first = _translated("Now {n} dB worse than the untouched clips").format(n=f"{-gain_db:.1f}")
    if GAIN not in base:
        return _translated("{first}.").format(first=first)
    more_db = gain_db - base[GAIN]
    if abs(more_db) < _SAME_DB:
        second = _translated("as good as the model it started from")
    elif more_db > 0.0:
        second = _translated("{n} dB better than the model it started from")
    else:
        second = _translated("{n} dB worse than the model it started from")
    second = second.format(n=f"{abs(more_db):.1f}")
    return _translated("{first}, and {second}.").format(first=first, second=second)


def _plain_text(name: str, figures: Mapping[str, float], base: Mapping[str, float]) -> str:
    told = _translated("{figure}: {n}; higher is better.").format(
        figure=figure_title(name), n=f"{figures[name]:.3f}"
    )
    if name not in base:
        return told
    return _translated("{told} The model it started from has {n}.").format(
        told=told, n=f"{base[name]:.3f}"
    )


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
