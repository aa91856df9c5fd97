"""Bring the tables of options in the user guide in step with the command line.

    .venv/bin/python packaging/guide_commands.py [--check]

A table stands below a line such as "Options of `runout info`:". What it holds is what `--help`
says; the text around it is written by hand. With --check nothing is written, and the exit code is 1
where a table is out of step.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from typer.core import TyperGroup, TyperOption
from typer.main import get_command

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from app.cli import commands  # noqa: E402 - the repository is not installed
from app.task_commands import COMMON  # noqa: E402
from engine.tasks import TASKS  # noqa: E402

CHAPTER = REPOSITORY / "resources" / "guide" / "commands.md"
COMMON_OF_TASKS = "TASK"
"""What stands for any task, whose table has what all of them share."""
_VALUES = {Path: "PATH", int: "N", float: "N"}
"""How a value is called whose option has no word of its own for it."""
_PLACE = re.compile(r"^(Options of `runout ([\w -]+)`:\n)(?:\n(?:\|.*\n)+)?", re.MULTILINE)


def brought_up(text: str) -> str:
    """The chapter with its tables as they should be."""
    return _PLACE.sub(lambda found: f"{found[1]}\n{table(found[2])}", text)


def told_commands(text: str) -> set[str]:
    """The commands whose options the chapter tells."""
    return {found[2] for found in _PLACE.finditer(text)}


def all_commands() -> set[str]:
    """Every command that has more options than --json; TASK for what tasks share."""
    root = get_command(commands)
    found = {name for name, each in _commands(root, ()) if any(map(_is_own, _options(each)))}
    return found | {COMMON_OF_TASKS}


def table(name: str) -> str:
    """The options of a command as a table; of a task only those that are its own."""
    root = get_command(commands)
    if name == COMMON_OF_TASKS:
        options = [each for each in _options(_found(root, "gain")) if each.name in COMMON]
    elif name in TASKS:
        options = [each for each in _options(_found(root, name)) if each.name not in COMMON]
    else:
        options = list(_options(_found(root, name)))
    rows = "".join(f"| {_names(each)} | {_told(each)} |\n" for each in options)
    return f"| option | what it does |\n|---|---|\n{rows}"


def _commands(command: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(command, TyperGroup):
        for name, each in command.commands.items():
            yield from _commands(each, (*names, name))
    else:
        yield " ".join(names), command


def _found(command: Any, name: str) -> Any:
    for part in name.split():
        if not isinstance(command, TyperGroup) or part not in command.commands:
            raise SystemExit(f"{CHAPTER.name} has options of `runout {name}`, which is not there")
        command = command.commands[part]
    return command


def _options(command: Any) -> Iterator[TyperOption]:
    for each in command.params:
        if isinstance(each, TyperOption) and not each.hidden and each.name != "help":
            yield each


def _is_own(option: TyperOption) -> bool:
    return option.opts != ["--json"]


def _names(option: TyperOption) -> str:
    names = sorted([*option.opts, *option.secondary_opts], key=lambda each: each.startswith("--"))
    told = ", ".join(f"`{each}`" for each in names)
    kind = option.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        value = "|".join(each.value for each in kind)
    else:
        value = "" if option.is_flag else option.metavar or _VALUES.get(kind, "TEXT")
    return f"{told} {_plain(value)}".rstrip()


def _told(option: TyperOption) -> str:
    told = _plain(" ".join((option.help or "").split()))
    if option.show_default and option.default not in (None, False, ""):
        told += f" [default {option.default}]"
    return told


def _plain(text: str) -> str:
    """Without what a table or an angle bracket would be spoilt by."""
    return text.replace("|", " or ").replace("<", "").replace(">", "")


def main() -> int:
    """Read the options, and write or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    before = CHAPTER.read_text(encoding="utf-8")
    after = brought_up(before)
    if before == after:
        print(f"{CHAPTER.name}: {len(told_commands(after))} tables are in step")
        return 0
    if options.check:
        print(f"{CHAPTER.name}: out of step; run packaging/guide_commands.py", file=sys.stderr)
        return 1
    CHAPTER.write_text(after, encoding="utf-8")
    print(f"{CHAPTER.name}: {len(told_commands(after))} tables brought up")
    return 0


if __name__ == "__main__":
    sys.exit(main())
