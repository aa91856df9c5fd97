"""Declick by rules, by a network and by both: what each finds and mends, by size of the click.

    .venv/bin/python packaging/benchmarks/click_sizes.py [--shared DIR] [--seconds 10]

The clean clips of DIR/data/dev get clicks cut out of the recordings of DIR/data/dev/noise, which
the network has not heard (of one of the discs it has heard the run-in), and simulated ones. A click
counts as large as the stretch in which it exceeds what the music leaves unpredicted, and as loud
when its peak is above a fifth of the music's just there. Tables tell SI-SDR, log-spectral distance,
false finds and speed of each method; the share of clicks that is found and the mean gain in dB
there, by size; and, where the clicks are known, how well prediction and the network's own estimate
fill them.

Exits with 1 when `auto` finds a click in a clean clip, or is behind `ar` on a set.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from benchmarks.declick import CLICKS_PER_S, PEAKS_DB, RATE, harvest  # noqa: E402 - not installed
from engine.audio import Audio  # noqa: E402
from engine.catalog import Catalog  # noqa: E402
from engine.catalog_file import read_entries  # noqa: E402
from engine.dsp.click_repair import repair_clicks  # noqa: E402
from engine.dsp.spans import Spans, covered, runs  # noqa: E402
from engine.dsp.whitening import Grid, local_scale, whiten  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.models.click_finder import ClickFinder  # noqa: E402
from engine.models.weights import load_weights  # noqa: E402
from engine.tasks.declick import AR, AUTO, NETWORK, Declick  # noqa: E402
from training.degradations.clicks import Clicks  # noqa: E402
from training.metrics import log_spectral_distance, si_sdr_db  # noqa: E402

Wave = NDArray[np.float64]

METHODS = (AR, NETWORK, AUTO)
WIDTHS_MS = (0.0, 0.1, 0.3, 1.0, 20.0)
LOUD = 0.2
GRID = Grid(48, 2048, 882)
MODEL = "declick-network"


@dataclass(frozen=True, eq=False)
class Clip:
    """Music without and with clicks, and where they are: spans, widths in ms, whether loud."""

    clean: Wave
    degraded: Wave
    spans: Spans
    widths_ms: Wave
    is_loud: NDArray[np.bool_]


def told(clean: Wave, degraded: Wave) -> Clip:
    """Where two recordings differ by more than the music leaves unpredicted."""
    damage = np.abs(degraded - clean)
    usual = local_scale(whiten(clean, GRID.models(clean), GRID.hop)[0], 176, 6)
    spans = runs(damage > usual, RATE // 2000)
    inside = (spans[:, 0] > RATE // 10) & (spans[:, 1] < len(clean) - RATE // 10)
    spans = spans[inside]
    reach = RATE // 40
    loud = [
        damage[a:b].max() > LOUD * np.abs(clean[max(0, a - reach) : b + reach]).max()
        for a, b in spans
    ]
    return Clip(clean, degraded, spans, 1000.0 * (spans[:, 1] - spans[:, 0]) / RATE, np.array(loud))


def clips(shared: Path, kind: str, seconds: float) -> Iterator[Clip]:
    """The clean clips with clicks of discs, or with simulated ones."""
    found = []
    for path in sorted((shared / "data" / "dev" / "noise").iterdir()):
        found += harvest(soundfile.read(path, dtype="float64", always_2d=True)[0].mean(axis=1))
    for index, path in enumerate(sorted((shared / "data" / "dev" / "clean").iterdir())):
        clean = soundfile.read(path, dtype="float32", frames=round(seconds * RATE), start=RATE)[0]
        rng = np.random.default_rng(7800 + index)
        if kind == "simulated":
            clicks = Clicks(seed=index, per_second=CLICKS_PER_S, level_db=-14.0, spread_db=8.0)
            degraded = clicks.apply(Audio(clean[None], RATE)).samples[0]
        else:
            degraded, peak = clean.copy(), np.abs(clean).max()
            for start in rng.integers(2000, len(clean) - 2000, round(CLICKS_PER_S * seconds)):
                click = found[int(rng.integers(len(found)))][: len(clean) - start]
                level = peak * 10.0 ** (rng.uniform(*PEAKS_DB) / 20.0) * rng.choice([-1.0, 1.0])
                degraded[start : start + len(click)] += (level * click).astype(np.float32)
        yield told(clean.astype(np.float64), degraded.astype(np.float64))


def declick(method: str, equipment: Equipment, samples: Wave) -> tuple[Wave, Spans]:
    """What a method makes of samples, and where it has found something."""
    task = Declick(method=method).equip(equipment)
    audio = Audio(samples.astype(np.float32)[None], RATE)
    restored = task.apply(audio, slice(0, audio.n_samples))
    spans = np.array([(each.start, each.stop) for each in restored.events], np.int64)
    return restored.audio.samples[0].astype(np.float64), spans.reshape(-1, 2)


def gains_db(clip: Clip, restored: Wave) -> Wave:
    """By how much the error within half a millisecond of each click has fallen."""
    reach = RATE // 2000
    energies = [
        np.concatenate(([0.0], np.cumsum((each - clip.clean) ** 2)))
        for each in (clip.degraded, restored)
    ]
    first = np.maximum(clip.spans[:, 0] - reach, 0)
    last = np.minimum(clip.spans[:, 1] + reach, len(restored))
    before, after = (each[last] - each[first] for each in energies)
    return np.asarray(10.0 * np.log10((before + 1e-14) / (after + 1e-14)))


def sizes(clip: Clip) -> NDArray[np.int64]:
    """The class (click,) of each: twice its width's, and 1 more where it is loud."""
    width = np.searchsorted(WIDTHS_MS, clip.widths_ms, "right") - 1
    return np.asarray(2 * width + clip.is_loud)


