"""Denoise against sox noisered, noisereduce and ffmpeg's afftdn on the same files and noise.

    .venv-peers/bin/python packaging/benchmarks/denoise.py [--shared DIR] [--clean DIR --noise DIR]

DIR/tools/make_dev.py makes clips of 10 s at 5, 10 and 20 dB with a second of noise for each, by
default from DIR/data/dev, and DIR/tools/score.py scores what comes out. Every method that learns
from marked noise gets that second; Runout and ffmpeg have it before the music, which is cut
off again. Runout has its default settings throughout; its peers have several, and each must be
beaten at every level by the one that suits it best. What ffmpeg delays is moved back.
`make peers` provides noisereduce; sox and ffmpeg must be on the PATH.

Exits with 1 unless Runout gains more SI-SDR than sox, lowers LSD more than noisereduce and does
better than afftdn in both; unless it gains SI-SDR without marked noise at 5 and 10 dB, loses at
most 0.2 dB at 20 dB; and unless it works 20 times as fast as the music plays.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import numpy as np  # noqa: E402 - after the number of threads is set
import soundfile  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy.signal import correlate  # noqa: E402

from engine.audio import Audio, MemoryRecording  # noqa: E402 - the repository is not installed
from engine.jobs.restore import restore  # noqa: E402
from engine.project import State  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.tasks.denoise import Denoise  # noqa: E402

Wave = NDArray[np.float64]
Method = Callable[[Wave, Wave, Path], Wave]
"""Degraded samples, a second of their noise and a folder to work in; the restored samples."""
Gains = dict[int, tuple[float, float]]
"""Change of SI-SDR and LSD by input SNR."""

RATE = 44100
SNRS_DB = (5, 10, 20)
LEAST_SPEED = 20.0
LEAST_BLIND_DB = {5: 0.0, 10: 0.0, 20: -0.2}


def write(path: Path, samples: Wave) -> None:
    """Write float samples."""
    soundfile.write(path, samples, RATE, subtype="FLOAT")


def run(*command: str | Path) -> None:
    """Run a peer; its own words are not shown."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def runout(is_marked: bool) -> Method:
    """Runout as the window and the command line run it."""

    def method(degraded: Wave, noise: Wave, folder: Path) -> Wave:
        lead = len(noise) if is_marked else 0
        samples = np.concatenate([noise[:lead], degraded]).astype(np.float32)[None]
        state = State(MemoryRecording(Audio(samples, RATE)))
        task = Denoise(noise=Region(0.0, lead / RATE)) if is_marked else Denoise()
        after = state.with_operation(restore(state, task, ()))
        restored: Wave = after.read(lead, after.n_samples).samples[0].astype(np.float64)
        return restored

    return method


def sox(amount: float) -> Method:
    """Sox noisered; it drops the last samples of a file, so the file is made longer."""

    def method(degraded: Wave, noise: Wave, folder: Path) -> Wave:
        paths = [folder / name for name in ("degraded.wav", "noise.wav", "profile", "out.wav")]
        write(paths[0], np.pad(degraded, (0, 8192)))
        write(paths[1], noise)
        run("sox", paths[1], "-n", "noiseprof", paths[2])
        float_out = ("-b", "32", "-e", "float", paths[3])
        run("sox", paths[0], *float_out, "noisered", paths[2], str(amount))
        restored: Wave = soundfile.read(paths[3], dtype="float64")[0]
        return restored[: len(degraded)]

    return method


def noisereduce(is_stationary: bool, amount: float) -> Method:
    """Noisereduce, as its authors call it."""
    reduce_noise = import_module("noisereduce").reduce_noise

    def method(degraded: Wave, noise: Wave, folder: Path) -> Wave:
        marked = {"y_noise": noise} if is_stationary else {}
        restored: Wave = reduce_noise(
            y=degraded, sr=RATE, stationary=is_stationary, prop_decrease=amount, **marked
        )
        return restored

    return method


def afftdn(options: str) -> Method:
    """The denoiser of ffmpeg, which samples the noise before the music; its delay is taken out.

    It takes out nearly nothing unless its noise floor is told; LEVEL stands for the noise's.
    """

    def method(degraded: Wave, noise: Wave, folder: Path) -> Wave:
        source, target = folder / "degraded.wav", folder / "restored.wav"
        write(source, np.concatenate([noise, degraded, np.zeros(RATE)]))
        sample = f"asendcmd=0.05 afftdn sn start,asendcmd={len(noise) / RATE:.3f} afftdn sn stop"
        level_db = float(np.clip(10 * np.log10(np.mean(noise**2) + 1e-20), -80, -20))
        chain = f"{sample},afftdn={options.replace('LEVEL', f'{level_db:.1f}')}"
        quiet = ("-hide_banner", "-loglevel", "error", "-y")
        run("ffmpeg", *quiet, "-i", source, "-af", chain, "-c:a", "pcm_f32le", target)
        restored: Wave = soundfile.read(target, dtype="float64")[0]
        reach = RATE // 10
        likeness = correlate(
            restored[len(noise) : len(noise) + len(degraded) + 2 * reach], degraded, "valid"
        )
        first = len(noise) + int(np.argmax(likeness))
        return restored[first : first + len(degraded)]

    return method


