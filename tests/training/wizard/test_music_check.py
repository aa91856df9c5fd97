from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalog_file import load_catalog
from tests.conftest import REPOSITORY
from training.wizard.music_check import problems
from training.wizard.scan import Scan, Scanned
from training.wizard.sound_facts import SoundFacts
from training.wizard.template import Template, template_of

FACTS = SoundFacts(44100, 2, 300.0, 22000.0, 0.0, 0, -15.0, -60.0)


@pytest.fixture(scope="module")
def template() -> Template:
    catalog = load_catalog([REPOSITORY / "resources" / "models"])
    (entry,) = (each for each in catalog.entries if each.name == "denoise-light")
    return template_of(entry, REPOSITORY / "training" / "recipes")


def _scan(*facts: SoundFacts | None) -> Scan:
    return Scan(tuple(Scanned(Path(f"{number}.wav"), each) for number, each in enumerate(facts)))


def _told(scan: Scan, template: Template, left_out: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
    found = problems(scan, template, set(map(Path, left_out)))
    return [(each.sentence, each.is_blocking) for each in found]


def test_enough_good_music_is_no_problem(template: Template) -> None:
    assert _told(_scan(FACTS, FACTS), template) == []


def test_no_music_at_all_is_told(template: Template) -> None:
    assert _told(Scan(), template) == [
        ("there is no clean music yet; add recordings without noise, best as WAV or FLAC", True)
    ]


def test_a_place_that_is_gone_is_told_before_all_else(template: Template) -> None:
    gone = Scanned(Path("gone.wav"), problem="gone.wav is no longer there; or so", is_gone=True)
    scan = Scan((*_scan(FACTS, FACTS).files, gone))
    assert _told(scan, template) == [("gone.wav is no longer there; or so", True)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (None, "none of these files can be read"),
        (replace(FACTS, codec="MP3"), "add WAV or FLAC files from the source, or tick those"),
        (replace(FACTS, cut_hz=16000.0), "all of these recordings went through a lossy codec"),
        (replace(FACTS, n_clipped=10_000), "all of these recordings are clipped"),
        (replace(FACTS, loudest_dbfs=-70.0), "all of these recordings are silent"),
        (FACTS, "no file is ticked"),
    ],
)
def test_why_nothing_is_used_is_told_with_the_way_forward(
    template: Template, facts: SoundFacts | None, words: str
) -> None:
    ((sentence, is_blocking),) = _told(_scan(facts, facts), template, ("0.wav", "1.wav"))
    assert words in sentence
    assert is_blocking


def test_five_seconds_are_refused_and_five_minutes_are_doubted(template: Template) -> None:
    ((sentence, is_blocking),) = _told(_scan(replace(FACTS, duration_s=5.0)), template)
    assert sentence.startswith("5 s of clean music is too little to learn from; add recordings")
    assert is_blocking
    ((sentence, is_blocking),) = _told(_scan(FACTS), template)
    assert sentence.startswith("5.0 minutes of clean music is little")
    assert not is_blocking
    assert _told(_scan(FACTS, FACTS), template, ("1.wav",))[0][0] == sentence


def test_music_far_below_the_rate_of_the_base_is_refused(template: Template) -> None:
    low = replace(FACTS, sample_rate=16000, bandwidth_hz=8000.0)
    narrow = replace(FACTS, cut_hz=11000.0)
    for facts, told_khz in ((low, "8.0 kHz"), (narrow, "11.0 kHz")):
        ((sentence, is_blocking),) = _told(_scan(facts, facts), template)
        assert told_khz in sentence
        assert "choose another base on the page Goal" in sentence
        assert is_blocking
    ((sentence, is_blocking),) = _told(_scan(low, low, FACTS), template)
    assert "the greater part of this music ends at 8.0 kHz or below" in sentence
    assert not is_blocking
    assert _told(_scan(low, FACTS, FACTS), template) == []
    assert problems(_scan(low, low), None) == ()


def test_what_is_used_in_spite_of_doubts_is_told(template: Template) -> None:
    scan = _scan(FACTS, FACTS, replace(FACTS, codec="OGG"), replace(FACTS, n_clipped=999))
    told = _told(scan, template)
    assert [is_blocking for _, is_blocking in told] == [False, False]
    assert "holds lossy files (1)" in told[0][0]
    assert "holds clipped files (1)" in told[1][0]
