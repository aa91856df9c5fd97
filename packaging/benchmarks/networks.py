"""Restoring networks, preset by preset: size, work, speed of running and of training.

    .venv/bin/python packaging/benchmarks/networks.py [--device cpu] [--threads 2] [--seconds 3]
        [--batch 1] [--compiled] [--largest 40] [dcunet:width8 two_stage_unet ...]

Weights are fresh and recordings are noise, as speed hangs on neither.

    GFLOP        for a second of mono at the rate of the preset, by torch's counter, which knows no
                 Fourier transforms; a multiplication with its addition is two
    run          seconds of audio restored in a second, in float32 and, not on the CPU, bfloat16
    train        seconds of audio in a second through forward, backward and a step of Adam
    channels     time with weights and features in channels-first order over the time as they are,
                 of a run and of a training step; only of networks that choose an order

Every time is the least of some that take turns. Networks of more GFLOP than LARGEST are counted and
not run. Exits with 1 when `dcunet:width8` runs slower than real time on the CPU.
"""

import argparse
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

# Read when torch loads: threads that wait must not keep one another from the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from engine.models import NETWORKS, Network  # noqa: E402 - not installed

HALF_RATE = ("two_stage_unet:small", "two_stage_unet:full")
"""Presets made for 22.05 kHz; all others are for 44.1 kHz."""
LEAST_SPEED = {"dcunet:width8": 1.0}
REPEATS = 4
COUNTED_S = 3  # the classic form loses frames at both ends
Step = Callable[[], object]


@dataclass(frozen=True)
class Setting:
    """How it is measured."""

    device: str
    seconds: float
    batch: int
    is_compiled: bool
    largest_gflop: float


def rate_of(name: str) -> int:
    """Of network:preset, Hz."""
    return 22050 if name in HALF_RATE else 44100


def build(name: str) -> Network:
    """Of network:preset, with the same fresh weights each time."""
    network, preset = name.split(":")
    torch.manual_seed(78)
    return NETWORKS[network](NETWORKS[network].presets[preset])


def least_seconds(device: str, *steps: Step) -> list[float]:
    """Of steps that take turns, after one of each that does not count."""
    for step in steps:
        step()
    taken: list[list[float]] = [[] for _ in steps]
    for _ in range(REPEATS):
        for step, times in zip(steps, taken, strict=True):
            synchronise(device)
            began = time.perf_counter()
            step()
            synchronise(device)
            times.append(time.perf_counter() - began)
    return [min(times) for times in taken]


def synchronise(device: str) -> None:
    """Wait until the device has done what it was asked for."""
    if device == "cuda":
        torch.cuda.synchronize()


def runner(network: Callable[[Tensor], Tensor], samples: Tensor, dtype: torch.dtype) -> Step:
    """Restores without gradients."""

    def run() -> object:
        is_half = dtype != torch.float32
        with torch.no_grad(), torch.autocast(samples.device.type, dtype, enabled=is_half):
            return network(samples)

    return run


def trainer(network: Network, samples: Tensor, dtype: torch.dtype) -> Step:
    """Takes a step of training."""
    optimizer = torch.optim.Adam(network.parameters(), 1e-6)

    def step() -> object:
        network.train()
        with torch.autocast(samples.device.type, dtype, enabled=dtype != torch.float32):
            loss = network(samples).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return network.eval()

    return step


@contextmanager
def channels_first(network: Network) -> Iterator[None]:
    """In here features are brought into the other order."""
    module = type(network).__module__
    with mock.patch(f"{module}.channels_last", lambda features: features.contiguous()):
        yield


def has_order(network: Network) -> bool:
    """Whether it brings its features into an order."""
    return hasattr(sys.modules[type(network).__module__], "channels_last")


def in_channels_first(network: Network, make: Callable[[Network], Step]) -> Step:
    """The step of a copy of the network whose weights and features are in the other order."""
    for weight in network.parameters():
        weight.data = weight.data.contiguous()
    step = make(network)

    def run() -> object:
        with channels_first(network):
            return step()

    return run


