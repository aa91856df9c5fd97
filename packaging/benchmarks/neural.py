"""Speed and memory of every network, on any device: float32 and half, eager and compiled.

    .venv/bin/python packaging/benchmarks/neural.py [--device auto] [--threads 2] [--compiled]
        [--networks light dcunet:width8 ...] [--installed] [--largest 20] [--seconds 60]
        [--output packaging/benchmarks.md]

Networks are freshly initialised, as speed does not hang on weights; --installed adds the models of
the catalogue with their own. Each runs in a process of its own:

    x real time   mono at the network's rate, restored by the network alone, batches of segments
    whole         the same through Restorer from 44.1 kHz, with resampling, joins and its own
                  choice of precision
    evaluations   of a prior's denoiser each second, for a segment of six seconds, without and with
                  the gradient that guidance asks for; DPM-Solver++(2M) takes one a step, Heun two
    memory        of the device, at most and above what it was before; on the CPU of the process,
                  which keeps what it has had, so that only the first run of a network tells
    error         of half precision, to the float32 result. Fresh weights add little to their
                  input, so trained ones err more

Times are medians of repeats after one that is not counted. Exits with 1 when `light` is less than
8 times, or `dcunet:width8` less than once as fast as real time on the CPU.
"""

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read when torch loads: threads that wait must not keep one another from the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from app import paths  # noqa: E402
from engine.audio import Audio, MemoryRecording  # noqa: E402
from engine.card import Card  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.device import devices, empty_caches, pick_device  # noqa: E402
from engine.models import NETWORKS  # noqa: E402
from engine.models.adapt import measure  # noqa: E402
from engine.models.restorer import Restorer  # noqa: E402
from engine.models.weights import Model, build_network, load_weights  # noqa: E402

FULL_RATE, HALF_RATE = 44100, 22050
AT_HALF_RATE = ("cqt_unet", "two_stage_unet")
"""Networks that are made for 22.05 kHz, unless their preset says otherwise."""
SEGMENT_S = 6.0
REPEATS, PATIENCE_S = 5, 20.0
BATCH_ON_GPU = 8
MB = 1e6
BOUNDS = {("light", ""): 8.0, ("dcunet", "width8"): 1.0}
"""Times real time that a network must reach on the CPU, float32 and eager; "" is any preset."""
HEADER = (
    "| network | M parameters | rate | precision | run | x real time | evaluations/s "
    "| with gradient | memory, MB | error, dB |"
)
WHOLE_HEADER = "| network | x real time, whole | ran in | memory, MB |"


@dataclass(frozen=True)
class Row:
    """One line of the first table; None where there is nothing to say."""

    name: str
    parameters: float
    rate: int
    precision: str
    run: str
    speed: float | None = None
    evaluations: float | None = None
    with_gradient: float | None = None
    memory_mb: float | None = None
    error_db: float | None = None
    failure: str = ""


class Memory:
    """The most memory a device has held since this was made, above what it held then."""

    def __init__(self, device: str) -> None:
        self._device = device
        empty_caches()
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        else:
            _reset_peak_of_process()
        self._before = self._now()

    def peak_mb(self) -> float:
        """In millions of bytes."""
        if self._device == "cuda":
            return (torch.cuda.max_memory_allocated() - self._before) / MB
        return (_status("VmHWM") - self._before) / MB

    def _now(self) -> int:
        return torch.cuda.memory_allocated() if self._device == "cuda" else _status("VmRSS")


def _reset_peak_of_process() -> None:
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", encoding="ascii")


