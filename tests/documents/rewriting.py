"""What a document says and a test may not do word for word; each row with its reason."""

import re
import shlex
from dataclasses import dataclass

from tests.documents.commands import Command
from tests.documents.house import REPOSITORY

PLACEHOLDERS = {
    "RECIPE.toml": "recipe.toml",
    "RUN_DIR": "runs/other",
    "DIR": "data",
    "OUT": "out",
}
"""What stands for a name of the reader's own, and which file of the sandbox is taken for it."""


@dataclass(frozen=True)
class Shorter:
    """Words that are added to commands that begin so, and why."""

    begins: str
    added: tuple[str, ...]
    reason: str
    unless: str = ""


SHORTER = (
    Shorter("train ", ("--max-steps", "2"), "a training takes hours", "--max-steps"),
    Shorter(
        "dataset ", ("--count", "2"), "a recipe asks for many pairs", "--count|--from-man|--sec"
    ),
    Shorter("panel ", ("--set", "steps=2"), "a prior takes seconds a step", "--set|--preset"),
    Shorter("gui", ("--quit-after", "1"), "a window stays open until it is closed"),
)


OTHERWISE = {
    # a process of a batch loads for seconds; tests/engine/jobs/test_crew.py starts several
    ("--jobs", "2"): ("--jobs", "1"),
}
"""Pairs of words that stand for one another in a test."""


@dataclass(frozen=True)
class Elsewhere:
    """Commands that match are run by somebody else: a file, and the words there that do it."""

    pattern: str
    file: str
    words: str
    reason: str


COMMANDS, WORKFLOW = "packaging/commands.py", ".github/workflows/bundle.yml"
ELSEWHERE = (
    Elsewhere(r"make run$", "tests/test_packaging.py", "def test_run_opens", "stays open"),
    Elsewhere(r"make test$", ".ci/run", "make test", "this test is a part of it"),
    Elsewhere(r"make hour$", ".ci/run", "make hour", "takes minutes and a screen"),
    Elsewhere(r"make lint$", COMMANDS, 'checks(*LINT_CHECKS, ("pytest"', "a part of make test"),
    Elsewhere(
        r"make translations$", "tests/test_translations.py", "translate", "writes to the tree"
    ),
    Elsewhere(
        r"make (peers|bench)$",
        "packaging/benchmarks.md",
        "packaging/benchmarks/",
        "fetches other people's programs and measures for hours",
    ),
    Elsewhere(r"make bundle$", WORKFLOW, "bootstrap.py bundle", "takes minutes and gigabytes"),
    Elsewhere(r"make deb$", WORKFLOW, "bootstrap.py deb", "takes minutes and the bundle"),
    Elsewhere(
        r"sudo apt install ",
        "packaging/chroot_test.py",
        'debian.apt("install"',
        "takes a bare system",
    ),
    Elsewhere(r"make wheel$", WORKFLOW, "bootstrap.py wheel", "takes a new environment"),
    Elsewhere(
        r"\.venv/bin/(pytest|ruff|mypy|lint-imports)\b",
        ".ci/run",
        "make test",
        "a part of make test",
    ),
    Elsewhere(
        r"\.venv/bin/python packaging/guide_commands\.py$",
        "tests/test_guide_quotes.py",
        "guide_commands",
        "writes to the tree",
    ),
    Elsewhere(
        r"git apply packaging/developing/examples/",
        "tests/test_developer_examples.py",
        '"git", "apply"',
        "writes to the tree",
    ),
    Elsewhere(r"git tag ", "tests/test_git_version.py", '"tag", "-a"', "changes the repository"),
    Elsewhere(
        r"(\S+/)?torchrun ",
        "tests/training/test_loop.py",
        "torch.distributed.run",
        "starts several processes that meet over a socket",
    ),
    Elsewhere(
        r"ray |runout restore .* --cluster ",
        "tests/engine/jobs/test_cluster.py",
        "ray",
        "wants Ray, a part of its own, on several computers",
    ),
)


def arguments_here(command: Command) -> tuple[str, ...]:
    """The arguments of a command of Runout as they are run in the sandbox."""
    assert command.arguments is not None
    words = tuple(PLACEHOLDERS.get(word, word) for word in command.arguments)
    for pair, other in OTHERWISE.items():
        for here in range(len(words) - 1):
            if words[here : here + 2] == pair:
                words = (*words[:here], *other, *words[here + 2 :])
    text = shlex.join(words)
    for row in SHORTER:
        is_kept = row.unless and re.search(row.unless, text)
        if text.startswith(row.begins) and not is_kept:
            words += row.added
    return words


def runner_of(command: Command) -> Elsewhere | None:
    """Who else runs a command; None when it is to be run here."""
    text = str(command)
    return next((row for row in ELSEWHERE if re.match(row.pattern, text)), None)


def runner_faults() -> list[str]:
    """Rows whose runner is not there or does not hold the words."""
    return [
        f"{row.file} does not hold {row.words!r}"
        for row in ELSEWHERE
        if not (REPOSITORY / row.file).is_file()
        or row.words not in (REPOSITORY / row.file).read_text(encoding="utf-8")
    ]
