"""Words of the goal page: what is wrong with discs, and what models are, in plain words."""

from PySide6.QtCore import QCoreApplication

from app.language import translated
from app.models.words import told_licence, told_score
from app.panels.numbers import told_bytes, told_rate
from training.wizard.template import Template

_SCORES = ("si_sdr_gain_10_db", "snr_gain_db", "snr_gain_white_db", "lsd_change")
"""What is told of a model, whichever it has first."""
_OWN_SCORES = {
    "inpaint": ("lsd_change_gaps_100_ms",),
    "extend": ("lsd_change_treble_3_khz",),
    "declip": ("si_sdr_gain_clipped_3_db",),
}
"""Of tasks, before those."""


def task_words() -> dict[str, tuple[str, str]]:
    """What is wrong, by the task that mends it, and what that means."""
    return {
        "denoise": (
            _translated("&Noise: hiss, crackle, the surface of the disc"),
            _translated("The model learns to tell the noise of your discs from music."),
        ),
        "extend": (
            _translated("&Treble is missing: the music sounds dull"),
            _translated("The model learns to make up treble that fits; what was there is kept."),
        ),
        "declip": (
            _translated("Peaks were c&ut off: loud passages sound rough"),
            _translated("The model learns what clean music is like, and rebuilds the peaks so."),
        ),
        "inpaint": (
            _translated("Pieces are missing: &gaps, jumps, dropouts"),
            _translated("The model learns what clean music is like, and bridges gaps so."),
        ),
    }


def family_words(family: str) -> str:
    """How a model learns, and what that means for its use."""
    return {
        "supervised": _translated(
            "Learns from clean music that is damaged on purpose. Goes over a side once."
        ),
        "noise_to_noise": _translated(
            "Learns from the same music under two different noises. Goes over a side once."
        ),
        "diffusion": _translated(
            "Learns clean music alone, no noise: give it music like that on your discs. Goes over "
            "a side many times, which is slow without a graphics card."
        ),
        "adversarial": _translated(
            "Learns against a second network that tries to tell what it makes from real music. "
            "Goes over a side once."
        ),
        "shaping": _translated(
            "A critic: it restores nothing by itself, but chooses the better of what a model for "
            "treble makes."
        ),
    }.get(family, "")


def told_facts(template: Template, n_bytes: int) -> str:
    """Rate, size and licence in one line."""
    return _translated("{rate} · {size} · licence {licence}").format(
        rate=told_rate(template.sample_rate),
        size=told_bytes(n_bytes),
        licence=told_licence(template.entry.licence),
    )


def told_score_of(template: Template, task: str) -> str:
    """The figure that tells most of a model for a task; empty if it has none."""
    scores = template.entry.scores
    for name in (*_OWN_SCORES.get(task, ()), *_SCORES):
        if name in scores:
            return told_score(name, scores[name])
    return ""


def told_description(template: Template) -> str:
    """What the catalogue says of it."""
    return translated(template.entry.description)


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
