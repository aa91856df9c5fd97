"""What the waveform U-Net and the networks around it cost, preset by preset.

    .venv/bin/python packaging/benchmarks/waveform.py [--seconds 1.0] [--threads 2]

Work is counted by torch's flop counter, a multiplication with its addition as two. Time is that of
one run over SECONDS of mono noise on the CPU after a short one; networks of more than 10 million
parameters are counted but not run without --all, as each needs minutes on a small machine.

Exits with 1 when a count of parameters or the work of an original preset is not that of the
original, or when the reduced generator needs more than 15 GFLOP for a second at 22.05 kHz.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.models import NETWORKS, Network  # noqa: E402 - not installed
from engine.models.waveform_unet import WaveformUNet  # noqa: E402

NAMES = (
    "waveform_unet",
    "waveform_autoencoder",
    "discriminator",
    "conditional_discriminator",
    "patch_discriminator",
)
MILLIONS = {
    ("waveform_unet", "depth4"): 56.4,
    ("waveform_unet", "depth8"): 103.6,
    ("waveform_autoencoder", "depth4"): 104.8,
    ("waveform_autoencoder", "depth8"): 189.7,
    ("discriminator", "depth4"): 5.7,
    ("discriminator", "depth8"): 15.1,
    ("conditional_discriminator", "depth4"): 5.7,
    ("conditional_discriminator", "depth8"): 15.1,
    ("patch_discriminator", "behm"): 22.6,
}
GFLOP_AT_44_KHZ = {"depth4": (555.0, 562.0), "depth8": (598.0, 604.0)}
REDUCED_GFLOP = 15.0
LONG_RUN = 10_000_000


@dataclass(frozen=True)
class Cost:
    """Of one preset."""

    name: str
    preset: str
    n_parameters: int
    gflop_at_44_khz: float
    receptive_samples: int | None
    times_real_time: float | None

    def __str__(self) -> str:
        seen = self.receptive_samples
        speed = self.times_real_time
        return (
            f"{self.name:26s} {self.preset:12s} {self.n_parameters / 1e6:8.2f} "
            f"{self.gflop_at_44_khz:9.1f} {self.gflop_at_44_khz / 2:9.1f} "
            f"{'' if seen is None else seen:>9} {'' if speed is None else f'{speed:.2f}':>8}"
        )


def inputs(network: Network, samples: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """What the network takes."""
    return (samples, samples) if getattr(network, "needs_degraded", False) else (samples,)


def count(name: str, preset: str) -> tuple[Network, float]:
    """The network without numbers, and its work for a second at 44.1 kHz, GFLOP."""
    with torch.device("meta"):
        network = NETWORKS[name](NETWORKS[name].presets[preset]).eval()
        samples = torch.zeros(1, 1, 40 * 4096)
    with FlopCounterMode(display=False) as counter:
        network(*inputs(network, samples))
    return network, counter.get_total_flops() / samples.shape[-1] * 44_100 / 1e9


def speed(name: str, preset: str, seconds: float) -> float:
    """How many seconds at 44.1 kHz it runs through in one."""
    network = NETWORKS[name](NETWORKS[name].presets[preset]).eval()
    samples = 0.1 * torch.randn(1, 1, round(seconds * 44_100))
    with torch.inference_mode():
        network(*inputs(network, samples[..., :8192]))
        start = time.perf_counter()
        network(*inputs(network, samples))
    return seconds / (time.perf_counter() - start)


def measure(name: str, preset: str, seconds: float, *, runs_all: bool) -> Cost:
    """All of one preset."""
    network, gflop = count(name, preset)
    seen = network.receptive_samples if isinstance(network, WaveformUNet) else None
    is_run = runs_all or network.n_parameters < LONG_RUN
    fast = speed(name, preset, seconds) if is_run else None
    return Cost(name, preset, network.n_parameters, gflop, seen, fast)


def faults(cost: Cost) -> list[str]:
    """What must not be, in sentences."""
    found = []
    wanted = MILLIONS.get((cost.name, cost.preset))
    if wanted is not None and round(cost.n_parameters / 1e6, 1) != wanted:
        found.append(f"{cost.name} {cost.preset} has not {wanted} million parameters")
    if cost.name == "waveform_unet":
        low, high = GFLOP_AT_44_KHZ.get(cost.preset, (0.0, 2.0 * REDUCED_GFLOP))
        if not low <= cost.gflop_at_44_khz <= high:
            found.append(f"{cost.name} {cost.preset} needs {cost.gflop_at_44_khz:.1f} GFLOP")
    return found


def main() -> int:
    """Print the table; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="run the original presets as well")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    missed: list[str] = []
    print(f"{'network':26s} {'preset':12s}  million  GF 44.1k  GF 22.05k   samples x real t.")
    for name in NAMES:
        for preset in NETWORKS[name].presets:
            cost = measure(name, preset, chosen.seconds, runs_all=chosen.all)
            print(cost, flush=True)
            missed += faults(cost)
    print(*missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
