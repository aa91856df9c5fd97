"""Damage: what is done to the bytes, chunks, words and values of a sound input.

All of it draws from the generator it is given, so that an input can be made again.
"""

import json
import math
import re
import struct
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

ESCAPE = "/tmp/runout-escaped"
"""Where nothing may ever appear."""
ENDLESS = "endless"
"""A device without end beside what is read. No input names what is really there: it runs as you."""
NUMBERS: tuple[float, ...] = (
    0, -1, 1, 2, 255, 256, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63,
    2**64 - 1, 10**30, -(2**63), 1e308, -1e308, 1e-320, 0.5, math.nan, math.inf, -math.inf,
)  # fmt: skip
WORDS = (
    "", " ", ".", "..", "../x", "../../x", "../outside/secret.txt", f"{ESCAPE}/x", f"{ESCAPE}.wav",
    f"outside/{ENDLESS}", "CON", "\0", "a\0b", "x\ny", "ä" * 300, "C:\\x", "..\\..\\x", "%n%s",
    "~/x", "\u202e", "x" * 5000, "{name}", "[[", "true", "NaN", "-0", "1e999", "9" * 5000,
)  # fmt: skip
LONG = "x" * 1_000_000
DEPTH = 100_000
_EVERY = 7
_MOST_BYTES = 1 << 22

Bytes = Callable[[Random, bytes], bytes]


def cut(content: bytes, number: int) -> bytes:
    """Cut short at each seventh byte in turn."""
    return content[: _EVERY * number % (len(content) + 1)]


def damaged_bytes(rng: Random, content: bytes, times: int = 3) -> bytes:
    """Up to `times` kinds of damage that know nothing of what the bytes mean."""
    for _ in range(rng.randint(1, times)):
        content = rng.choice(_BYTES)(rng, content)[:_MOST_BYTES]
    return content


