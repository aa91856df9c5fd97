"""Recipe damage: what befalls clean music in a training on the user's own discs.

The damage of the base stays, but for what it names and the user does not have: noise of other
people's discs gives its share to simulated surface noise. To that comes the noise of the user's own
discs, for a share of the examples that the rest makes room for.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from training.degradations import DEGRADATIONS
from training.degradations.noise_files import SUFFIXES
from training.wizard.plan import NOISE, NOISE_HELD, Plan
from training.wizard.template import Template

Table = dict[str, Any]

GROUP = "noise"
"""Of noises at most one befalls an example."""
NOISES = ("surface", "noise_bank", "white_noise", "coloured_noise", "steady_noise", "class_noise")
OWN = "noise_bank"
_TILT_DB, _LOW_CUT_HZ = [-0.5, 0.5], [0.0, 20.0]
_LOW_CUT_OF_PAIRS_HZ = [40.0, 200.0]
"""Two pieces of one rumble look alike, and noises of a pair must not."""
_PAIRS_DB = [2.0, 27.0]
_LEAST = 5e-5


def uses_own_noise(plan: Plan, template: Template) -> bool:
    """Whether noise of the user's discs is among the damage."""
    is_taken = any(stretch.is_taken for stretch in plan.noise.stretches)
    return template.wants_noise and is_taken and plan.damage.own_share > 0.0


def base_steps(template: Template, folder: Path) -> tuple[Table, ...]:
    """The damage of the base, without what is not there, and without noise of somebody's own.

    Args:
        template: of the base.
        folder: of the training, where paths start.
    """
    steps = [dict(table) for table in template.tables.get("damage", ())]
    if template.recipe.data.target == "noisy":
        steps += _of_pairs(template)
    return tuple(_replaced(_without_own(steps), folder))


def base_material(template: Template) -> tuple[Table, ...]:
    """What befalls the music of the base before, and is to be kept."""
    return tuple(dict(table) for table in template.tables.get("material", ()))


def damage_tables(plan: Plan, template: Template, folder: Path) -> list[Table]:
    """All of [[damage]], the user's own noise the first of the noises."""
    steps = [dict(each) for each in plan.damage.steps or base_steps(template, folder)]
    if uses_own_noise(plan, template):
        share = min(plan.damage.own_share, 1.0)
        steps = _scaled(steps, 1.0 - share)
        first = next((n for n, each in enumerate(steps) if is_noise(each)), 0)
        steps.insert(first, own_step(plan, template, folder))
    return [each for each in steps if _odds(each) > 0.0]


def own_step(plan: Plan, template: Template, folder: Path) -> Table:
    """The noise of the user's discs, nearly as it is; on what is judged by, that of other sides."""
    pairs = template.recipe.data.target == "noisy"
    step: Table = {
        "name": OWN,
        "group": GROUP,
        "probability": round(min(plan.damage.own_share, 1.0), 4),
        "path": NOISE,
        "snr_db": [plan.damage.snr_low_db, plan.damage.snr_high_db],
        "tilt_db_per_octave": _TILT_DB,
        "low_cut_hz": _LOW_CUT_OF_PAIRS_HZ if pairs else _LOW_CUT_HZ,
    }
    if holds_sound(folder / NOISE_HELD):
        step["held"] = {"path": NOISE_HELD}
    return step


def is_noise(step: Mapping[str, Any]) -> bool:
    """Whether a step is one of the noises of which one is drawn."""
    group = step.get("group", "")
    return group == GROUP or (not group and step.get("name") in NOISES)


def holds_sound(folder: Path) -> bool:
    """Whether there is a sound file in a folder."""
    return folder.is_dir() and any(each.suffix.lower() in SUFFIXES for each in folder.rglob("*"))


def _scaled(steps: Iterable[Table], share: float) -> list[Table]:
    """Noises as one group that leaves the rest of the examples to others; all else as it was."""
    steps = list(steps)
    total = max(1.0, sum(_odds(each) for each in steps if is_noise(each)))
    scaled = []
    for each in steps:
        if is_noise(each):
            each = _with(each, group=GROUP, probability=round(_odds(each) / total * share, 4))
        scaled.append(each)
    return scaled


def _of_pairs(template: Template) -> list[Table]:
    """What [pairs] added, as steps: white noise, or surface noise for noise that is not there."""
    pairs = template.recipe.pairs
    if not pairs.kind:
        return []
    names = {"white": ("white_noise",), "mixed": ("white_noise", "surface")}
    found = names.get(pairs.kind, ("surface",))
    snr_db = list(pairs.snr_db or _PAIRS_DB)
    return [
        {"name": name, "group": GROUP, "probability": 1.0 / len(found), "snr_db": snr_db}
        for name in found
    ]


def _without_own(steps: list[Table]) -> list[Table]:
    """Steps of a base that somebody trained on noise of their own; the rest takes its room."""
    own = [each for each in steps if each.get("path") == NOISE]
    others = [each for each in steps if each.get("path") != NOISE]
    left = 1.0 - sum(_odds(each) for each in own)
    if not own or left <= _LEAST:
        return others
    return [
        _with(each, probability=round(min(1.0, _odds(each) / left), 4)) if is_noise(each) else each
        for each in others
    ]


def _replaced(steps: list[Table], folder: Path) -> list[Table]:
    """Steps whose files are there; the share of others goes to surface noise of their group."""
    found = [each for each in steps if _is_there(each, folder)]
    for lost in (each for each in steps if not _is_there(each, folder)):
        group = lost.get("group", "")
        stand_ins = [
            n
            for n, each in enumerate(found)
            if group and each["name"] == "surface" and each.get("group", "") == group
        ]
        if stand_ins:
            taken = found[stand_ins[0]]
            more = round(min(1.0, _odds(taken) + _odds(lost)), 4)
            found[stand_ins[0]] = _with(taken, probability=more)
        else:
            kept: Table = {
                key: lost[key] for key in ("group", "probability", "snr_db") if key in lost
            }
            found.append({"name": "surface", **kept})
    return found


def _is_there(step: Table, folder: Path) -> bool:
    kind = DEGRADATIONS[step["name"]]
    files = [each.name for each in kind.params() if each.kind == "file"]
    for name in files:
        value = step.get(name)
        paths = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) and (folder / each).exists() for each in paths):
            return False
    return True


def _odds(step: Mapping[str, Any]) -> float:
    return float(step.get("probability", 1.0))


def _with(step: Table, **values: Any) -> Table:
    """The same with other entries, in the order people read them in."""
    whole = {**step, **values}
    first: Table = {key: whole[key] for key in ("name", "group", "probability") if key in whole}
    return {**first, **whole}