def speeds(name: str, setting: Setting) -> tuple[list[str], float]:
    """The cells of a row that need time, and how many times as fast as real time it runs."""
    network = build(name).eval().to(setting.device)
    shape = (setting.batch, network.n_channels, round(setting.seconds * rate_of(name)))
    samples = 0.06 * torch.randn(shape, device=setting.device)
    cells: list[str] = []
    for dtype in (torch.float32, torch.bfloat16):
        if dtype == torch.bfloat16 and setting.device == "cpu":
            break
        steps = [runner(network, samples, dtype), trainer(network, samples, dtype)]
        if setting.is_compiled:
            steps.append(runner(torch.compile(network), samples, dtype))
        taken = least_seconds(setting.device, *steps)
        cells += [f"{setting.batch * setting.seconds / each:.1f}" for each in taken]
    cells += gains_of_order(name, network, samples, setting.device)
    return cells, float(cells[0])


def gains_of_order(name: str, network: Network, samples: Tensor, device: str) -> list[str]:
    """Time of a run and of a training step in channels-first order over that in its own."""
    if not has_order(network):
        return ["", ""]
    cells = []
    for kind in (runner, trainer):
        other = in_channels_first(
            build(name).eval().to(device), partial(kind, samples=samples, dtype=torch.float32)
        )
        first, own = least_seconds(device, other, kind(network, samples, torch.float32))
        cells.append(f"{first / own:.2f}")
    return cells


def work_of(name: str) -> tuple[int, float]:
    """Parameters, and GFLOP for a second of mono."""
    network = build(name).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, network.n_channels, COUNTED_S * rate_of(name)))
    return network.n_parameters, counter.get_total_flops() / 1e9 / COUNTED_S


def columns(setting: Setting) -> list[str]:
    """Heads of the table."""
    kinds = ["run", "train", *(["run compiled"] if setting.is_compiled else [])]
    types = ["fp32"] if setting.device == "cpu" else ["fp32", "bf16"]
    speeds_of = [f"{kind} {each}" for each in types for kind in kinds]
    orders = ["channels first / as is, run", "train"]
    return ["network", "parameters", "GFLOP", *speeds_of, *orders]


def measure(names: Sequence[str], setting: Setting) -> int:
    """Print the table; the exit code."""
    heads = columns(setting)
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    missed = []
    for name in names:
        n_parameters, gflop = work_of(name)
        cells, speed = [""] * (len(heads) - 3), math.inf
        if gflop <= setting.largest_gflop:
            cells, speed = speeds(name, setting)
        print(f"| {' | '.join([name, f'{n_parameters:,}', f'{gflop:.1f}', *cells])} |", flush=True)
        if setting.device == "cpu" and speed < LEAST_SPEED.get(name, 0.0):
            missed.append(f"{name} runs {speed:.1f} times as fast as real time")
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


def chosen_names(wanted: Sequence[str]) -> list[str]:
    """All presets of the restorers, or those of the wanted networks."""
    restorers = [each for each in NETWORKS.values() if each.kind == "restorer"]
    names = [f"{each.name}:{preset}" for each in restorers for preset in each.presets]
    return [name for name in names if not wanted or {name, name.split(":")[0]} & set(wanted)]


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("networks", nargs="*", help="network or network:preset")
    options.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"))
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seconds", type=float, default=3.0)
    options.add_argument("--batch", type=int, default=1)
    options.add_argument("--compiled", action="store_true")
    options.add_argument("--largest", type=float, default=40.0, help="GFLOP")
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    setting = Setting(chosen.device, chosen.seconds, chosen.batch, chosen.compiled, chosen.largest)
    return measure(chosen_names(chosen.networks), setting)


if __name__ == "__main__":
    sys.exit(main())
