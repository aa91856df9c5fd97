"""Documents: JSON, TOML and plain text that anybody may have written, read within limits.

What they hold is for the caller to check. Here it is seen that reading comes to an end: nothing is
waited for, a file is no larger than it can be, and all that is wrong with it is one of two errors.
"""

import errno
import json
import math
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

LIMIT_BYTES = 64 << 20
"""Most bytes of a document that nobody has set another limit for."""

MOST_DEEP = 64
_LARGEST = (1 << 64) - 1
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def open_content(path: Path) -> BinaryIO:
    """Open a file; a pipe, which would be waited for, and a device, which has no end, never.

    Raises:
        OSError: it cannot be read, or is no plain file.
    """
    try:
        # without O_NONBLOCK, opening a pipe waits for somebody to write into it
        flags = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, os.O_RDONLY | flags)
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file can have that name") from error
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        if stat.S_ISDIR(mode):
            raise OSError(errno.EISDIR, "it is a folder")
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file")
    return os.fdopen(handle, "rb")


def read_content(path: Path, limit: int = LIMIT_BYTES) -> bytes:
    """Read a whole file.

    Raises:
        OSError: as `open_content`, or it has more than `limit` bytes.
    """
    with open_content(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise OSError(errno.EFBIG, f"it is larger than the {limit >> 20} MB it can have")
        return file.read(limit)


def read_text(path: Path, limit: int = LIMIT_BYTES) -> str:
    """Read a text in UTF-8.

    Raises:
        OSError: as `read_content`.
        ValueError: it is not UTF-8.
    """
    return read_content(path, limit).decode("utf-8")


def read_json(path: Path, limit: int = LIMIT_BYTES) -> Any:
    """Read a JSON document.

    Raises:
        OSError: as `read_content`.
        ValueError: as `parse_json`.
    """
    return parse_json(read_content(path, limit))


def parse_json(content: bytes | str) -> Any:
    """The value of a JSON document.

    Raises:
        ValueError: it is none, is nested too deep, or has a number that is not finite or too
            large, or half of a character.
    """
    try:
        value = json.loads(content, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
        if _SURROGATE.search(content if isinstance(content, str) else content.decode("latin-1")):
            # bytes of a name that are no UTF-8 are told so, and may pass; nothing else may
            json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogateescape")
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a character") from error
    return value


def read_toml(path: Path, limit: int = LIMIT_BYTES) -> dict[str, Any]:
    """Read a TOML document.

    Raises:
        OSError: as `read_content`.
        ValueError: it is none, is nested too deep, or has a number that is not finite or too
            large.
    """
    return parse_toml(read_text(path, limit))


def parse_toml(text: str) -> dict[str, Any]:
    """The table of a TOML document.

    Raises:
        ValueError: it is none, is nested too deep, or has a number that is not finite or too
            large.
    """
    try:
        table = tomllib.loads(text, parse_float=_finite)
        _check_whole(table)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    return table


def is_deep(value: Any, most: int = MOST_DEEP) -> bool:
    """Whether a document is nested so deep that what walks through it might not come back."""
    level = [value]
    for _ in range(most):
        level = [
            below
            for each in level
            if isinstance(each, dict | list)
            for below in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def reason(error: OSError | ValueError) -> str:
    """What is wrong with a document, without its name."""
    return str(getattr(error, "strerror", None) or error)


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text)


def _whole(text: str) -> int:
    value = int(text)
    return value if abs(value) <= _LARGEST else _refuse(text)


def _check_whole(value: Any) -> None:
    """See that no number in a document is larger than what others than Python can hold."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        _refuse(str(value))
    for each in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        _check_whole(each)


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text:.40} is no number that can be worked with")
