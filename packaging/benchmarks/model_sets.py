"""Sets of damaged clips that models are measured on; imported by models.py.

Most come from DIR/tools/make_dev.py, which knows no model. Two are made here from the same clean
clips, always the same: `mixed`, every clip once with white noise and once with real noise that no
training has heard, and `low_rate`, clips at 10 kHz that were sampled at 5 kHz on the way.
"""

import csv
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.signal import resample_poly

from engine.region import Region

Wave = NDArray[np.float64]

RATE = 44100
MIXED_MEAN_DB, MIXED_REACH_DB = 12.7, 10.0
"""Input SNRs of `mixed` lie evenly this far around their mean."""
HELD_OUT = 10
"""Noise files whose name has a CRC-32 that this divides are kept from training."""
LOW_RATE, HIGH_RATE = 5_000, 10_000
LOW_RATE_NOISE_DB = 20.0


@dataclass(frozen=True, eq=False)
class Case:
    """One clip (time), clean and degraded alike in length and rate.

    Attributes:
        noise: a second of the noise alone, where methods may be told of it.
        gaps: where samples are missing.
    """

    name: str
    clean: Wave
    degraded: Wave
    rate: int = RATE
    noise: Wave | None = None
    gaps: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Sets:
    """Sets of clips in a folder; made where they are missing.

    Attributes:
        shared: holds `tools` and `data`.
        folder: of the sets.
        n_clips: how many of each are taken; 0 for all.
    """

    shared: Path
    folder: Path
    n_clips: int = 0

    def make(self) -> None:
        """Make what make_dev.py makes, unless it is there."""
        if not (self.folder / "gaps300.json").is_file():
            maker = self.shared / "tools" / "make_dev.py"
            words = [sys.executable, str(maker), str(self.folder)]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    def names(self, among: frozenset[str] = frozenset()) -> list[str]:
        """Of the clips, or of those `among` them; when some are taken they are spread over all."""
        found = sorted(path.stem for path in (self.folder / "clean").glob("*.wav"))
        found = [name for name in found if name in among] if among else found
        if not self.n_clips or self.n_clips >= len(found):
            return found
        at = np.linspace(0, len(found) - 1, self.n_clips).round().astype(int)
        return [found[index] for index in at.tolist()]

    def piano(self) -> frozenset[str]:
        """Names of clips that are piano alone."""
        with (self.shared / "data" / "MANIFEST.csv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        return frozenset(Path(row["path"]).stem for row in rows if row["genre"] == "solo piano")

    def read(self, kind: str, among: frozenset[str] = frozenset()) -> list[Case]:
        """The clips of a set of make_dev.py; "clean" for those without damage."""
        gaps_file = self.folder / f"{kind}.json"
        gaps = json.loads(gaps_file.read_text()) if gaps_file.is_file() else {}
        return [
            Case(
                name,
                self._wave("clean", name),
                self._wave(kind, name),
                noise=self._noise(kind, name),
                gaps=tuple(Region(start, stop) for start, stop in gaps.get(name, ())),
            )
            for name in self.names(among)
        ]

    def mixed(self) -> list[Case]:
        """Every clip with white noise and with held-out real noise."""
        rng = np.random.default_rng(127)
        files = self._held_out()
        names = self.names()
        shares = (np.arange(len(names)) + 0.5) / len(names)
        levels = MIXED_MEAN_DB + MIXED_REACH_DB * (2.0 * shares - 1.0)
        cases = []
        for kind in ("white", "real"):
            for name, snr_db in zip(names, rng.permutation(levels).tolist(), strict=True):
                clean = self._wave("clean", name)
                if kind == "white":
                    noise = rng.standard_normal(len(clean))
                else:
                    noise = _looped(files[int(rng.integers(len(files)))], len(clean))
                wanted = (clean @ clean) / 10.0 ** (snr_db / 10.0)
                noise *= np.sqrt(wanted / (noise @ noise))
                cases.append(Case(f"{name}, {kind}", clean, clean + noise))
        return cases

    def low_rate(self, *, is_noisy: bool) -> Iterator[tuple[Case, Wave]]:
        """Clips at 10 kHz that hold what 5 kHz can, and the same by a spline through the samples.

        is_noisy: white noise is added to the samples at 5 kHz, 20 dB below them.
        """
        rng = np.random.default_rng(510)
        for name in self.names():
            clean = _resampled(self._wave("clean", name), RATE, HIGH_RATE)
            few = _resampled(clean, HIGH_RATE, LOW_RATE)
            if is_noisy:
                noise = rng.standard_normal(len(few))
                wanted = (few @ few) / 10.0 ** (LOW_RATE_NOISE_DB / 10.0)
                few = few + noise * np.sqrt(wanted / (noise @ noise))
            many = _resampled(few, LOW_RATE, HIGH_RATE)[: len(clean)]
            at = np.arange(len(clean)) * (LOW_RATE / HIGH_RATE)
            spline: Wave = CubicSpline(np.arange(len(few)), few)(np.minimum(at, len(few) - 1))
            yield Case(name, clean[: len(many)], many, HIGH_RATE), spline[: len(many)]

    def _wave(self, kind: str, name: str) -> Wave:
        wave: Wave = soundfile.read(self.folder / kind / f"{name}.wav", dtype="float64")[0]
        return wave

    def _noise(self, kind: str, name: str) -> Wave | None:
        """What make_dev.py keeps is the noise at 10 dB."""
        if not kind.startswith("snr"):
            return None
        louder: Wave = self._wave("noise", name) * 10.0 ** ((10.0 - float(kind[3:])) / 20.0)
        return louder

    def _held_out(self) -> list[Path]:
        folder = self.shared / "data" / "train" / "noise_env"
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return [path for path in found if zlib.crc32(path.stem.encode()) % HELD_OUT == 0]


def _looped(path: Path, n_samples: int) -> Wave:
    """Noise from a file, without its mean, again and again."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    wave = _resampled(samples.mean(axis=1), rate, RATE)
    looped: Wave = np.resize(wave - wave.mean(), n_samples)
    looped -= looped.mean()
    return looped


def _resampled(wave: Wave, rate: int, wanted: int) -> Wave:
    common = gcd(rate, wanted)
    resampled: Wave = resample_poly(wave, wanted // common, rate // common, window=("kaiser", 8.0))
    return resampled
