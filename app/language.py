"""Language: what people read in the window, in the language they chose.

Three kinds of text meet here:
- literals in the window's own code, by `self.tr()` as everywhere in Qt;
- texts declared in tables (menus, tasks, presets), by `translated()` where they are shown;
- sentences the engine puts together, with names and numbers in them: `translated()` finds the
  template such a sentence was made from, and translates that and what was filled in.

The engine knows nothing of it. Reports, the command line and exported files stay English, as
others than the one who restores read them too. Numbers keep the decimal point everywhere: fields,
rulers, reports and the command line then show and take the same; a comma that is typed is taken
for a point.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator
from typing_extensions import override

from app.translation_file import Entry, read_entries
from engine.errors import EngineError

_log = logging.getLogger(__name__)

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Each by its own name, as whoever looks for it knows that."""
_PLACE = re.compile(r"\{(\w+)[^{}]*\}")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_VERBS = ("is ", "has ", "holds ", "looks ", "does ")
_LEAST_LITERAL = 4
"""Letters a template has at least, or it would be found in names of files."""
_KEPT = frozenset({"QT_LAYOUT_DIRECTION"})
"""What Qt asks of a translation to learn something else from it."""


class Template:
    """A sentence with places for values: `"{name} is empty (0 bytes)"`.

    weight: how much of it is literal; where several fit, the most literal one is meant.
    hint: its longest literal part, which tells quickly where it cannot fit.
    """

    def __init__(self, source: str, translation: str) -> None:
        self.translation = translation
        self._source = source
        self._pattern: re.Pattern[str] | None = None
        literals = _PLACE.split(source)[::2]
        self.hint = max(literals, key=len)
        self.weight = sum(map(len, literals))

    def values(self, text: str) -> dict[str, str] | None:
        """What was filled in, by name; None where the text was not made from it."""
        if self._pattern is None:  # most are never needed
            self._pattern = re.compile(_pattern(self._source), re.DOTALL)
        found = self._pattern.fullmatch(text)
        return None if found is None else found.groupdict()

    def filled(self, values: Mapping[str, str]) -> str:
        """Its translation with values in it."""
        return _PLACE.sub(lambda place: values[place[1]], self.translation)


def _templates(entry: Entry) -> Iterator[Template]:
    """What an entry matches; one that begins with a verb stands after the name of a file too."""
    made = []
    if "{" in entry.source:
        made.append(Template(entry.source, entry.translation))
    if entry.source.startswith("; "):
        made.append(Template(entry.source[2:], entry.translation[2:]))
    if entry.source.startswith(_VERBS):
        made.append(Template(f"{{subject}} {entry.source}", f"{{subject}} {entry.translation}"))
    return (each for each in made if each.translation and each.weight >= _LEAST_LITERAL)


def _pattern(source: str) -> str:
    parts = _PLACE.split(source)
    named = (f"(?P<{part}>.*?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return "".join(named)


class Language(QTranslator):
    """Translates by a table of texts and by templates of sentences."""

    def __init__(self, entries: Iterable[Entry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[str, str] = {}
        self._special: dict[tuple[str | None, str], str] = {}
        self._sentences: list[Entry] = []
        self._made: list[Template] | None = None
        for entry in entries:
            if entry.context:
                self._special[entry.context, entry.source] = entry.translation
            elif entry.translation:
                self._texts[entry.source] = entry.translation
            if entry.is_sentence:
                self._sentences.append(entry)

    @property
    def _templates(self) -> list[Template]:
        """All templates, the most literal first; made when the first sentence is told."""
        if self._made is None:
            made = (template for entry in self._sentences for template in _templates(entry))
            self._made = sorted(made, key=lambda each: -each.weight)
        return self._made

    @override
    def isEmpty(self) -> bool:
        return not self._texts

    @override
    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if sourceText in _KEPT:
            return None
        return self._special.get((disambiguation, sourceText)) or self._texts.get(sourceText)

    def sentence(self, text: str) -> str:
        """Translate what was put together; itself where no template fits."""
        told = self._known(text)
        if told:
            return told if text[:1].islower() else told[:1].upper() + told[1:]
        # what and advice, or name and reason, are often joined only where an error is raised
        for joint in ("; ", ": "):
            first, found, second = text.partition(joint)
            if found:
                return self.sentence(first) + joint + self.sentence(second)
        ending = text.removesuffix("…")
        return f"{self._texts[ending]} …" if ending in self._texts else text

    def _known(self, text: str) -> str:
        """The translation of a text that stands in the table, or was made from a template of it.

        The engine may have given it a capital.
        """
        forms = (text, text[:1].lower() + text[1:])
        for form in forms:
            if form in self._texts:
                return self._texts[form]
        for template in self._templates:
            if not any(template.hint in form for form in forms):
                continue
            filled = template.values(forms[0]) or template.values(forms[1])
            if filled is not None:
                return template.filled({name: self.sentence(filled[name]) for name in filled})
        return ""


def translated(text: str) -> str:
    """A declared text, or a sentence of the engine, in the language of the window."""
    if not _LETTERS.search(text):
        return text
    application = QCoreApplication.instance()
    language = None if application is None else application.findChild(Language)
    return text if language is None else language.sentence(text)


def to_translate(text: str) -> str:
    """Mark a literal that is translated later, where it is shown; returns it as it is."""
    return text


def chosen_language(setting: str, system: str) -> str:
    """The language to show: `de`, or `en` for English and every other one.

    Args:
        setting: `system`, or one of LANGUAGES.
        system: the language the system's own programs speak, such as `de-AT`.
    """
    wanted = system.partition("-")[0] if setting == "system" else setting
    return wanted if wanted in LANGUAGES else "en"


def install_language(application: QCoreApplication, folder: Path, setting: str) -> None:
    """Let the window speak a language; before it is built, as its texts are read then.

    Args:
        application: what keeps the translations.
        folder: that of the translation files.
        setting: `system`, or one of LANGUAGES.
    """
    QLocale.setDefault(QLocale.c())
    # not the name of the locale: that can be of the country, as where numbers are German alone
    spoken = QLocale.system().uiLanguages()
    name = chosen_language(setting, spoken[0] if spoken else "")
    if name == "en":
        return
    of_qt = QTranslator(application)
    if of_qt.load(f"qtbase_{name}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(of_qt)
    try:
        entries = read_entries(folder / f"{name}.po")
    except EngineError as error:
        _log.warning("the window speaks English: %s", error)
        return
    application.installTranslator(Language(entries, application))
