"""Constant-Q transform and back against two others: time and reconstruction error.

    .venv-peers/bin/python packaging/benchmarks/cqt.py          # about three minutes
    .venv/bin/python packaging/benchmarks/cqt.py --long         # 20 minutes of audio, memory

Both others come from PyPI (see peers.txt). Every figure is of forward plus inverse of white noise
at 44.1 kHz, 8 octaves of 32 bins, on the CPU: the median over repeats that take turns, in one
process that keeps the memory it has freed. Exits with 1 when the relative error of Runout reaches
1e-6, when a minute of audio takes it 500 MB on top of what the process had, or when it is less than
5 times as fast as a transform that must be beaten, at four segments or at a minute: one segment
takes 6 ms, of which two threads save us nothing. What is compared with what:

    oct_complete of cqt-nsgt-pytorch      our oct_complete is its like: the same bins and frames,
                                          both ends as bands. Our oct holds the ends as bins of the
                                          spectrum. Both must be 5 times as fast.
    matrix_complete of cqt-nsgt-pytorch   our matrix is its like, but for the two rows of the ends.
                                          It must be 5 times as fast.
    cqt-pytorch                           one matrix, without the ends and not exact. Our oct, which
                                          has a third of the numbers, must be 5 times as fast. Our
                                          matrix is listed without a bound: two thirds of its time
                                          are Fourier transforms of rows that it has as well.
    critical of cqt-nsgt-pytorch          listed without a bound: one ragged row per band, which no
                                          picture or network can use as it is, and half the numbers.
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
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from multiprocessing import get_context
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
from engine.transforms.forms import FORMS  # noqa: E402

SAMPLE_RATE = 44100
N_OCTAVES, BINS_PER_OCTAVE = 8, 32
SEGMENT, MINUTE, LONGEST = 262144, 60 * SAMPLE_RATE, 20 * 60 * SAMPLE_RATE - 1
MIN_SPEED_UP, MAX_ERROR, MAX_MINUTE_MB = 5.0, 1e-6, 500.0
RoundTrip = Callable[[Tensor], Tensor]


@dataclass
class Contender:
    """One transform, made for one length; what it took, and how far its result was off."""

    name: str
    round_trip: RoundTrip
    bounds: dict[str, float] = field(default_factory=dict)
    """How many times as long it must take as a form of ours, by the form."""
    seconds: list[float] = field(default_factory=list)
    error: float = 0.0

    @property
    def time_s(self) -> float:
        """Of one round trip."""
        return statistics.median(self.seconds)


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


def make_runout(n_samples: int, form: str) -> Contender:
    """Ours, in one of its forms."""
    cqt = CQT(n_samples, SAMPLE_RATE, N_OCTAVES, BINS_PER_OCTAVE, form)
    return Contender(form, lambda samples: cqt.inverse(cqt.forward(samples)))


def make_cqt_pytorch(n_samples: int) -> Contender:
    """cqt-pytorch, the whole signal as one block."""
    import cqt_pytorch

    peer = cqt_pytorch.CQT(N_OCTAVES, BINS_PER_OCTAVE, SAMPLE_RATE, block_length=n_samples)
    bounds = {"oct": MIN_SPEED_UP, "matrix": 0.0}
    return Contender("cqt-pytorch", lambda samples: peer.decode(peer.encode(samples)), bounds)


def make_cqt_nsgt_pytorch(n_samples: int, mode: str, bounds: dict[str, float]) -> Contender:
    """cqt-nsgt-pytorch in one of its modes."""
    import cqt_nsgt_pytorch

    with mock.patch.object(np, "clip", clip_of_numpy_1), redirect_stdout(io.StringIO()):
        peer = cqt_nsgt_pytorch.CQT_nsgt(
            N_OCTAVES, BINS_PER_OCTAVE, mode, fs=SAMPLE_RATE, audio_len=n_samples
        )
    name = f"cqt-nsgt-pytorch, {mode}"
    return Contender(name, lambda samples: peer.bwd(peer.fwd(samples)), bounds)


def relative_error(restored: Tensor, samples: Tensor) -> float:
    """Norm of what is wrong over the norm of what was given."""
    return float((restored.view_as(samples) - samples).norm() / samples.norm())


def compare(n_samples: int, batch: int, repeats: int) -> list[Contender]:
    """Let every contender transform the same noise, taking turns."""
    contenders = [make_runout(n_samples, form) for form in FORMS]
    contenders += [
        make_cqt_pytorch(n_samples),
        make_cqt_nsgt_pytorch(
            n_samples, "oct_complete", {"oct_complete": MIN_SPEED_UP, "oct": MIN_SPEED_UP}
        ),
        make_cqt_nsgt_pytorch(n_samples, "critical", {"oct": 0.0}),
    ]
    if n_samples < MINUTE:
        # Left out for a minute, to spare the memory of the machine.
        contenders.append(
            make_cqt_nsgt_pytorch(n_samples, "matrix_complete", {"matrix": MIN_SPEED_UP})
        )
    samples = torch.randn(batch, 1, n_samples, generator=torch.Generator().manual_seed(78))
    for contender in contenders:
        contender.error = relative_error(contender.round_trip(samples), samples)
    for _ in range(repeats):
        for contender in contenders:
            clock = time.perf_counter()
            contender.round_trip(samples)
            contender.seconds.append(time.perf_counter() - clock)
    return contenders


def report(title: str, contenders: list[Contender], is_bound: bool) -> bool:
    """Print the rows of one comparison, and say whether it went as wanted."""
    ours = {it.name: it for it in contenders if it.name in FORMS}
    passed = max(it.error for it in ours.values()) < MAX_ERROR
    for it in contenders:
        ratios = {form: it.time_s / ours[form].time_s for form in it.bounds}
        if is_bound:
            passed &= all(ratios[form] >= bound for form, bound in it.bounds.items())
        told = ", ".join(f"{ratio:.1f} x {form}" for form, ratio in ratios.items())
        name = f"Runout, {it.name}" if it.name in FORMS else it.name
        time_ms = f"{it.time_s * 1e3:.1f} ms"
        print(f"| {title} | {name} | {time_ms} | {told} | {it.error:.1e} |", flush=True)
    return passed


def run_comparisons() -> bool:
    """All comparisons, with one and with two threads."""
    keep_freed_memory()
    print("\n| signal, threads | transform | forward + inverse | against ours | relative error |")
    print("|---|---|---|---|---|")
    passed = True
    for n_threads in (1, 2):
        torch.set_num_threads(n_threads)
        for n_samples, batch, repeats in ((SEGMENT, 1, 15), (SEGMENT, 4, 7), (MINUTE, 1, 3)):
            title = f"{batch} x {n_samples} samples, {n_threads} thr."
            is_bound = batch > 1 or n_samples > SEGMENT
            passed &= report(title, compare(n_samples, batch, repeats), is_bound)
    return passed


def peak_memory_gb() -> float:
    """The most memory this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def round_trip_minute(form: str) -> tuple[float, float, float]:
    """Memory in MB before and at most, and the error, of a minute in a process of its own."""
    torch.set_num_threads(1)
    samples = torch.randn(1, 1, MINUTE, generator=torch.Generator().manual_seed(78))
    before_gb = peak_memory_gb()
    with torch.inference_mode():
        restored = make_runout(MINUTE, form).round_trip(samples)
    return 1024.0 * before_gb, 1024.0 * peak_memory_gb(), relative_error(restored, samples)


def run_minutes() -> bool:
    """Memory for a minute of audio in each form, each in a fresh process.

    It comes first: a process starts with the highest memory of the one that started it.
    """
    print("| a minute as | memory before | at most | relative error |")
    print("|---|---|---|---|")
    passed = True
    for form in FORMS:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            before_mb, peak_mb, error = pool.submit(round_trip_minute, form).result()
        passed &= peak_mb - before_mb < MAX_MINUTE_MB and error < MAX_ERROR
        print(f"| {form} | {before_mb:.0f} MB | {peak_mb:.0f} MB | {error:.1e} |", flush=True)
    return passed


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
        passed = run_long() if options.long else run_minutes() & run_comparisons()
    print("\nAs wanted." if passed else "\nNot as wanted.")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
