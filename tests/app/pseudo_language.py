"""Pseudo-language: every text in brackets, accented and 40 % longer, to see what is not translated.

What is shown without brackets was never asked of the translator.
"""

import re

from PySide6.QtCore import QCoreApplication, QTranslator

from app.language import Language

_ACCENTED = str.maketrans("aeiouyAEIOUYcnsz", "åéîöüýÅÉÎÖÜÝçñšž")
_KEPT = re.compile(r"(\{[^{}]*\}|&&|&|<[^<>]*>|\*\.\w+|…$)")
LENGTHENED = 0.4


class PseudoLanguage(Language):
    """Translates everything, of Qt too."""

    def isEmpty(self):
        return False

    def translate(self, context, sourceText, disambiguation=None, n=-1):  # noqa: N803 - as Qt names it
        if sourceText.startswith("QT_") or context.startswith("QShortcut"):
            return None  # Qt asks for directions, and for names of keys
        return bracketed(sourceText)

    def sentence(self, text):
        return bracketed(text)


def bracketed(text: str) -> str:
    """A text that is told from all others; keys, places and patterns stay."""
    if not text or text.startswith("["):
        return text
    parts = _KEPT.split(text)
    told = "".join(part if i % 2 else part.translate(_ACCENTED) for i, part in enumerate(parts))
    letters = sum(len(part) for part in parts[::2])
    longer = "~" * round(LENGTHENED * letters)
    ending = "…" if told.endswith("…") else ""
    return f"[{told.removesuffix('…')}{longer}]{ending}"


def speak_english(application: QCoreApplication) -> None:
    """Take all translations away, those of Qt too."""
    for each in application.findChildren(QTranslator):
        application.removeTranslator(each)
        each.setParent(None)
