"""Files that appear together or not at all."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine import audio_writer, export, export_check
from engine.audio_file import open_audio
from engine.errors import StorageError
from engine.export import ExportRequest, export_set
from engine.output_set import OutputSet
from engine.progress import Cancelled
from engine.project import State
from tests.engine.test_audio_file import write

NAMES = ["out.removed{}", "out.runout.json", "out{}"]


@pytest.fixture
def side(rng, tmp_path):
    return write(tmp_path / "side.wav", rng.uniform(-0.5, 0.5, (2, 20_000)))


def run(side: Path, progress=lambda fraction, message="": None, suffix=".wav", overwrite=False):
    request = ExportRequest(
        side.with_name("out" + suffix), "1", write_removed=True, overwrite=overwrite
    )
    with open_audio(side) as source:
        return export_set(State(source), source, request, progress)


def finals(suffix: str) -> list[str]:
    return sorted(name.format(suffix) for name in NAMES)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_cancelling_at_any_report_leaves_nothing_behind(side, monkeypatch, suffix):
    monkeypatch.setattr("engine.audio_file.BLOCK_VALUES", 8000)
    reports: list[float] = []
    run(side, lambda fraction, message="": reports.append(fraction), suffix)
    assert len(reports) > 12
    assert reports == sorted(reports)
    assert reports[-1] == 1.0
    assert sorted(os.listdir(side.parent)) == [*finals(suffix), "side.wav"]
    for name in finals(suffix):
        (side.parent / name).unlink()
    for at in range(len(reports)):
        left = [at]

        def stop(fraction: float, message: str = "", left: list[int] = left) -> None:
            if left[0] == 0:
                raise Cancelled
            left[0] -= 1

        with pytest.raises(Cancelled):
            run(side, stop, suffix)
        assert os.listdir(side.parent) == ["side.wav"]


@pytest.mark.parametrize("had_outputs", [False, True])
@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_move_that_fails_puts_everything_back(side, monkeypatch, had_outputs, failing):
    if had_outputs:
        for name in finals(".wav"):
            (side.parent / name).write_text("old " + name)
    moves = []
    real = os.replace

    def replace(source, target):
        moves.append(target)
        if len(moves) == failing + 1:
            raise OSError(errno.EIO, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(StorageError, match=r"^out.wav cannot be written: input/output error"):
        run(side, overwrite=True)
    expected = [*finals(".wav"), "side.wav"] if had_outputs else ["side.wav"]
    assert sorted(os.listdir(side.parent)) == expected
    if had_outputs:
        for name in finals(".wav"):
            assert (side.parent / name).read_text() == "old " + name


def test_a_file_system_without_hard_links_keeps_old_files_too(side, monkeypatch):
    (side.parent / "out.wav").write_text("old")

    def link(*args, **options):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    run(side, overwrite=True)
    assert sorted(os.listdir(side.parent)) == [*finals(".wav"), "side.wav"]
    assert (side.parent / "out.wav").read_bytes()[:4] == b"RIFF"


def test_the_report_is_moved_last(side, monkeypatch):
    moved = []
    real = os.replace

    def replace(source, target):
        moved.append(target.name)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    run(side)
    assert moved == ["out.wav", "out.removed.wav", "out.runout.json"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "0.2 MB .* are free; make room"),
        (errno.EACCES, "no right to write there; choose another folder"),
        (errno.EROFS, "no right to write there; choose another folder"),
        (errno.EIO, "check the disk or choose another folder"),
    ],
)
def test_a_write_that_fails_is_told_in_one_sentence(side, monkeypatch, code, words):
    def fail(self, native):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(audio_writer.ChunkWriter, "write", fail)
    with pytest.raises(StorageError, match=words) as caught:
        run(side)
    assert "\n" not in str(caught.value)
    assert os.listdir(side.parent) == ["side.wav"]


def test_an_encoder_that_fails_on_a_full_disk_is_told_with_numbers(side, monkeypatch):
    def fail(self, data):
        monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 1000})())
        raise soundfile.LibsndfileError(2)

    monkeypatch.setattr(soundfile.SoundFile, "write", fail)
    with pytest.raises(StorageError, match=r"needs 0.\d MB .* 0.0 MB are free"):
        run(side, suffix=".flac")
    assert os.listdir(side.parent) == ["side.wav"]


def test_audio_that_reads_back_otherwise_is_not_kept(side, monkeypatch):
    real = export_check.read_back

    def damage(base, paths, *args):
        content = bytearray(paths[0].read_bytes())
        content[2000] ^= 1
        paths[0].write_bytes(content)
        return real(base, paths, *args)

    monkeypatch.setattr(export, "read_back", damage)
    with pytest.raises(StorageError, match="reads back otherwise"):
        run(side)
    assert os.listdir(side.parent) == ["side.wav"]


def test_temporary_files_lie_beside_their_targets(tmp_path):
    target = tmp_path / ("n" * 250 + ".wav")
    with OutputSet([target]) as files:
        temporary = files.temporary(target)
        temporary.write_bytes(np.zeros(3, np.uint8).tobytes())
        assert temporary.parent == tmp_path
        files.commit()
    assert os.listdir(tmp_path) == [target.name]
