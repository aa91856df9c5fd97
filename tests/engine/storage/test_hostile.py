"""Project folders that anybody may have made: each opens or is refused in one sentence."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import EngineError
from engine.event import Event
from engine.jobs.restore import restore
from engine.region import Region
from engine.storage.folder import open_project
from engine.storage.journal import _line
from engine.storage.recovery import find_unclosed
from engine.storage.renders import Renders
from engine.tasks.gain import Gain
from tests.engine.storage.conftest import SOFTWARE, crash, heard, louder

ROUNDS = 150
ODD: list[object] = [
    None,
    True,
    -1,
    10**300,
    1e308,
    0.5,
    "",
    "../../x",
    "\ud800",
    "a\nb\0c",
    "9" * 5000,
    [],
    {},
    [[]],
    {"": {"": []}},
    "0" * 64,
]


@pytest.fixture
def victim(folder):
    """A project with everything in it, without a journal beside the document."""
    louder(folder)
    made = restore(folder.project.state, Gain(gain_db=-3.0), [Region(0.4, 0.6)])
    found = (Event(18_000, 18_010, 0, 0.75, -30.0), Event(19_000, 19_001, 1, 1.0, -20.0))
    folder.commit(folder.keep(replace(made, title="Repair", events=found)))
    folder.set_noise(Region(0.1, 0.2))
    folder.set_view({"a": [1, {"b": 2}]})
    folder.save()
    path = crash(folder)
    (path / "journal.jsonl").unlink()
    for each in (path / "generations").iterdir():
        each.unlink()
    return path


def sealed(mapping: object) -> bytes:
    """A document with a checksum that is right."""
    body = json.dumps(mapping, allow_nan=True)[:-1].encode()
    return body + b',\n"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'


def opens_or_says_why(path) -> str | None:
    """Open it, read all of it and go on; the sentence where it is refused."""
    try:
        with open_project(path, software=SOFTWARE) as opened:
            assert np.isfinite(heard(opened)).all()
            assert all(note and "\n" not in note for note in opened.notes)
            if not opened.is_read_only:
                louder(opened, 0.8)
    except EngineError as error:
        sentence = str(error)
        assert sentence
        assert "\n" not in sentence
        assert len(sentence) < 1000
        return sentence
    return None


def places(value: object) -> list[tuple[Any, Any]]:
    """Every container in a JSON value with each of its keys."""
    if isinstance(value, dict):
        found: list[tuple[Any, Any]] = [(value, key) for key in value]
        return found + [each for child in value.values() for each in places(child)]
    if isinstance(value, list):
        found = [(value, index) for index in range(len(value))]
        return found + [each for child in value for each in places(child)]
    return []


def test_any_value_may_be_anything(victim, rng):
    path = victim / "project.json"
    whole = json.loads(path.read_bytes())
    del whole["sha256"]
    refused = 0
    for _ in range(ROUNDS):
        mapping = json.loads(json.dumps(whole))
        for _ in range(int(rng.integers(1, 3))):
            all_places = places(mapping)
            container, key = all_places[int(rng.integers(len(all_places)))]
            container[key] = ODD[int(rng.integers(len(ODD)))]
        for each in (victim / "generations").iterdir():
            each.unlink()
        (victim / "journal.jsonl").unlink(missing_ok=True)
        path.write_bytes(sealed(mapping))
        refused += opens_or_says_why(victim) is not None
    assert refused > ROUNDS / 3


def test_any_byte_may_be_any_other(victim, rng):
    louder_path = victim / "journal.jsonl"
    with open_project(victim, software=SOFTWARE) as opened:
        louder(opened, 0.7)
        crash(opened)
    files = [each for each in victim.rglob("*") if each.is_file()]
    assert louder_path in files
    whole = {each: each.read_bytes() for each in files}
    for _ in range(ROUNDS // 5):
        for each in victim.rglob("*"):
            if each.is_file() and each not in whole:
                each.unlink()
        for each, content in whole.items():
            each.write_bytes(content)
        target = files[int(rng.integers(len(files)))]
        damaged = bytearray(whole[target])
        kind = int(rng.integers(3))
        if kind == 0:
            damaged = damaged[: int(rng.integers(len(damaged) + 1))]
        elif kind == 1 and damaged:
            for at in rng.integers(0, len(damaged), 20):
                damaged[at] = int(rng.integers(256))
        else:
            damaged = bytearray(rng.bytes(int(rng.integers(2000))))
        target.write_bytes(damaged)
        opens_or_says_why(victim)
        assert len(find_unclosed(victim.parent)) <= 1


def test_any_line_of_the_journal_may_say_anything(victim, rng):
    with open_project(victim, software=SOFTWARE) as opened:
        record = next(iter(opened._contents.records.values())).to_mapping()
        source = opened._contents.source.to_mapping()
        generation = opened._contents.generation + 1
        document = opened._contents.to_mapping() | {"generation": generation}
        ids = list(opened._contents.records)
    kinds = ["commit", "head", "forget", "noise", "marks", "view", "source", "begin", "other"]
    good: dict[str, dict[str, object]] = {
        "commit": record | {"id": "new", "parent": ids[-1]},
        "head": {"head": ids[0]},
        "forget": {"operations": ids},
        "noise": {"noise": [0.5, 0.75, None, None]},
        "marks": {"marks": [{"start_s": 0, "stop_s": 1, "name": "a", "kind": "music"}]},
        "view": {"view": {"a": 1}},
        "source": source,
    }
    for _ in range(ROUNDS // 5):
        for each in (victim / "generations").iterdir():
            each.unlink()
        kind = kinds[int(rng.integers(len(kinds)))]
        data = json.loads(json.dumps(good.get(kind, document)))
        if rng.integers(4):
            container, key = (found := places(data))[int(rng.integers(len(found)))]
            container[key] = ODD[int(rng.integers(len(ODD)))]
        lines = [_line(generation, 0, "begin", document), _line(generation, 1, kind, data)]
        (victim / "journal.jsonl").write_bytes(b"".join(lines))
        opens_or_says_why(victim)


DOCUMENTS: dict[str, bytes] = {
    "nested deep": b'{"a":' * 100_000,
    "sealed and nested deep": sealed({"schema": 1, "view": json.loads("[" * 900 + "]" * 900)}),
    "a number of many digits": b'{"schema":' + b"1" * 10_000 + b"}",
    "no number": b'{"schema":NaN}',
    "another kind of JSON": b'["runout"]',
    "nothing but a checksum": sealed({}).replace(b"{,", b"{"),
}


@pytest.mark.parametrize("content", DOCUMENTS.values(), ids=DOCUMENTS)
def test_documents_that_are_none(victim, content):
    (victim / "project.json").write_bytes(content)
    sentence = opens_or_says_why(victim)
    assert sentence is not None
    assert "is damaged" in sentence


def rewritten(victim, change: Callable[[dict[str, Any]], None]) -> None:
    mapping = json.loads((victim / "project.json").read_bytes())
    del mapping["sha256"]
    change(mapping)
    (victim / "project.json").write_bytes(sealed(mapping))


@pytest.mark.parametrize("key", ["../../side", "/etc/passwd", "..", "A" * 64, "0" * 63])
def test_a_render_lies_nowhere_but_among_renders(victim, key):
    rewritten(victim, lambda m: m["operations"][0]["patches"].update(samples=key))
    sentence = opens_or_says_why(victim)
    assert (
        sentence
        == "patches of operations[0] of project.json is damaged: samples is no name of a render"
    )


def test_renders_that_promise_more_than_they_hold_are_left_out(victim, rng):
    renders = Renders(victim / "renders")
    spans = {
        "overflow": [[0, 2**62], [0, 2**62]],
        "negative": [[-5, 10], [20, 30]],
        "empty": [[5, 5], [0, 10]],
        "beyond the end": [[44_095, 44_105], [0, 10]],
    }
    for values in spans.values():
        key = renders.write([np.array(values, "<i8")], np.dtype("<i8"), (2, 2))
        mapping = json.loads((victim / "project.json").read_bytes())
        del mapping["sha256"]
        mapping["operations"][0]["patches"].update(spans=key, count=2)
        (victim / "project.json").write_bytes(sealed(mapping))
        with open_project(victim, software=SOFTWARE) as opened:
            assert opened.project.operations == ()
            assert "is left out, as its patches lie where there is nothing" in opened.notes[-1]


def test_an_operation_of_another_version_plays_and_keeps_its_settings(victim, reopen):
    with open_project(victim, software=SOFTWARE) as opened:
        expected = heard(opened)
    settings = {"depth": 3, "curve": [1.5, 2.5], "noise": {"region": [0.5, 1.0, None, None]}}

    def change(mapping):
        mapping["operations"][0].update(task="resurrect", settings=settings)
        mapping["operations"][1]["settings"]["gain_db"] = 70.0

    for each in (victim / "generations").iterdir():
        each.unlink()
    (victim / "journal.jsonl").unlink()
    rewritten(victim, change)
    opened = reopen(victim)
    np.testing.assert_array_equal(heard(opened), expected)
    assert opened.notes[-2:] == (
        "Gain plays, but cannot be run again: this version of Runout has no task 'resurrect'",
        "Repair plays, but cannot be run again: gain_db = 70 is outside -60 .. 60 dB",
    )
    task = opened.project.operations[0].task
    assert (task.name, task.to_mapping()) == ("resurrect", settings)
    louder(opened, 0.8)
    opened.close()
    written = json.loads((victim / "project.json").read_bytes())["operations"]
    assert (written[0]["task"], written[0]["settings"]) == ("resurrect", settings)
    assert written[1]["settings"]["gain_db"] == 70.0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("name", ["project.json", "journal.jsonl", "lock", "renders"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(victim, name):
    path = victim / name
    if path.is_dir():
        path = sorted(path.iterdir())[0]
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    opens_or_says_why(victim)


def test_a_lock_may_hold_anything(victim, rng):
    for content in (b"{}", b"[" * 9000, rng.bytes(500), b'{"pid":1,"host":"\\ud800"}', b"\0"):
        (victim / "lock").write_bytes(content)
        assert opens_or_says_why(victim) is None
