"""Sentences as the window shows them: with a capital and a stop.

The engine writes its errors without, so that a file's name can go before them and advice behind.
"""

import re

_BEGINNINGS = (
    "the there this these that a an no nothing none only all it its in at for to of with "
    "der die das den dem ein eine es kein keine nichts nur alle in an am im für zu von mit"
)
"""Words a name of a file hardly begins with: such a name stays as it is."""
_FIRST = re.compile(r"[^\W\d_]+(?=\s)")


def as_sentence(text: str) -> str:
    """The text with a stop, and with a capital unless it begins with a name.

    A line of its own at the end is a path, which a stop would change.
    """
    text = text.strip()
    first = _FIRST.match(text)
    if first is not None and first[0] in _BEGINNINGS.split():
        text = text[0].upper() + text[1:]
    is_ended = not text or text[-1] in ".!?…:" or "\n" in text
    return text if is_ended else f"{text}."
