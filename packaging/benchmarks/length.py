"""An hour of stereo at 96 kHz: how fast it opens, moves and is restored, against limits.

Run as `python packaging/benchmarks/length.py [--seconds N] [--restore TASK ...] [--cqt]`. It makes
the file (2.07 GB at 24 bits, the demo side over and over with noise) and the cache in a folder of
its own and deletes both. No screen is needed. Each row says the figure, its limit, and whether the
limit is kept; wall times tell of the machine and what else it does as well, so the work of the GUI
thread itself stands beside them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parents[2]
RATE = 96_000
KINDS = {"24 bits": ("WAV", "PCM_24"), "16 bits": ("WAV", "PCM_16"), "FLAC": ("FLAC", "PCM_24")}
FRAME_MS, HALT_MS, MEMORY_MB, RESTORE_MB = 16.0, 100.0, 700.0, 1000.0


def make(path: Path, seconds: int, container: str, subtype: str) -> None:
    """Write music over and over, at four levels and with noise."""
    demo = ROOT / "resources" / "demo" / "air_1920.flac"
    music, rate = soundfile.read(demo, 30 * 44100, dtype="float32", always_2d=True)
    places = np.arange(round(len(music) * RATE / rate)) * (rate / RATE)
    mono = np.interp(places, np.arange(len(music)), music[:, 0]).astype(np.float32)
    rng = np.random.default_rng(78)
    blocks = []
    for level in (0.3, 0.6, 0.9, 0.5):
        stereo = level * np.stack([mono, np.roll(mono, 7)], axis=1)
        stereo += 0.003 * rng.standard_normal(stereo.shape, dtype=np.float32)
        blocks.append((np.clip(stereo, -0.99, 0.99) * (2**31 - 1)).astype(np.int32))
    left, n_written = seconds * RATE, 0
    with soundfile.SoundFile(path, "w", RATE, 2, subtype, format=container) as file:
        while left:
            block = blocks[n_written * 7 // 3 % len(blocks)][:left]
            file.write(block)
            left -= len(block)
            n_written += 1


def row(title: str, figure: float, unit: str, limit: float | None = None, note: str = "") -> None:
    """Print a figure, its limit, and whether it is kept."""
    judged = (
        "" if limit is None else f"limit {limit:g}   {'kept  ' if figure < limit else 'MISSED'}"
    )
    print(f"  {title:46s} {figure:9.2f} {unit:3s} {judged} {note}".rstrip(), flush=True)


def looked_at(path: Path, cache: Path, transform: str) -> Mapping[str, Any]:
    """What the window measures in a process of its own."""
    program = Path(__file__).with_name("length_window.py")
    command = [sys.executable, str(program), str(path), str(cache), transform]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    facts: Mapping[str, Any] = json.loads(done.stdout)
    return facts


def tell_opening(facts: Mapping[str, Any], complete_s: float) -> None:
    """Print what the window has measured."""
    row("first waveform", facts["first waveform"], "s", 0.3)
    row("waveform complete", facts["waveform complete"], "s", complete_s)
    row("first spectrogram", facts["first spectrogram"], "s")
    row("spectrogram complete, moving about in between", facts["spectrogram complete"], "s")
    for when in ("while making", "after"):
        for name, (wall_ms, work_ms) in facts[f"frames {when}"].items():
            note = f"work {work_ms:.1f} ms"
            row(f"{when}: {name}, p95", wall_ms, "ms", FRAME_MS, note)
    row("longest halt of the GUI thread", facts["halt"], "ms", HALT_MS)
    row("memory with all of it visible", facts["memory at full zoom-out"], "MB", MEMORY_MB)
    row("memory after looking around", facts["memory"], "MB", MEMORY_MB)


def restore(path: Path, task: str, seconds: int) -> None:
    """Restore from the command line; print time and memory."""
    preset = path.with_name(f"{task}.toml")
    settings = "gain_db = -3.0\n" if task == "gain" else ""
    preset.write_text(f'title = "{task}"\n[[task]]\nname = "{task}"\n{settings}', "utf-8")
    output = path.with_name(f"{task}.wav")
    command = [sys.executable, "-m", "app", "restore", str(path), "-o", str(output)]
    began = perf_counter()
    process = subprocess.Popen([*command, "--preset", str(preset)], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    row(f"restore by {task}: times as fast as it plays", seconds / (perf_counter() - began), "x")
    row(f"restore by {task}: memory", usage.ru_maxrss / 1024, "MB", RESTORE_MB)
    for each in path.parent.glob(f"{task}.*"):
        each.unlink()


def main() -> None:
    """Make, open, open again, restore, delete."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--restore", nargs="*", default=["gain", "declick"], metavar="TASK")
    parser.add_argument("--cqt", action="store_true", help="the constant-Q picture as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="runout-length-") as name:
        folder = Path(name)
        for kind, (container, subtype) in KINDS.items():
            path = folder / f"side.{container.lower()}"
            make(path, asked.seconds, container, subtype)
            print(f"{asked.seconds} s of {kind}, {path.stat().st_size / 1e9:.2f} GB, first opening")
            tell_opening(looked_at(path, folder / "cache", "stft"), 5.0)
            print(f"{kind}, second opening")
            tell_opening(looked_at(path, folder / "cache", "stft"), 0.3)
            if kind == "24 bits":
                if asked.cqt:
                    print("constant Q")
                    tell_opening(looked_at(path, folder / "cache", "cqt"), 0.3)
                for task in asked.restore:
                    restore(path, task, asked.seconds)
            path.unlink()


if __name__ == "__main__":
    main()
