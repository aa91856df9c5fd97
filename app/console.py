"""What the command line says and where: results to stdout, progress and sentences to stderr."""

import contextlib
import json
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator

import typer

from engine.errors import SettingsError
from engine.progress import Cancelled, Progress


class UsageError(SettingsError):
    """The words of the command line are wrong or contradict one another."""


def tell(text: str) -> None:
    """Print a line of the result."""
    typer.echo(text)


def tell_json(document: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def warn(sentence: str) -> None:
    """Print a sentence for the user to stderr."""
    typer.echo(sentence, err=True)


def fall_silent() -> None:
    """Send what is still held back to nowhere: nobody reads it, and Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress callable: a bar on stderr if that is a terminal; Ctrl+C cancels the work."""
    stop_asked = threading.Event()

    def on_interrupt(number: int, frame: types.FrameType | None) -> None:
        stop_asked.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        if sys.stderr.isatty():
            with typer.progressbar(length=1000, label=title, file=sys.stderr) as bar:

                def show(fraction: float, message: str = "") -> None:
                    if stop_asked.is_set():
                        raise Cancelled
                    bar.update(round(1000 * fraction) - bar.pos)

                yield show
        else:

            def watch(fraction: float, message: str = "") -> None:
                if stop_asked.is_set():
                    raise Cancelled

            yield watch
    finally:
        signal.signal(signal.SIGINT, before)