def is_hit(clip: Clip, spans: Spans) -> NDArray[np.bool_]:
    """Which clicks (click,) a find touches."""
    found = np.concatenate(([0], np.cumsum(covered(spans, len(clip.clean)))))
    return np.asarray(found[clip.spans[:, 1]] > found[clip.spans[:, 0]])


def is_false(clip: Clip, spans: Spans) -> NDArray[np.bool_]:
    """Which finds (span,) touch no damage at all."""
    damage = np.abs(clip.degraded - clip.clean) > 1e-7
    sums = np.concatenate(([0], np.cumsum(damage)))
    return np.asarray(sums[spans[:, 1]] == sums[spans[:, 0]])


def own_estimate(network: ClickFinder, clip: Clip) -> Wave:
    """The clicks filled by what the network says of them, where they are."""
    with torch.inference_mode():
        samples = torch.from_numpy(clip.degraded.astype(np.float32))[None, None]
        verdict = network.judge(samples)
    damage = (verdict.scale * verdict.damage.sinh())[0].numpy().astype(np.float64)
    return np.where(covered(clip.spans, len(damage)), clip.degraded - damage, clip.degraded)


def predicted(clip: Clip) -> Wave:
    """The clicks filled by prediction, where they are."""
    inside = covered(clip.spans, len(clip.clean))
    places = np.arange(len(inside))
    rough = clip.degraded.copy()
    rough[inside] = np.interp(places[inside], places[~inside], rough[~inside])
    repaired = repair_clicks(clip.degraded, rough, clip.spans, RATE)
    return np.where(inside, repaired, clip.degraded)


