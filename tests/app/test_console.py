"""What the command line says where its reader goes away, as in `runout tasks list | head -1`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import UNREAD

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no word of its own for a pipe that nobody reads"
)
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def unread() -> Iterator[int]:
    """A pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def run(*words: str, stdout: int, stderr: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-m", "app", *words]
    return subprocess.run(
        command, cwd=REPOSITORY, stdout=stdout, stderr=stderr, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("words", [("tasks", "list", "--json"), ("--help",)])
def test_a_command_that_nobody_reads_ends_without_a_word(unread, words):
    done = run(*words, stdout=unread, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (UNREAD, "")


def test_an_error_that_nobody_reads_ends_without_a_word(unread):
    done = run("info", "missing.wav", stdout=subprocess.PIPE, stderr=unread)
    assert (done.returncode, done.stdout) == (UNREAD, "")
