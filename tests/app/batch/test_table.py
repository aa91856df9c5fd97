from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.batch.rows import Found, Row
from app.batch.scan import Facts
from app.batch.table import COLUMNS, FRACTION, BatchModel
from engine.jobs.batch_news import SideNews, SideState
from engine.jobs.side import DONE, FAILED, Outcome
from engine.jobs.survey import Survey

OUT = Path("/out/a.wav")


@pytest.fixture
def row():
    return Row(Found("/in/a.wav", "shelf/a.wav"), "gentle")


@pytest.fixture
def model(qapp, row, qtmodeltester):
    model = BatchModel({"gentle": "Gentle"}, lambda _: OUT)
    model.add([row])
    qtmodeltester.check(model)
    return model


def cells(model, role=Qt.ItemDataRole.DisplayRole):
    index = (model.index(0, column) for column in range(len(COLUMNS)))
    return dict(zip(COLUMNS, (model.data(each, role) for each in index), strict=True))


def test_a_row_that_waits_tells_what_it_is_going_to_be(model):
    told = cells(model)
    assert (told["file"], told["preset"], told["state"]) == ("a.wav", "Gentle", "Waiting")
    assert Path(told["output"]) == Path("shelf/a.wav")
    assert told["progress"] == told["note"] == told["duration"] == ""
    assert cells(model, Qt.ItemDataRole.ToolTipRole)["file"] == "/in/a.wav"


def test_a_row_that_runs_has_a_bar(model, row):
    row.take(SideNews(0, SideState.RUNNING, 0.25), OUT)
    assert cells(model)["progress"] == "25%"
    assert cells(model, FRACTION)["progress"] == 0.25


def test_a_row_that_failed_tells_why(model, row):
    row.take(SideNews(0, SideState.FAILED, 1.0, Outcome(FAILED, "a.wav is empty.")), OUT)
    told = cells(model)
    assert (told["state"], told["note"]) == ("✖ Failed", "is empty.")
    assert cells(model, Qt.ItemDataRole.ToolTipRole)["note"] == "a.wav is empty."
    assert told["progress"] == told["output"] == ""


def test_a_sentence_says_the_name_of_its_row_no_second_time(model, row):
    for told in ("a.wav: there is not enough memory", "a.wav there is not enough memory"):
        row.note = told
        assert cells(model)["note"] == "There is not enough memory."
    row.note = "a restored.wav is there already"
    assert cells(model)["note"] == row.note


def test_a_rate_is_told_in_khz(model, row):
    model.take_facts([Facts(row, 12.0, 44100)])
    assert cells(model)["rate"] == "44.1 kHz"


def test_a_side_that_was_done_just_now_stays_so_when_it_is_skipped(row):
    row.take(SideNews(0, SideState.DONE, 1.0, Outcome(DONE)), OUT)
    row.take(SideNews(0, SideState.SKIPPED, 1.0, Outcome(DONE)), OUT)
    assert row.state is SideState.DONE


def test_a_survey_is_told_in_a_line(row):
    survey = Survey(3.24, -51.6, 6120.0, 12, 1.0, -60.0)
    row.take(SideNews(0, SideState.DONE, 1.0, Outcome(DONE, survey=survey)), OUT)
    assert row.told == "3.2 clicks/s, noise -52 dBFS, music up to 6.1 kHz. 12 clipped samples."


def test_another_preset_has_a_row_wait_again(model, row):
    row.take(SideNews(0, SideState.FAILED, 1.0, Outcome(FAILED, "a.wav is empty.")), OUT)
    assert model.choose_preset([row], "78rpm") == [row]
    assert (row.state, row.told) == (SideState.WAITING, "")
    assert model.choose_preset([row], "78rpm") == []
