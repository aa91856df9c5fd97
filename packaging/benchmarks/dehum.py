"""Dehum on drifting hum under music, on notes beside its harmonics, and on music without hum.

    .venv/bin/python packaging/benchmarks/dehum.py [--shared DIR]

Two sides of 60 s are made of the clean clips in DIR/data/dev/clean, scaled as in the development
sets. Hum is twelve harmonics of 50.3 Hz, each with an amplitude of -30 dBFS, drifting by 0.2 Hz:
to and fro in 40 s, or evenly. What is left of it is the difference of the restored and the clean.
Notes of -20 dBFS last from 10 to 14 s.

Exits with 1 when hum goes down by less than 30 dB, a note 3 Hz or more from a harmonic changes by
more than 0.2 dB, or a sample changes where there is no hum.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio, MemoryRecording, Samples  # noqa: E402 - not installed
from engine.jobs.restore import restore  # noqa: E402
from engine.project import State  # noqa: E402
from engine.tasks.dehum import Dehum  # noqa: E402

Wave = NDArray[np.float64]

RATE = 44100
SIDE_S = 60.0
HARMONICS, LEVEL_DBFS, MAINS_HZ, DRIFT_HZ = 12, -30.0, 50.3, 0.2
REQUIRED_DB, DAMAGE_DB = 30.0, 0.2
NOTES_HZ = (440.0, 49.0, 98.0, 196.0, 198.0, 200.0, 247.0, 301.8)
NOTE_S, NOTE_DBFS = (10.0, 14.0), -20.0


def dehum(wave: Wave) -> Wave:
    """The task with default settings, in pieces as the application runs it."""
    state = State(MemoryRecording(Audio(wave.astype(np.float32)[None], RATE)))
    after: Samples = state.with_operation(restore(state, Dehum(), ())).read(0, len(wave)).samples
    return np.asarray(after[0], np.float64)


def make_hum(length: int, drift: str) -> Wave:
    """Twelve harmonics of one level, phases drawn."""
    time_s = np.arange(length) / RATE
    swing = np.sin(2 * np.pi * time_s / 40.0) if drift == "to and fro" else 2 * time_s / SIDE_S - 1
    phase = 2 * np.pi * np.cumsum(MAINS_HZ + DRIFT_HZ / 2 * swing) / RATE
    rng = np.random.default_rng(0)
    total = np.zeros(length)
    for k in range(1, HARMONICS + 1):
        total += 10 ** (LEVEL_DBFS / 20) * np.cos(k * phase + rng.uniform(0, 2 * np.pi))
    return total


def power_db(wave: Wave) -> float:
    """Mean power, dBFS."""
    return float(10 * np.log10(np.mean(wave**2) + 1e-30))


def make_sides(folder: Path) -> tuple[list[Wave], list[Wave]]:
    """The clips, and two sides made of them."""
    clips = []
    for path in sorted(folder.iterdir()):
        wave, rate = soundfile.read(path, dtype="float64", always_2d=True)
        assert rate == RATE, path
        mono = wave.mean(axis=1)
        clips.append(mono / np.abs(mono).max() * 0.5)
    length = round(SIDE_S * RATE)
    return clips, [np.concatenate(clips[start::2])[:length] for start in (0, 1)]


def change_db(restored: Wave, note: Wave, hz: float) -> float:
    """How much louder a note has become."""
    span = slice(round((NOTE_S[0] + 0.1) * RATE), round((NOTE_S[1] - 0.1) * RATE))
    time_s = np.arange(span.start, span.stop) / RATE
    turned = np.hanning(len(time_s)) * np.exp(-2j * np.pi * hz * time_s)
    return float(20 * np.log10(np.abs(restored[span] @ turned) / np.abs(note[span] @ turned)))


def measure_notes(music: Wave, hum: Wave) -> list[str]:
    """Print what becomes of notes; returns what is missed, in sentences."""
    missed = []
    print("\n| note Hz | to the next harmonic, Hz | changed by, dB |\n|---|---|---|")
    time_s = np.arange(len(music)) / RATE
    fade = np.clip(np.minimum(time_s - NOTE_S[0], NOTE_S[1] - time_s) / 0.05, 0.0, 1.0)
    for hz in NOTES_HZ:
        note = 10 ** (NOTE_DBFS / 20) * fade * np.sin(2 * np.pi * hz * time_s)
        changed = change_db(dehum(music + hum + note) - music, note, hz)
        gap_hz = abs(hz - max(1, round(hz / MAINS_HZ)) * MAINS_HZ)
        print(f"| {hz:g} | {gap_hz:.1f} | {changed:+.3f} |", flush=True)
        if gap_hz >= 3.0 and abs(changed) > DAMAGE_DB:
            missed.append(f"a note of {hz:g} Hz changes by {changed:+.2f} dB")
    return missed


def measure(folder: Path) -> int:
    """Print all tables; returns the exit code."""
    clips, sides = make_sides(folder)
    missed = []
    print("| side | drift | hum down by, dB | x real time |\n|---|---|---|---|")
    for index, side in enumerate(sides, 1):
        for drift in ("to and fro", "even"):
            hum = make_hum(len(side), drift)
            clock = time.perf_counter()
            restored = dehum(side + hum)
            speed = SIDE_S / (time.perf_counter() - clock)
            down_db = power_db(hum) - power_db(restored - side)
            print(f"| {index} | {drift} | {down_db:.1f} | {speed:.0f} |", flush=True)
            if down_db < REQUIRED_DB:
                missed.append(f"hum drifting {drift} on side {index} goes down by {down_db:.1f} dB")
    short = 0.3 * sides[0][: 30 * RATE]
    missed += measure_notes(short, make_hum(len(short), "to and fro"))
    touched = sum(
        not np.array_equal(dehum(wave), wave.astype(np.float32)) for wave in (*clips, *sides)
    )
    print(f"\nrecordings without hum that changed: {touched} of {len(clips) + len(sides)}")
    if touched:
        missed.append("a recording without hum changed")
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    return measure(options.parse_args().shared / "data" / "dev" / "clean")


if __name__ == "__main__":
    sys.exit(main())
