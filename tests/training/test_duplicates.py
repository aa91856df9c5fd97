"""Recordings that are there more than once."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from engine.audio import Samples
from engine.errors import AudioFormatError
from tests.signals import music
from training.duplicates import alike, describe, find_duplicates
from training.fingerprint import audio_sha256, read_words, samples_to_words

RATE = 22050


@pytest.fixture
def piece(rng: np.random.Generator) -> Samples:
    samples: Samples = music(rng, 8.0, RATE).samples[0]
    return samples


def write(path: Path, samples: Samples, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    steps = np.rint(samples * 32767.0).astype(np.int16)
    soundfile.write(path, steps, rate, subtype=subtype)
    return path


def test_the_hash_is_of_the_samples_and_not_of_the_file(tmp_path: Path, piece: Samples):
    wav, flac = write(tmp_path / "a.wav", piece), write(tmp_path / "b.flac", piece)
    assert audio_sha256(wav) == audio_sha256(flac)
    assert audio_sha256(write(tmp_path / "c.wav", piece[:-1])) != audio_sha256(wav)
    assert audio_sha256(write(tmp_path / "d.wav", piece, RATE + 1)) != audio_sha256(wav)


def test_equal_audio_in_another_container_is_found_as_exact(tmp_path: Path, piece: Samples):
    files = [write(tmp_path / "a.wav", piece), write(tmp_path / "b.flac", piece)]
    (found,) = find_duplicates(files, tmp_path / "cache")
    assert (found.path, found.original, found.is_exact) == (files[1], files[0], True)


def test_copies_at_another_level_rate_and_start_are_found(
    tmp_path: Path, piece: Samples, rng: np.random.Generator
):
    noisy = piece + 0.1 * np.std(piece) * rng.standard_normal(len(piece)).astype(np.float32)
    files = [
        write(tmp_path / "original.wav", piece),
        write(tmp_path / "other.wav", music(rng, 8.0, RATE).samples[0]),
        write(tmp_path / "quiet.wav", 0.2 * piece),
        write(tmp_path / "rate.wav", soxr.resample(piece, RATE, 16000), 16000),
        write(tmp_path / "cut.wav", piece[RATE + 777 : 7 * RATE]),
        write(tmp_path / "noisy.wav", 0.5 * noisy),
    ]
    found = find_duplicates(files, tmp_path / "cache")
    assert [each.path for each in found] == files[2:]
    assert {each.original for each in found} == {files[0]}
    assert not any(each.is_exact for each in found)
    assert found[0].share > 0.9


def test_another_speed_is_missed_and_silence_is_like_nothing(piece: Samples):
    faster = soxr.resample(piece, RATE, round(RATE / 1.05))
    words, others = (samples_to_words(soxr.resample(x, RATE, 5512)) for x in (piece, faster))
    assert alike(words, words) > 0.9
    assert alike(words, others) == 0.0
    silence = samples_to_words(np.zeros(20000, np.float32))
    assert not silence.any()
    assert alike(silence, silence) == 0.0
    assert samples_to_words(np.zeros(100, np.float32)).size == 0


def test_what_was_decoded_once_is_not_decoded_again(
    tmp_path: Path, piece: Samples, monkeypatch: pytest.MonkeyPatch
):
    files = [write(tmp_path / "a.wav", piece), write(tmp_path / "b.wav", 0.3 * piece)]
    before = find_duplicates(files, tmp_path / "cache")
    monkeypatch.setattr("training.duplicates.read_words", lambda path: pytest.fail("decoded"))
    assert find_duplicates(files, tmp_path / "cache") == before


def test_what_is_no_sound_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "text.wav"
    path.write_text("nothing to hear in here, sorry")
    with pytest.raises(AudioFormatError, match=r"text\.wav"):
        find_duplicates([path], tmp_path / "cache")
    with pytest.raises(AudioFormatError, match=r"text\.wav"):
        read_words(path)


@pytest.mark.parametrize(
    "change",
    [lambda kept: b"", lambda kept: kept[:-30], lambda kept: b"PK" + bytes(200),
     lambda kept: kept[:70] + bytes([kept[70] ^ 1]) + kept[71:], lambda kept: b"\x80\x04K\x01."],
    ids=["empty", "cut", "no archive", "a bit flipped", "a pickle"],
)  # fmt: skip
def test_what_was_kept_and_is_damaged_is_found_again(tmp_path: Path, piece: Samples, change):
    file, cache = write(tmp_path / "a.wav", piece), tmp_path / "cache"
    digest, words = describe(file, cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(change(kept.read_bytes()))
    again = describe(file, cache)
    assert again[0] == digest
    np.testing.assert_array_equal(again[1], words)
