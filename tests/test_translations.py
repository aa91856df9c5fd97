"""Every text the window can show has a finished translation that fits it."""

import pytest

import source_texts
import translate
from app.translation_file import Entry, read_entries, write_entries
from source_texts import SourceText

HOW = "bring it in step with `make translations`, and translate what that tells"
GERMAN = translate.FOLDER / "de.po"


@pytest.fixture(scope="module")
def texts():
    return source_texts.all_texts()


def test_every_text_has_a_german_translation_that_fits(texts):
    entries = translate.in_step(texts, read_entries(GERMAN))
    wrong = [f"{entry.places}: {entry.source!r}: {', '.join(found)}"
             for entry in entries if (found := translate.faults(entry))]  # fmt: skip
    assert not wrong, "\n".join([HOW, *wrong])


def test_no_translation_is_of_a_text_that_is_gone(texts):
    there = {(text.context, text.text) for text in texts}
    gone = [
        each.source for each in read_entries(GERMAN) if (each.context, each.source) not in there
    ]
    assert not gone, "\n".join([HOW, *gone])


def test_no_text_of_the_window_is_put_together_before_it_is_translated():
    assert source_texts.unmarked_calls() == []


def test_what_matters_is_found_in_the_source(texts):
    found = {text.text for text in texts}
    assert {
        "&Open Transfer…",  # a row of a menu
        "Declick",  # a task
        "Longest click",  # a setting
        "78 rpm side",  # a preset
        "Drag in the waveform",  # a gesture
        "{path} is a folder, not a sound file; choose a file in it",  # a sentence of the engine
        "has no audio (0 samples)",  # a clause of one
        "looking for hum",  # what a job reports
        "Preferences",
    } <= found
    assert len(found) > 1400


def test_the_file_of_a_language_stays_small():
    assert GERMAN.stat().st_size < 500_000


@pytest.mark.parametrize(
    ("source", "translation", "fault"),
    [
        ("Open", "", "missing"),
        ("{a} of {b}", "{a} von {c}", "other places in braces"),
        ("&Open", "Öffnen", "other number of & keys"),
        ("Open…", "Öffnen", "ends with … in one only"),
        ("Open", "Öffnen", ""),
        ("Cut && &Paste", "&Ausschneiden && Einfügen", ""),
    ],
)
def test_a_translation_that_does_not_fit_is_told(source, translation, fault):
    assert ", ".join(translate.faults(Entry(source, translation))) == fault


def test_a_run_adds_what_is_new_drops_what_is_gone_and_keeps_the_rest(tmp_path, capsys):
    path = tmp_path / "de.po"
    write_entries(path, 'msgid ""\n\n', [
        Entry("Open", "Öffnen", places="app/a.py"), Entry("Shut", "Zu", places="app/a.py"),
    ])  # fmt: skip
    texts = [SourceText("Open", "app/b.py"), SourceText("New {n}", "app/c.py")]
    assert translate.bring_in_step(path, texts, write=True) == 1
    assert read_entries(path) == [
        Entry("Open", "Öffnen", places="app/b.py"), Entry("New {n}", places="app/c.py"),
    ]  # fmt: skip
    assert "app/c.py: missing: 'New {n}'" in capsys.readouterr().out
