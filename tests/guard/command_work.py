"""The ordinary work of the command line, in one interpreter: FOLDER holds what it works on."""

import os
import sys
from pathlib import Path

from app.cli import main
from tests.guard.net_guard import tell

UNWANTED = (
    *("requests", "urllib3", "httpx", "huggingface_hub", "librosa", "numba", "transformers"),
    *("PySide6.QtNetwork", "yaml", "torch._dynamo", "torch._inductor"),
)
"""What could fetch something, compile something, or build objects out of a text."""
OF_TORCH = {"torch._dynamo", "torch._inductor"}
"""torch.optim and parametrised layers bring them along; nothing of them is used."""


def run(phase: str, *words: str) -> None:
    """A command; anything but success ends all."""
    tell(f"phase {phase}")
    sys.argv = ["runout", *words]
    code: object = 0
    try:
        code = main()
    except SystemExit as left:
        code = left.code
    if code:
        sys.exit(f"{phase}: {words} ended with {code}")


def work(folder: Path) -> None:
    """Everything, one after the other."""
    os.chdir(folder)
    run("info", "info", "side.wav")
    run("restore", "restore", "side.wav", "-o", "out.wav", "--preset", "78rpm", "--removed")
    run("models", "models", "list")
    run("models", "models", "verify")
    tell_loaded()
    load_models()
    run(
        "evaluate",
        "evaluate",
        "--degraded",
        "noisy",
        "--clean",
        "clean",
        "-o",
        "report",
        "--preset",
        "gentle",
    )
    run("train", "train", "recipe.toml", "-o", "run", "--max-steps", "2")
    run("train", "train", "recipe.toml", "-o", "run", "--max-steps", "3", "--resume")
    run("dataset", "dataset", "recipe.toml", "-o", "set", "--count", "2", "--jobs", "1")
    run("project", "project", "create", "side.wav", "-o", "Side.runout")
    run("project", "project", "run", "Side.runout", "--task", "declick")
    tell_loaded(*OF_TORCH)
    tell_compiled()
    batch = ("restore", "transfers", "-d", "restored", "--preset", "declick-only", "--jobs", "2")
    run("batch", *batch)


def load_models() -> None:
    """Build the networks of all models that ship."""
    from app import paths
    from engine.catalog_file import load_catalog
    from engine.models.weights import load_weights

    tell("phase load")
    for entry in load_catalog([paths.models()]).entries:
        load_weights(entry.path, entry.sha256)


def tell_loaded(*but: str) -> None:
    """What is there that should not be."""
    tell("loaded " + " ".join(sorted((set(UNWANTED) - set(but)) & set(sys.modules))))


def tell_compiled() -> None:
    """How much of Python was compiled by torch."""
    utils = sys.modules.get("torch._dynamo.utils")
    frames = utils.counters["frames"] if utils is not None else {}
    tell(f"compiled {sum(frames.values())}")


if __name__ == "__main__":
    work(Path(sys.argv[1]))
