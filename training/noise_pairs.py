"""Noise pairs: the same music twice, under noises that know nothing of one another.

From such pairs a network learns to take noise away that has never heard clean music: the noise of
the one cannot be foretold from the other, so the best it can do is to give the music. This holds
only while the noises do not correlate; so they are compared, and not the noisy recordings, which
always do.

Shapes:
    samples   (channel time)   float32

References:
    Lehtinen et al., "Noise2Noise: Learning Image Restoration without Clean Data", ICML 2018.
    Kashyap et al., "Speech Denoising without Clean Training Data: a Noise2Noise Approach",
    Interspeech 2021, for pairs of noises of different classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio
from engine.errors import SettingsError
from training.chain import Rng, Step, apply_damage, draw_damage, judging_chain
from training.config import PairConfig
from training.degradations import DEGRADATIONS
from training.degradations.base import HIGHEST_SEED, Degradation
from training.noise_classes import NoiseFile, find_class, read_noise_classes

Damage = tuple[Degradation, ...]
_Item = TypeVar("_Item")

MOST_CORRELATION = 0.05
_MOST_TRIES = 20
_CHUNK_S = 1.0
_LIVELY, _EVEN = 10.0, 3.0
_USUAL_DB, _LIVELY_DB, _EVEN_DB = (2.0, 27.0), (4.0, 30.0), (0.0, 25.0)
_WHITE_CHANCE = 0.5


@dataclass(frozen=True, eq=False)
class NoisePair:
    """Music under two noises.

    Attributes:
        damage_a, damage_b: what befell it.
        a, b: what became of it.
        correlation: Pearson's r of the two noises; 0 where a chain does more than add noise.
    """

    damage_a: Damage
    damage_b: Damage
    a: Audio
    b: Audio
    correlation: float


class NoisePairs:
    """Draws pairs as the section [pairs] of a recipe says.

    Args:
        config: that section.
        folder: the data folder, where its path starts.
        damage: befalls both sides before, drawn for each.

    Raises:
        SettingsError, StorageError: there is no noise where it says, or none of that class.
    """

    def __init__(self, config: PairConfig, folder: Path, damage: tuple[Step, ...] = ()) -> None:
        self.config = config
        self._damage = damage
        needed = config.kind in ("classes", "class", "mixed")
        classes = read_noise_classes(folder / config.folder) if needed else {}
        self._classes, self._for_tests = _sides(classes, config.held_out)
        if needed and len(self._classes) < 2:
            raise SettingsError(
                f"{folder / config.folder} holds noise of one class alone; pairs need two"
            )
        self._first = ""
        if config.kind == "class":
            self._first = find_class(self._classes, config.noise_class)

    def draw_test(self, dynamics: float, rng: Rng) -> Damage:
        """What befalls the noisy side of a test pair, whose other side is clean.

        Its noise is one that is held out, of the class of the first noise where one is named.

        Args:
            dynamics: of the whole recording, see `dynamics_of`.
            rng: what is drawn follows from it.

        Raises:
            SettingsError: no noise of that class is held out.
        """
        chain = draw_damage(judging_chain(self._damage), rng)
        if not self.config.kind:
            return chain
        is_white = self.config.kind == "mixed" and rng.random() < _WHITE_CHANCE
        file = None
        if self._classes and not is_white:
            name = self._first or _one_of(list(self._for_tests) or [""], rng)
            if not self._for_tests.get(name):
                raise SettingsError(
                    f"held_out = {self.config.held_out:g} leaves no noise {name} for tests"
                )
            file = _one_of(self._for_tests[name], rng)
        range_db = snr_range_db(dynamics if self.config.adapt else 0.0, self.config)
        return (*chain, _noise(file, float(rng.uniform(*range_db)), rng))

    def draw(self, clean: Audio, dynamics: float, rng: Rng) -> NoisePair:
        """Draw noises until two do not correlate over the recording.

        Args:
            clean: an excerpt.
            dynamics: of the whole recording, see `dynamics_of`.
            rng: what is drawn follows from it.

        Raises:
            SettingsError: none of many pairs was independent.
        """
        range_db = snr_range_db(dynamics if self.config.adapt else 0.0, self.config)
        for _ in range(_MOST_TRIES):
            pair = self._realised(clean, range_db, rng)
            if abs(pair.correlation) < MOST_CORRELATION:
                return pair
        raise SettingsError(
            f"of {_MOST_TRIES} pairs of noises all correlate by {MOST_CORRELATION:g} or more; "
            "they must be independent, so choose noise of other kinds"
        )

    def _realised(self, clean: Audio, range_db: tuple[float, float], rng: Rng) -> NoisePair:
        chains = (draw_damage(self._damage, rng), draw_damage(self._damage, rng))
        noises = self._noises(range_db, rng)
        damage_a, damage_b = ((*chain, *each) for chain, each in zip(chains, noises, strict=True))
        a, b = apply_damage(damage_a, clean), apply_damage(damage_b, clean)
        adds = all(each.is_additive for each in (*damage_a, *damage_b))
        return NoisePair(damage_a, damage_b, a, b, noise_correlation(clean, a, b) if adds else 0.0)

    def _noises(self, range_db: tuple[float, float], rng: Rng) -> tuple[Damage, Damage]:
        if not self.config.kind:
            return (), ()
        files: tuple[NoiseFile | None, NoiseFile | None] = (None, None)
        if self._classes:
            files = self._files(rng)
        if self.config.kind == "mixed":
            a, b = (None if rng.random() < _WHITE_CHANCE else each for each in files)
            files = (a, b)
        first, second = (_noise(each, float(rng.uniform(*range_db)), rng) for each in files)
        return (first,), (second,)

    def _files(self, rng: Rng) -> tuple[NoiseFile, NoiseFile]:
        """Two files of different classes, and of different folds where there are any."""
        names = list(self._classes)
        first = self._first or _one_of(names, rng)
        second = _one_of([name for name in names if name != first], rng)
        a = _one_of(self._classes[first], rng)
        others = self._classes[second]
        return a, _one_of([b for b in others if not b.fold or b.fold != a.fold] or others, rng)


def snr_range_db(dynamics: float, config: PairConfig) -> tuple[float, float]:
    """Range of signal-to-noise ratios that suits music of some dynamics.

    Lively music (above 10) is damaged less, as its quiet places would drown, even music (below 3)
    more. A range of the recipe's own is that of music in between, and moves in proportion.

    Args:
        dynamics: see `dynamics_of`; 0 for the range as it is.
        config: may have a range of its own.
    """
    low, high = config.snr_db or _USUAL_DB
    if dynamics == 0.0 or _EVEN <= dynamics <= _LIVELY:
        return low, high
    moved = _LIVELY_DB if dynamics > _LIVELY else _EVEN_DB
    scale = (high - low) / (_USUAL_DB[1] - _USUAL_DB[0])
    a, b = (low + scale * (each - _USUAL_DB[0]) for each in moved)
    return a, b


def dynamics_of(samples: NDArray[np.generic], sample_rate: int) -> float:
    """Root mean square of the loudest second over that of the quietest that is not silent.

    Args:
        samples: (time), in any unit.
        sample_rate: in Hz.

    Returns:
        At least 1; 1 where there is less than a second, or silence.
    """
    size = max(1, round(_CHUNK_S * sample_rate))
    squares = np.array(
        [
            np.mean(np.square(samples[start : start + size], dtype=np.float64))
            for start in range(0, len(samples) - size + 1, size)
        ]
    )
    heard = squares[squares > 0.0]
    return float(np.sqrt(heard.max() / heard.min())) if heard.size else 1.0


def noise_correlation(clean: Audio, a: Audio, b: Audio) -> float:
    """Pearson's r of what was added to a recording once and again; 0 if nothing was."""
    first, second = (each.samples.astype(np.float64) - clean.samples for each in (a, b))
    first, second = (each - each.mean(axis=1, keepdims=True) for each in (first, second))
    powers = float(np.sum(first**2)) * float(np.sum(second**2))
    return float(np.sum(first * second)) / float(np.sqrt(powers)) if powers > 0.0 else 0.0


def _noise(file: NoiseFile | None, snr_db: float, rng: Rng) -> Degradation:
    seed = int(rng.integers(HIGHEST_SEED + 1))
    if file is None:
        return DEGRADATIONS["white_noise"].from_mapping({"snr_db": snr_db, "seed": seed})
    values = {"path": file.path, "snr_db": snr_db, "seed": seed}
    return DEGRADATIONS["noise_bank"].from_mapping(values)


def _sides(
    classes: Mapping[str, Sequence[NoiseFile]], held_out: float
) -> tuple[dict[str, tuple[NoiseFile, ...]], dict[str, tuple[NoiseFile, ...]]]:
    """Noise to train with and noise for tests, by the names of files; all for both if none is."""
    least = round(10.0 * held_out)
    sides: tuple[dict[str, tuple[NoiseFile, ...]], ...] = ({}, {})
    for name, files in classes.items():
        for is_held, side in enumerate(sides):
            own = [
                each
                for each in files
                if not least or (crc32(each.path.stem.encode()) % 10 < least) == bool(is_held)
            ]
            if own:
                side[name] = tuple(own)
    return sides[0], sides[1]


def _one_of(items: Sequence[_Item], rng: Rng) -> _Item:
    return items[int(rng.integers(len(items)))]
