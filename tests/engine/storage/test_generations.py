"""Damage to every file of a project, one at a time."""

import numpy as np
import pytest

from engine.errors import StorageError
from engine.storage.contents import Contents
from engine.storage.disk import Damaged
from engine.storage.generations import read_newest
from tests.engine.storage.conftest import crash, heard, louder


def flip(path, share=0.5):
    content = bytearray(path.read_bytes())
    content[int(share * (len(content) - 1))] ^= 0x10
    path.write_bytes(content)


@pytest.fixture
def crashed(folder):
    """A project with an operation in the document, and two more in the journal."""
    louder(folder)
    folder.save()
    louder(folder, 0.3)
    louder(folder, 0.5)
    return crash(folder)


def newest(path):
    return max((path / "generations").iterdir())


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "flipped": flip,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_document_is_replaced_by_its_copies(crashed, reopen, damage):
    DAMAGE[damage](crashed / "project.json")
    again = reopen(crashed)
    assert len(again.project.operations) == 3
    told = [each for each in again.notes if "the project was read from copies (state 2)" in each]
    assert len(told) == 1
    louder(again, 0.8)
    assert len(read_newest(crashed).contents.records) == 4
    (crashed / "journal.jsonl").unlink()
    assert len(read_newest(crashed).contents.records) == 3


def test_the_journal_alone_is_enough(crashed, reopen):
    (crashed / "project.json").unlink()
    for path in (crashed / "generations").iterdir():
        path.write_bytes(b"{}")
    assert reopen(crashed).project.head == 3


def test_without_a_journal_the_document_is_what_there_is(crashed, reopen):
    (crashed / "journal.jsonl").unlink()
    again = reopen(crashed)
    assert again.project.head == 1
    louder(again, 0.8)
    assert len(read_newest(crashed).contents.records) == 2


def test_with_everything_damaged_a_sentence_says_so(crashed, reopen):
    for path in (crashed / "project.json", crashed / "journal.jsonl"):
        path.write_bytes(b"\0" * 100)
    for path in (crashed / "generations").iterdir():
        path.write_bytes(b"[]")
    with pytest.raises(StorageError, match="project.json is damaged: it was cut short or changed"):
        reopen(crashed)


def test_an_older_generation_is_the_last_resort(crashed, reopen):
    (crashed / "journal.jsonl").unlink()
    flip(crashed / "project.json")
    flip(newest(crashed))
    again = reopen(crashed)
    assert again.project.head == 0
    assert "(state 1)" in again.notes[1]


def test_a_journal_of_another_generation_is_not_applied(crashed, folder, reopen):
    old = (crashed / "journal.jsonl").read_bytes()
    reopen(crashed).close()
    (crashed / "journal.jsonl").write_bytes(old)  # as if the new one had not reached the disk
    again = reopen(crashed)
    assert again.project.head == 3
    louder(again, 0.8)
    assert len(read_newest(crashed).contents.records) == 4


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_a_cut_last_line_is_left_out_and_the_rest_kept(crashed, reopen, lost):
    path = crashed / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-lost])
    again = reopen(crashed)
    assert again.project.head == 2
    assert "the last change was not written to its end and is left out" in again.notes
    louder(again, 0.8)
    assert len(read_newest(crashed).contents.records) == 3


def test_a_bad_line_ends_the_journal_and_what_follows_is_kept_aside(crashed, reopen):
    path = crashed / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = b"".join([lines[0], lines[1].replace(b"gain", b"gaim"), lines[2]])
    path.write_bytes(damaged)
    again = reopen(crashed)
    assert again.project.head == 1
    assert (
        "the journal is damaged: line 2 cannot be read, as its checksum is wrong; "
        "what was done up to there is kept" in again.notes
    )
    assert (crashed / "journal.jsonl.damaged").read_bytes() == damaged


def test_a_bad_first_line_costs_nothing_while_the_document_is_whole(crashed, reopen):
    path = crashed / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([b"#" + lines[0], *lines[1:]]))
    assert reopen(crashed).project.head == 3


def test_a_lost_line_ends_the_journal(crashed, reopen):
    path = crashed / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2]]))
    again = reopen(crashed)
    assert again.project.head == 1
    assert any("lines before it are missing" in each for each in again.notes)


def test_a_damaged_render_leaves_out_what_builds_on_it_and_loses_nothing(folder, reopen):
    first = louder(folder)
    expected = heard(folder)
    second = louder(folder, 0.3)
    third = louder(folder, 0.5)
    everything = heard(folder)
    key = folder._contents.records[second.id].keys[1]
    path = crash(folder)
    render = path / "renders" / f"{key}.npy"
    good = render.read_bytes()
    flip(render)
    again = reopen(path)
    np.testing.assert_array_equal(heard(again), expected)
    assert [each.id for each in again.project.all_operations] == [first.id]
    assert again.notes[-1] == (
        f"Gain and what follows it is left out, as render {key[:12]} has another content than it "
        "had; its settings are kept, so it can be run again"
    )
    branch = louder(again, 0.7)
    again.close()
    render.write_bytes(good)
    healed = reopen(path)
    ids = [each.id for each in healed.project.all_operations]
    assert ids == [first.id, second.id, third.id, branch.id]
    assert [each.id for each in healed.project.operations] == [first.id, branch.id]
    healed.move_head(third.id)
    np.testing.assert_array_equal(heard(healed), everything)


def test_a_newer_document_is_not_replaced_by_older_copies(crashed, reopen):
    contents = read_newest(crashed).contents
    contents.generation += 1
    text = contents.to_json().replace('"schema":1,', '"schema":2,')
    body = text.rpartition(',\n"sha256"')[0]
    import hashlib

    digest = hashlib.sha256(body.encode()).hexdigest()
    (crashed / "project.json").write_text(f'{body},\n"sha256":"{digest}"}}\n')
    with pytest.raises(StorageError, match=r"Runout 1.2.3, which is newer .* update Runout"):
        reopen(crashed)


def test_a_document_reads_back_as_it_was(crashed):
    contents = read_newest(crashed).contents
    again = Contents.from_json(contents.to_json().encode(), "document")
    assert again.to_mapping() == contents.to_mapping()
    assert list(again.choices.items()) == list(contents.choices.items())
    with pytest.raises(Damaged, match="document is damaged"):
        Contents.from_json(contents.to_json().encode()[:-5], "document")
