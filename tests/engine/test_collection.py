from pathlib import Path

import pytest

from engine.collection import Claims, find_audio
from engine.errors import StorageError


def test_sound_files_are_found_lazily_folder_by_folder(tmp_path: Path):
    for name in ("b.wav", "a.FLAC", "notes.txt", ".hidden.wav", "disc/c.mp3", ".trash/d.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = find_audio(tmp_path)
    assert next(found) == tmp_path / "a.FLAC"
    assert list(found) == [tmp_path / "b.wav", tmp_path / "disc" / "c.mp3"]


def test_a_link_to_a_source_is_that_source(tmp_path: Path):
    source, link = tmp_path / "a.wav", tmp_path / "b.wav"
    source.touch()
    link.symlink_to(source)
    with pytest.raises(StorageError, match=r"a\.wav .* over b\.wav, which is a source"):
        Claims([source]).claim(source, [link])


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
