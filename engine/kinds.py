"""Kinds: whether what was read into a dataclass is of the kinds that it declares.

Dataclasses take any value; one that came out of a file that anybody may have written is checked
before it is worked with.
"""

import dataclasses
import sys
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any


def check_kinds(instance: Any) -> None:
    """See that all fields of a dataclass or named tuple are of their declared kinds.

    Whole numbers stand for floats as well; those must be finite.

    Raises:
        TypeError: one is not.
    """
    kind: Any = type(instance)
    for name, hint in _hints(kind).items():
        if not _is_kind(getattr(instance, name), hint):
            raise TypeError(f"{name} of {type(instance).__name__} is of another kind")


@lru_cache(maxsize=64)
def _hints(kind: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _is_kind(value: Any, hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return any(_is_kind(value, each) for each in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and all(_is_kind(each, arguments[0]) for each in value)
    if origin is not None:
        return isinstance(value, Mapping) and all(
            _is_kind(key, arguments[0]) and _is_kind(each, arguments[1])
            for key, each in value.items()
        )
    if hint is float:
        return type(value) in (int, float) and abs(value) <= sys.float_info.max
    if dataclasses.is_dataclass(hint) or hasattr(hint, "_fields"):
        return isinstance(value, typing.cast(type, hint)) and _has_kinds(value)
    return hint is Any or (isinstance(value, hint) and (hint is bool) is isinstance(value, bool))


def _has_kinds(instance: Any) -> bool:
    try:
        check_kinds(instance)
    except TypeError:
        return False
    return True
