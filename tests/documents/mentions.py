"""Whether what a document names in a line is there: files, commands, options, words of the code."""

import re
from fnmatch import fnmatch
from functools import cache
from typing import Any

import typer.main

from tests.documents.house import PROGRAMS, REPOSITORY, known_files, text_of
from tests.documents.markdown import read

FOREIGN = {
    "--num-cpus": "Ray",
    "--help": "every program",
    "--debug": "app.cli.main, before any sub-command",
}
"""Options that belong to others, and to whom."""
_PATH = re.compile(r"^(app|engine|training|resources|packaging|tests|\.github|\.ci)/[\w./*-]*$")
_PROGRAM = re.compile(r"^[\w/.-]+\.py$")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
_MODULE = re.compile(r"^(app|engine|training)\.[\w.]+$")
_NAME = re.compile(r"^[A-Z][A-Za-z_]{3,}(\.[a-z_]\w+)*(\(\))?$")
_PLACEHOLDER = re.compile(r"\b[A-Z_]{3,}\b")
_OF_DEVELOPERS = ("packaging/developing/",)


def mention_faults(document: str) -> list[str]:
    """What a document names that is not there, in sentences."""
    faults = []
    for line, span in read(text_of(document)).spans:
        if fault := _fault(document, span):
            faults.append(f"{document}:{line}: {fault}")
    return faults


def _fault(document: str, span: str) -> str:
    words = span.split()
    if words[0] == "runout":
        return _command_fault(words[1:])
    if words[0] == "make" and len(words) > 1:
        return "" if f"\n{words[1]}:" in text_of("Makefile") else f"there is no `{span}`"
    program = next((each for each in words[:3] if _PROGRAM.match(each)), "")
    if program:
        return _program_fault(program, words)
    if _PATH.match(span) and not _PLACEHOLDER.search(span):
        return "" if _is_there(span) else f"{span} is not there"
    if _MODULE.match(span):
        return "" if _is_module(span) else f"{span} is not there"
    if document.startswith(_OF_DEVELOPERS) and _NAME.match(span):
        parts = re.findall(r"\w+", span)
        return "" if all(part in _words_of_code() for part in parts) else f"no code says {span}"
    strange = [each for each in _OPTION.findall(span) if each not in _all_options()]
    return f"nothing takes {strange[0]}" if strange else ""


def _program_fault(program: str, words: list[str]) -> str:
    known = _known()
    found = [name for name in known if f"/{name}".endswith(f"/{program}")]
    if not found:
        is_added = any(f"/{name}".endswith(f"/{program}") for name in _added())
        return "" if is_added else f"there is no {program}"
    options = [option for word in words for option in _OPTION.findall(word)]
    source = "".join(text_of(name) for name in found)
    strange = [each for each in options if f'"{each}"' not in source and each not in FOREIGN]
    return f"{program} does not take {strange[0]}" if strange else ""


def _command_fault(words: list[str]) -> str:
    command: Any = _root()
    taken: set[str] = set(FOREIGN)
    for word in words:
        taken |= {option for param in command.params for option in _options_of(param)}
        inner = getattr(command, "commands", {})
        if word in inner:
            command = inner[word]
        elif inner and not word.startswith("-") and word not in _added_words():
            return f"runout has no sub-command {word}" if not _PLACEHOLDER.match(word) else ""
    taken |= {option for param in command.params for option in _options_of(param)}
    strange = [each for word in words for each in _OPTION.findall(word) if each not in taken]
    return f"`runout {' '.join(words)}` does not take {strange[0]}" if strange else ""


def _options_of(param: Any) -> list[str]:
    return [*param.opts, *param.secondary_opts]


@cache
def _root() -> Any:
    from app.cli import commands

    return typer.main.get_command(commands)


@cache
def _all_options() -> frozenset[str]:
    found, waiting = set(FOREIGN), [_root()]
    while waiting:
        command = waiting.pop()
        found |= {option for param in command.params for option in _options_of(param)}
        waiting += getattr(command, "commands", {}).values()
    for program in PROGRAMS:
        found |= set(re.findall(r'"(--[a-z][\w-]*)"', text_of(program)))
    return frozenset(found)


@cache
def _known() -> frozenset[str]:
    return frozenset(known_files())


@cache
def _added() -> frozenset[str]:
    """Files that the examples of the developer guide add."""
    folder = REPOSITORY / "packaging" / "developing" / "examples"
    texts = [file.read_text(encoding="utf-8") for file in folder.glob("*.patch")]
    return frozenset(name for text in texts for name in re.findall(r"^\+\+\+ b/(.+)$", text, re.M))


@cache
def _added_words() -> frozenset[str]:
    """Words of the code that those files add."""
    folder = REPOSITORY / "packaging" / "developing" / "examples"
    texts = [file.read_text(encoding="utf-8") for file in folder.glob("*.patch")]
    return frozenset(word for text in texts for word in re.findall(r"[\w-]+", text))


@cache
def _words_of_code() -> frozenset[str]:
    names = [name for name in _known() if name.endswith(".py")]
    words = {word for name in names for word in re.findall(r"\w+", text_of(name))}
    return frozenset(words | _added_words())


def _is_there(path: str) -> bool:
    every = _known() | _added()
    if "*" in path:
        return any(fnmatch(name, path) for name in every)
    folder = path.rstrip("/") + "/"
    return path in every or any(name.startswith(folder) for name in every)


def _is_module(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        for path in ("/".join(parts[:length]) + ".py", "/".join(parts[:length]) + "/__init__.py"):
            if path in _known():
                return all(part in text_of(path) for part in parts[length:])
    return False
