"""Putting single repairs back from result, removed part and report."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.audio_file import open_audio
from engine.bext import parse_bext
from engine.containers import Encoding
from engine.errors import EngineError, SettingsError, StorageError
from engine.event import Event
from engine.export import ExportRequest, export_set
from engine.metadata import read_chunk
from engine.project import Operation, Patch, State
from engine.revert import RevertRequest, revert_events
from engine.tasks.gain import Gain
from tests.engine import sound_files
from tests.engine.test_audio_file import DEPTHS, write

N_SAMPLES = 30_000
EVENTS = (
    Event(100, 160, 0, 0.9, -20.0),
    Event(140, 300, 1, 0.8, -30.0),
    Event(150, 170, 0, 0.7, -30.0),
    Event(29_000, 29_900, 1, 0.9, -20.0),
)


def operation(*patches: Patch, events=(), **settings) -> Operation:
    changed = sum(patch.samples.size for patch in patches)
    started = datetime.now(UTC)
    return Operation(Gain(), "Declick", (), patches, events, changed, 0, started, 0.5, **settings)


def repaired(source) -> Operation:
    """Repairs much smaller and much louder than what was there; the rest stays."""
    samples = source.read(0, source.n_samples).samples
    for index, event in enumerate(EVENTS):
        here = (event.channel, slice(event.start, event.stop))
        samples[here] = samples[here] * (0.01, 0.5)[index % 2] + (0.0, 0.3)[index % 2]
    return operation(Patch(90, samples[:, 90:29_950]), events=EVENTS)


def export(path: Path, output: Path, *operations: Operation, **options) -> Path:
    with open_audio(path) as source:
        done = operations or (repaired(source),)
        request = ExportRequest(output, "1.2.3", write_removed=True, **options)
        return export_set(State(source, done), source, request).result


def wanted(restored: Path, output: Path, *numbers: int, **options) -> RevertRequest:
    beside = ExportRequest(restored, "")
    return RevertRequest(
        restored, beside.removed, beside.report, 1, numbers, ExportRequest(output, "2.0", **options)
    )


def stored(path: Path) -> np.ndarray:
    with open_audio(path) as file:
        return np.array(file.read_native(0, file.n_samples))


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return one.tobytes() == other.tobytes()


@pytest.fixture
def side(rng, tmp_path) -> Path:
    return write(tmp_path / "side.wav", rng.uniform(-0.9, 0.9, (2, N_SAMPLES)))


@pytest.fixture
def restored(side, tmp_path) -> Path:
    return export(side, tmp_path / "out.wav")


@pytest.mark.parametrize(("container", "subtype"), DEPTHS)
def test_events_hold_the_source_bit_for_bit_and_all_else_the_result(
    rng, tmp_path, container, subtype
):
    suffix = {"WAVEX": ".wav", "AIFF": ".aif"}.get(container, "." + container.lower())
    samples = rng.uniform(-0.9, 0.9, (2, N_SAMPLES)) * 10.0 ** rng.uniform(-9, 0, (2, N_SAMPLES))
    side = write(tmp_path / f"side{suffix}", samples, 48000, container, subtype)
    restored = export(side, tmp_path / f"out{suffix}")
    back = tmp_path / f"back{suffix}"
    done = revert_events(wanted(restored, back, 1, 2, 4, write_removed=True))
    expected, source = stored(restored), stored(side)
    for number in (1, 2, 4):
        event = EVENTS[number - 1]
        here = (event.channel, slice(event.start, event.stop))
        expected[here] = source[here]
    assert same_bits(stored(back), expected)
    assert done.changed == np.count_nonzero(expected != stored(restored)) > 100
    with open_audio(back) as result, open_audio(side) as given:
        assert result.format == given.format
    rest = stored(tmp_path / f"back.removed{suffix}")
    if given.encoding.is_float:
        assert done.told["sum_errors"] == np.count_nonzero(expected + rest != source)
    else:
        assert np.array_equal(expected.astype(np.int64) + rest, source)
        assert (done.told["sum_exact"], done.told["sum_errors"]) == (True, 0)


def test_all_repairs_put_back_in_two_goes_are_the_whole_source(side, restored, tmp_path):
    half = wanted(restored, tmp_path / "half.wav", 1, 2, write_removed=True)
    revert_events(half)
    whole = wanted(tmp_path / "half.wav", tmp_path / "whole.wav", 1, 3, 4, write_removed=True)
    told = revert_events(whole).told
    changed = stored(tmp_path / "whole.wav") != stored(side)
    for event in EVENTS:
        assert not changed[event.channel, event.start : event.stop].any()
    assert [each["decision"] for each in told["operations"][0]["events"]] == ["reverted"] * 4
    assert [each["title"] for each in told["operations"]] == [
        "Declick", "Revert 2 of Declick", "Revert 3 of Declick",
    ]  # fmt: skip


def test_events_across_the_edges_of_blocks_are_put_back_whole(
    side, restored, tmp_path, monkeypatch
):
    monkeypatch.setattr("engine.audio_file.BLOCK_VALUES", 128)
    done = revert_events(wanted(restored, tmp_path / "back.wav", 2, 4))
    back, source = stored(tmp_path / "back.wav"), stored(side)
    for event in (EVENTS[1], EVENTS[3]):
        here = (event.channel, slice(event.start, event.stop))
        assert np.array_equal(back[here], source[here])
    assert done.changed == np.count_nonzero(back != stored(restored))


def test_the_report_tells_decisions_hashes_and_where_it_came_from(restored, tmp_path):
    before = json.loads((tmp_path / "out.runout.json").read_text())
    done = revert_events(wanted(restored, tmp_path / "back.wav", 2))
    told = json.loads((tmp_path / "back.runout.json").read_text())
    assert told == json.loads(json.dumps(done.told))
    assert set(told) == {*before, "reverted_from"}
    assert told["source"] == before["source"]
    assert told["reverted_from"]["audio_sha256"] == before["outputs"][0]["audio_sha256"]
    found = [each["decision"] for each in told["operations"][0]["events"]]
    assert found == ["pending", "reverted", "pending", "pending"]
    assert told["operations"][1]["decided"] == [
        {"operation": before["operations"][0]["id"], "event": 1, "decision": "reverted"}
    ]
    content = (tmp_path / "back.wav").read_bytes()
    assert told["outputs"][0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert [each["role"] for each in told["outputs"]] == ["result"]
    assert told["software"]["version"] == "2.0"


def test_metadata_is_kept_and_the_coding_history_gets_a_line(rng, tmp_path):
    encoding = Encoding(24)
    native = sound_files.samples(rng, encoding, N_SAMPLES, 2)
    side = tmp_path / "side.wav"
    chunks = [(b"bext", sound_files.bext()), (b"note", b"from the label")]
    side.write_bytes(sound_files.wav(native, encoding, before=chunks))
    restored = export(side, tmp_path / "out.wav")
    revert_events(wanted(restored, tmp_path / "back.wav", 1))
    with open_audio(tmp_path / "back.wav") as file:
        assert read_chunk(file, "note") == b"from the label"
        bext = parse_bext(read_chunk(file, "bext") or b"")
    assert bext is not None
    lines = bext.coding_history.split("\r\n")
    assert lines[-2] == "A=PCM,F=44100,W=24,M=stereo,T=Runout 2.0; revert 1 of gain"
    assert lines[-3].endswith("T=Runout 1.2.3; gain")


def test_what_other_operations_did_there_is_gone_too_and_that_is_told(side, tmp_path):
    with open_audio(side) as source:
        first = repaired(source)
        state = State(source, (first,))
        softer = Patch(0, state.read(0, N_SAMPLES).samples * np.float32(0.5))
    restored = export(side, tmp_path / "out.wav", first, replace(operation(softer), title="Gain"))
    done = revert_events(wanted(restored, tmp_path / "back.wav", 1))
    assert done.notes[-1].endswith("the source's own samples, without Gain.")
    here = (0, slice(EVENTS[0].start, EVENTS[0].stop))
    assert np.array_equal(stored(tmp_path / "back.wav")[here], stored(side)[here])


def other_audio(folder: Path) -> None:
    content = bytearray((folder / "out.removed.wav").read_bytes())
    content[-1] ^= 1
    (folder / "out.removed.wav").write_bytes(content)


def longer(folder: Path) -> None:
    write(folder / "out.removed.wav", np.zeros((2, N_SAMPLES + 1)))


def other_rate(folder: Path) -> None:
    write(folder / "out.removed.wav", np.zeros((2, N_SAMPLES)), 48000)


def swapped(folder: Path) -> None:
    shutil.copy(folder / "out.removed.wav", folder / "out.wav")


def gone(folder: Path) -> None:
    (folder / "out.removed.wav").unlink()


def reported(**changes):
    def change(folder: Path) -> None:
        path = folder / "out.runout.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def no_json(folder: Path) -> None:
    (folder / "out.runout.json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (other_audio, r"^out\.removed\.wav is not the file .* it has other audio; "),
        (longer, r"^out\.removed\.wav is not the file .* has 30001 samples instead of 30000"),
        (other_rate, r"^out\.removed\.wav is not the file .* has 48000 Hz instead of 44100"),
        (swapped, r"^out\.wav is not the file .* it has other audio"),
        (gone, r"^out\.removed\.wav cannot be read: there is no such file"),
        (reported(headroom_db=3.0), "3 dB of headroom"),
        (reported(operations=[]), "no operation 1"),
        (reported(schema=99), r"^out\.runout\.json is not a report of Runout"),
        (reported(outputs=[]), "without its removed part"),
        (no_json, r"^out\.runout\.json is not a report of Runout"),
    ],
)
def test_files_that_do_not_belong_together_are_refused(restored, tmp_path, spoil, words):
    spoil(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(EngineError, match=words) as caught:
        revert_events(wanted(restored, tmp_path / "back.wav", 1, write_removed=True))
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_no_such_event_is_said(restored, tmp_path):
    with pytest.raises(SettingsError, match="Declick has no event 5: out.runout.json lists 4"):
        revert_events(wanted(restored, tmp_path / "back.wav", 1, 5))


@pytest.mark.parametrize("name", ["out.wav", "out.removed.wav", "out.runout.json"])
def test_no_file_that_is_read_is_written_over(restored, tmp_path, name):
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    request = wanted(restored, tmp_path / name, 1, overwrite=True)
    with pytest.raises(EngineError):
        revert_events(request)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_existing_output_is_refused(restored, tmp_path):
    (tmp_path / "back.wav").write_bytes(b"mine")
    with pytest.raises(StorageError, match="exists already"):
        revert_events(wanted(restored, tmp_path / "back.wav", 1))
    assert (tmp_path / "back.wav").read_bytes() == b"mine"


def test_repairs_from_before_a_new_stage_are_refused(side, tmp_path):
    with open_audio(side) as source:
        first = repaired(source)
        mono = Audio(source.read(0, N_SAMPLES).samples[:1], 44100)
    staged = replace(operation(), stage=MemoryRecording(mono), title="Groove")
    restored = export(side, tmp_path / "out.wav", first, staged)
    with pytest.raises(SettingsError, match="Declick was done before Groove"):
        revert_events(wanted(restored, tmp_path / "back.wav", 1))
