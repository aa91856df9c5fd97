"""CompareJob: two methods or models on the same few seconds, to be seen, heard and measured.

Shapes:
    Made.picture   (bin frame)   uint8, as engine/spectrogram.py makes them
"""

import importlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog
from engine.equipment import Equipment
from engine.errors import EngineError
from engine.jobs.preview import PreviewJob
from engine.params import Param, matters
from engine.progress import Progress, ignore, part
from engine.project import State
from engine.region import Region
from engine.spectrogram import TILE_FRAMES, StftPicture, TileKey, level_for
from engine.tasks import TASKS, Task
from engine.units import SILENCE_DB

LONGEST_S = 30.0
"""Of a longer selection its beginning is taken."""
UNASKED_S = 10.0
"""How much is taken around the playhead where nothing is selected."""
PICTURE_FRAMES = 2 * TILE_FRAMES


@dataclass(frozen=True)
class Contender:
    """A method of a task, with the model it is to work with; model: empty for none."""

    task: str
    method: str
    model: str = ""


@dataclass(frozen=True, eq=False)
class Made:
    """What a contender made of the excerpt, or why it could not; the original made nothing.

    Attributes:
        audio: the excerpt as it came out.
        picture: its spectrogram.
        removed_db: power of what was taken out, relative to the original.
        seconds: how long it took.
        problem: one sentence; there is no audio then.
    """

    contender: Contender | None
    audio: Audio | None
    picture: NDArray[np.uint8]
    removed_db: float = SILENCE_DB
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Compared:
    """The original and what each contender made, in the order they were given.

    bins_hz: centres of the bins of all pictures.
    """

    original: Made
    made: tuple[Made, ...]
    bins_hz: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CompareJob:
    """Runs contenders one after the other on samples [start, stop); nothing is kept of it.

    Attributes:
        state: the recording as it is.
        region: what is selected, for tasks that work on a region.
        noise: what is marked as noise alone, for methods that learn from it.
    """

    state: State
    start: int
    stop: int
    contenders: tuple[Contender, ...]
    equipment: Equipment
    region: Region | None = None
    noise: Region | None = None
    title: str = "Comparing"

    def run(self, progress: Progress = ignore) -> Compared:
        """Run them.

        A contender that cannot run is told of in what it made.

        Raises:
            Cancelled: progress said so.
        """
        progress(0.0)
        original = self.state.read(self.start, self.stop)
        analysis = StftPicture(original.sample_rate)
        made = []
        for at, contender in enumerate(self.contenders):
            share = part(progress, at / len(self.contenders), (at + 1) / len(self.contenders))
            try:
                made.append(self._made(contender, original, analysis, share))
            except EngineError as error:
                nothing = np.zeros((len(analysis.bins_hz), 1), np.uint8)
                made.append(Made(contender, None, nothing, problem=str(error)))
        progress(1.0)
        first = Made(None, original, picture_of(original, analysis))
        return Compared(first, tuple(made), analysis.bins_hz)

    def _made(
        self, contender: Contender, original: Audio, analysis: StftPicture, progress: Progress
    ) -> Made:
        names = (contender.model,) if contender.model else ()
        equipment = Equipment(self.equipment.catalog.preferring(names), self.equipment.device)
        if contender.model:
            _load_libraries()
        task = task_of(contender, self.noise)
        regions = () if self.region is None else (self.region,)
        began = time.perf_counter()
        job = PreviewJob(
            self.title, self.state, (task,), regions, self.start, self.stop, 0, equipment
        )
        audio = job.run(progress).state.read(self.start, self.stop)
        seconds = time.perf_counter() - began
        removed_db = _removed_db(original, audio)
        return Made(contender, audio, picture_of(audio, analysis), removed_db, seconds)


def contenders(task: str, catalog: Catalog) -> tuple[Contender, ...]:
    """All methods of a task that can run now, each with every model that serves it.

    One that only chooses between others is none of them.
    """
    kind, found = TASKS[task], []
    for method in next((each.choices for each in kind.params() if each.name == "method"), ()):
        if method not in kind.model_methods:
            if method not in kind.shared_models:
                found.append(Contender(task, method))
            continue
        serving = catalog.serving(task, kind.model_method(method))
        found += [Contender(task, method, entry.name) for entry in serving]
    return tuple(found)


def compared_tasks() -> tuple[str, ...]:
    """The tasks with methods that work with models."""
    return tuple(name for name, task in TASKS.items() if task.model_methods)


def task_of(contender: Contender, noise: Region | None) -> Task:
    """The task of a contender, with all other settings as they are by default."""
    kind = TASKS[contender.task]
    values: dict[str, object] = {"method": contender.method}
    if noise is not None and _learns(kind.params(), values):
        values["noise"] = noise
    return kind.from_mapping(values)


def stretch(selection: Region | None, playhead_s: float, duration_s: float) -> Region:
    """What is compared: the selection, of a long one its beginning, or what is at the playhead."""
    if selection is not None:
        stop_s = min(selection.stop_s, selection.start_s + LONGEST_S)
        return Region(selection.start_s, stop_s)
    length_s = min(UNASKED_S, duration_s)
    start_s = min(max(0.0, playhead_s - length_s / 2), duration_s - length_s)
    return Region(start_s, start_s + length_s)


def picture_of(audio: Audio, analysis: StftPicture) -> NDArray[np.uint8]:
    """A spectrogram of at most PICTURE_FRAMES frames, in which no click is lost."""
    level = max(0, level_for(analysis, audio.n_samples / PICTURE_FRAMES))
    recording, step = MemoryRecording(audio), 1 << level
    n_frames = max(1, -(-audio.n_samples // analysis.hop_samples))
    places = range(-(-n_frames // TILE_FRAMES))
    tiles = [analysis.analyse(recording, TileKey(0, place)) for place in places]
    values = np.concatenate(tiles, axis=1)[:, :n_frames]
    starts = np.arange(0, n_frames, step)
    pooled: NDArray[np.uint8] = np.maximum.reduceat(values, starts, axis=1)
    return pooled


def _load_libraries() -> None:
    """Import what models need, so that the first of them does not pay for it."""
    for name in ("engine.models.restorer", "engine.diffusion.work"):
        importlib.import_module(name)


def _learns(params: Sequence[Param], values: dict[str, object]) -> bool:
    """Whether a task learns from noise with these settings."""
    defaults = {each.name: each.default for each in params} | values
    return any(each.name == "noise" and matters(each, params, defaults) for each in params)


def _removed_db(original: Audio, made: Audio) -> float:
    whole = float(np.square(original.samples, dtype=np.float64).sum())
    removed = float(np.square(original.samples - made.samples, dtype=np.float64).sum())
    if whole <= 0.0 or removed <= 0.0:
        return SILENCE_DB
    return max(SILENCE_DB, 10.0 * float(np.log10(removed / whole)))
