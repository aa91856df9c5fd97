"""Speed and memory of the preset `78rpm` on a side of three minutes, as a whole process.

    .venv/bin/python packaging/benchmarks/preset.py [--preset 78rpm] [--source FILE]

The side is cut from a real transfer (mono mix, 44.1 kHz, 24 bit), repeated if it is shorter.
Exits with 1 when the preset is slower than real time or takes more than 1.5 GB.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

REPOSITORY = Path(__file__).resolve().parents[2]
SIDE_S = 180
MAX_MEMORY_MB = 1536


def cut_side(source: Path, target: Path) -> None:
    """Write SIDE_S seconds of the source, mono."""
    samples, sample_rate = soundfile.read(source, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    wanted = SIDE_S * sample_rate
    side = np.tile(mono, -(-wanted // len(mono)))[:wanted]
    soundfile.write(target, side, sample_rate, subtype="PCM_24")


def main() -> int:
    """Run the preset once and print what it took."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shared = REPOSITORY.parent / "shared" / "data" / "real_transfers" / "dev"
    real = shared / "belov_gayler_1920_bach_air.ogg"
    demo = REPOSITORY / "resources" / "demo" / "air_1920.flac"
    arguments.add_argument("--source", type=Path, default=real if real.is_file() else demo)
    arguments.add_argument("--preset", default="78rpm")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        side, output = Path(folder) / "side.wav", Path(folder) / "restored.wav"
        cut_side(options.source, side)
        command = [sys.executable, "-m", "app", "restore", str(side), "-o", str(output)]
        command += ["--preset", options.preset, "--removed", "--json"]
        clock = time.perf_counter()
        finished = subprocess.run(
            command, cwd=REPOSITORY, check=True, capture_output=True, text=True
        )
        seconds = time.perf_counter() - clock
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        done = json.loads(finished.stdout)["files"][0]
    print("| what | figure |\n|---|---|")
    print(f"| preset {options.preset}, {SIDE_S} s mono 44.1 kHz, whole process | {seconds:.1f} s |")
    print(f"| times real time | {SIDE_S / seconds:.1f} |")
    print(f"| peak memory | {peak_mb:.0f} MB |")
    for operation in done["operations"]:
        print(f"| {operation['task']} alone | {operation['seconds']:.1f} s |")
    failed = seconds >= SIDE_S or peak_mb >= MAX_MEMORY_MB
    print("too slow or too large" if failed else "within its limits")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
