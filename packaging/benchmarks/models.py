"""What the models of the catalogue do for music and noise that no training has seen.

    .venv-peers/bin/python packaging/benchmarks/models.py [--model NAME]... [--quick N]

Twelve clips of 10 s in sets of damage that DIR/tools/make_dev.py makes, and two more sets of
model_sets.py. Every method runs as the window and the command line run it, with default settings
and the installed models; figures are means over clips, of the change from the degraded clip, those
of LSD with log10 of power and n_fft 2048. Peers are sox noisered with a second of the noise, in six
strengths, and noisereduce with and without it; each must be beaten in the strength that suits it
best. Spectral denoising must be beaten when it is told as little; with noise marked it stands
beside. A prior of piano is judged on piano; other music is told besides, unless N clips are asked
for. `make peers` provides noisereduce; sox must be on the PATH.

--models DIR takes models from another catalogue first; --cache DIR keeps the sets, and what peers
did, for the next time; --json FILE writes all figures. Exits with 1 when a bound is missed.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")
REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

import numpy as np  # noqa: E402 - after the number of threads is set

from app import paths  # noqa: E402 - the repository is not installed
from benchmarks import denoise as peers  # noqa: E402
from benchmarks.model_sets import Case, Sets, Wave  # noqa: E402
from benchmarks.model_tables import Bench, Figures, Way, head  # noqa: E402
from engine.catalog import Entry  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.presets import load_preset  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.tasks import TASKS, Task  # noqa: E402
from engine.tasks.denoise import Denoise  # noqa: E402
from training import metrics  # noqa: E402

LEAST_AHEAD_DB = 2.0
LEAST_CLEAN_DB, LEAST_LEFT_DB = 30.0, 35.0
LEAST_SPEED, LEAST_QUALITY_SPEED = 4.0, 2.0
LEAST_WHITE_DB, LEAST_MIXED_DB = 7.67, 4.86
SOX_AMOUNTS = (0.05, 0.1, 0.15, 0.21, 0.3, 0.4)


def measure_light(bench: Bench) -> None:
    """`denoise-light`: real noise of records, without being told of it."""
    light = bench.by(Denoise(method="light"), only=bench.entries("denoise-light"))
    for snr_db in (5, 10, 20):
        cases = bench.sets.read(f"snr{snr_db}")
        table = head(f"denoise-light, noise of records at {snr_db} dB")
        own = bench.row(table, "denoise-light, told nothing", light, cases)
        bench.row(table, "spectral, noise marked", _told(peers.runout(True)), cases)
        others = [bench.row(table, "spectral, told nothing", bench.by(Denoise()), cases)]
        for name, way in _peers(bench):
            others.append(bench.peer(table, name, way, cases))
        most = max(each["si_sdr"] for each in others)
        least = min(each["lsd"] for each in others)
        wanted = LEAST_AHEAD_DB if snr_db == 20 else most + LEAST_AHEAD_DB
        bench.bound(
            own["si_sdr"] >= wanted,
            f"SI-SDR gain of denoise-light at {snr_db} dB is {own['si_sdr']:.2f}, to be at least "
            f"{wanted:.2f}; the best of the others has {most:.2f}",
        )
        bench.bound(
            own["lsd"] < least,
            f"LSD at {snr_db} dB changes by {own['lsd']:.3f}, to be below {least:.3f}",
        )
    table = head("denoise-light, clean music; SNR of what comes out")
    left = bench.row(table, "denoise-light", light, bench.sets.read("clean"))["snr"]
    bench.bound(left > LEAST_CLEAN_DB, f"clean music keeps {left:.1f} dB, to be above 30")
    _measure_preset(bench, "light", "denoise-light", LEAST_SPEED)


def measure_quality(bench: Bench) -> None:
    """`denoise`: the same noise, told a second of it as the peers are, and told nothing."""
    informed, light = Denoise(method="informed"), Denoise(method="light")
    own_entries = bench.entries("denoise")
    for snr_db in (5, 10, 20):
        cases = bench.sets.read(f"snr{snr_db}")
        table = head(f"denoise, noise of records at {snr_db} dB")
        told = bench.row(table, "denoise, noise marked", marked_way(bench, own_entries), cases)
        blind = bench.row(table, "denoise, told nothing", bench.by(informed), cases)
        first = bench.row(table, "denoise-light, told nothing", bench.by(light), cases)
        others = [bench.row(table, "spectral, noise marked", _told(peers.runout(True)), cases)]
        others += [bench.peer(table, name, way, cases) for name, way in _peers(bench)]
        most = max(each["si_sdr"] for each in others[1:])
        for name, own in (("noise marked", told), ("told nothing", blind)):
            wanted = 3.0 if snr_db == 20 else max(first["si_sdr"] + 1.0, most + 3.0)
            bench.bound(
                own["si_sdr"] >= wanted,
                f"SI-SDR gain of denoise at {snr_db} dB, {name}, is {own['si_sdr']:.2f}, to be at "
                f"least {wanted:.2f}; denoise-light has {first['si_sdr']:.2f}, the best peer "
                f"{most:.2f}",
            )
    table = head("denoise, clean music; SNR of what comes out")
    left = bench.row(table, "denoise", bench.by(informed), bench.sets.read("clean"))["snr"]
    bench.bound(left > LEAST_LEFT_DB, f"clean music keeps {left:.1f} dB, to be above 35")
    _measure_preset(bench, "informed", "denoise", LEAST_QUALITY_SPEED)


def marked_way(bench: Bench, entries: Sequence[Entry]) -> Way:
    """`denoise` with the second of noise alone that the peers get, put before the clip."""

    def way(case: Case) -> Wave:
        assert case.noise is not None
        length = len(case.noise)
        whole = replace(
            case,
            clean=np.concatenate((np.zeros(length), case.clean)),
            degraded=np.concatenate((case.noise, case.degraded)),
        )
        region = Region(0.0, length / case.rate)
        task = Denoise(method="informed", noise=region)
        return bench.by(task, only=entries)(whole)[length:]

    return way


def _peers(bench: Bench) -> Iterable[tuple[str, Way]]:
    if shutil.which("sox"):
        for amount in SOX_AMOUNTS:
            yield f"sox noisered {amount}, noise marked", _told(peers.sox(amount))
    else:
        bench.bound(False, "sox is not on the PATH, so nothing was compared with it")
    try:
        found = {
            f"noisereduce {kind} {amount}": peers.noisereduce(kind != "non-stationary", amount)
            for kind in ("stationary, noise marked,", "non-stationary")
            for amount in (0.8, 1.0)
        }
    except ModuleNotFoundError:
        bench.bound(False, "noisereduce is not installed, so nothing was compared with it")
        return
    yield from ((name, _told(method)) for name, method in found.items())


def _told(method: peers.Method) -> Way:
    def way(case: Case) -> Wave:
        assert case.noise is not None
        with tempfile.TemporaryDirectory() as folder:
            return method(case.degraded, case.noise, Path(folder))

    return way


def _measure_preset(bench: Bench, method: str, model: str, least: float) -> None:
    """Speed of a method, and of the preset with it, on two threads."""
    preset = load_preset(paths.presets() / "78rpm.toml").tasks
    tasks = [Denoise(method=method) if isinstance(task, Denoise) else task for task in preset]
    cases = bench.sets.read("snr10")
    whole = replace(
        cases[0],
        clean=np.concatenate([case.clean for case in cases]),
        degraded=np.concatenate([case.degraded for case in cases]),
    )
    table = head(f"preset 78rpm with {model}, all clips of 10 dB in a row, two threads")
    entries = bench.entries(model)
    bench.row(table, f"{model} alone", bench.by(Denoise(method=method), only=entries), [whole])
    speed = bench.row(table, "78rpm", bench.by(*tasks, only=entries), [whole])["times_real_time"]
    bench.bound(speed >= least, f"the preset runs at {speed:.1f} x real time, to be {least:g}")


def measure_white(bench: Bench) -> None:
    """`dcunet-n2n-white`: white noise at 10.8 dB."""
    _measure_gain(bench, "dcunet-n2n-white", "dcunet", LEAST_WHITE_DB)


def measure_autoencoder(bench: Bench) -> None:
    """`cnn-autoencoder`: the same noise."""
    _measure_gain(bench, "cnn-autoencoder", "cnn", 0.0)


def _measure_gain(bench: Bench, model: str, method: str, least_db: float) -> None:
    cases = bench.sets.read("white10")
    table = head(f"{model}, white noise at 10.8 dB")
    for entry in bench.entries(model):
        way = bench.by(Denoise(method=method), only=[entry])
        gain = bench.row(table, entry.name, way, cases)["snr"]
        if entry.name == model:
            own = gain
    bench.row(table, "spectral, told nothing", bench.by(Denoise()), cases)
    bench.bound(own > least_db, f"SNR gain of {model} is {own:.2f} dB, to be above {least_db:g}")


def measure_mixed(bench: Bench) -> None:
    """`dcunet-n2n-mixed`: white and real noise, half of the clips each."""
    cases = bench.sets.mixed()
    before = np.mean([metrics.snr_db(case.clean, case.degraded) for case in cases])
    way = bench.by(Denoise(method="dcunet"), only=bench.entries("dcunet-n2n-mixed"))
    halves: dict[str, Figures] = {}
    for kind in ("white", "real"):
        table = head(f"dcunet-n2n-mixed, {kind} noise")
        half = [case for case in cases if case.name.endswith(kind)]
        halves[kind] = bench.row(table, "dcunet-n2n-mixed", way, half)
        bench.row(table, "spectral, told nothing", bench.by(Denoise()), half)
    gain = 0.5 * sum(each["snr"] for each in halves.values())
    bench.bound(
        gain >= LEAST_MIXED_DB,
        f"SNR gain of dcunet-n2n-mixed is {gain:.2f} dB at {before:.1f} dB on average, "
        f"to be at least {LEAST_MIXED_DB:g}",
    )


def measure_waveform(bench: Bench) -> None:
    """`waveform-sr`: from 5 to 10 kHz, without and with noise."""
    extend = TASKS["extend"].from_mapping({"method": "waveform"})
    for is_noisy in (False, True):
        both = list(bench.sets.low_rate(is_noisy=is_noisy))
        splines = {case.name: spline for case, spline in both}
        cases = [case for case, _ in both]
        noise = ", noise at 20 dB" if is_noisy else ""
        table = head(f"waveform-sr, sampled at 5 kHz{noise}; against band-limited samples at 10")
        rows = {
            entry.name: bench.row(table, entry.name, bench.by(extend, only=[entry]), cases)
            for entry in bench.entries("waveform-sr")
        }
        spline = bench.row(table, "spline", lambda case: splines[case.name], cases)  # noqa: B023
        own = rows["waveform-sr"]["lsd"]
        bench.bound(own < spline["lsd"], f"LSD of waveform-sr{noise} changes by {own:.3f}, to be "
                    f"below the spline's {spline['lsd']:.3f}")  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A damage that a model is to repair: its set, tasks, and the figure that must get better."""

    kind: str
    task: Task
    classical: Task | None
    judged: str


