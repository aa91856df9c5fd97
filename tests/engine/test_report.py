"""The report beside every export."""

import hashlib
import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from engine.audio_file import open_audio
from engine.containers import Encoding
from engine.errors import StorageError
from engine.event import Decision, Event
from engine.export import ExportRequest, export_set
from engine.model_used import ModelUsed
from engine.project import Operation, Patch, State
from engine.region import Region
from engine.report import iso_time
from engine.review import decide
from engine.tasks.gain import Gain
from tests.engine import sound_files

MODEL = ModelUsed("denoise-light", "2", "ab" * 32, "MIT", "cuda")
STARTED = datetime(2025, 3, 1, 12, 0, 0, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture
def exported(rng, tmp_path):
    encoding = Encoding(16)
    native = sound_files.samples(rng, encoding, 4410, 1) // 2
    path = tmp_path / "side.wav"
    (tmp_path / "found").mkdir()
    path.write_bytes(sound_files.wav(native, encoding))
    with open_audio(path) as source:
        patch = Patch(1000, source.read(1000, 2000).samples * 0.5)
        event = Event(1100, 1122, 0, 0.87654321, -23.4567)
        regions = (Region(0.02, 0.05),)
        operation = Operation(
            Gain(gain_db=-6.0), "Gain", regions, (patch,), (event,), 999, 0, STARTED, 1.23456,
            ("A note.",), models=(MODEL, MODEL),
        )  # fmt: skip
        request = ExportRequest(
            tmp_path / "out.wav", "1.2.3", write_removed=True, preset="78rpm",
            events=tmp_path / "found" / "events.json",
        )  # fmt: skip
        done = export_set(State(source, (operation,)), source, request)
    return path, native, done


def test_the_report_tells_all_of_an_export(exported):
    path, native, done = exported
    report = json.loads(done.report_path.read_text())
    assert report == done.to_mapping()
    assert (report["schema"], report["software"]) == (1, {"name": "Runout", "version": "1.2.3"})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", report["created"])
    source = report["source"]
    assert (source["path"], source["name"]) == (str(path), "side.wav")
    assert source["audio_sha256"] == hashlib.sha256(Encoding(16).encode(native)).hexdigest()
    assert source["audio_md5"] == hashlib.md5(Encoding(16).encode(native)).hexdigest()
    assert (source["subtype"], source["bits"], source["duration_s"]) == ("PCM_16", 16, 0.1)
    assert (report["seed"], report["device"], report["preset"]) == (None, "cuda", "78rpm")
    told = {"name": "denoise-light", "version": "2", "sha256": "ab" * 32, "licence": "MIT"}
    assert report["models"] == [told | {"device": "cuda"}]
    assert (report["outside_changed"], report["sum_exact"]) == (0, True)
    assert report["peak_before_dbfs"] == pytest.approx(-6.02, abs=0.01)
    assert report["peak_after_dbfs"] <= report["peak_before_dbfs"]
    assert report["over_range"] == 0
    assert report["seconds"] == 1.235
    assert report["coding_history"] == "A=PCM,F=44100,W=16,M=mono,T=Runout 1.2.3; gain"


def test_operations_are_told_with_settings_regions_and_events(exported):
    operation = json.loads(exported[2].report_path.read_text())["operations"][0]
    assert (operation["task"], operation["settings"]) == ("gain", {"gain_db": -6.0})
    assert operation["regions"] == ["0:00.0200-0:00.0500"]
    assert operation["started"] == "2025-03-01T10:00:00.000Z"
    assert (operation["changed"], operation["n_events"]) == (999, 1)
    assert operation["notes"] == ["A note."]
    assert operation["events"] == [
        {
            "number": 1,
            "time_s": 0.024943,
            "width_ms": 0.4989,
            "start": 1100,
            "stop": 1122,
            "channel": 0,
            "confidence": 0.8765,
            "removed_db": -23.46,
            "decision": "pending",
        }
    ]


def test_decisions_are_told_as_of_the_export_and_numbers_stay(exported, tmp_path):
    done = exported[2]
    operation = done.report.operations[0]
    with open_audio(exported[0]) as source:
        state = State(source, (operation,))
        state = state.with_operation(decide(state, operation, [0], Decision.REVERTED))
        later = export_set(state, source, ExportRequest(tmp_path / "later.wav", "1"))
    told = later.to_mapping()["operations"]
    assert [each["decision"] for each in told[0]["events"]] == ["reverted"]
    assert [each["number"] for each in told[0]["events"]] == [1]
    assert told[1]["decided"] == [{"operation": operation.id, "event": 0, "decision": "reverted"}]


def test_outputs_are_told_with_hashes_that_hold(exported):
    done = exported[2]
    outputs = json.loads(done.report_path.read_text())["outputs"]
    assert [each["role"] for each in outputs] == ["result", "removed"]
    for told, path in zip(outputs, (done.result, done.removed), strict=True):
        content = path.read_bytes()
        assert (told["name"], told["bytes"]) == (path.name, len(content))
        assert told["sha256"] == hashlib.sha256(content).hexdigest()
        with open_audio(path) as file:
            chunk = file.container.data
        audio = content[chunk.payload : chunk.payload + chunk.size]
        assert told["audio_sha256"] == hashlib.sha256(audio).hexdigest()


def test_no_path_but_the_source_as_given_is_in_the_report(exported):
    path, _, done = exported
    text = done.report_path.read_text()
    assert text.count(str(path.parent)) == 1


def test_without_report_no_report_is_written(exported, tmp_path):
    path = exported[0]
    with open_audio(path) as source:
        request = ExportRequest(tmp_path / "again.wav", "1", write_report=False)
        done = export_set(State(source), source, request)
    assert done.outputs == (tmp_path / "again.wav",)
    assert not (tmp_path / "again.runout.json").exists()
    assert done.to_mapping()["sum_exact"] is True


def test_times_are_utc():
    assert iso_time(STARTED) == "2025-03-01T10:00:00.000Z"


def test_events_are_written_as_a_file_of_the_set(exported, tmp_path):
    events = json.loads((tmp_path / "found" / "events.json").read_text())["events"]
    found = [(each["operation"], each["task"], each["number"], each["start"]) for each in events]
    assert found == [(1, "gain", 1, 1100)]
    assert tmp_path / "found" / "events.json" in exported[2].outputs


def test_two_files_of_a_set_cannot_be_one(exported, tmp_path):
    with open_audio(exported[0]) as source:
        clash = ExportRequest(tmp_path / "x.wav", "1", events=tmp_path / "x.wav")
        with pytest.raises(StorageError, match=r"^x.wav is asked for twice"):
            export_set(State(source), source, clash)
