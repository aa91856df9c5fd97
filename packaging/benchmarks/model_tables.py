"""Tables of figures by method; imported by models.py."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.model_sets import Case, Sets, Wave
from engine.audio import Audio, MemoryRecording
from engine.catalog import Entry
from engine.equipment import Equipment
from engine.errors import EngineError
from engine.tasks import Task
from training import metrics
from training.baselines import ByTasks, Degraded

Way = Callable[[Case], Wave]
Figures = dict[str, float]

COLUMNS = {
    "si_sdr": "SI-SDR, dB",
    "snr": "SNR, dB",
    "inside": "SNR in gaps, dB",
    "lsd": "LSD",
    "hf_lsd": "LSD from 4 kHz",
}
FASTEST = 10_000
"""Times real time above which nothing was computed."""


@dataclass(eq=False)
class Bench:
    """What is measured with, what came out, and what was missed."""

    sets: Sets
    equipment: Equipment
    peers_file: Path
    figures: dict[str, dict[str, Figures]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def entries(self, name: str) -> list[Entry]:
        """The models of that name, and those that share its weights under longer names."""
        all_entries = self.equipment.catalog.entries
        found = [e for e in all_entries if e.name == name or e.name.startswith(f"{name}-")]
        return sorted(found, key=lambda entry: entry.name)

    def by(self, *tasks: Task, only: Sequence[Entry] = ()) -> Way:
        """Tasks with the installed models; `only`, where there are some, go before all others."""
        catalog = replace(self.equipment.catalog, entries=(*only, *self.equipment.catalog.entries))
        method = ByTasks("", tasks, replace(self.equipment, catalog=catalog))

        def way(case: Case) -> Wave:
            audio = Audio(case.degraded.astype(np.float32)[None], case.rate)
            degraded = Degraded(case.name, MemoryRecording(audio), case.gaps)
            restored: Wave = method.restore(degraded).audio.samples[0].astype(np.float64)
            return restored

        return way

    def row(self, table: str, name: str, way: Way, cases: Iterable[Case]) -> Figures:
        """Run a method on all clips, print a line of the table, and give its means.

        What cannot be run says why in its line, and has no numbers, which reach no bound.
        """
        rows, took_s, played_s = [], 0.0, 0.0
        for case in cases:
            clock = time.perf_counter()
            try:
                restored = way(case)
            except EngineError as error:
                print(f"| {name} | {error} |", flush=True)
                return dict.fromkeys(COLUMNS, np.nan)
            took_s += time.perf_counter() - clock
            played_s += len(case.clean) / case.rate
            rows.append(changes(case, restored))
        mean = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
        mean["times_real_time"] = played_s / max(took_s, 1e-9)
        return self.told(table, name, mean)

    def told(self, table: str, name: str, mean: Figures) -> Figures:
        """Print a line of a table, and keep it."""
        cells = [f"{mean[key]:+.3f}" if key in mean else "" for key in COLUMNS]
        speed = mean["times_real_time"]
        cells.append(f"{speed:.1f}" if speed < FASTEST else "")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
        self.figures.setdefault(table, {})[name] = mean
        return mean

    def peer(self, table: str, name: str, way: Way, cases: Sequence[Case]) -> Figures:
        """The same for a peer, from the last time if that is kept."""
        kept = json.loads(self.peers_file.read_text()) if self.peers_file.is_file() else {}
        key = f"{table}, {len(cases)} clips, {name}"
        if key in kept:
            return self.told(table, name, kept[key])
        kept[key] = self.row(table, name, way, cases)
        self.peers_file.write_text(json.dumps(kept, indent=1))
        return dict(kept[key])

    def bound(self, is_reached: bool, sentence: str) -> None:
        """Say that a bound was reached, or keep that it was not."""
        print(f"\n{'reached' if is_reached else 'MISSED'}: {sentence}", flush=True)
        if not is_reached:
            self.missed.append(sentence)


def head(title: str) -> str:
    """Print the head of a table."""
    print(f"\n**{title}**\n\n| method | {' | '.join(COLUMNS.values())} | x real time |")
    print(f"|---|{'---:|' * (len(COLUMNS) + 1)}", flush=True)
    return title


def changes(case: Case, restored: Wave) -> Figures:
    """What restoring changed; and of a clip without damage, the SNR that is left."""
    length = min(len(case.clean), len(restored))
    clean, degraded, restored = case.clean[:length], case.degraded[:length], restored[:length]
    after = _figures(case, clean, restored)
    if np.array_equal(clean, degraded):
        return {key: value for key, value in after.items() if key == "snr"}
    before = _figures(case, clean, degraded)
    return {key: after[key] - before[key] for key in after}


def _figures(case: Case, clean: Wave, other: Wave) -> Figures:
    lsd = metrics.log_spectral_distance
    figures = {
        "si_sdr": metrics.si_sdr_db(clean, other),
        "snr": metrics.snr_db(clean, other),
        "lsd": lsd(clean, other),
        "hf_lsd": lsd(clean, other, sample_rate=case.rate, above_hz=metrics.HIGH_HZ),
    }
    if case.gaps:
        spans = [gap.to_samples(case.rate, len(clean)) for gap in case.gaps]
        figures["inside"] = metrics.snr_within_db(clean, other, spans)
    return figures
