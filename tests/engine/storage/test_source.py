import os
import shutil

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from engine.storage.folder import open_project
from engine.storage.source import SourceDiffers, SourceMissing
from tests.engine.storage.conftest import RATE, SOFTWARE, heard, louder


def write_other(path, n_samples=RATE):
    soundfile.write(path, np.full((n_samples, 2), 0.25), RATE, subtype="PCM_24")


def test_a_source_is_known_by_its_audio_once_it_was_read(folder, side, reopen):
    assert folder.verify_source() is None
    folder.close()
    stat = side.stat()
    os.utime(side, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))  # touched, not changed
    again = reopen(folder.path)
    assert again.notes == ()
    assert not again.is_read_only
    assert again.verify_source() is None


def test_a_changed_source_makes_the_project_read_only_and_both_hashes_are_told(
    folder, side, reopen
):
    louder(folder)
    folder.verify_source()
    expected = folder._contents.source.audio_sha256
    folder.close()
    write_other(side)
    again = reopen(folder.path)
    assert again.is_read_only
    assert again.project.head == 1
    assert again.notes[-1].startswith(
        f"side.wav has changed since this project was made (audio SHA-256 {expected} then, "
    )
    with pytest.raises(StorageError, match="nothing can be recorded in Title: side.wav has"):
        again.save()


def test_a_source_that_changes_while_it_is_open_is_noticed_when_it_is_read(folder, side):
    folder.verify_source()
    with side.open("rb+") as file:
        file.seek(-6, os.SEEK_END)
        file.write(b"\1\2\3\4\5\6")
    sentence = folder.verify_source()
    assert sentence is not None
    assert "has changed since this project was made" in sentence
    assert folder.is_read_only
    assert folder.notes[-1] == sentence


def test_a_source_nobody_has_read_and_that_was_written_again_is_not_trusted(folder, side, reopen):
    folder.close()
    write_other(side)
    again = reopen(folder.path)
    assert again.is_read_only
    assert "was written again since this project was made" in again.notes[-1]


def test_a_source_of_another_length_is_refused(folder, side, reopen):
    folder.close()
    write_other(side, RATE - 1)
    with pytest.raises(SourceDiffers, match="44099 samples of 2 channels at 44100 Hz instead of"):
        reopen(folder.path)


def test_a_project_that_moved_together_with_its_source_finds_it(folder, side, tmp_path, reopen):
    louder(folder)
    expected = heard(folder)
    folder.close()
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(side, moved / side.name)
    shutil.move(folder.path, moved / folder.path.name)
    again = reopen(moved / folder.path.name)
    assert again.source.path.samefile(moved / side.name)
    assert again.notes == ()
    np.testing.assert_array_equal(heard(again), expected)


def test_a_missing_source_can_be_linked_again_if_it_has_the_same_audio(
    folder, side, tmp_path, reopen
):
    folder.verify_source()
    louder(folder)
    folder.close()
    away = tmp_path / "away" / "renamed.wav"
    away.parent.mkdir()
    shutil.move(side, away)
    with pytest.raises(SourceMissing, match=r"there is no side.wav in .*; say where it lies now"):
        open_project(folder.path, software=SOFTWARE)
    other = away.with_name("other.wav")
    write_other(other)
    with pytest.raises(SourceDiffers, match="other.wav has other audio than the source"):
        open_project(folder.path, software=SOFTWARE, relink=other)
    with open_project(folder.path, software=SOFTWARE, relink=away) as linked:
        assert not linked.is_read_only
    assert reopen(folder.path).source.path == away


def test_other_audio_is_accepted_on_demand(folder, side, tmp_path, reopen):
    folder.verify_source()
    folder.close()
    other = tmp_path / "other.wav"
    write_other(other)
    with reopen(folder.path, relink=other, accept_other_audio=True) as linked:
        assert not linked.is_read_only
        assert linked.verify_source() is None


def test_a_source_that_was_never_read_cannot_be_compared(folder, side, reopen):
    folder.close()
    with pytest.raises(SourceDiffers, match="nobody can tell whether side.wav is the source"):
        reopen(folder.path, relink=side)


def test_a_source_copied_in_needs_no_other(side, tmp_path, reopen):
    from engine.storage.folder import create_project

    with create_project(tmp_path / "Own", side, software=SOFTWARE, copy_source=True) as own:
        louder(own)
        expected = heard(own)
    side.unlink()
    shutil.move(own.path, tmp_path / "Moved.runout")
    again = reopen(tmp_path / "Moved.runout")
    assert again.notes == ()
    np.testing.assert_array_equal(heard(again), expected)
