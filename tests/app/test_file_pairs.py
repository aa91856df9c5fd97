from pathlib import Path

import pytest

from app.file_pairs import Claims, pair_files
from engine.errors import StorageError


def test_a_source_that_cannot_be_written_back_becomes_a_wav(tmp_path):
    (tmp_path / "disc").mkdir()
    for name in ("a.ogg", "b.flac", "notes.txt"):
        (tmp_path / "disc" / name).touch()
    pairs = pair_files([tmp_path], None, Path("out"))
    assert [target for _, target in pairs] == [Path("out/disc/a.wav"), Path("out/disc/b.flac")]


def test_no_output_may_be_a_source_of_the_run(tmp_path):
    sources = [tmp_path / "a.ogg", tmp_path / "a.wav"]
    with pytest.raises(StorageError, match=r"a\.ogg .* over a\.wav, which is a source"):
        Claims(sources).claim(sources[0], [tmp_path / "disc" / ".." / "a.wav"])


def test_two_sources_may_not_become_the_same_file(tmp_path):
    claims = Claims([])
    claims.claim(tmp_path / "1" / "a.wav", [tmp_path / "a.wav", tmp_path / "a.runout.json"])
    with pytest.raises(StorageError, match=r"a\.flac and a\.wav would both"):
        claims.claim(tmp_path / "a.flac", [tmp_path / "b.flac", tmp_path / "a.runout.json"])
    claims.claim(tmp_path / "c.wav", [tmp_path / "b.flac"])
