import csv
import html.parser
import io
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from engine.export import ExportRequest
from engine.jobs.batch_page import MOST_PICTURED, page
from engine.jobs.batch_report import checksums, table
from engine.jobs.side import Outcome, Side, Stamp, Written
from engine.jobs.survey import Survey

NASTY = 'Bach & Sohn <b>"Air"<script>alert(1)</script>.wav'.replace("/", "")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def told(root: Path) -> list[tuple[Side, Outcome]]:
    names = ("disc/a.wav", NASTY, "broken.wav")
    sides = [
        Side(Path("in") / n, ExportRequest(root / n, "1.0", preset="78rpm"), ()) for n in names
    ]
    done = Outcome(
        "done",
        sample_rate=44100,
        n_channels=1,
        n_samples=44100 * 200,
        encoding="WAV PCM_24",
        written=(Written("a.wav", "ab" * 32, Stamp(1, 2)),),
        clicks=1234,
        removed_db=-21.5,
        peak_before_dbfs=-1.0,
        peak_after_dbfs=-3.25,
        notes=("A note.",),
    )
    failed = Outcome("failed", "broken.wav is cut short; copy it again")
    nasty = replace(done, written=(Written(NASTY, "cd" * 32, Stamp(1, 2)),))
    return list(zip(sides, (done, nasty, failed), strict=True))


class Elements(html.parser.HTMLParser):
    """Which elements and texts a page has, and what is open at its end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def test_the_page_holds_everything_and_runs_nothing(tmp_path: Path):
    found = Elements(page(tmp_path, told(tmp_path), lambda side: (PNG, PNG)))
    assert found.open == []
    names = [name for name, _ in found.seen]
    assert not {"script", "link", "a", "iframe", "b"} & set(names)
    pictures = [attributes for name, attributes in found.seen if name == "img"]
    assert len(pictures) == 4
    assert all(str(each["src"]).startswith("data:image/png;base64,") for each in pictures)
    assert pictures[2]["alt"] == f"{NASTY} before"
    for words in (
        NASTY,
        "broken.wav is cut short; copy it again",
        "2,468",
        "3:20",
        "\u221221.5 dB",
    ):
        assert words in found.text
    assert "http" not in found.text


def test_a_very_long_page_leaves_pictures_out_and_says_so(tmp_path: Path):
    first = told(tmp_path)[:1]
    text = page(tmp_path, first * (MOST_PICTURED + 1), lambda side: (b"x", b""))
    assert text.count("<img") == MOST_PICTURED
    assert "first 1000 sides have pictures" in text


def test_the_table_has_a_row_for_each_side(tmp_path: Path):
    rows = list(csv.DictReader(io.StringIO(table(tmp_path, told(tmp_path)), newline="")))
    assert [row["state"] for row in rows] == ["done", "done", "failed"]
    assert rows[0]["output"] == "disc/a.wav"
    assert (rows[0]["removed_db"], rows[0]["clicks"]) == ("-21.5", "1234")
    assert rows[1]["output"] == NASTY
    assert rows[2]["note"] == "broken.wav is cut short; copy it again"


def test_a_survey_is_told_in_figures(tmp_path: Path):
    side, outcome = told(tmp_path)[0]
    survey = Survey(3.5, -48.2, 6500.0, 12, 1.5, -60.0)
    surveyed = [(replace(side, is_survey=True), replace(outcome, survey=survey, written=()))]
    (row,) = csv.DictReader(io.StringIO(table(tmp_path, surveyed), newline=""))
    assert row["preset"] == ""  # as nothing was restored
    assert (row["clicks_per_s"], row["bandwidth_hz"], row["output"]) == ("3.5", "6500", "")
    text = page(tmp_path, surveyed, lambda _: (b"", b""))
    assert "6.5 kHz" in text
    assert "\u221248.2" in text


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be there")
def test_names_that_would_break_a_line_of_checksums_are_escaped(tmp_path: Path):
    name = "two\nlines\\.wav"
    (tmp_path / name).write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    done = {name: Outcome("done", written=(Written(name, empty, Stamp(0, 0)),))}
    assert checksums(tmp_path, done) == f"\\{empty}  two\\nlines\\\\.wav\n"
    assert checksums(tmp_path / "elsewhere", done) == ""
    too_long = {"a": Outcome("done", written=(Written("a" * 5000, empty, Stamp(0, 0)),))}
    assert checksums(tmp_path, too_long) == ""


@pytest.mark.skipif(BROWSER is None, reason="no Chromium")
def test_a_browser_shows_the_page_and_prints_it(tmp_path: Path):
    path = tmp_path / "batch.html"
    path.write_text(page(tmp_path, told(tmp_path), lambda side: (PNG, PNG)), encoding="utf-8")
    printed = tmp_path / "page.pdf"
    words = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'home'}"]
    subprocess.run(
        [str(BROWSER), *words, f"--print-to-pdf={printed}", path.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 1
