"""Constant-Q transform and back against two others: time and reconstruction error.

    .venv-peers/bin/python packaging/benchmarks/cqt.py          # about two minutes
    .venv/bin/python packaging/benchmarks/cqt.py --long         # 20 minutes of audio, memory

Both others come from PyPI (see peers.txt). Every figure is of forward plus inverse of white noise
at 44.1 kHz, 8 octaves of 32 bins, on the CPU: the median over repeats that take turns, in one
process that keeps the memory it has freed. Exits with 1 when Runout is less than 5 times as fast
as cqt-pytorch or as the octave-wise mode of cqt-nsgt-pytorch, or when its relative error reaches
1e-6. The critically sampled mode of cqt-nsgt-pytorch is listed beside them: it has one ragged row
per band, which no picture or network can use as it is, and half the coefficients.
"""

import argparse
import ctypes
import io
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

# Read when torch loads: threads that wait must not keep one another from the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from engine.transforms.cqt import CQT  # noqa: E402

SAMPLE_RATE = 44100
N_OCTAVES, BINS_PER_OCTAVE = 8, 32
SEGMENT, MINUTE, LONGEST = 262144, 60 * SAMPLE_RATE, 20 * 60 * SAMPLE_RATE - 1
MIN_SPEED_UP, MAX_ERROR = 5.0, 1e-6
RoundTrip = Callable[[Tensor], Tensor]


@dataclass
class Contender:
    """One transform, made for one length; what it took, and how far its result was off."""

    name: str
    round_trip: RoundTrip
    must_be_beaten: bool
    seconds: list[float] = field(default_factory=list)
    error: float = 0.0


def keep_freed_memory() -> None:
    """Have glibc keep what is freed: by default page faults take up to half of every round trip."""
    if sys.platform == "linux":
        m_trim_threshold, m_mmap_threshold, limit = -1, -3, 2**30
        library = ctypes.CDLL(None)
        library.mallopt(m_mmap_threshold, limit)
        library.mallopt(m_trim_threshold, limit)


def clip_of_numpy_1(values: Any, low: Any, high: Any, out: Any = None) -> Any:
    """np.clip that writes into whole numbers, which cqt-nsgt-pytorch 0.0.10 asks of it."""
    return np.minimum(np.maximum(values, low), high, out=out, casting="unsafe")


def make_runout(n_samples: int) -> Contender:
    """Ours."""
    cqt = CQT(n_samples, SAMPLE_RATE, N_OCTAVES, BINS_PER_OCTAVE)
    return Contender("Runout", lambda samples: cqt.inverse(cqt.forward(samples)), False)


def make_cqt_pytorch(n_samples: int) -> Contender:
    """cqt-pytorch, the whole signal as one block."""
    import cqt_pytorch  # type: ignore[import-not-found]

    peer = cqt_pytorch.CQT(N_OCTAVES, BINS_PER_OCTAVE, SAMPLE_RATE, block_length=n_samples)
    return Contender("cqt-pytorch", lambda samples: peer.decode(peer.encode(samples)), True)


def make_cqt_nsgt_pytorch(n_samples: int, mode: str, must_be_beaten: bool) -> Contender:
    """cqt-nsgt-pytorch in one of its modes."""
    import cqt_nsgt_pytorch  # type: ignore[import-not-found]

    with mock.patch.object(np, "clip", clip_of_numpy_1), redirect_stdout(io.StringIO()):
        peer = cqt_nsgt_pytorch.CQT_nsgt(
            N_OCTAVES, BINS_PER_OCTAVE, mode, fs=SAMPLE_RATE, audio_len=n_samples
        )
    name = f"cqt-nsgt-pytorch, {mode}"
    return Contender(name, lambda samples: peer.bwd(peer.fwd(samples)), must_be_beaten)


def relative_error(restored: Tensor, samples: Tensor) -> float:
    """Norm of what is wrong over the norm of what was given."""
    return float((restored.view_as(samples) - samples).norm() / samples.norm())


def compare(n_samples: int, batch: int, repeats: int) -> list[Contender]:
    """Let every contender transform the same noise, taking turns."""
    contenders = [
        make_runout(n_samples),
        make_cqt_pytorch(n_samples),
        make_cqt_nsgt_pytorch(n_samples, "oct_complete", must_be_beaten=True),
        make_cqt_nsgt_pytorch(n_samples, "critical", must_be_beaten=False),
    ]
    samples = torch.randn(batch, 1, n_samples, generator=torch.Generator().manual_seed(78))
    for contender in contenders:
        contender.error = relative_error(contender.round_trip(samples), samples)
    for _ in range(repeats):
        for contender in contenders:
            clock = time.perf_counter()
            contender.round_trip(samples)
            contender.seconds.append(time.perf_counter() - clock)
    return contenders


def report(title: str, contenders: list[Contender]) -> bool:
    """Print the rows of one comparison, and say whether it went as wanted."""
    ours = contenders[0]
    times = {it.name: statistics.median(it.seconds) for it in contenders}
    passed = ours.error < MAX_ERROR
    for it in contenders:
        ratio = times[it.name] / times[ours.name]
        passed &= not it.must_be_beaten or ratio >= MIN_SPEED_UP
        time_ms = f"{times[it.name] * 1e3:.1f} ms"
        print(f"| {title} | {it.name} | {time_ms} | {ratio:.1f} | {it.error:.1e} |", flush=True)
    return passed


def run_comparisons() -> bool:
    """All comparisons, with one and with two threads."""
    keep_freed_memory()
    print("| signal, threads | transform | forward + inverse | times ours | relative error |")
    print("|---|---|---|---|---|")
    passed = True
    for n_threads in (1, 2):
        torch.set_num_threads(n_threads)
        for n_samples, batch, repeats in ((SEGMENT, 1, 15), (SEGMENT, 4, 7), (MINUTE, 1, 3)):
            title = f"{batch} x {n_samples} samples, {n_threads} thr."
            passed &= report(title, compare(n_samples, batch, repeats))
    return passed


def peak_memory_gb() -> float:
    """The most memory this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def run_long() -> bool:
    """Forward and inverse of 20 minutes, of an odd number of samples, with one thread."""
    torch.set_num_threads(1)
    samples = torch.randn(1, 1, LONGEST, generator=torch.Generator().manual_seed(78))
    before_gb = peak_memory_gb()
    clocks = [time.perf_counter()]
    cqt = CQT(LONGEST, SAMPLE_RATE, N_OCTAVES, BINS_PER_OCTAVE)
    coefficients = cqt.forward(samples)
    clocks.append(time.perf_counter())
    restored = cqt.inverse(coefficients)
    clocks.append(time.perf_counter())
    peak_gb = peak_memory_gb()
    error = relative_error(restored, samples)
    forward_s, inverse_s = np.diff(clocks)
    print("| samples | tables + forward | inverse | relative error | memory before | at most |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {LONGEST} | {forward_s:.1f} s | {inverse_s:.1f} s | {error:.1e} "
        f"| {before_gb:.1f} GB | {peak_gb:.1f} GB |"
    )
    return error < MAX_ERROR


def main() -> int:
    """Run what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--long", action="store_true", help="20 minutes, ours alone")
    options = arguments.parse_args()
    with torch.inference_mode():
        passed = run_long() if options.long else run_comparisons()
    print("\nAs wanted." if passed else "\nNot as wanted.")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
