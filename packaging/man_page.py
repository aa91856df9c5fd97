"""Writes the manual page runout.1 from the help that the command line itself prints.

.venv/bin/python packaging/man_page.py > runout.1
"""

import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY)]

from typer.main import get_command  # noqa: E402 - the repository is not installed

from app.cli import FAILED, STOPPED, USAGE, commands  # noqa: E402
from app.version import VERSION  # noqa: E402

LINE = 70
EXIT_STATUS = {
    0: "Everything was done.",
    FAILED: "Something could not be done; one sentence on standard error says what and why.",
    USAGE: "The command was wrong.",
    STOPPED: "Stopped by the user; what is not complete was not written.",
}
EXAMPLES = (
    ("runout gui side.wav", "Open a transfer in the window."),
    (
        "runout restore side.wav -o restored.flac --preset 78rpm --removed",
        "Restore a side, and write what was taken out beside it.",
    ),
    (
        "runout restore transfers -d restored",
        "Restore every recording in a folder, as the folders lie.",
    ),
)
FILES = (
    ("~/.config/Runout/presets", "Presets of the user's own."),
    ("~/.local/share/Runout", "Models, noise profiles, sessions and trainings."),
    ("~/.cache/Runout", "What may be deleted at any time."),
)


def escaped(text: str) -> str:
    """Text as roff prints it unchanged, in short lines: no escape, no request, typed hyphens."""
    lines = textwrap.wrap(" ".join(text.split()), LINE, break_on_hyphens=False)
    typed = [line.replace("\\", "\\e").replace("-", "\\-") for line in lines]
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in typed)


def paragraph(label: str, text: str) -> list[str]:
    """What is explained, in bold and on one line, and its explanation, indented."""
    return [".TP", f".B {escaped(label)}".replace("\n", " "), escaped(text)]


def leaves(command: Any, context: Any) -> Iterator[tuple[Any, Any]]:
    """All sub-commands that do something, in the order of the help, each with its context."""
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        below = child.context_class(child, info_name=name, parent=context)
        if hasattr(child, "list_commands"):
            yield from leaves(child, below)
        elif not child.hidden:
            yield child, below


def command_lines(command: Any, context: Any) -> list[str]:
    """The section of one sub-command: how it is called, what it does, its options."""
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f".SS {escaped(context.command_path)}"]
    lines += [f".B {escaped(context.command_path)}", escaped(usage), ".PP"]
    lines += [escaped(command.help or "")]
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and "--help" not in record[0]:
            lines += paragraph(*record)
    return lines


def manual_page(version: str, date: str) -> str:
    """The whole page, in roff."""
    command = get_command(commands)
    context = command.context_class(command, info_name="runout")
    lines = [f'.TH RUNOUT 1 {date} "runout {escaped(version)}" "User Commands"', ".SH NAME"]
    lines += [r"runout \- restores 78 rpm transfers and other damaged music", ".SH SYNOPSIS"]
    lines += [".B runout", r"[\fICOMMAND\fR] [\fIOPTIONS\fR] [\fIFILES\fR]", ".SH DESCRIPTION"]
    lines += [escaped(command.help or ""), ".PP"]
    lines += [escaped("Every command prints its own help with --help."), ".SH OPTIONS"]
    lines += paragraph("--version", "Print the version.")
    lines += paragraph("--debug", "Show where in the program an error arose.")
    lines += [".SH COMMANDS"]
    for leaf, below in leaves(command, context):
        lines += command_lines(leaf, below)
    lines += [".SH EXIT STATUS"]
    for code, meaning in EXIT_STATUS.items():
        lines += paragraph(str(code), meaning)
    for title, rows in (("FILES", FILES), ("EXAMPLES", EXAMPLES)):
        lines += [f".SH {title}"]
        for label, text in rows:
            lines += paragraph(label, text)
    return "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    print(manual_page(VERSION, time.strftime("%Y-%m-%d")), end="")
