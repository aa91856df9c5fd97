"""Heard: clips for the ears, each as loud in all its versions, with the user's own transfers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.audio import Audio, Samples
from engine.audio_file import open_audio
from engine.errors import AudioFormatError, EngineError, StorageError
from engine.progress import Progress, ignore, part
from training.baselines import Method
from training.metrics import Real
from training.music_folders import find_music
from training.wizard.contest import UNTOUCHED, restored
from training.wizard.exam import OWN, SEED, USUAL, Clip, Exam, Size
from training.wizard.plan import Plan
from training.wizard.previews import pictures_of

HELD, TRANSFER = "held", "transfer"
_PEAK = 0.9
_MIDDLE = (0.15, 0.85)
_TRIES = 3


@dataclass(frozen=True)
class HeardClip:
    """A clip in several versions, as files in one folder.

    Attributes:
        name: of what it was cut from.
        origin: held, where the truth is known, or transfer, where it is not.
        start_s: where it begins there; 0 where that tells nothing.
        snr_db: music to noise, where that was chosen.
        duration_s: of each version.
        files: names of the files, by version.
    """

    name: str
    origin: str
    start_s: float
    snr_db: float | None
    duration_s: float
    files: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class _Wanted:
    """What a clip is made of."""

    clip: Clip
    origin: str
    start_s: float = 0.0


def make_heard(
    plan: Plan,
    exam: Exam,
    methods: Mapping[str, Method | None],
    folder: Path,
    size: Size = USUAL,
    progress: Progress = ignore,
) -> tuple[HeardClip, ...]:
    """Restore and write clips; half of them are of the user's transfers, where there are some.

    Args:
        plan: names the transfers.
        exam: the clips that figures are of.
        methods: by version; None leaves a clip alone.
        folder: for the files.
        size: how many clips, and how long.
        progress: of the work.

    Raises:
        EngineError: a clip cannot be restored, or the folder cannot be written.
    """
    wanted = _chosen(plan, exam, size)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror or error}") from error
    made = []
    for number, each in enumerate(wanted):
        versions: dict[str, Real] = {}
        for index, (version, method) in enumerate(methods.items()):
            done = (number + index / len(methods)) / len(wanted)
            share = part(progress, done, done + 1.0 / (len(methods) * len(wanted)))
            share(0.0, f"making clips to hear: {number + 1} of {len(wanted)}")
            versions[version] = restored(method, each.clip, share)
        made.append(_written(each, _as_loud(versions, each.clip.sample_rate), number, folder))
    return tuple(made)


def transfers_of(plan: Plan) -> tuple[Path, ...]:
    """The user's own transfers that are still there."""
    places = [Path(each) for each in (*plan.noise.transfers, plan.damage.transfer) if each]
    found: dict[Path, None] = {}
    for place in places:
        if place.exists():
            try:
                found |= dict.fromkeys(find_music([place]))
            except StorageError:
                continue
    return tuple(found)


