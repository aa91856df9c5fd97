from pathlib import Path

from app.file_pairs import pair_files


def test_a_source_that_cannot_be_written_back_becomes_a_wav(tmp_path):
    (tmp_path / "disc").mkdir()
    for name in ("a.ogg", "b.flac", "notes.txt"):
        (tmp_path / "disc" / name).touch()
    pairs = pair_files([tmp_path], None, Path("out"))
    assert [target for _, target in pairs] == [Path("out/disc/a.wav"), Path("out/disc/b.flac")]


def test_what_an_earlier_run_wrote_below_the_folder_is_no_source(tmp_path):
    for name in ("a.wav", "out/a.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    out = tmp_path / "out"
    assert pair_files([tmp_path], None, out) == [(tmp_path / "a.wav", out / "a.wav")]


def test_what_was_written_is_no_source_however_its_folder_is_told(tmp_path, monkeypatch):
    for name in ("a.wav", "out/a.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    pairs = pair_files([tmp_path], None, Path("out"))
    assert pairs == [(tmp_path / "a.wav", Path("out/a.wav"))]
