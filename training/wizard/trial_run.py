"""Trial run: a few steps of a recipe, timed; runs in a process of its own, as it loads torch."""

import contextlib
import dataclasses
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.device import CPU, free_bytes
from engine.progress import Progress, part

if TYPE_CHECKING:
    from training.config import DataConfig

_STEPS_S, _MOST_STEPS = 8.0, 20
_DECODE_S, _LEAST_FILES = 5.0, 2
_JUDGED = 4
_DECODING, _LOADED, _STEPPED = 0.3, 0.4, 0.8


@dataclass(frozen=True)
class Trial:
    """What is tried.

    Attributes:
        recipe: the file.
        folder: of the training, where its paths start.
        output: an empty folder for a run that is thrown away.
        cache: where decoded recordings are kept.
        device: auto, cpu, cuda or mps.
        threads: of the processor; 0 leaves it to torch.
    """

    recipe: Path
    folder: Path
    output: Path
    cache: Path
    device: str
    threads: int


@dataclass(frozen=True)
class Measured:
    """What a trial has measured.

    Attributes:
        device: that was computed on.
        batch: examples of a step.
        step_s: of one step, with the making of its examples; the mean of n_steps.
        n_steps: that were timed.
        judge_s: of one example that is judged by.
        preview_s: of a picture with its sounds.
        save_s: of a checkpoint.
        memory_bytes: of the processor's memory at the most.
        device_bytes: likewise on a GPU; 0 without.
        checkpoint_bytes: of a checkpoint with all weights beside it, while it is being replaced.
        preview_bytes: of a picture with its sounds.
        decode_s, decode_bytes: of the music that is not decoded yet.
        device_free_bytes: on that GPU, before anything was there.
    """

    device: str
    batch: int
    step_s: float
    n_steps: int
    judge_s: float
    preview_s: float
    save_s: float
    memory_bytes: int
    device_bytes: int
    checkpoint_bytes: int
    preview_bytes: int
    decode_s: float
    decode_bytes: int
    device_free_bytes: int = 0


def measure(trial: Trial, progress: Progress) -> Measured:
    """Try a recipe.

    Raises:
        EngineError: it cannot be trained; the sentence says why.
    """
    from training.config import read_recipe  # heavy: loads torch
    from training.dataset import batches, open_sides
    from training.loop import show_example, validate
    from training.preview import Preview
    from training.run import Run
    from training.run_faults import told_plainly
    from training.run_folder import PREVIEWS
    from training.workers import join_workers, set_threads

    set_threads(trial.threads)
    recipe = read_recipe(trial.recipe, trial.folder).changed(n_validation=_JUDGED)
    workers = join_workers(trial.device)
    kind = workers.device.type
    free = 0 if kind == CPU else free_bytes(kind)
    with told_plainly(trial.output, recipe.training.batch, str(workers.device)):
        few, decode_s, decode_bytes = _decoded(
            recipe.data, trial.folder, trial.cache, part(progress, 0.0, _DECODING)
        )
        progress(_DECODING, "loading the model")
        recipe = dataclasses.replace(recipe, data=few)
        run = Run.open(recipe, trial.output, workers, trial.folder)
        sides = open_sides(recipe, trial.folder, trial.cache)
        ahead = batches(sides.training, 0, recipe.training.batch, 0, 1, 0)

        def step() -> None:
            cost = run.family.step(next(ahead).to(workers.device))
            run.ema.follow(run.family.network, run.spent.step)
            run.spent.add(cost)

        progress(_LOADED, "the first step, which takes longer than others")
        step()
        step_s, n_steps = _timed_steps(step, part(progress, _LOADED, _STEPPED))
        progress(_STEPPED, "judging")
        judge_s = _seconds(lambda: validate(run, sides.validation)) / _JUDGED
        preview = Preview(trial.output / PREVIEWS)
        show_example(run, sides.validation, preview)  # the first loads what draws
        progress(0.95, "writing a checkpoint")
        preview_s = _seconds(lambda: show_example(run, sides.validation, preview))
        save_s = _seconds(run.save)
    weights = sum(each.stat().st_size for each in trial.output.glob("*.safetensors"))
    shown = sum(each.stat().st_size for each in (trial.output / PREVIEWS).glob("*"))
    return Measured(
        kind, recipe.training.batch, step_s, n_steps, judge_s, preview_s, save_s, _peak_bytes(),
        _device_bytes(kind), 3 * weights, shown, decode_s, decode_bytes, free,
    )  # fmt: skip