def methods() -> dict[str, Method]:
    """All that is compared, by name; what a name begins with says whose it is."""
    made: dict[str, Method] = {"Runout": runout(True), "Runout, no noise marked": runout(False)}
    for amount in (0.05, 0.1, 0.15, 0.21, 0.3, 0.4):
        made[f"sox noisered {amount}"] = sox(amount)
    for amount in (0.8, 1.0):
        made[f"noisereduce stationary {amount}"] = noisereduce(True, amount)
        made[f"noisereduce non-stationary {amount}"] = noisereduce(False, amount)
    for options in ("nr=12", "nr=6:nf=LEVEL", "nr=12:nf=LEVEL", "nr=24:nf=LEVEL"):
        made[f"afftdn {options}"] = afftdn(options)
    return made


def score(shared: Path, clean: Path, restored: Path, degraded: Path) -> tuple[float, float]:
    """Ask the scorer for the mean change of SI-SDR and of LSD."""
    report = restored.parent / f"{restored.name}.json"
    scorer = shared / "tools" / "score.py"
    run(sys.executable, scorer, clean, restored, "--degraded", degraded, "--json", report)
    mean = json.loads(report.read_text())["mean"]
    return mean["d_si_sdr"], mean["d_lsd"]


def measure(method: Method, shared: Path, made: Path, work: Path) -> tuple[Gains, float]:
    """Run a method over all sets: what it changed, and how much faster it is than the music."""
    gains: Gains = {}
    played_s, took_s = 0.0, 0.0
    for snr_db in SNRS_DB:
        out = work / f"snr{snr_db}"
        out.mkdir(parents=True)
        for path in sorted((made / f"snr{snr_db}").iterdir()):
            degraded = soundfile.read(path, dtype="float64")[0]
            noise = soundfile.read(made / "noise" / path.name, dtype="float64")[0]
            noise = noise * 10.0 ** ((10.0 - snr_db) / 20.0)
            clock = time.perf_counter()
            restored = method(degraded, noise, work)
            took_s += time.perf_counter() - clock
            played_s += len(degraded) / RATE
            write(out / path.name, restored)
        gains[snr_db] = score(shared, made / "clean", out, made / out.name)
    return gains, played_s / took_s


def missed(all_gains: Mapping[str, Gains], speed: float) -> list[str]:
    """What was aimed at and not reached, in words."""
    own, blind = all_gains["Runout"], all_gains["Runout, no noise marked"]
    failures = []
    for snr_db in SNRS_DB:
        for name, gains in all_gains.items():
            gain, lsd = gains[snr_db]
            if name.startswith(("sox", "afftdn")) and own[snr_db][0] <= gain:
                failures.append(f"{name} gains {gain:.2f} dB SI-SDR at {snr_db} dB")
            if name.startswith(("noisereduce", "afftdn")) and own[snr_db][1] >= lsd:
                failures.append(f"{name} changes LSD by {lsd:.3f} at {snr_db} dB")
        if blind[snr_db][0] < LEAST_BLIND_DB[snr_db]:
            failures.append(f"without marked noise {blind[snr_db][0]:.2f} dB at {snr_db} dB")
    if speed < LEAST_SPEED:
        failures.append(f"only {speed:.1f} times as fast as the music")
    return failures


def main() -> int:
    """Print the table; 1 when an aim was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--clean", type=Path, help="other music than DIR/data/dev/clean")
    parser.add_argument("--noise", type=Path, help="other noise than DIR/data/dev/noise")
    arguments = parser.parse_args()
    all_gains: dict[str, Gains] = {}
    speed = 0.0
    with tempfile.TemporaryDirectory() as folder:
        work, made = Path(folder), Path(folder) / "made"
        others = [("--clean", arguments.clean), ("--noise", arguments.noise)]
        chosen = [each for name, path in others if path for each in (name, path)]
        run(sys.executable, arguments.shared / "tools" / "make_dev.py", made, *chosen)
        columns = "".join(f" SI-SDR at {db} dB | LSD at {db} dB |" for db in SNRS_DB)
        print(f"| method |{columns}\n|---|{'---:|' * 2 * len(SNRS_DB)}", flush=True)
        for index, (name, method) in enumerate(methods().items()):
            gains, faster = measure(method, arguments.shared, made, work / str(index))
            speed = speed or faster
            all_gains[name] = gains
            cells = (f" {gain:+.2f} | {lsd:+.3f} |" for gain, lsd in gains.values())
            print(f"| {name} |{''.join(cells)}", flush=True)
    print(f"\nRunout is {speed:.0f} times as fast as the music on one core.")
    failures = missed(all_gains, speed)
    print("\n".join(f"MISSED: {each}" for each in failures) or "All aims reached.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