def measure_set(kind: str, shared: Path, seconds: float, equipment: Equipment) -> dict[str, float]:
    """Print the tables of a set; returns the SI-SDR gain of each method."""
    entry = equipment.catalog.find("declick", NETWORK)
    network = load_weights(entry.path).network
    assert isinstance(network, ClickFinder)
    whole: dict[str, list[tuple[float, ...]]] = {each: [] for each in METHODS}
    gains: dict[str, list[Wave]] = {}
    hits: dict[str, list[NDArray[np.bool_]]] = {each: [] for each in METHODS}
    classes = []
    for clip in clips(shared, kind, seconds):
        classes.append(sizes(clip))
        before = si_sdr_db(clip.clean, clip.degraded)
        distance = log_spectral_distance(clip.clean, clip.degraded)
        for method in METHODS:
            clock = time.process_time()
            restored, spans = declick(method, equipment, clip.degraded)
            took = time.process_time() - clock
            after = log_spectral_distance(clip.clean, restored)
            gain = si_sdr_db(clip.clean, restored) - before
            n_false = int(is_false(clip, spans).sum())
            whole[method].append((gain, after, after - distance, n_false, seconds / took))
            gains.setdefault(method, []).append(gains_db(clip, restored))
            hits[method].append(is_hit(clip, spans))
        for name, made in (("known, prediction", predicted(clip)),
                           ("known, network", own_estimate(network, clip))):  # fmt: skip
            gains.setdefault(name, []).append(gains_db(clip, made))
    print(f"\n| {kind} | SI-SDR gain dB | LSD | change | false finds | x real time, one core |")
    print("|---|---|---|---|---|---|")
    for method, rows in whole.items():
        gain, after, change, n_false, speed = np.array(rows).T
        print(
            f"| {method} | {gain.mean():+.2f} | {after.mean():.3f} | {change.mean():+.3f} "
            f"| {n_false.sum():.0f} | {speed.mean():.0f} |"
        )
    print_sizes(kind, np.concatenate(classes), hits, gains)
    return {method: float(np.mean([row[0] for row in rows])) for method, rows in whole.items()}


def print_sizes(
    kind: str,
    classes: NDArray[np.int64],
    hits: dict[str, list[NDArray[np.bool_]]],
    gains: dict[str, list[Wave]],
) -> None:
    """A line for each size: found share and gain of each method, gain where clicks are known."""
    known = [name for name in gains if name not in hits]
    header = [f"{each}: found, gain dB" for each in hits] + [f"{each}: gain dB" for each in known]
    print(f"\n| {kind} clicks of | number | {' | '.join(header)} |")
    print("|---" * (2 + len(header)) + "|")
    for number in np.unique(classes):
        low, high = WIDTHS_MS[number // 2 : number // 2 + 2]
        chosen = classes == number
        cells = [
            f"{100 * np.concatenate(hits[each])[chosen].mean():.0f} %, "
            f"{np.concatenate(gains[each])[chosen].mean():+.1f}"
            for each in hits
        ]
        cells += [f"{np.concatenate(gains[each])[chosen].mean():+.1f}" for each in known]
        name = f"{low:g} to {high:g} ms, {'loud' if number % 2 else 'quiet'}"
        print(f"| {name} | {chosen.sum()} | {' | '.join(cells)} |")


def measure_clean(shared: Path, equipment: Equipment) -> dict[str, int]:
    """Print how many whole clean clips each method leaves untouched; returns it."""
    paths = sorted((shared / "data" / "dev" / "clean").iterdir())
    untouched = {}
    print("\n| clean clips | untouched | finds |\n|---|---|---|")
    for method in METHODS:
        finds = [
            len(declick(method, equipment, soundfile.read(path, dtype="float64")[0])[1])
            for path in paths
        ]
        untouched[method] = finds.count(0)
        print(f"| {method} | {untouched[method]} of {len(paths)} | {sum(finds)} |")
    return untouched


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    options.add_argument("--seconds", type=float, default=10.0, help="of each clip, at most 11")
    options.add_argument("--weights", type=Path, help="in place of those in the catalogue")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    entries = read_entries(REPOSITORY / "resources" / "models" / "catalog.toml")
    if chosen.weights:
        sha256 = load_weights(chosen.weights).sha256
        own = [each for each in entries if each.name == MODEL]
        entries = tuple(replace(each, path=chosen.weights, sha256=sha256) for each in own)
    equipment = Equipment(Catalog(tuple(entries)), "cpu")
    untouched = measure_clean(chosen.shared, equipment)
    missed = untouched[AUTO] < 12
    for kind in ("real", "simulated"):
        gains = measure_set(kind, chosen.shared, chosen.seconds, equipment)
        missed = missed or gains[AUTO] < gains[AR]
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
