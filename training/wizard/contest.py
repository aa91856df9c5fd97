"""Contest: who is compared on the clips of an exam, and by which figures.

Figures are of the mono sum at the rate of the clip. Where gaps were filled, they are of what lies
in the gaps alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.progress import Progress, ignore
from engine.region import Region
from engine.tasks import TASKS
from engine.weights_header import file_sha256
from training.baselines import ByTasks, Degraded, Method, by_model
from training.metrics import Real, log_spectral_distance, si_sdr_db, snr_db
from training.wizard.exam import CUTOFF_HZ, Clip
from training.wizard.template import Template

YOURS, BASE, CLASSICAL, UNTOUCHED = "yours", "base", "classical", "untouched"
VERSIONS = (YOURS, BASE, CLASSICAL, UNTOUCHED)
CLASSICAL_METHODS = {"denoise": "spectral", "declip": "consistent", "inpaint": "ar"}
"""Of tasks that have one: the method that needs no model."""
MOST_DB = 90.0
"""What is the same to the last bit is told as this."""


@dataclass(frozen=True)
class Row:
    """How one version of a clip differs from the clean one.

    Attributes:
        kind: set of the clip.
        number: of the clip in its set, from 0.
        source: name of its recording.
        version: who made it.
        snr_db: music to noise of the clip; None where that was not chosen.
        si_sdr_db: scale-invariant signal to distortion.
        lsd_db: log-spectral distance.
        error_db: energy of the clean clip to that of the difference.
    """

    kind: str
    number: int
    source: str
    version: str
    snr_db: float | None
    si_sdr_db: float
    lsd_db: float
    error_db: float


def model_method(
    entry: Entry, weights: Path | None, task: str, equipment: Equipment, sample_rate: int
) -> Method:
    """A model, or its network with other weights, as the method of a task.

    Raises:
        EngineError: the weights cannot be read, or do not serve the task.
    """
    if weights is not None:
        entry = replace(entry, path=weights, sha256=file_sha256(weights))
    if entry.method in TASKS[task].critic_methods.values():
        return _with_critic(entry, task, equipment)
    settings: Mapping[str, object] = {}
    if task == "extend" and entry.method == "diffusion":
        settings = {"cutoff_hz": min(CUTOFF_HZ, 0.3 * sample_rate)}
    return by_model(entry, equipment, task, settings=settings)


def _with_critic(critic: Entry, task: str, equipment: Equipment) -> Method:
    """A critic restores nothing itself; it is as good as what it makes of the method it helps."""
    kind = TASKS[task]
    helped = next(each for each, name in kind.critic_methods.items() if name == critic.method)
    made = kind.from_mapping({"method": helped, "collaborative": True})
    first = Catalog((critic, *equipment.catalog.entries))
    return ByTasks(critic.name, (made,), replace(equipment, catalog=first))


def classical_method(task: str) -> Method | None:
    """What a task does without a model; None where it does nothing then."""
    if task not in CLASSICAL_METHODS:
        return None
    made = TASKS[task].from_mapping({"method": CLASSICAL_METHODS[task]})
    return ByTasks(CLASSICAL, (made,))


def base_method(template: Template, task: str, equipment: Equipment) -> Method:
    """The base as it ships."""
    return model_method(template.entry, None, task, equipment, template.sample_rate)


def restored(method: Method | None, clip: Clip, progress: Progress = ignore) -> Real:
    """What a method makes of a clip (time); None leaves it alone.

    Raises:
        EngineError: it cannot be restored so.
    """
    if method is None:
        return clip.degraded.astype(np.float64)
    audio = Audio(clip.degraded[None], clip.sample_rate)
    gaps = tuple(Region(start, stop) for start, stop in clip.gaps)
    made = method.restore(Degraded(clip.source.name, MemoryRecording(audio), gaps), progress)
    samples: Real = made.audio.samples.mean(axis=0, dtype=np.float64)
    return samples


def measured(clip: Clip, number: int, version: str, samples: Real) -> Row:
    """The figures of one version (time) of a clip."""
    clean = clip.clean.astype(np.float64)
    length = min(len(clean), len(samples))
    clean, samples = clean[:length], samples[:length]
    if clip.gaps:
        inside = np.zeros(length, bool)
        for start, stop in clip.gaps:
            inside[round(start * clip.sample_rate) : round(stop * clip.sample_rate)] = True
        clean, samples = clean[inside], samples[inside]
    return Row(
        clip.kind,
        number,
        clip.source.name,
        version,
        clip.snr_db,
        round(min(MOST_DB, si_sdr_db(clean, samples)), 4),
        round(10.0 * log_spectral_distance(clean, samples), 4),
        round(min(MOST_DB, snr_db(clean, samples)), 4),
    )
