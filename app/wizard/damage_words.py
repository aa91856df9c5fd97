"""Damage words: what kinds of damage are called, and what happens to the music in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.language import to_translate, translated

_TITLES = {
    "class_noise": to_translate("Noise of surroundings"),
    "click_bank": to_translate("Clicks of real discs"),
    "clicks": to_translate("Clicks"),
    "clipping": to_translate("Clipped peaks"),
    "coloured_noise": to_translate("Coloured noise"),
    "crackle": to_translate("Crackle"),
    "drift": to_translate("Pitch that wanders"),
    "dubbing": to_translate("Copies of copies"),
    "ensemble": to_translate("Players out of tune"),
    "gaps": to_translate("Gaps"),
    "groove_wear": to_translate("Worn grooves"),
    "high_pass": to_translate("Missing bass"),
    "horn": to_translate("Recording horn"),
    "hum": to_translate("Hum"),
    "low_pass": to_translate("Missing treble"),
    "mp3": to_translate("MP3"),
    "noise_bank": to_translate("Recorded noise"),
    "pinch": to_translate("Pinch effect"),
    "quantisation": to_translate("Coarse steps"),
    "replay_curve": to_translate("Wrong replay curve"),
    "resonance": to_translate("Resonances of a horn"),
    "reverb": to_translate("Reverberation"),
    "sampling": to_translate("Low sample rate"),
    "steady_noise": to_translate("Steady noise"),
    "surface": to_translate("Simulated surface noise"),
    "swish": to_translate("Swish"),
    "white_noise": to_translate("White noise"),
    "wow": to_translate("Wow"),
}


def damage_title(kind: str) -> str:
    """What a kind of damage is called; one without words above goes by its name."""
    return translated(_TITLES[kind]) if kind in _TITLES else kind.replace("_", " ").capitalize()


def shown_percent(share: float) -> str:
    """A share as people read it, without the sign."""
    percent = 100.0 * share
    return f"{percent:.0f}" if percent >= 9.5 or percent == 0.0 else f"{percent:.2g}"


def told_damage(
    own_share: float,
    snr_db: tuple[float, float],
    steps: Sequence[Mapping[str, Any]],
    material: Sequence[Mapping[str, Any]],
) -> str:
    """What happens to the music, in a few plain sentences.

    Args:
        own_share: of the examples, those with noise of the user's discs.
        snr_db: range of that.
        steps: of damage, each with the share of examples it really befalls.
        material: likewise, of what befalls the music before.
    """
    parts = []
    if own_share > 0.0:
        parts.append(
            _translated(
                "In {share} % of the examples your music gets the noise of your own discs, "
                "{low:g} to {high:g} dB below it."
            ).format(share=shown_percent(own_share), low=snr_db[0], high=snr_db[1])
        )
    others = [each for each in steps if each.get("probability", 1.0) > 0.0]
    if others:
        parts.append(
            _translated("Other damage: {damages} of the examples.").format(damages=_listed(others))
            if parts
            else _translated("Damage: {damages} of the examples.").format(damages=_listed(others))
        )
    before = [each for each in material if each.get("probability", 1.0) > 0.0]
    if before:
        parts.append(
            _translated(
                "Before that, the music itself is changed ({damages}), and the model must not "
                "undo this."
            ).format(damages=_listed(before))
        )
    if not parts:
        return _translated("Nothing damages the music.")
    parts.append(_translated("The model hears the result and learns to give the music back."))
    return " ".join(parts).replace(" %", "\u00a0%")  # no line ends before the sign


def _listed(steps: Sequence[Mapping[str, Any]]) -> str:
    """Kinds of damage and how many examples each befalls."""
    return ", ".join(
        _translated("{damage} in {share} %").format(
            damage=_in_line(each["name"]),
            share=shown_percent(each.get("probability", 1.0)),
        )
        for each in steps
    )


def _in_line(kind: str) -> str:
    """English titles are small within a line; other languages have their own rules."""
    title = damage_title(kind)
    return title.lower() if title == _TITLES.get(kind, title) else title


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard damage", text)
