"""Words of the model manager: states, owners, and what the figures of a model mean."""

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from app.language import translated
from app.models.rows import Row
from app.widgets.parameter_form import shown_choice
from engine.catalog import Entry
from engine.jobs.models import IMPORTED, SHIPS, TRAINED, Soundness, Verified
from engine.model_folder import NO_LICENCE
from engine.tasks import TASKS

_CONTEXT = re.compile(
    r"(?P<gaps>gaps)_(?P<gap>\d+)_ms|treble_(?P<treble>\d+)_khz|clipped_(?P<clipped>\d+)_db|"
    r"(?P<own>own_discs)_db|(?P<other>other)_db|(?P<snr>\d+)_db|(?P<white>white)(_db)?|(?P<real>real)(_db)?|(?P<noisy>noisy)|(db)?"
)


def state_words() -> dict[Soundness, str]:
    """What each state is called; the mark says the same without colour."""
    return {
        Soundness.UNVERIFIED: _translated("Not verified yet"),
        Soundness.WHOLE: _translated("✔ Whole"),
        Soundness.CHANGED: _translated("✖ Changed"),
        Soundness.MISSING: _translated("✖ Missing"),
        Soundness.UNREADABLE: _translated("✖ Cannot be read"),
        Soundness.DAMAGED: _translated("✖ Damaged entry"),
    }


def whose_words() -> dict[str, str]:
    """Where a model comes from."""
    return {
        SHIPS: _translated("Ships with Runout"),
        IMPORTED: _translated("Imported"),
        TRAINED: _translated("Trained here"),
    }


def told_tasks(tasks: Sequence[str]) -> str:
    """Titles of tasks, one after the other."""
    return ", ".join(translated(TASKS[each].title) if each in TASKS else each for each in tasks)


def told_method(method: str) -> str:
    """A method as the inspector shows it."""
    text = translated(shown_choice(method))
    return text[:1].upper() + text[1:]


def told_purpose(entry: Entry) -> str:
    """What a model is for: `Denoise by Light`."""
    return _translated("{tasks} by {method}").format(
        tasks=told_tasks(entry.tasks), method=told_method(entry.method)
    )


def told_licence(licence: str) -> str:
    """A licence, or that nobody told one."""
    return _translated("not told") if licence in ("", NO_LICENCE) else licence


def told_scores(scores: Mapping[str, float]) -> str:
    """Figures in one line."""
    return ", ".join(f"{_short(name)} {value:+.2f}" for name, value in scores.items())


def told_score(name: str, value: float) -> str:
    """What a figure means, as a sentence."""
    kind, rest = _kind_of(name)
    where = _where(rest)
    sentence = _sentences().get(kind)
    if sentence is None or where is None:
        return f"{_short(name)}: {value:g}"
    better = value <= 0.0 if kind == "lsd_change" else value >= 0.0
    way = _translated("better") if better else _translated("worse")
    told = sentence.format(value=abs(value), way=way)
    return _translated("{where}: {told}").format(where=where, told=told) if where else told


def told_use(row: Row) -> str:
    """Which tasks take this model, as a sentence."""
    listed = row.listed
    if listed is None:
        return ""
    if listed.hidden_by:
        return _translated(
            "Not in use: a model of yours has the same name, and is taken in its place."
        )
    method = told_method(listed.entry.method)
    if row.lacks_weights and listed.serves:
        return _translated(
            "{tasks} cannot run by the method {method} until it has its file again, or another "
            "model is used."
        ).format(tasks=told_tasks(listed.serves), method=method)
    if len(listed.serves) == len(listed.entry.tasks):
        return _translated("In use: {tasks} takes it for the method {method}.").format(
            tasks=told_tasks(listed.serves), method=method
        )
    if not listed.serves and listed.entry.is_experimental:
        return _translated(
            "Experimental: nobody has said yet that it is fit for use, so it is taken only where "
            "it is chosen."
        )
    if listed.serves:
        return _translated(
            "In use for {tasks}, method {method}; other tasks take another model."
        ).format(tasks=told_tasks(listed.serves), method=method)
    return _translated("Not in use: another model comes before it for the method {method}.").format(
        method=method
    )


def told_verified(found: Sequence[Verified]) -> str:
    """What came of verifying some models, as a sentence."""
    bad = [each for each in found if each.soundness is not Soundness.WHOLE]
    if not bad:
        return _translated("Verified and found whole: {n}.").format(n=len(found))
    return _translated(
        "{n} of {all} are not as they were: {names}. Their cards say what to do."
    ).format(n=len(bad), all=len(found), names=", ".join(each.entry.title for each in bad))


def _kind_of(name: str) -> tuple[str, str]:
    for kind in _sentences():
        if name == kind or name.startswith(f"{kind}_"):
            return kind, name[len(kind) :].lstrip("_")
    return "", name


def _sentences() -> dict[str, str]:
    return {
        "si_sdr_gain": _translated(
            "{value:.1f} dB {way} than untouched: how much stronger the music stands against all "
            "that is wrong (SI-SDR)."
        ),
        "snr_gain": _translated(
            "{value:.1f} dB {way} than untouched: how far the error lies below the music (SNR)."
        ),
        "lsd_change": _translated(
            "{value:.2f} dB {way} than untouched: how near its spectrum comes to that of the clean "
            "music (log-spectral distance)."
        ),
        "lsd_gain": _translated(
            "{value:.2f} dB {way} than untouched: how near its spectrum comes to that of the clean "
            "music (log-spectral distance)."
        ),
        "better_than_base": _translated("{value:.2f} dB {way} than the model it started from."),
        "clean_snr": _translated(
            "Clean music comes out with an error {value:.0f} dB below it: the more, the less it "
            "does where nothing is wrong."
        ),
    }


def _where(rest: str) -> str | None:
    """What was measured on; None for a name that is not known, empty for one that says nothing."""
    found = _CONTEXT.fullmatch(rest)
    if found is None:
        return None
    if found["gaps"]:
        return _translated("Gaps of {gap} ms").format(gap=found["gap"])
    if found["treble"]:
        return _translated("Treble above {treble} kHz").format(treble=found["treble"])
    if found["clipped"]:
        return _translated("Clipped by {clipped} dB").format(clipped=found["clipped"])
    if found["snr"]:
        return _translated("Noise {snr} dB below the music").format(snr=found["snr"])
    named = {
        "own": _translated("Your own discs"),
        "other": _translated("Other damage"),
        "white": _translated("White noise"),
        "real": _translated("Noise of surroundings"),
        "noisy": _translated("With faint noise"),
    }
    return next((words for name, words in named.items() if found[name]), "")


def _short(name: str) -> str:
    return name.replace("_", " ").replace("si sdr", "SI-SDR").replace("snr", "SNR")


def _translated(text: str) -> str:
    return QCoreApplication.translate("models", text)
