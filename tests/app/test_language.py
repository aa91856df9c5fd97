import time

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app import paths
from app.language import LANGUAGES, Language, chosen_language, install_language, translated
from app.translation_file import Entry
from tests.app.pseudo_language import speak_english

ENTRIES = (
    Entry("Play", "Abspielen"),
    Entry("Declick", "Entklicken"),
    Entry("Events", "Ereignisse"),
    Entry("Events", "Ereign.", context="strip"),
    Entry("{name} is empty ({size} bytes)", "{name} ist leer ({size} Bytes)", is_sentence=True),
    Entry("copy it again", "neu kopieren", is_sentence=True),
    Entry("has no audio (0 samples)", "hat keinen Ton (0 Samples)", is_sentence=True),
    Entry("{title} has no event {n}; it found {count}", "in {title} fehlt {n} ({count} gefunden)",
          is_sentence=True),
    Entry("in {name}", "im {name}", is_sentence=True),
    Entry("{path} cannot be read: {error}", "{path} ist unlesbar: {error}", is_sentence=True),
)  # fmt: skip


@pytest.fixture
def german(qapp):
    language = Language(ENTRIES, qapp)
    qapp.installTranslator(language)
    yield language
    speak_english(qapp)


def test_a_literal_of_a_widget_is_translated_in_any_class(german, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    assert widget.tr("Play") == "Abspielen"
    assert QCoreApplication.translate("anything", "Play") == "Abspielen"
    assert widget.tr("Unheard of") == "Unheard of"


def test_a_second_argument_tells_what_a_text_is_for(german, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    assert widget.tr("Events") == "Ereignisse"
    assert widget.tr("Events", "strip") == "Ereign."


def test_a_sentence_is_found_by_its_template_and_keeps_its_values(german):
    assert translated("side.wav is empty (0 bytes)") == "side.wav ist leer (0 Bytes)"


def test_what_was_filled_in_is_translated_too(german):
    assert translated("Declick has no event 7; it found 3") == "In Entklicken fehlt 7 (3 gefunden)"


def test_a_sentence_that_was_given_a_capital_is_found_all_the_same(german):
    assert translated("Copy it again") == "Neu kopieren"


def test_clauses_that_were_joined_are_translated_one_by_one(german):
    assert translated("a.wav has no audio (0 samples); copy it again") == (
        "a.wav hat keinen Ton (0 Samples); neu kopieren"
    )


def test_the_name_of_a_file_is_left_alone_whatever_words_it_has(german):
    told = translated("/music/Best in Play.wav cannot be read: no such device")
    assert told == "/music/Best in Play.wav ist unlesbar: no such device"


def test_a_menu_entry_that_asks_for_more_is_the_title_with_its_dots(german):
    assert translated("Declick…") == "Entklicken …"


def test_without_a_translation_everything_is_as_it_was(qapp):
    assert translated("side.wav is empty (0 bytes)") == "side.wav is empty (0 bytes)"


@pytest.mark.parametrize(
    ("setting", "system", "language"),
    [("system", "de-AT", "de"), ("system", "fr-FR", "en"), ("system", "C", "en"),
     ("en", "de-DE", "en"), ("de", "en-US", "de"), ("broken", "de-DE", "en")],
)  # fmt: skip
def test_the_language_is_that_of_the_system_unless_one_is_chosen(setting, system, language):
    assert chosen_language(setting, system) == language


def test_every_language_but_english_has_its_file():
    files = {path.stem for path in paths.translations().glob("*.po")}
    assert files == set(LANGUAGES) - {"en"}


def test_german_is_there_in_little_time_with_the_buttons_of_qt(qapp):
    best_s = float("inf")
    for _ in range(3):
        began = time.thread_time()
        install_language(qapp, paths.translations(), "de")
        best_s = min(best_s, time.thread_time() - began)
        told = translated("there is no such file; check the name and the folder")
        cancel = QCoreApplication.translate("QPlatformTheme", "Cancel")
        speak_english(qapp)
    assert told == "es gibt keine solche Datei; Name und Ordner prüfen"
    assert cancel == "Abbrechen"
    assert best_s < 0.02, f"{1000 * best_s:.1f} ms"


def test_a_sentence_of_the_engine_is_found_in_less_than_a_frame(qapp):
    install_language(qapp, paths.translations(), "de")
    sentence = "'a.flac' has other words than any template of the engine, and is of some length"
    translated(sentence)
    began = time.thread_time()
    translated(sentence)
    took_s = time.thread_time() - began
    speak_english(qapp)
    assert took_s < 0.016
