"""Exam: what a model is judged by: clips of recordings that it was not trained on, damaged anew.

There are three sets. "own" is music under noise of the user's own discs, "general" under what the
base was made for, so that one sees what learning the one has cost in the other, and "clean" music
that nothing befell. All clips follow from the plan, the recipe and the files alone.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.audio import Audio, Samples
from engine.errors import SettingsError, StorageError
from engine.progress import Progress, ignore, part
from engine.tasks import TASKS
from training.wizard.plan import NOISE, NOISE_HELD, RECIPE, Plan
from training.wizard.template import Template

if TYPE_CHECKING:
    from training.chain import Step
    from training.config import Recipe
    from training.degradations.base import Degradation
    from training.recordings import CleanRecording

OWN, GENERAL, CLEAN = "own", "general", "clean"
SETS = (OWN, GENERAL, CLEAN)
SNRS_DB = (5.0, 10.0, 20.0)
"""Music to noise of one clip after the other."""
GAP_MS, CUTOFF_HZ = 100.0, 3000.0
SEED = 1978
_LEAST_DBFS, _TRIES = -45.0, 20
_ALTERED = ("inpaint", "extend")
"""Tasks that work where something is missing; on music that is whole they have nothing to do."""


@dataclass(frozen=True)
class Size:
    """How much there is to do.

    Attributes:
        clips: of each set.
        clip_s: how long they are.
        heard: clips for the ears.
    """

    clips: int = 12
    clip_s: float = 7.0
    heard: int = 12


USUAL, SLOW = Size(), Size(3, 3.0, 4)
"""The second for priors and critics, which take a hundred times as long."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A few seconds to restore.

    Attributes:
        kind: one of SETS.
        source: the recording it was cut from.
        clean, degraded: (time), at one rate.
        sample_rate: in Hz.
        snr_db: music to noise; None where there is none, or it was not chosen.
        gaps: seconds [start, stop) in which sound is missing.
    """

    kind: str
    source: Path
    clean: Samples
    degraded: Samples
    sample_rate: int
    snr_db: float | None = None
    gaps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Exam:
    """All clips, and sentences on what is odd about them."""

    clips: tuple[Clip, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Table:
    """Where clips come from, and how long they are."""

    task: str
    recordings: Sequence["CleanRecording"]
    count: int
    length: int
    notes: list[str] = field(default_factory=list)

    def music(self, number: int, rng: np.random.Generator) -> tuple["CleanRecording", Samples]:
        """An excerpt that is not silent, of one recording after the other."""
        recording = self.recordings[number % len(self.recordings)]
        length = min(self.length, len(recording.steps))
        for _ in range(_TRIES):
            start = int(rng.integers(len(recording.steps) - length + 1))
            samples = recording.read(start, length)
            if np.sqrt(np.mean(np.square(samples, dtype=np.float64))) >= 10 ** (_LEAST_DBFS / 20):
                break
        centred: Samples = samples - samples.mean(dtype=np.float32)
        return recording, centred


def draw_exam(
    plan: Plan,
    template: Template,
    folder: Path,
    cache: Path,
    size: Size = USUAL,
    progress: Progress = ignore,
) -> Exam:
    """Cut and damage all clips.

    Args:
        plan: what was said.
        template: the base.
        folder: of the training; its recipe says which recordings are kept.
        cache: where decoded recordings are.
        size: how many clips, and how long.
        progress: of the decoding.

    Raises:
        EngineError: the recipe or a recording cannot be read.
    """
    from training.chain import judging_chain
    from training.config import read_recipe

    recipe = read_recipe(folder / RECIPE, folder)
    recordings, are_held = _kept(recipe, folder, cache, progress)
    length = round(size.clip_s * recipe.data.sample_rate)
    table = _Table(plan.goal.task, recordings, size.clips, length)
    if not are_held:
        table.notes.append(
            "no recording was kept aside, so it is judged by music it was trained on, and all "
            "figures flatter it"
        )
    noise = noise_folder(folder)
    if noise is not None and plan.goal.task == "denoise":
        # as it was recorded: what is not said would be drawn, and the noise be of another disc
        as_it_is = {"rpm": 78.0, "tilt_db_per_octave": 0.0, "low_cut_hz": 0.0}
        own: Sequence[Step] = (_step("noise_bank", path=str(noise), **as_it_is),)
        if noise.name != NOISE_HELD:
            table.notes.append(
                "no transfer was kept aside, so the noise here is of discs it was trained on, and "
                "the figures on your discs flatter it"
            )
    else:
        own = judging_chain(recipe.damage) if plan.damage.steps else ()
    general = _general(template, folder)
    clips = [
        *(_damaged(table, OWN, number, own) for number in range(table.count) if own),
        *(_damaged(table, GENERAL, number, general) for number in range(table.count)),
    ]
    if plan.goal.task not in _ALTERED:
        clips += [_damaged(table, CLEAN, number, ()) for number in range(table.count)]
    return Exam(tuple(clips), tuple(table.notes))


def noise_folder(folder: Path) -> Path | None:
    """The noise to judge by: of transfers that were kept, else of those that were trained on."""
    for name in (NOISE_HELD, NOISE):
        place = folder / name
        if place.is_dir() and any(each.is_file() for each in place.iterdir()):
            return place
    return None


def size_for(template: Template) -> Size:
    """How much can be asked of a model: less of a prior or a critic, which goes step by step."""
    is_prior = template.card.sigma_data > 0.0 and template.method == "diffusion"
    is_critic = any(
        template.method in TASKS[task].critic_methods.values() for task in template.entry.tasks
    )
    return SLOW if is_prior or is_critic else USUAL


def _general(template: Template, folder: Path) -> Sequence["Step"]:
    """What the base was made for, as far as it can be made on this computer."""
    from training.chain import read_chain
    from training.wizard.recipe_damage import base_steps

    return read_chain(base_steps(template, folder), folder)


def _kept(
    recipe: "Recipe", folder: Path, cache: Path, progress: Progress
) -> tuple[Sequence["CleanRecording"], bool]:
    """Recordings that are not trained on, and whether there are any; else all."""
    from training.recordings import decode

    data = recipe.data
    seen, held = split_music(recipe, folder, cache)
    found = []
    for number, path in enumerate(held or seen):
        part(progress, 0.0, 1.0)(number / len(held or seen), f"reading {path.name}")
        found.append(decode(path, data.sample_rate, cache))
    heard = [each for each in found if each.rms > 0.0]
    if not heard:
        raise SettingsError(
            "the recordings that are kept to judge by are silent; keep others on the page Kept "
            "for judging"
        )
    return heard, bool(held)


def split_music(
    recipe: "Recipe", folder: Path, cache: Path
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The files of music that are trained on, and those that are kept to judge by.

    Raises:
        EngineError: some of the music is no longer there.
    """
    from training.clean_places import clean_places
    from training.music_folders import find_music
    from training.splits import split_recordings

    data = recipe.data
    places = clean_places(data, folder, cache)
    if gone := [place for place in places if not place.exists()]:
        raise StorageError(
            f"the music {gone[0]} is no longer there; connect the disk it lies on, or name other "
            "music on the page Clean music"
        )
    paths = find_music(places, (folder / each for each in data.left_out))
    return split_recordings(paths, data.validation_share, data.validation)


