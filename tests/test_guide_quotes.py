"""What the user guide quotes: sentences of the program, the fields of a report, the options."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import soundfile

import guide_commands
from app.cli import main
from tests.signals import clicks, music

REPOSITORY = Path(__file__).resolve().parents[1]
GUIDE = REPOSITORY / "resources" / "guide"
ROOMS = ("app", "engine", "training")
QUOTING = ("provenance.md", "troubleshooting.md")
_QUOTE = re.compile(r"^> (.+)$", re.MULTILINE)
_BREAK = re.compile(r"""["']\s*\n\s*f?["']""")
"""Where a text goes on in the next line."""
_HOLE = re.compile(r"\{[^{}\n]*\}")


@cache
def said() -> str:
    """The source with its broken texts made whole, and {} for what is filled in."""
    files = (path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py")))
    whole = "\n".join(_BREAK.sub("", path.read_text(encoding="utf-8")) for path in files)
    return _HOLE.sub("{}", whole)


def pieces(quote: str) -> Iterator[str]:
    """The parts of a sentence that stand together in the source: a cause and an advice may not.

    What is filled in at the beginning and at the end of a part says nothing of it.
    """
    whole = _HOLE.sub("{}", quote)
    for part in re.split(r"; |: (?!\{\})| or (?=save)", whole):
        yield part.removeprefix("{} ").removeprefix("{}: ").removesuffix(" {}").strip("'{}.")


def quotes() -> list[tuple[str, str]]:
    return [
        (name, quote)
        for name in QUOTING
        for quote in _QUOTE.findall((GUIDE / name).read_text(encoding="utf-8"))
    ]


def faults() -> list[str]:
    return [
        f"{name}: {quote!r}: {piece!r}"
        for name, quote in quotes()
        for piece in pieces(quote)
        if piece not in said()
    ]


def test_every_sentence_that_the_guide_quotes_is_one_of_the_program():
    assert faults() == []


def test_the_guide_quotes_many_sentences():
    assert len(quotes()) > 40
    assert "exists already" in "".join(pieces("{file} exists already; choose another name"))


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def test_the_report_in_the_guide_has_the_fields_of_a_real_one(tmp_path, rng):
    audio, _ = clicks(rng, music(rng, 2.0, 22050), per_second=5.0)
    soundfile.write(tmp_path / "side.wav", 0.8 * audio.samples.T, 22050, subtype="PCM_16")
    words = ["restore", str(tmp_path / "side.wav"), "-o", str(tmp_path / "out.wav"), "--removed"]
    assert main([*words, "--preset", "declick-only"]) == 0
    real = json.loads((tmp_path / "out.runout.json").read_text(encoding="utf-8"))
    chapter = (GUIDE / "provenance.md").read_text(encoding="utf-8")
    shown = json.loads(chapter.split("```json\n")[1].split("```")[0])
    of_networks = {"method", "reduction_db", "version", "sha256", "licence", "device"}
    assert keys_of(shown) - keys_of(real) <= of_networks
    told = keys_of(shown) | set(re.findall(r"`(\w+)`", chapter))
    assert set(real) - told == set()


def test_the_options_in_the_guide_are_those_of_the_command_line():
    text = guide_commands.CHAPTER.read_text(encoding="utf-8")
    assert guide_commands.brought_up(text) == text
    assert guide_commands.told_commands(text) == guide_commands.all_commands()


def test_a_table_that_is_out_of_step_is_made_anew():
    old = "Options of `runout gain`:\n\n| option | what it does |\n|---|---|\n| `--db` | Old. |\n"
    new = guide_commands.brought_up(f"{old}\nMore.\n")
    assert "| `--gain-db` FLOAT |" in new
    assert "Old." not in new
    assert new.endswith("|\n\nMore.\n")
