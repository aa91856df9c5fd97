"""Restoring: sides restored from the command line; every sample of what was written is checked."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from smoke.facts import SIDE, check, read_json, shipped_hash
from smoke.sandbox import Sandbox

RATE = 44100
PIECES = ("one.flac", "two.flac", "three.flac")
"""Four seconds each of the demo side, for a batch."""
PIECE_S = 4
_STARTS_S = (0, 8, 16)


@dataclass(frozen=True)
class Try:
    """A command that has one or two networks at work, on a stretch of the demo side."""

    words: tuple[str, ...]
    region: str
    models: tuple[str, ...]


TRIES = {
    "informed": Try(("denoise", "--method", "informed"), "5-7", ("denoise",)),
    "light": Try(("denoise", "--method", "light"), "5-7", ("denoise-light",)),
    "dcunet": Try(("denoise", "--method", "dcunet"), "5-7", ("dcunet-n2n-mixed",)),
    "dcunet-white": Try(
        ("denoise", "--method", "dcunet", "--model", "dcunet-n2n-white"), "5-7",
        ("dcunet-n2n-white",),
    ),
    "cnn": Try(("denoise", "--method", "cnn"), "5-7", ("cnn-autoencoder",)),
    "cqt-net": Try(("denoise", "--method", "cqt-net"), "5-7", ("cqt-net-denoise",)),
    "declick": Try(("declick", "--method", "network"), "5-7", ("declick-network",)),
    "envelope": Try(("extend", "--method", "envelope"), "5-7", ("treble",)),
    "diffusion": Try(
        ("inpaint", "--method", "diffusion", "--steps", "4"), "6-6.2", ("cqtdiff-piano",)
    ),
    "waveform": Try(
        ("extend", "--method", "waveform", "--collaborative"), "5-6",
        ("waveform-sr", "waveform-sr-critic"),
    ),
}  # fmt: skip


def read_grid(path: Path) -> NDArray[np.int64]:
    """The samples of a file of whole numbers as they are, (time channel)."""
    samples, _ = soundfile.read(path, dtype="int32", always_2d=True)
    return np.asarray(samples, np.int64)


def write_pieces(side: Path, folder: Path) -> None:
    """Cut the pieces of a batch out of the demo side."""
    samples, rate = soundfile.read(side, dtype="int16")
    for name, start_s in zip(PIECES, _STARTS_S, strict=True):
        soundfile.write(folder / name, samples[start_s * rate : (start_s + PIECE_S) * rate], rate)


def check_restored(source: Path, result: Path, models: tuple[str, ...] = ()) -> dict[str, Any]:
    """Restored and removed must add up to the source, and the report must say with what.

    Args:
        source: what was restored.
        result: what came of it; its removed part and its report lie beside it.
        models: names of models that the report must name with their hashes.

    Returns:
        The report.

    Raises:
        SmokeError: something is not so.
    """
    parts = (source, result, result.with_name(f"{result.stem}.removed{result.suffix}"))
    samples, restored, removed = (read_grid(each) for each in parts)
    check(samples.shape == restored.shape, f"{result.name} is not as long as {source.name}")
    check(
        np.array_equal(samples, restored + removed),
        f"{result.name}: restored + removed is not the source",
    )
    check(bool(np.any(removed)), f"{result.name}: nothing was removed")
    text = result.with_name(f"{result.stem}.runout.json").read_text(encoding="utf-8")
    report: dict[str, Any] = json.loads(text)
    check(bool(report["operations"]), f"the report of {result.name} names no operation")
    check(report["sum_exact"] is True, f"the report of {result.name} does not say the sum is exact")
    told = {each["name"]: each["sha256"] for each in report["models"]}
    for name in models:
        check(
            told.get(name) == shipped_hash(name),
            f"the report of {result.name} does not name {name} with its SHA-256: {told}",
        )
    return report


def restore_side(sandbox: Sandbox, version: str) -> str:
    """The demo side by the preset for 78s."""
    sandbox.run("restore", SIDE, "-o", "out.flac", "--preset", "78rpm", "--removed")
    place = sandbox.work
    report = check_restored(place / SIDE, place / "out.flac")
    told = report["software"]["version"]
    check(told == version, f"the report says it was made by {told}, not by {version}")
    return "sum exact, and a report of it"


def try_network(sandbox: Sandbox, name: str) -> str:
    """One way of restoring by a network."""
    tried = TRIES[name]
    words = [*tried.words, "--region", tried.region, "--removed"]
    sandbox.run(words[0], SIDE, "-o", f"{name}.flac", *words[1:])
    check_restored(sandbox.work / SIDE, sandbox.work / f"{name}.flac", tried.models)
    return f"sum exact, {', '.join(tried.models)}"


def restore_batch(sandbox: Sandbox) -> str:
    """Three sides by two processes, and again what is missing of them."""
    words = ["restore", *PIECES, "-d", "batch", "--preset", "78rpm", "--removed", "--jobs", "2"]
    counts = _counts(read_json(sandbox, *words))
    check(counts == (3, 0, 0), f"of three sides {counts} were done, skipped, failed")
    for name in PIECES:
        check_restored(sandbox.work / name, sandbox.work / "batch" / name)
    second = Path(PIECES[1])
    left = sorted((sandbox.work / "batch").glob(f"{second.stem}.*"))
    before = {each: each.read_bytes() for each in left if each.suffix == second.suffix}
    for each in left:
        each.unlink()
    counts = _counts(read_json(sandbox, *words, "--resume"))
    check(counts == (1, 2, 0), f"going on, {counts} were done, skipped, failed")
    same = all(each.read_bytes() == data for each, data in before.items())
    check(bool(before) and same, f"{second} is another file when it is made again")
    return "3 sums exact; --resume made the missing one again, byte for byte"


def _counts(told: dict[str, Any]) -> tuple[int, int, int]:
    return told["done"], told["skipped"], told["failed"]