def _chosen(plan: Plan, exam: Exam, size: Size) -> list[_Wanted]:
    """Clips with and without a truth, in turns."""
    held = [each for each in exam.clips if each.kind == OWN]
    held = held or [each for each in exam.clips if each.clean is not each.degraded]
    is_open = plan.goal.task != "inpaint"  # a transfer does not say where its gaps are
    own = list(_excerpts(transfers_of(plan), -(-size.heard // 2), size.clip_s)) if is_open else []
    known = [_Wanted(each, HELD) for each in held[: size.heard - len(own)]]
    return [each for pair in zip_longest(own, known) for each in pair if each is not None]


def _excerpts(paths: Sequence[Path], count: int, clip_s: float) -> Iterator[_Wanted]:
    """Stretches of transfers in which music plays; those that cannot be read are left out."""
    usable = list(paths)
    rng = np.random.default_rng((SEED, 78))
    number = 0
    while usable and number < count:
        path = usable[number % len(usable)]
        try:
            yield _excerpt(path, clip_s, rng)
            number += 1
        except EngineError:
            usable.remove(path)


def _excerpt(path: Path, clip_s: float, rng: np.random.Generator) -> _Wanted:
    with open_audio(path) as file:
        rate, n_samples = file.sample_rate, file.n_samples
        length = min(round(clip_s * rate), n_samples)
        if not length:
            raise AudioFormatError(f"{path.name} is empty")
        low, high = (round(share * n_samples) for share in _MIDDLE)
        drawn = [int(rng.integers(low, max(low + 1, high - length))) for _ in range(_TRIES)]
        starts = [min(start, n_samples - length) for start in drawn]
        found = [file.read(start, start + length) for start in starts]
    powers = [float(np.square(each.samples).mean()) for each in found]
    loudest = int(np.argmax(powers))
    samples: Samples = found[loudest].samples.mean(axis=0, dtype=np.float32)
    clip = Clip(TRANSFER, path, samples, samples, rate)
    return _Wanted(clip, TRANSFER, starts[loudest] / rate)


def _as_loud(versions: Mapping[str, Real], sample_rate: int) -> dict[str, Real]:
    """All as loud as the faintest, and none beyond full scale."""
    levels = {name: _lufs(samples, sample_rate) for name, samples in versions.items()}
    known = [level for level in levels.values() if level is not None]
    aim = min(known, default=0.0)
    matched = {}
    for name, samples in versions.items():
        level = levels[name]
        gain = 1.0 if level is None else 10.0 ** ((aim - level) / 20.0)
        matched[name] = gain * samples
    peak = max(float(np.abs(each).max(initial=0.0)) for each in matched.values())
    quieter = min(1.0, _PEAK / peak) if peak > 0.0 else 1.0
    return {name: quieter * samples for name, samples in matched.items()}


def _lufs(samples: Real, sample_rate: int) -> float | None:
    from engine.dsp.loudness import LoudnessMeter  # heavy: loads on first use

    meter = LoudnessMeter(sample_rate, 1)
    meter.add(samples.astype(np.float32)[None])
    return meter.lufs


def _written(wanted: _Wanted, versions: Mapping[str, Real], number: int, folder: Path) -> HeardClip:
    clip = wanted.clip
    files = {}
    try:
        for version, samples in versions.items():
            files[version] = f"{number + 1:02d}-{version}.wav"
            soundfile.write(folder / files[version], samples, clip.sample_rate, subtype="PCM_24")
    except (OSError, soundfile.LibsndfileError) as error:
        raise StorageError(f"{folder} cannot be written: {error}") from error
    length_s = len(versions[UNTOUCHED]) / clip.sample_rate
    return HeardClip(clip.source.name, wanted.origin, wanted.start_s, clip.snr_db, length_s, files)


def read_versions(clip: HeardClip, folder: Path) -> dict[str, Audio]:
    """The versions of a clip as they were written.

    Raises:
        EngineError: a file is missing or damaged.
    """
    read = {}
    for version, name in clip.files.items():
        with open_audio(folder / name) as file:
            read[version] = file.read(0, file.n_samples)
    return read


@dataclass(frozen=True, eq=False)
class ReadClip:
    """A clip in memory: its versions, and the levels (bin frame) of each, on one scale."""

    sounds: Mapping[str, Audio]
    pictures: Mapping[str, NDArray[np.uint8]]


@dataclass(frozen=True)
class ReadClipJob:
    """Reads all versions of a clip."""

    clip: HeardClip
    folder: Path
    title: str = "Reading a clip"

    def run(self, progress: Progress = ignore) -> ReadClip:
        """Read them and make their pictures.

        Raises:
            EngineError: a file is missing or damaged.
        """
        progress(0.0)
        sounds = read_versions(self.clip, self.folder)
        return ReadClip(sounds, pictures_of(sounds))
