"""Which recordings lie in a folder, and which files are of one recording."""

from pathlib import Path

import pytest

from engine.errors import StorageError
from training.music_folders import find_music, group_recordings, recording_of


def touch(folder: Path, *names: str) -> list[Path]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return [folder / name for name in names]


def test_recordings_are_found_at_any_depth_and_sorted(tmp_path: Path):
    touch(tmp_path, "b/deep/er/y.FLAC", "a.wav", "notes.txt", "a.midi", ".hidden.wav")
    assert find_music([tmp_path]) == (tmp_path / "a.wav", tmp_path / "b/deep/er/y.FLAC")
    assert find_music([tmp_path / "a.wav", tmp_path]) == find_music([tmp_path])


def test_files_that_are_left_out_are_passed_over(tmp_path: Path):
    a, b = touch(tmp_path, "a.wav", "deep/b.wav")
    assert find_music([tmp_path], [b, tmp_path / "never/there.wav"]) == (a,)
    with pytest.raises(StorageError, match="all 2 recordings in .* are left out; take at least"):
        find_music([tmp_path], [a, b])


def test_of_a_song_with_stems_only_the_mixture_is_taken(tmp_path: Path):
    stems = ("mixture", "drums", "bass", "other", "vocals")
    touch(tmp_path, *(f"train/Song A/{stem}.wav" for stem in stems), "loose/bass.wav")
    assert find_music([tmp_path]) == (
        tmp_path / "loose/bass.wav",
        tmp_path / "train/Song A/mixture.wav",
    )


def test_what_is_missing_empty_or_packed_is_said_in_one_sentence(tmp_path: Path):
    with pytest.raises(StorageError, match="nowhere is missing; say with --data"):
        find_music([tmp_path / "nowhere"])
    with pytest.raises(StorageError, match="there is no recording in"):
        find_music([tmp_path])
    touch(tmp_path, "test/A - B.stem.mp4")
    with pytest.raises(StorageError, match=r"A - B\.stem\.mp4 holds stems .* install ffmpeg"):
        find_music([tmp_path])


@pytest.mark.parametrize(
    ("name", "recording"),
    [
        ("music/air.wav", "air"),
        ("music/air part 2.wav", "air"),
        ("music/air_Part3.flac", "air"),
        ("music/air_chunk-04.wav", "air"),
        ("music/gymnopedie_1.wav", "gymnopedie_1"),
        ("music/part 1.wav", "part 1"),
        ("train/Song A/mixture.wav", "Song A"),
        ("train/Song A/vocals.wav", "Song A"),
    ],
)
def test_files_of_one_recording_have_one_name(name: str, recording: str):
    assert recording_of(Path(name)) == recording


def test_clips_rendered_from_one_score_are_of_one_recording(tmp_path: Path):
    clips = touch(tmp_path, "s00_00001_rag.flac", "s00_00002_rag.flac", "s01_00001_rag.flac")
    (tmp_path / "index.csv").write_text(
        "file,midi,seed\ns00_00001_rag.flac,rag/maple.mid,1\ns01_00001_rag.flac,rag/maple.mid,7\n"
    )
    groups = group_recordings(clips)
    assert groups == {"rag/maple.mid": (clips[0], clips[2]), "s00_00002_rag": (clips[1],)}
