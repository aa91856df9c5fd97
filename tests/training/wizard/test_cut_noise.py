"""Noise is cut whole or not at all, and what is judged by is of other transfers."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.errors import AudioFormatError, SettingsError, StorageError
from engine.progress import Cancelled
from training.degradations.noise_bank import NoiseBank
from training.wizard.cut_noise import CutNoiseJob, cut_noise, split_noise
from training.wizard.plan import Noise, Plan, Stretch

RATE = 8000


@pytest.fixture
def transfer(tmp_path, rng):
    """Makes transfers of 12 s of noise, with as many channels and as loud as is said."""

    def make(name: str, n_channels: int = 1, level: float = 0.05, subtype: str = "PCM_24") -> str:
        samples = level * rng.standard_normal((12 * RATE, n_channels))
        path = tmp_path / "transfers" / name
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, samples, RATE, subtype=subtype)
        return str(path)

    return make


def stretch(path: str, start_s: float, stop_s: float, is_taken: bool = True) -> Stretch:
    return Stretch(path, start_s, stop_s, "lead-in", is_taken, level_dbfs=-26.0)


def plan(*stretches: Stretch) -> Plan:
    return Plan(noise=Noise(stretches=stretches))


def listed(folder: Path) -> dict[str, list[str]]:
    names = ("noise", "noise_held")
    return {
        name: sorted(each.name.rpartition(" ")[0] for each in (folder / name).iterdir())
        for name in names
        if (folder / name).is_dir()
    }


def test_files_hold_the_very_samples_of_their_transfer_at_its_rate(transfer, tmp_path):
    paths = [transfer("a.wav", 2), transfer("b.wav")]
    facts = cut_noise(plan(*(stretch(each, 1.0, 6.0) for each in paths)), tmp_path / "t")
    files = {each.name[0]: each for each in (tmp_path / "t").glob("noise*/*.flac")}
    assert sorted(files) == ["a", "b"]
    for path, name in zip(paths, "ab", strict=True):
        with open_audio(path) as source, open_audio(files[name]) as cut:
            assert (cut.sample_rate, cut.n_channels) == (source.sample_rate, source.n_channels)
            expected = source.read(RATE, 6 * RATE).samples
            np.testing.assert_array_equal(cut.read(0, cut.n_samples).samples, expected)
    assert (facts.seconds, facts.held_seconds) == (5.0, 5.0)
    assert (facts.n_transfers, facts.n_held, facts.is_one_transfer) == (1, 1, False)
    assert facts.level_dbfs == pytest.approx(-26.0)
    assert facts.note == ""


def test_no_transfer_is_on_both_sides_and_a_quarter_is_held_back(rng):
    every = [
        stretch(f"/sides/{number}.wav", start, start + float(rng.uniform(1, 8)))
        for number in range(20)
        for start in (0.0, 200.0)
    ]
    train, held = split_noise(every)
    assert not {each.path for each in train} & {each.path for each in held}
    seconds = [sum(each.stop_s - each.start_s for each in side) for side in (train, held)]
    assert 0.25 <= seconds[1] / sum(seconds) <= 0.4
    more, _ = split_noise([*every, stretch("/sides/new.wav", 0.0, 4.0)])
    assert len({each.path for each in train} ^ {each.path for each in more}) <= 3


def test_of_two_transfers_the_one_with_most_noise_is_trained_on():
    train, held = split_noise([stretch("/a", 0.0, 30.0), stretch("/b", 0.0, 1.0)])
    assert ([each.path for each in train], [each.path for each in held]) == (["/a"], ["/b"])


def test_of_one_transfer_the_end_is_held_back_and_that_is_said(transfer, tmp_path):
    path = transfer("a.wav")
    facts = cut_noise(plan(stretch(path, 0.0, 5.0), stretch(path, 6.0, 9.0)), tmp_path)
    assert facts.is_one_transfer
    assert "one transfer" in facts.note
    assert (facts.seconds, facts.held_seconds) == (6.0, 2.0)
    assert listed(tmp_path) == {
        "noise": ["a 0.00-5.00 s", "a 6.00-7.00 s"],
        "noise_held": ["a 7.00-9.00 s"],
    }


def test_a_single_stretch_is_cut_in_two():
    train, held = split_noise([stretch("/a", 2.0, 6.0)])
    assert [(each.start_s, each.stop_s) for each in train] == [(2.0, 5.0)]
    assert [(each.start_s, each.stop_s) for each in held] == [(5.0, 6.0)]


def test_short_stretches_of_a_transfer_are_joined_without_a_dent(transfer, tmp_path):
    path, other = transfer("a.wav"), transfer("b.wav")
    parts = [stretch(path, start, start + 1.0) for start in (0.0, 2.0, 4.0, 6.0)]
    cut_noise(plan(*parts, stretch(path, 7.0, 12.0), stretch(other, 0.0, 4.5)), tmp_path)
    (joined,) = tmp_path.glob("noise*/a 0.00-7.00 s 4 joined*.flac")
    samples, _ = soundfile.read(joined)
    assert len(samples) == 4 * RATE - 3 * round(0.05 * RATE)
    powers = np.square(samples[: len(samples) // 400 * 400]).reshape(-1, 400).mean(axis=1)
    assert powers.min() / powers.mean() > 0.7
    assert powers.max() / powers.mean() < 1.3


def test_too_little_noise_is_refused_with_the_way_forward(tmp_path):
    few = (stretch("/a", 0.0, 1.3), stretch("/a", 5.0, 9.0, is_taken=False))
    with pytest.raises(SettingsError, match=r"only 1\.3 s of noise are ticked.*tick more"):
        cut_noise(plan(*few), tmp_path)
    assert listed(tmp_path) == {}


def test_what_is_no_longer_ticked_goes_and_the_rest_is_kept(transfer, tmp_path):
    paths = [transfer(f"{name}.wav") for name in "abc"]
    every = [stretch(each, 0.0, 5.0) for each in paths]
    cut_noise(plan(*every), tmp_path / "t")
    before = {each.name: each.stat() for each in (tmp_path / "t").glob("noise*/*")}
    cut_noise(plan(*every), tmp_path / "t")
    again = {each.name: each.stat() for each in (tmp_path / "t").glob("noise*/*")}
    assert {name: each.st_ino for name, each in before.items()} == {
        name: each.st_ino for name, each in again.items()
    }
    Path(paths[0]).unlink()  # what was cut of it is not needed any more
    cut_noise(plan(*every[1:]), tmp_path / "t")
    left = {each.name: each.stat().st_mtime_ns for each in (tmp_path / "t").glob("noise*/*")}
    assert sorted(name[0] for name in left) == ["b", "c"]
    assert all(before[name].st_mtime_ns == time_ns for name, time_ns in left.items())
    assert sorted(each.name for each in (tmp_path / "t").iterdir()) == ["noise", "noise_held"]


def test_what_is_beyond_full_scale_is_kept_as_floats(transfer, tmp_path):
    path = transfer("loud.wav", level=0.5, subtype="FLOAT")
    cut_noise(plan(stretch(path, 0.0, 8.0)), tmp_path)
    (file,) = (tmp_path / "noise").iterdir()
    assert file.suffix == ".wav"
    assert np.abs(soundfile.read(file)[0]).max() > 1.0


def test_what_was_cut_serves_while_its_transfer_is_not_at_hand(transfer, tmp_path):
    every = [stretch(transfer(name), 0.0, 5.0) for name in ("a.wav", "b.wav")]
    first = cut_noise(plan(*every), tmp_path / "t")
    Path(every[0].path).unlink()
    Path(every[1].path).unlink()
    assert cut_noise(plan(*every), tmp_path / "t") == first
    with pytest.raises(StorageError, match="cannot be read"):
        cut_noise(plan(stretch(every[0].path, 0.0, 4.5)), tmp_path / "t")


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [(None, StorageError, "b.wav cannot be read"), (b"no sound", AudioFormatError, "b.wav"),
     (5, StorageError, "b.wav is shorter than when it was searched")],
)  # fmt: skip
def test_a_transfer_that_cannot_be_read_leaves_all_as_it_was(
    transfer, tmp_path, content, kind, sentence
):
    path, bad = transfer("a.wav"), Path(transfer("b.wav"))
    cut_noise(plan(stretch(path, 0.0, 8.0)), tmp_path / "t")
    before = listed(tmp_path / "t")
    if content is None:
        bad.unlink()
    elif content == 5:
        soundfile.write(bad, np.full(5 * RATE, 0.1), RATE)
    else:
        bad.write_bytes(content)
    with pytest.raises(kind, match=sentence):
        cut_noise(plan(stretch(path, 0.0, 8.0), stretch(str(bad), 0.0, 8.0)), tmp_path / "t")
    assert listed(tmp_path / "t") == before
    assert sorted(each.name for each in (tmp_path / "t").iterdir()) == ["noise", "noise_held"]


def test_a_full_disk_and_a_stop_leave_all_as_it_was(transfer, tmp_path, monkeypatch):
    path = transfer("a.wav")
    job = CutNoiseJob(plan(stretch(path, 0.0, 8.0)), tmp_path / "t")
    cut_noise(plan(stretch(path, 1.0, 8.0)), tmp_path / "t")
    before = listed(tmp_path / "t")

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        job.run(stop)
    assert listed(tmp_path / "t") == before

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("soundfile.write", full)
    with pytest.raises(StorageError, match=r"noise cannot be written: it needs .* MB"):
        job.run()
    assert listed(tmp_path / "t") == before
    assert sorted(each.name for each in (tmp_path / "t").iterdir()) == ["noise", "noise_held"]


def test_a_folder_that_cannot_be_exchanged_is_put_back(transfer, tmp_path, monkeypatch):
    path = transfer("a.wav")
    cut_noise(plan(stretch(path, 1.0, 8.0)), tmp_path / "t")
    before, replace_ = listed(tmp_path / "t"), os.replace

    def refuse(source: Path, target: Path) -> None:
        if target == tmp_path / "t" / "noise_held" and source.parent.name != "old":
            raise OSError(errno.EIO, "Input/output error")
        replace_(source, target)

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(StorageError, match="input/output error"):
        cut_noise(plan(stretch(path, 0.0, 8.0)), tmp_path / "t")
    assert listed(tmp_path / "t") == before


def test_the_bank_of_noises_draws_from_what_was_cut(transfer, tmp_path, rng):
    from tests.signals import music

    cut_noise(plan(stretch(transfer("a.wav"), 0.0, 8.0)), tmp_path)
    clean = music(rng, 2.0, RATE)
    noisy = NoiseBank(path=tmp_path / "noise", snr_db=10.0, seed=3).apply(clean)
    added = noisy.samples - clean.samples
    snr_db = 10 * np.log10(np.mean(clean.samples**2) / np.mean(added**2))
    assert snr_db == pytest.approx(10.0, abs=0.1)
