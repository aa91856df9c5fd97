import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Samples
from engine.progress import Cancelled
from tests import signals
from training.wizard.scan import Scan, ScanJob, Scanned, look_at

RATE = 22050


def _music(rng: np.random.Generator, duration_s: float = 6.0) -> Samples:
    music = signals.music(rng, duration_s, RATE).samples
    return music + signals.noise(rng, duration_s, RATE, level=1e-3).samples


def _write(path: Path, samples: Samples) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples.T, RATE, subtype="PCM_16")
    return path


def test_every_file_gets_its_figures_and_bad_ones_a_sentence(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    good = _write(music / "air.wav", _music(rng))
    copy = _write(music / "deep" / "other name.flac", 0.5 * soundfile.read(good)[0][None])
    silent = _write(music / "silent.wav", np.zeros((1, 4 * RATE), np.float32))
    (music / "broken.flac").write_bytes(b"fLaC and then nothing of use")
    (music / "empty.wav").write_bytes(b"")
    (music / "cover.jpg").write_bytes(b"no sound")
    (tmp_path / "notes.txt").write_text("no sound")
    (tmp_path / "nothing").mkdir()
    places = [str(tmp_path / name) for name in ("music", "notes.txt", "nothing", "gone.wav")]
    seen: list[Scanned] = []
    scan = ScanJob(places, tmp_path / "cache", seen.extend).run()
    by_name = {each.path.name: each for each in scan.files}
    assert sorted(by_name) == [
        "air.wav", "broken.flac", "empty.wav", "gone.wav", "notes.txt", "nothing",
        "other name.flac", "silent.wav",
    ]  # fmt: skip
    assert by_name["air.wav"].is_good
    assert by_name["other name.flac"].copy_of == good
    assert not by_name["other name.flac"].is_good
    assert by_name["silent.wav"].facts is not None
    assert not by_name["silent.wav"].can_be_used
    assert "convert it to WAV or FLAC" in by_name["notes.txt"].problem
    assert "no longer there" in by_name["gone.wav"].problem
    assert [each.path.name for each in scan.files if each.is_gone] == ["gone.wav"]
    assert "there is no sound file in" in by_name["nothing"].problem
    assert "empty (0 bytes)" in by_name["empty.wav"].problem
    assert by_name["broken.flac"].problem.startswith("broken.flac ")
    assert {each.path for each in seen} == {each.path for each in scan.files}
    assert scan.minutes([copy, silent]) == pytest.approx(0.1, abs=0.001)


def test_a_second_look_measures_nothing_and_a_changed_file_is_measured_anew(
    rng: np.random.Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write(tmp_path / "air.wav", _music(rng, 2.0))
    cache = tmp_path / "cache"
    first = look_at(path, cache)

    def never(*_: object) -> None:
        raise AssertionError("it was measured already")

    with monkeypatch.context() as patch:
        patch.setattr("training.wizard.scan.measure", never)
        assert look_at(path, cache) == first
    _write(path, _music(rng, 3.0))
    assert look_at(path, cache).duration_s == 3.0
    for kept in cache.glob("*.json"):
        kept.write_text('{"duration_s": "x"}')
    assert look_at(path, cache).duration_s == 3.0


def test_a_scan_that_is_stopped_remembers_what_it_has_measured(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    for number in range(3):
        _write(tmp_path / "music" / f"{number}.wav", _music(rng, 1.0))
    seen: list[Scanned] = []

    def stop(fraction: float, message: str = "") -> None:
        if message == "2.wav":
            raise Cancelled

    with pytest.raises(Cancelled):
        ScanJob([str(tmp_path / "music")], tmp_path / "cache", seen.extend).run(stop)
    assert [each.path.name for each in seen] == ["0.wav", "1.wav"]
    assert len(list((tmp_path / "cache").glob("*.json"))) == 2


def test_a_cache_that_cannot_be_written_stops_nothing(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    path = _write(tmp_path / "air.wav", _music(rng, 1.0))
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert ScanJob([str(path)], blocked).run().files[0].is_good


def test_of_a_song_with_stems_the_mix_is_taken(rng: np.random.Generator, tmp_path: Path) -> None:
    for name in ("mixture", "drums", "bass"):
        _write(tmp_path / "song" / f"{name}.wav", _music(rng, 1.0))
    scan = ScanJob([str(tmp_path / "song")], tmp_path / "cache").run()
    assert [each.path.name for each in scan.files] == ["mixture.wav"]
    named = ScanJob([str(tmp_path / "song" / "drums.wav")], tmp_path / "cache").run()
    assert "stem of a mix" in named.files[0].problem


def test_reports_come_often_and_end_at_all(rng: np.random.Generator, tmp_path: Path) -> None:
    _write(tmp_path / "music" / "air.wav", np.tile(_music(rng, 1.0), 20))
    told: list[float] = []

    def report(fraction: float, message: str = "") -> None:
        told.append(fraction)

    ScanJob([str(tmp_path / "music")], tmp_path / "cache").run(report)
    assert told[-1] == 1.0
    assert len(told) > 15


def test_of_copies_the_best_one_stays(rng: np.random.Generator, tmp_path: Path) -> None:
    music = _music(rng, 10.0)
    _write(tmp_path / "music" / "b good.wav", music)
    soundfile.write(tmp_path / "music" / "a lossy.ogg", music[0], RATE)
    scan = ScanJob([str(tmp_path / "music")], tmp_path / "cache").run()
    assert [(each.path.stem, each.is_good) for each in scan.files] == [
        ("a lossy", False),
        ("b good", True),
    ]
    assert scan.files[0].copy_of == scan.files[1].path
    assert not scan.files[0].is_exact_copy


def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, pattern: str) -> Sequence[Path]:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "rglob", refused)
    scan = ScanJob([str(tmp_path)], tmp_path / "cache").run()
    assert "Permission denied; check the disk" in scan.files[0].problem
    assert Scan().files == ()
