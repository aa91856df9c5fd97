"""Damage words: what kinds of damage are called, and what happens to the music in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication


def damage_title(kind: str) -> str:
    """What a kind of damage is called."""
    titles = {
        "class_noise": _translated("Noise of surroundings"),
        "clicks": _translated("Clicks"),
        "clipping": _translated("Clipped peaks"),
        "coloured_noise": _translated("Coloured noise"),
        "crackle": _translated("Crackle"),
        "gaps": _translated("Gaps"),
        "high_pass": _translated("Missing bass"),
        "hum": _translated("Hum"),
        "low_pass": _translated("Missing treble"),
        "noise_bank": _translated("Recorded noise"),
        "quantisation": _translated("Coarse steps"),
        "replay_curve": _translated("Wrong replay curve"),
        "resonance": _translated("Resonances of a horn"),
        "reverb": _translated("Reverberation"),
        "sampling": _translated("Low sample rate"),
        "steady_noise": _translated("Steady noise"),
        "surface": _translated("Simulated surface noise"),
        "white_noise": _translated("White noise"),
        "wow": _translated("Wow"),
    }
    return titles.get(kind, kind.replace("_", " ").capitalize())


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
            ).format(share=round(100 * own_share), low=snr_db[0], high=snr_db[1])
        )
    others = [each for each in steps if each.get("probability", 1.0) > 0.0]
    if others:
        parts.append(
            _translated("Besides there is {damages}.").format(damages=_listed(others))
            if parts
            else _translated("There is {damages}.").format(damages=_listed(others))
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
    return " ".join(parts)


def _listed(steps: Sequence[Mapping[str, Any]]) -> str:
    """Kinds of damage and how many examples each befalls."""
    return ", ".join(
        _translated("{damage} in {share} %").format(
            damage=damage_title(each["name"]).lower(),
            share=round(100 * each.get("probability", 1.0)),
        )
        for each in steps
    )


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard damage", text)