def _flip(rng: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _set_bytes(rng: Random, content: bytes) -> bytes:
    at, width = rng.randrange(len(content) + 1), rng.choice((1, 2, 4, 16, 64))
    filling = rng.choice((b"\0", b"\xff", b"\x7f", rng.randbytes(1))) * width
    return content[:at] + filling + content[at + width :]


def _truncate(rng: Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _splice(rng: Random, content: bytes) -> bytes:
    first, second = rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)
    return content[:first] + content[second:]


def _insert(rng: Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    added = rng.choice((rng.randbytes(rng.randint(1, 64)), content[at : at + 200], b"\0" * 1000))
    return content[:at] + added + content[at:]


def damaged_field(rng: Random, content: bytes) -> bytes:
    """A number of a binary head set to a hostile value; heads lie at the begin as a rule."""
    reach = min(len(content), rng.choice((64, 256, 1024, 1 << 20)))
    if reach < 8:
        return content + b"\0" * 8
    code = rng.choice("BHIQ")
    width = struct.calcsize(code)
    at = rng.randrange(0, reach - width + 1)
    value = int(rng.choice([each for each in NUMBERS if math.isfinite(each) and abs(each) < 2**65]))
    packed = struct.pack(rng.choice("<>") + code, value % (1 << 8 * width))
    return content[:at] + packed + content[at + width :]


def _noise(rng: Random, content: bytes) -> bytes:
    return content[: rng.choice((0, 4, 12, 64))] + rng.randbytes(rng.choice((0, 1, 50, 5000)))


_BYTES: Sequence[Bytes] = (
    _flip, _flip, _set_bytes, _truncate, _splice, _insert, damaged_field, damaged_field, _noise,
)  # fmt: skip


def damaged_text(rng: Random, content: bytes) -> bytes:
    """Numbers, words and lines of a text replaced, dropped, doubled or moved."""
    text = content.decode("utf-8", "surrogateescape")
    for _ in range(rng.randint(1, 3)):
        text = rng.choice(_TEXTS)(rng, text)[:_MOST_BYTES]
    if rng.random() < 0.1:
        return damaged_bytes(rng, text.encode("utf-8", "surrogateescape"), 1)
    return text.encode("utf-8", "surrogateescape")


def _token(rng: Random, text: str) -> str:
    found = list(re.finditer(r'"[^"\n]*"|-?\d+\.?\d*|\b(?:true|false)\b', text))
    if not found:
        return text + number_text(rng)
    token = rng.choice(found)
    if rng.random() < 0.3:
        fresh = rng.choice(("[]", "{}", "", "[[1]]", "true", '""', "{a = 1}", "nan", "1979-05-27"))
    elif token[0].startswith('"'):
        fresh = json.dumps(word(rng)) if rng.random() < 0.8 else f'"{word(rng)}"'
    else:
        fresh = number_text(rng)
    return text[: token.start()] + fresh + text[token.end() :]


def _lines(rng: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(5)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(other, lines[at])
    elif how == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 3:
        lines[at] *= rng.choice((2, 1000))
    else:
        lines[at] = lines[at].rstrip("\n")
    return "".join(lines)


def _nested(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    opening = rng.choice(("[", '{"a":', "(", "{a=", "[["))
    return text[:at] + opening * DEPTH + text[at:]


def _marks(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    fresh = rng.choice(('"', "'", "]", "}", ",", "=", "\n", "\t", ";", "\0", "\r", "\ufeff", "#"))
    return text[:at] + fresh + text[at + rng.randint(0, 1) :]


_TEXTS: Sequence[Callable[[Random, str], str]] = (
    _token, _token, _token, _token, _lines, _lines, _marks, _nested,
)  # fmt: skip


def word(rng: Random) -> str:
    """A word that is not what a reader waits for."""
    return LONG if rng.random() < 0.01 else rng.choice(WORDS)


def number_text(rng: Random) -> str:
    """A number, as text, that is none of those a reader waits for."""
    value = rng.choice(NUMBERS)
    return rng.choice((repr(value), repr(value), "9" * 5000, "1e999", "0x10", "1_0", "-", "nan"))


def damaged_json(rng: Random, content: bytes) -> bytes:
    """Values of a JSON document replaced, dropped, doubled or nested; every tenth as text."""
    if rng.random() < 0.1:
        return damaged_text(rng, content)
    try:
        document = json.loads(content)
    except ValueError:
        return damaged_text(rng, content)
    for _ in range(rng.randint(1, 3)):
        document = _with_damage(rng, document)
    text = json.dumps(document, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.1:
        text = re.sub(r'("\w+":)', r"\1 0, \1", text, count=3)  # duplicated keys
    if rng.random() < 0.05:
        text = text.replace("0", rng.choice(("[" * DEPTH, "9" * 5000, "1e999")), 1)
    return text.encode("utf-8", "surrogatepass")


def damaged_json_lines(rng: Random, content: bytes) -> bytes:
    """A document of one JSON object a line: one of them damaged, or the lines themselves."""
    lines = content.splitlines(keepends=True)
    if not lines or rng.random() < 0.3:
        return damaged_text(rng, content)
    at = rng.randrange(len(lines))
    lines[at] = damaged_json(rng, lines[at]) + b"\n"
    return b"".join(lines)


def hostile_value(rng: Random) -> Any:
    """A value of JSON of any kind."""
    pick = rng.random()
    if pick < 0.4:
        return rng.choice(NUMBERS)
    if pick < 0.7:
        return word(rng)
    if pick < 0.75:
        return [0] * rng.choice((1, 5, 100_000))
    deep: Any = []
    for _ in range(rng.choice((1, 40, 500))):
        deep = [deep] if rng.random() < 0.5 else {"a": deep}
    return rng.choice((None, True, False, [], {}, [[]], {"": {}}, "\ud800", deep, ["x", None, 1]))


def _with_damage(rng: Random, value: Any) -> Any:
    """A document with one of its values replaced, somewhere below."""
    if not isinstance(value, dict | list) or not value or rng.random() < 0.08:
        return hostile_value(rng)
    names = list(value) if isinstance(value, dict) else range(len(value))
    name: Any = rng.choice(names)
    how = rng.random()
    changed: Any = value.copy()
    if how < 0.08:
        del changed[name]
    elif how < 0.14 and isinstance(changed, dict):
        changed[word(rng)[:5000]] = changed[name]
    elif how < 0.14:
        changed += changed[:1000]
    elif how < 0.2 and len(names) > 1:
        other: Any = rng.choice(names)
        changed[name], changed[other] = changed[other], changed[name]
    else:
        changed[name] = _with_damage(rng, changed[name])
    return changed


def damaged_any(rng: Random, number: int, content: bytes, meaning: Bytes) -> bytes:
    """By what it means as a rule, else as bytes, cut at each seventh byte, or wholly noise."""
    pick = number % 8
    if pick == 0:
        return cut(content, number // 8)
    if pick in (1, 2):
        return damaged_bytes(rng, content)
    if pick == 3 and rng.random() < 0.2:
        return rng.choice((b"", rng.randbytes(2000), b"\xff\xfe", b"\xef\xbb\xbf" + content))
    return meaning(rng, content)