def _decoded(
    data: "DataConfig", folder: Path, cache: Path, progress: Progress
) -> tuple["DataConfig", float, int]:
    """Material with a few recordings; seconds and bytes of decoding all others."""
    from training.clean_places import clean_places
    from training.music_folders import find_music
    from training.recordings import decode, decoded_file

    places = clean_places(data, folder, cache, progress=progress)
    paths = find_music(places, (folder / each for each in data.left_out))
    kept = {path: decoded_file(path, data.sample_rate, cache) for path in paths}
    missing = [path for path in paths if not kept[path].is_file()]
    done = [path for path in paths if kept[path].is_file()][:_LEAST_FILES]
    began_s, tried = time.monotonic(), 0
    while missing and (time.monotonic() - began_s < _DECODE_S or len(done) < _LEAST_FILES):
        progress(min(1.0, (time.monotonic() - began_s) / _DECODE_S), f"reading {missing[0].name}")
        decode(missing[0], data.sample_rate, cache)
        done.append(missing.pop(0))
        tried += done[-1].stat().st_size
    seconds = time.monotonic() - began_s
    left = sum(path.stat().st_size for path in missing)
    sizes = sum(path.stat().st_size for path in done)
    share = left / tried if tried else 0.0
    ratio = sum(kept[path].stat().st_size for path in done) / max(1, sizes)
    few = dataclasses.replace(
        data, clean=tuple(map(str, done)), left_out=(), validation_share=0.0, validation=()
    )
    return few, seconds * share, round(left * ratio)


def _timed_steps(step: Callable[[], None], progress: Progress) -> tuple[float, int]:
    """Mean seconds of a step, and of how many."""
    began_s, count = time.monotonic(), 0
    while True:
        step()
        count += 1
        taken_s = time.monotonic() - began_s
        progress(min(1.0, taken_s / _STEPS_S), f"step {count + 1}")
        if count >= _MOST_STEPS or taken_s >= _STEPS_S:
            return taken_s / count, count


def _seconds(work: Callable[[], object]) -> float:
    began_s = time.monotonic()
    work()
    return time.monotonic() - began_s


def _device_bytes(kind: str) -> int:
    """What torch has held of a GPU at the most."""
    import torch

    if kind == "cuda":
        return int(torch.cuda.max_memory_reserved())
    return int(torch.mps.driver_allocated_memory()) if kind == "mps" else 0


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """What K32GetProcessMemoryInfo fills in."""

        _fields_ = (
            ("length", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            ("peak", ctypes.c_size_t),
            *((f"other{number}", ctypes.c_size_t) for number in range(7)),
        )

    def _peak_bytes() -> int:
        """Memory that this process has had at the most."""
        counters = _Counters()
        counters.length = ctypes.sizeof(counters)
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.K32GetProcessMemoryInfo.argtypes = [
            wintypes.HANDLE, ctypes.POINTER(_Counters), wintypes.DWORD,
        ]  # fmt: skip
        kernel.K32GetProcessMemoryInfo(
            kernel.GetCurrentProcess(), ctypes.byref(counters), counters.length
        )
        return int(counters.peak)

else:
    import resource

    def _peak_bytes() -> int:
        """Memory that this process has had at the most."""
        with contextlib.suppress(OSError, ValueError):
            # the system's own count of a child begins with what its parent had when it forked
            for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
