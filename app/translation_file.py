"""Translation file: the texts of one language, as a .po file that any translation program opens.

An entry is a place in the source, the English text and its translation, each on one line:
```
#. sentence
#: engine/catalog.py
msgid "there is no model '{name}'; there are: {known}"
msgstr "das Modell „{name}“ gibt es nicht; vorhanden: {known}"
```
`sentence` marks what the engine puts together with values in it; such a text is looked for as a
pattern. The same English has one translation, unless a second argument tells `tr` what it is for,
which is `msgctxt` here.

References:
    GNU gettext manual, "The Format of PO Files".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.documents import read_text, reason
from engine.errors import StorageError

_ENTRY = re.compile(
    r'^(#\. sentence\n)?#: (.*)\n(?:msgctxt "(.*)"\n)?msgid "(.+)"\nmsgstr "(.*)"$', re.MULTILINE
)
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t"}
_ESCAPED = re.compile(r'\\[\\"nt]')


@dataclass(frozen=True)
class Entry:
    """A text and its translation, which is empty where there is none yet.

    context: what it is for, where the same English has several translations.
    places: files it stands in, parted by blanks.
    """

    source: str
    translation: str = ""
    is_sentence: bool = False
    context: str = ""
    places: str = ""


def read_entries(path: Path) -> list[Entry]:
    """All entries of a file, in its order.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        text = read_text(path)
    except (OSError, ValueError) as error:
        raise StorageError(f"the texts {path.name} cannot be read: {reason(error)}") from error
    return [
        Entry(_unescaped(source), _unescaped(translation), bool(mark), context, places)
        for mark, places, context, source, translation in _ENTRY.findall(text)
    ]


def read_head(path: Path) -> str:
    """What stands above the entries: the glossary, and the empty entry that tells the encoding."""
    text = path.read_text(encoding="utf-8")
    first = _ENTRY.search(text)
    return text[: first.start()] if first else text


def write_entries(path: Path, head: str, entries: Iterable[Entry]) -> None:
    """Write a file anew."""
    path.write_text(head + "\n\n".join(map(_written, entries)) + "\n", encoding="utf-8")


def _written(entry: Entry) -> str:
    lines = ["#. sentence"] if entry.is_sentence else []
    lines.append(f"#: {entry.places}")
    if entry.context:
        lines.append(f'msgctxt "{entry.context}"')
    lines += [f'msgid "{_escaped(entry.source)}"', f'msgstr "{_escaped(entry.translation)}"']
    return "\n".join(lines)


def _escaped(text: str) -> str:
    for written, meant in _ESCAPES.items():
        text = text.replace(meant, written)
    return text


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text) if "\\" in text else text