def _of(task: str, **settings: object) -> Task:
    return TASKS[task].from_mapping(settings)


PRIOR_PARTS = (
    Part("snr10", _of("denoise", method="diffusion-78"), Denoise(), "si_sdr"),
    Part("white10", _of("denoise", method="diffusion-78"), Denoise(), "si_sdr"),
    Part("gaps100", _of("inpaint", method="diffusion"), _of("inpaint", method="ar"), "lsd"),
    Part("gaps300", _of("inpaint", method="diffusion"), None, "lsd"),
    Part("lowpass3k", _of("extend", method="guided", cutoff_hz=3000.0), None, "lsd"),
    Part("clip3db", _of("declip", method="diffusion"), _of("declip"), "si_sdr"),
)
NET_PARTS = (
    Part("snr10", Denoise(method="cqt-net"), Denoise(), "si_sdr"),
    Part("white10", Denoise(method="cqt-net"), Denoise(), "si_sdr"),
)


def measure_prior(bench: Bench) -> None:
    """`cqtdiff-piano`: all that a prior can be asked; it must help on piano."""
    piano = bench.sets.piano()
    for part in PRIOR_PARTS:
        _measure_part(bench, "cqtdiff-piano", part, "piano", bench.sets.read(part.kind, piano))
        if not bench.sets.n_clips:
            others = [case for case in bench.sets.read(part.kind) if case.name not in piano]
            _measure_part(bench, "cqtdiff-piano", part, "other music, unjudged", others)


