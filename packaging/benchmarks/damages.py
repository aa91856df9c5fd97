"""The damages that methods are put side by side on, each as cases; imported by quality.py.

Most sets are those of DIR/tools/make_dev.py. Made here, always the same, are gaps of a second and
`together`: the noise of records at a level, crackle 20 dB below the music, 300 ticks a second, and
clicks, all added up. Ticks and clicks have the shapes of real ones, harvested from recordings of
discs, as declick.py has them: ticks are those below 0.6 ms, their sizes log-normal with a spread of
7 dB; clicks are 12 a second with peaks from 26 dB below to 4 dB above the music's. In one set the
clicks are those of make_dev.py, 20 a second.

A second of the noise alone goes with a case where methods may be told of it: with crackle, where
there is crackle, as it lies over a run-in too.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks import declick
from benchmarks.model_sets import RATE, Case, Sets, Wave
from engine.region import Region

CRACKLE_DB, TICKS_PER_S, TICKS_SPREAD_DB, LONGEST_TICK_S = 20.0, 300.0, 7.0, 0.0006
GAP_S, N_GAPS = 1.0, 2
MADE_CLICKS = "made"


@dataclass(frozen=True)
class Damage:
    """One kind of damage.

    Attributes:
        name: of the part, and of its table in the documents.
        title: what tables say.
        tasks: whose methods are put side by side.
        high_hz: where the treble of this table begins.
        noise_db: of the records' noise, where there is such.
    """

    name: str
    title: str
    tasks: tuple[str, ...]
    high_hz: float = 4000.0
    noise_db: int | None = None

    @property
    def is_together(self) -> bool:
        """Whether it is several damages at once, for presets and chains."""
        return self.name.startswith("together")

    @property
    def is_gap(self) -> bool:
        """Whether samples are missing."""
        return self.name.startswith("gaps")

    @property
    def regions(self) -> tuple[Region, ...]:
        """A place as long as those that are missing; none where nothing is."""
        return (Region(0.0, float(self.name[4:]) / 1000.0),) if self.is_gap else ()


CLEAN = Damage("clean", "clean music", ())
DAMAGES: dict[str, Damage] = {
    each.name: each
    for each in (
        Damage("snr5", "Noise of records at 5 dB", ("denoise",), noise_db=5),
        Damage("snr10", "Noise of records at 10 dB", ("denoise",), noise_db=10),
        Damage("snr20", "Noise of records at 20 dB", ("denoise",), noise_db=20),
        Damage("white10", "White noise at 10.8 dB", ("denoise",)),
        Damage("clicks", "Clicks, 20 a second", ("declick",)),
        Damage("together5", "Noise at 5 dB, clicks and crackle", (), noise_db=5),
        Damage("together10", "Noise at 10 dB, clicks and crackle", (), noise_db=10),
        Damage("together20", "Noise at 20 dB, clicks and crackle", (), noise_db=20),
        Damage(
            f"together10-{MADE_CLICKS}", "The same with 20 simulated clicks a second", (),
            noise_db=10,
        ),
        Damage("gaps100", "Gaps of 100 ms", ("inpaint",)),
        Damage("gaps300", "Gaps of 300 ms", ("inpaint",)),
        Damage("gaps1000", "Gaps of 1 s", ("inpaint",)),
        Damage("lowpass3k", "Treble gone above 3 kHz", ("extend",), high_hz=3000.0),
        Damage("clip3db", "Clipped to 3 dB", ("declip",)),
    )
}  # fmt: skip


@dataclass(eq=False)
class Shelf:
    """Cases by damage, each made once."""

    sets: Sets
    _made: dict[str, list[Case]] = field(default_factory=dict)
    _clicks: list[Wave] = field(default_factory=list)

    def cases(self, damage: Damage) -> list[Case]:
        """The clips with that damage."""
        if damage.name not in self._made:
            self._made[damage.name] = self._make(damage)
        return self._made[damage.name]

    def _make(self, damage: Damage) -> list[Case]:
        if damage.is_together:
            noisy = self.sets.read(f"snr{damage.noise_db}")
            simulated = self.sets.read("clicks")
            is_real = not damage.name.endswith(MADE_CLICKS)
            return [
                _together(case, self.clicks(), None if is_real else other)
                for case, other in zip(noisy, simulated, strict=True)
            ]
        if damage.name == "gaps1000":
            return [_with_gaps(case) for case in self.sets.read("clean")]
        cases = self.sets.read(damage.name)
        if damage is CLEAN:
            noisy = self.sets.read("snr20")
            return [replace(a, noise=b.noise) for a, b in zip(cases, noisy, strict=True)]
        if damage.name == "white10":
            return [_told(case) for case in cases]
        return cases

    def clicks(self) -> list[Wave]:
        """Real ones, with peaks of 1; harvested once and kept beside the sets."""
        if not self._clicks:
            kept = self.sets.folder / "real-clicks.npz"
            if not kept.is_file():
                _keep(kept, declick.real_clicks(self.sets.shared / "data"))
            with np.load(kept, allow_pickle=False) as held:
                self._clicks = np.split(held["samples"], np.cumsum(held["lengths"])[:-1])
        return self._clicks


def _keep(path: Path, clicks: Sequence[Wave]) -> None:
    lengths = np.array([len(click) for click in clicks])
    np.savez_compressed(path, samples=np.concatenate(clicks), lengths=lengths)


def _rng(case: Case) -> np.random.Generator:
    """Always the same for a clip, however many others are taken."""
    return np.random.default_rng(zlib.crc32(case.name.encode()))


def _told(case: Case) -> Case:
    """White noise as loud as that of the case, but other."""
    added = case.degraded - case.clean
    noise = _rng(case).standard_normal(case.rate)
    return replace(case, noise=noise * np.sqrt(np.mean(added**2)))


def _together(noisy: Case, clicks: Sequence[Wave], simulated: Case | None) -> Case:
    """Noise that is there, with crackle and clicks; these of another case if one is given."""
    assert noisy.noise is not None
    rng = _rng(noisy)
    length, lead = len(noisy.clean), len(noisy.noise)
    crackle = crackled(length + lead, clicks, rng)
    wanted = (noisy.clean @ noisy.clean) / length / 10.0 ** (CRACKLE_DB / 10.0)
    crackle *= np.sqrt(wanted / np.mean(crackle**2))
    if simulated is None:
        clicked = click_track(noisy.clean, clicks, rng)
    else:
        clicked = simulated.degraded - simulated.clean
    degraded = noisy.degraded + crackle[:length] + clicked
    return replace(noisy, degraded=degraded, noise=noisy.noise + crackle[length:])


def crackled(n_samples: int, clicks: Sequence[Wave], rng: np.random.Generator) -> Wave:
    """Ticks of real shapes (time), at any level."""
    ticks = [each for each in clicks if len(each) <= LONGEST_TICK_S * RATE] or list(clicks)
    wave = np.zeros(n_samples)
    for start in rng.integers(0, n_samples, rng.poisson(TICKS_PER_S * n_samples / RATE)).tolist():
        tick = ticks[int(rng.integers(len(ticks)))]
        stop = min(start + len(tick), n_samples)
        size = rng.choice([-1.0, 1.0]) * 10.0 ** (rng.normal(0.0, TICKS_SPREAD_DB) / 20.0)
        wave[start:stop] += size * tick[: stop - start]
    return wave


def click_track(clean: Wave, clicks: Sequence[Wave], rng: np.random.Generator) -> Wave:
    """Clicks (time) of real shapes as declick.py places them."""
    wave, peak = np.zeros(len(clean)), np.abs(clean).max()
    n_clicks = round(declick.CLICKS_PER_S * len(clean) / RATE)
    for start in rng.integers(2000, len(clean) - 2000, n_clicks).tolist():
        click = clicks[int(rng.integers(len(clicks)))]
        size = peak * 10.0 ** (rng.uniform(*declick.PEAKS_DB) / 20.0) * rng.choice([-1.0, 1.0])
        stop = min(start + len(click), len(clean))
        wave[start:stop] += size * click[: stop - start]
    return wave


def _with_gaps(case: Case) -> Case:
    """Gaps of a second, placed as make_dev.py places shorter ones."""
    width = round(GAP_S * case.rate)
    last = len(case.clean) - case.rate - width
    starts = np.linspace(case.rate, last, N_GAPS).astype(int).tolist()
    degraded = case.clean.copy()
    for start in starts:
        degraded[start : start + width] = 0.0
    gaps = tuple(Region(start / case.rate, (start + width) / case.rate) for start in starts)
    return replace(case, degraded=degraded, gaps=gaps)


def told_of(cases: Sequence[Case]) -> str:
    """What tells sets apart, for digests: names and a sum of the samples.

    In six digits: the last ones hang on how many threads have mixed the damage in.
    """
    sums = [[case.name, len(case.degraded), f"{np.sum(case.degraded**2):.5e}"] for case in cases]
    return json.dumps(sums)
