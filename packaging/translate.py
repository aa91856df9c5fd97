"""Bring the translations in step with the source, and tell what is not translated.

    .venv/bin/python packaging/translate.py            rewrites resources/i18n/*.po
    .venv/bin/python packaging/translate.py --check    changes nothing

New texts are added with an empty translation, those that are gone are dropped, the others keep
theirs. Whoever translates fills in the empty `msgstr ""` and runs it again. It ends with 1 while
anything is missing or does not fit.
"""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from app.translation_file import Entry, read_entries, read_head, write_entries  # noqa: E402
from source_texts import SourceText, all_texts  # noqa: E402 - the repository is not installed

FOLDER = REPOSITORY / "resources" / "i18n"
_PLACE = re.compile(r"\{\w*[^{}]*\}")


def in_step(texts: Sequence[SourceText], entries: Sequence[Entry]) -> list[Entry]:
    """An entry for each text, with the translation it has."""
    known = {(entry.context, entry.source): entry.translation for entry in entries}
    made = [
        Entry(
            text.text,
            known.get((text.context, text.text), ""),
            text.is_sentence,
            text.context,
            text.place,
        )
        for text in texts
    ]
    return sorted(made, key=lambda entry: entry.places)


def faults(entry: Entry) -> list[str]:
    """What is wrong with a translation, a word each; nothing if it is right."""
    if not entry.translation:
        return ["missing"]
    found = []
    if set(_PLACE.findall(entry.source)) != set(_PLACE.findall(entry.translation)):
        found.append("other places in braces")
    if _keys(entry.source) != _keys(entry.translation):
        found.append("other number of & keys")
    if entry.source.endswith("…") != entry.translation.endswith("…"):
        found.append("ends with … in one only")
    if Counter(entry.source)["\n"] != Counter(entry.translation)["\n"]:
        found.append("other number of lines")
    return found


def _keys(text: str) -> int:
    return text.replace("&&", "").count("&")


def main() -> int:
    """Rewrite or check every language, and tell.

    Returns:
        The exit code: 1 if anything is missing.
    """
    texts = all_texts()
    n_wrong = 0
    for path in sorted(FOLDER.glob("*.po")):
        n_wrong += bring_in_step(path, texts, write="--check" not in sys.argv[1:])
    return int(n_wrong > 0)


def bring_in_step(path: Path, texts: Sequence[SourceText], *, write: bool) -> int:
    """Rewrite or check one language, and tell what is wrong.

    Returns:
        How many entries are wrong.
    """
    old = read_entries(path)
    entries = in_step(texts, old)
    gone = {(each.context, each.source) for each in old}
    gone -= {(each.context, each.source) for each in entries}
    if write:
        write_entries(path, read_head(path), entries)
    wrong = [(entry, found) for entry in entries if (found := faults(entry))]
    for entry, found in wrong:
        print(f"{entry.places}: {', '.join(found)}: {entry.source!r}")
    for _, source in sorted(gone):
        print(f"{'dropped' if write else 'no longer in the source'}: {source!r}")
    print(f"{path.name}: {len(entries)} texts, {len(wrong)} wrong or missing, {len(gone)} gone")
    return len(wrong) + (0 if write else len(gone))


if __name__ == "__main__":
    sys.exit(main())