def measure_net(bench: Bench) -> None:
    """`cqt-net-denoise`: the same network, trained to denoise."""
    for part in NET_PARTS:
        _measure_part(bench, "cqt-net-denoise", part, "all music", bench.sets.read(part.kind))


def _measure_part(bench: Bench, model: str, part: Part, music: str, cases: list[Case]) -> None:
    method = str(part.task.to_mapping()["method"])
    shared = part.task.model_method(method)
    serving = [e for e in bench.entries(model) if part.task.name in e.tasks and e.method == shared]
    if not serving:
        print(f"\n{model} is not installed for {part.task.name} by {method}: skipped.")
        return
    table = head(f"{model}, {part.kind}, {music} ({len(cases)} clips)")
    own = bench.row(table, method, bench.by(part.task, only=serving), cases)
    if part.classical is not None:
        other = f"{part.classical.name} by {part.classical.to_mapping()['method']}"
        bench.row(table, other, bench.by(part.classical), cases)
    if "unjudged" in music:
        return
    value = own.get(part.judged, np.nan)
    is_better = value < 0.0 if part.judged == "lsd" else value > 0.0
    bench.bound(is_better, f"{model} changes {part.judged} of {part.kind} by {value:+.3f}")


PARTS: dict[str, Callable[[Bench], None]] = {
    "denoise-light": measure_light,
    "denoise": measure_quality,
    "dcunet-n2n-white": measure_white,
    "dcunet-n2n-mixed": measure_mixed,
    "cnn-autoencoder": measure_autoencoder,
    "waveform-sr": measure_waveform,
    "cqt-net-denoise": measure_net,
    "cqtdiff-piano": measure_prior,
}