def _step(name: str, **ranges: Any) -> "Step":
    from training.chain import Step

    return Step.from_mapping({"name": name, **ranges}, Path("/"))


def _damaged(table: _Table, kind: str, number: int, steps: Sequence["Step"]) -> Clip:
    """One clip; the same music is in all sets under one number."""
    from training.chain import apply_damage
    from training.degradations.gaps import Gaps

    recording, clean = table.music(number, np.random.default_rng((SEED, number)))
    rate = recording.sample_rate
    if kind == CLEAN:
        return Clip(kind, recording.path, clean, clean, rate)
    rng = np.random.default_rng((SEED, number, SETS.index(kind)))
    snr_db = SNRS_DB[number % len(SNRS_DB)] if table.task == "denoise" else None
    damage = _drawn(table.task, steps, rng, snr_db, rate)
    degraded = apply_damage(damage, Audio(clean[None], rate)).samples[0]
    gaps = [
        (start / rate, stop / rate)
        for each in damage
        if isinstance(each, Gaps)
        for start, stop in each.spans(len(clean), rate)
    ]
    return Clip(kind, recording.path, clean, degraded, rate, snr_db, tuple(sorted(gaps)))


def _drawn(
    task: str,
    steps: Sequence["Step"],
    rng: np.random.Generator,
    snr_db: float | None,
    sample_rate: int,
) -> tuple["Degradation", ...]:
    """What befalls a clip: something of the steps, or what the task is there for."""
    from training.chain import draw_damage

    for _ in range(_TRIES if steps else 0):
        drawn = draw_damage(steps, rng)
        noises = [each for each in drawn if each.is_additive and hasattr(each, "snr_db")]
        if not drawn or (snr_db is not None and not noises):
            continue
        if snr_db is None:
            return drawn
        return tuple(_at(each, snr_db) if each is noises[0] else each for each in drawn)
    fallback = draw_damage((_step_for(task, sample_rate),), rng)
    return tuple(each if snr_db is None else _at(each, snr_db) for each in fallback)


def _at(noise: "Degradation", snr_db: float) -> "Degradation":
    changes: Mapping[str, Any] = {"snr_db": snr_db}
    return dataclasses.replace(noise, **changes)


def _step_for(task: str, sample_rate: int) -> "Step":
    """What a task mends."""
    if task == "extend":
        return _step("low_pass", kind="fir", cutoff_hz=min(CUTOFF_HZ, 0.3 * sample_rate))
    if task == "declip":
        return _step("clipping", kind="hard", sdr_db=[3.0, 12.0])
    if task == "inpaint":
        return _step("gaps", count=2, length_ms=GAP_MS)
    if task == "dereverb":
        return _step("reverb", wet_gain_db=[-10.0, 0.0])
    if task == "denoise":
        return _step("surface", groove="shellac")
    raise SettingsError(f"nothing is known by which a model for {task} could be judged")