def _status(name: str) -> int:
    """A figure on this process, in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(lines[name].split()[0]) * 1024


def seconds_of(run: Callable[[], object], device: str) -> float:
    """Median time of a run."""
    taken: list[float] = []
    started = time.perf_counter()
    while len(taken) <= REPEATS and (len(taken) < 2 or time.perf_counter() - started < PATIENCE_S):
        clock = time.perf_counter()
        run()
        if device == "cuda":
            torch.cuda.synchronize()
        elif device == "mps":
            torch.mps.synchronize()
        taken.append(time.perf_counter() - clock)
    return statistics.median(taken[1:])


def fresh_model(name: str, preset: str) -> Model:
    """A network with random weights and a card that suits it."""
    network = NETWORKS[name]
    config = network.presets[preset].to_mapping()
    rate = HALF_RATE if name in AT_HALF_RATE and "44k" not in preset else FULL_RATE
    segment = int(config.get("grid_samples", round(1.5 * rate)))
    torch.manual_seed(78)
    card = Card(name, config, rate, segment, level=0.06, sigma_data=0.06)
    return Model(build_network(name, config).eval().requires_grad_(False), card, "")


def n_parameters(model: Model) -> int:
    """Numbers in its weights."""
    return sum(each.numel() for each in model.network.parameters())


def examples_for(model: Model, device: str) -> Tensor:
    """Noise in segments of at least SEGMENT_S: (batch channel time)."""
    n_samples = model.card.segment_samples
    while n_samples < SEGMENT_S * model.card.sample_rate:
        n_samples *= 2
    batch = 1 if device == "cpu" else BATCH_ON_GPU
    generator = torch.Generator().manual_seed(78)
    shape = (batch, model.network.n_channels, n_samples)
    return (0.06 * torch.randn(shape, generator=generator)).to(device)


def precisions(device: str) -> tuple[tuple[str, torch.dtype | None], ...]:
    """Those worth a look on a device."""
    halves = (("bf16", torch.bfloat16),) if device == "cpu" else (
        ("fp16", torch.float16), ("bf16", torch.bfloat16),
    )  # fmt: skip
    return (("fp32", None), *halves)


def network_rows(name: str, model: Model, device: str, compiled: bool) -> list[Row]:
    """The network alone, in all precisions, eager and compiled."""
    model.network.to(device)
    for each in model.network.parameters():
        if each.ndim == 4 and device != "mps":
            each.data = each.data.contiguous(memory_format=torch.channels_last)
    examples = examples_for(model, device)
    rows: list[Row] = []
    reference: Tensor | None = None
    for run_name in ("eager", "compiled") if compiled else ("eager",):
        for precision, half in precisions(device):
            row = Row(name, n_parameters(model) / 1e6, model.card.sample_rate, precision, run_name)
            try:
                row, made = measured_row(row, model, examples, half)
            except RuntimeError as error:
                row = dataclasses.replace(row, failure=str(error).strip().split("\n")[0][:80])
                made = None
            if made is not None and reference is None:
                reference = made
            elif made is not None and reference is not None:
                error_db = 20 * torch.log10((made - reference).norm() / reference.norm())
                row = dataclasses.replace(row, error_db=float(error_db))
            rows.append(row)
    return rows


def measured_row(
    row: Row, model: Model, examples: Tensor, half: torch.dtype | None
) -> tuple[Row, Tensor]:
    """Time one way to run a network, and give what it made."""
    device = examples.device.type
    restore: Callable[[Tensor], Tensor] = model.network.restore
    if row.run == "compiled":
        restore = torch.compile(restore)

    def run() -> Tensor:
        with torch.inference_mode(), torch.autocast(device, half, enabled=half is not None):
            return restore(examples)

    memory = Memory(device)
    seconds = seconds_of(run, device)
    duration_s = examples.shape[0] * examples.shape[2] / model.card.sample_rate
    peak_mb = memory.peak_mb() if device == "cuda" or row.precision == "fp32" else None
    row = dataclasses.replace(row, speed=duration_s / seconds, memory_mb=peak_mb)
    if model.network.kind == "prior" and row.run == "eager":
        row = dataclasses.replace(
            row,
            evaluations=1 / seconds_of(lambda: evaluate(model, examples[:1], half, False), device),
            with_gradient=1 / seconds_of(lambda: evaluate(model, examples[:1], half, True), device),
        )
    return row, run().float()


def evaluate(model: Model, x: Tensor, half: torch.dtype | None, with_gradient: bool) -> None:
    """One evaluation of a prior's denoiser, and the gradient of its estimate's power."""
    from engine.diffusion.edm import EDM

    denoise = EDM(model.network, model.card.sigma_data)
    sigma = torch.full((len(x),), 0.1, device=x.device)
    with (
        torch.inference_mode(not with_gradient),
        torch.autocast(x.device.type, half, enabled=half is not None),
    ):
        leaf = x.clone().requires_grad_(with_gradient)
        power = denoise(leaf, sigma).float().square().sum()
        if with_gradient:
            torch.autograd.grad(power, leaf)


def whole_line(name: str, model: Model, device: str, seconds: float) -> str:
    """From a recording to a recording, as tasks do it; a row of the second table."""
    rng = np.random.default_rng(78)
    samples = (0.06 * rng.standard_normal((1, round(seconds * FULL_RATE)))).astype(np.float32)
    audio = Audio(samples, FULL_RATE)
    known = measure(MemoryRecording(audio))
    restorer = Restorer(model, device)
    warm_up = Audio(samples[:, : 14 * FULL_RATE], FULL_RATE)
    restorer.restore(warm_up, slice(0, warm_up.n_samples), measured=known)
    memory = Memory(device)
    clock = time.perf_counter()
    restorer.restore(audio, slice(0, audio.n_samples), measured=known)
    speed = audio.duration_s / (time.perf_counter() - clock)
    peak = f"{memory.peak_mb():.0f}" if device == "cuda" else ""
    return f"| {name} | {speed:.1f} | {restorer.precision} | {peak} |"


def names_wanted(given: Sequence[str]) -> list[str]:
    """network:preset of all that restore or are priors, or of those named."""
    found = []
    for name, network in NETWORKS.items():
        if network.kind in ("restorer", "prior"):
            found += [f"{name}:{preset}" for preset in network.presets]
    wanted = [each for each in found if any(each == it or each.split(":")[0] == it for it in given)]
    return wanted if given else found


def measure_one(options: argparse.Namespace) -> None:
    """Measure one network in this process, and print its rows as JSON."""
    torch.set_num_threads(options.threads)
    if options.one.startswith("installed:"):
        entries = {each.name: each for each in _catalog_entries()}
        entry = entries[options.one.partition(":")[2]]
        model = load_weights(entry.path, entry.sha256)
    else:
        model = fresh_model(*options.one.split(":"))
    if n_parameters(model) > options.largest * 1e6:
        print(json.dumps({"rows": [], "whole": []}))
        return
    rows = network_rows(options.one, model, options.device, options.compiled)
    whole = whole_line(options.one, model, options.device, options.seconds)
    print(json.dumps({"rows": [dataclasses.asdict(row) for row in rows], "whole": [whole]}))


def _catalog_entries() -> Sequence[Any]:
    return load_catalog([paths.user_models(), paths.models()]).entries


def measured_in_a_process(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """What `measure_one` has printed; a failure is told and leaves the network out."""
    words = [sys.executable, __file__, "--one", name, "--device", options.device]
    words += ["--threads", str(options.threads), "--seconds", str(options.seconds)]
    words += ["--largest", str(options.largest), *(["--compiled"] if options.compiled else [])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name} failed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return {"rows": [], "whole": []}
    facts: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return facts


def _cell(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def line_of(row: Row) -> str:
    """A row as markdown."""
    first = f"| {row.name} | {row.parameters:.2f} | {row.rate} | {row.precision} | {row.run} |"
    if row.failure:
        return f"{first} {row.failure} | | | | |"
    cells = (
        _cell(row.speed),
        _cell(row.evaluations, 2),
        _cell(row.with_gradient, 2),
        _cell(row.memory_mb, 0),
        _cell(row.error_db),
    )
    return f"{first} {' | '.join(cells)} |"


def table(header: str, lines: Sequence[str]) -> str:
    """A markdown table."""
    return "\n".join((header, "|---" * (header.count("|") - 1) + "|", *lines))


def write_section(path: Path, title: str, text: str) -> None:
    """Put a section into a file, in place of an earlier one of that title."""
    before = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    sections = before.split("\n## ")
    kept = [each for each in sections if each.splitlines()[0:1] != [title]]
    path.write_text("\n## ".join((*kept, f"{title}\n\n{text}\n")), encoding="utf-8")


def is_fast_enough(rows: Sequence[Row]) -> bool:
    """Whether what must be quick on the CPU is."""
    passed = True
    for row in rows:
        network, _, preset = row.name.partition(":")
        bound = BOUNDS.get((network, preset), BOUNDS.get((network, ""), 0.0))
        if (row.precision, row.run) == ("fp32", "eager") and (row.speed or 0.0) < bound:
            print(f"\n{row.name} runs {row.speed or 0.0:.1f} x real time, and {bound:g} is asked")
            passed = False
    return passed


def run_all(options: argparse.Namespace, words: Sequence[str]) -> int:
    """Measure all that were asked for, print the tables and keep them."""
    names = names_wanted(options.networks)
    if options.installed:
        names += [f"installed:{entry.name}" for entry in _catalog_entries()]
    rows: list[Row] = []
    wholes: list[str] = []
    print(table(HEADER, ()), flush=True)
    for name in names:
        facts = measured_in_a_process(name, options)
        found = [Row(**each) for each in facts["rows"]]
        print("\n".join(line_of(row) for row in found), flush=True)
        rows += found
        wholes += facts["whole"]
    whole = table(WHOLE_HEADER, wholes)
    print(f"\n{whole}")
    if options.output:
        named = {each.name: each.title for each in devices()} | {"cpu": "the CPU"}
        command = f"    python packaging/benchmarks/neural.py {' '.join(words)}"
        about = f"torch {torch.__version__}, {options.device}, {options.threads} threads."
        text = "\n\n".join((command, about, table(HEADER, [line_of(r) for r in rows]), whole))
        write_section(options.output, f"Networks on {named[options.device]}", text)
    return 0 if options.device != "cpu" or is_fast_enough(rows) else 1


def main() -> int:
    """Run what was asked for."""
    words = sys.argv[1:]
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--device", default="auto")
    arguments.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments.add_argument("--compiled", action="store_true", help="compile as well; minutes each")
    arguments.add_argument("--networks", nargs="*", default=[], help="name or name:preset")
    arguments.add_argument("--installed", action="store_true", help="the catalogue's models too")
    arguments.add_argument("--largest", type=float, default=1000.0, help="millions of parameters")
    arguments.add_argument("--seconds", type=float, default=60.0, help="of the recording restored")
    arguments.add_argument("--output", type=Path, help="a markdown file to keep the tables in")
    arguments.add_argument("--one", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    options.device = pick_device(options.device)
    if options.one:
        measure_one(options)
        return 0
    return run_all(options, words)


if __name__ == "__main__":
    sys.exit(main())