def measure(bench: Bench, wanted: Sequence[str]) -> None:
    """All models that are wanted and installed."""
    bench.sets.make()
    print(f"{len(bench.sets.names())} clips of {bench.sets.folder.name}")
    for name in wanted:
        if any(entry.name == name for entry in bench.equipment.catalog.entries):
            print(f"\n## {name}", flush=True)
            PARTS[name](bench)
        else:
            print(f"\n{name} is not in the catalogue: skipped.", flush=True)


def main() -> int:
    """Read the options and measure; 1 when a bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--model", action="append", choices=list(PARTS), help="several times")
    parser.add_argument("--quick", type=int, default=0, metavar="N", help="clips of each set")
    parser.add_argument("--models", type=Path, action="append", default=[])
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    catalog = load_catalog([*options.models, paths.user_models(), paths.models()])
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.cache or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sets = Sets(options.shared.resolve(), folder / "sets", options.quick)
        bench = Bench(sets, Equipment(catalog, options.device), folder / "peers.json")
        measure(bench, options.model or list(PARTS))
    if options.json:
        options.json.write_text(json.dumps(bench.figures, indent=1))
    print("\n" + ("\n".join(f"MISSED: {each}" for each in bench.missed) or "No bound missed."))
    return int(bool(bench.missed))


if __name__ == "__main__":
    sys.exit(main())
