"""TOML text: tables of a recipe as a file has them; what is read back is the same.

tomllib reads alone. What a recipe may hold is little: text, numbers, yes and no, lists, tables and
lists of tables.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import SettingsError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 96


def toml_text(tables: Mapping[str, Any]) -> str:
    """A whole file, in the order of the mapping; what is no table comes first.

    Raises:
        SettingsError: a text cannot stand in a file, or a number is none.
    """
    return "\n".join(_lines(tables, ())).strip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    plain = {key: value for key, value in table.items() if not _is_table(value)}
    lines = [f"{_key(key)} = {_value(value, key)}" for key, value in plain.items()]
    for key, value in table.items():
        own = (*path, key)
        name = ".".join(map(_key, own))
        if isinstance(value, Mapping) and value:
            inside = _lines(value, own)
            # a table that holds tables alone needs no heading
            head = [] if inside and inside[0] == "" else ["", f"[{name}]"]
            lines += [*head, *inside]
        elif _is_table(value):
            for each in value:
                lines += [
                    "",
                    f"[[{name}]]",
                    *(f"{_key(k)} = {_value(v, k)}" for k, v in each.items()),
                ]
    return lines


def _is_table(value: Any) -> bool:
    """Whether it gets lines with a heading of its own."""
    if isinstance(value, Mapping):
        return bool(value)
    return _is_list(value) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any, name: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise SettingsError(f"{name} = {value} is no number that a recipe can hold")
        return repr(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(k)} = {_value(v, k)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if _is_list(value):
        return _list([_value(each, name) for each in value])
    raise SettingsError(f"{name} = {value!r} is nothing that a recipe can hold")


def _list(values: list[str]) -> str:
    """On one line, or one line each where that is long."""
    line = f"[{', '.join(values)}]"
    if len(line) <= _LONGEST:
        return line
    return "[\n" + "".join(f"  {each},\n" for each in values) + "]"


def _text(text: str) -> str:
    """JSON's way of writing text is TOML's too, but for one character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SettingsError(
            f"{text!r} has letters that cannot stand in a recipe; rename the file or folder"
        ) from error
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
