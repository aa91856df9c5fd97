"""Opening and reading sound files."""

import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.errors import AudioFormatError
from tests.signals import noise

DEPTHS = [
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAV", "FLOAT"),
    ("WAV", "DOUBLE"),
    ("WAVEX", "PCM_24"),
    ("RF64", "PCM_24"),
    ("W64", "PCM_16"),
    ("W64", "FLOAT"),
    ("AIFF", "PCM_S8"),
    ("AIFF", "PCM_16"),
    ("AIFF", "PCM_32"),
    ("AIFF", "FLOAT"),
    ("AIFF", "DOUBLE"),
    ("FLAC", "PCM_S8"),
    ("FLAC", "PCM_16"),
    ("FLAC", "PCM_24"),
]
BITS = {"PCM_U8": 8, "PCM_S8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32}


def write(path: Path, samples, rate=44100, container="WAV", subtype="PCM_16", endian=None) -> Path:
    soundfile.write(path, samples.T, rate, format=container, subtype=subtype, endian=endian)
    return path


@pytest.mark.parametrize(("container", "subtype"), DEPTHS)
def test_native_samples_are_what_the_file_stores(rng, tmp_path, container, subtype):
    bits = BITS.get(subtype, 64)
    if subtype in ("FLOAT", "DOUBLE"):
        stored = rng.standard_normal((2, 3000)).astype(f"f{bits // 8}")
        given = stored
    else:
        high = 1 << (bits - 1)
        stored = rng.integers(-high, high, (2, 3000))
        stored[:, 0], stored[:, 1] = -high, high - 1
        given = (stored << (32 - bits)).astype(np.int32)
    path = write(tmp_path / "side.bin", given, 96000, container, subtype)
    with open_audio(path) as file:
        assert (file.sample_rate, file.n_channels, file.n_samples) == (96000, 2, 3000)
        assert (file.format.bits, file.format.is_lossy) == (bits, False)
        assert np.array_equal(file.read_native(0, 3000), stored)
        full_scale = 1.0 if file.format.is_float else 2.0 ** (bits - 1)
        expected = (stored / full_scale).astype(np.float32)
        assert np.array_equal(file.read(0, 3000).samples, expected)
        assert np.array_equal(file.read(500, 1200).samples, expected[:, 500:1200])


@pytest.mark.parametrize(("container", "endian"), [("WAV", "BIG"), ("AIFF", "LITTLE")])
def test_the_other_byte_order_is_read(rng, tmp_path, container, endian):
    stored = rng.integers(-(2**15), 2**15, (1, 800)).astype(np.int16)
    path = write(tmp_path / "side.bin", stored, container=container, endian=endian)
    with open_audio(path) as file:
        assert np.array_equal(file.read_native(0, 800), stored)


@pytest.mark.parametrize(("rate", "n_channels"), [(8000, 1), (384000, 2), (44100, 16)])
def test_rates_and_channel_counts_up_to_the_limits_are_read(rng, tmp_path, rate, n_channels):
    audio = noise(rng, 0.02, rate, n_channels=n_channels)
    with open_audio(write(tmp_path / "side.wav", audio.samples, rate, subtype="FLOAT")) as file:
        assert (file.sample_rate, file.n_channels) == (rate, n_channels)
        assert np.array_equal(file.read(0, file.n_samples).samples, audio.samples)


@pytest.mark.parametrize(
    ("container", "subtype"), [("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")]
)
def test_lossy_files_say_so_and_give_the_same_samples_in_any_order(
    rng, tmp_path, container, subtype
):
    audio = noise(rng, 4.0, 48000, n_channels=2)
    with open_audio(write(tmp_path / "s", audio.samples, 48000, container, subtype)) as file:
        assert file.format.is_lossy
        whole = file.read(0, file.n_samples).samples
        for start in (file.n_samples - 300, 150_000, 90_001, 0, 150_000, 12):
            assert np.array_equal(file.read(start, start + 300).samples, whole[:, start:][:, :300])


def promising_more(stored: bytes, n_samples: int) -> bytes:
    """An Ogg file whose last page counts so many samples too many (RFC 3533, section 6)."""
    start = stored.rfind(b"OggS")
    page = bytearray(stored[start:])
    position = int.from_bytes(page[6:14], "little") + n_samples
    page[6:14], page[22:26] = position.to_bytes(8, "little"), bytes(4)
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    page[22:26] = crc.to_bytes(4, "little")
    return stored[:start] + bytes(page)


def test_an_ogg_file_that_promises_a_little_more_is_read_to_what_there_is(rng, tmp_path):
    path = write(tmp_path / "s", noise(rng, 1.0, 48000).samples, 48000, "OGG", "VORBIS")
    with open_audio(path) as file:
        whole = file.read(0, file.n_samples).samples
    path.write_bytes(promising_more(path.read_bytes(), 4800))
    with open_audio(path) as file:
        read = file.read(0, file.n_samples).samples
        assert 48000 <= file.n_samples < 52800
        np.testing.assert_array_equal(read[:, :48000], whole)
        (note,) = file.notes
        assert note.endswith("s that the file promises cannot be decoded; left out.")


def test_threads_may_read_one_file_at_once(rng, tmp_path):
    stored = rng.integers(-(2**15), 2**15, (2, 60_000)).astype(np.int16)
    wrong = []
    with open_audio(write(tmp_path / "side.flac", stored, container="FLAC")) as file:

        def read_all(step: int) -> None:
            for start in range(0, 60_000 - step, step):
                if not np.array_equal(
                    file.read_native(start, start + step), stored[:, start : start + step]
                ):
                    wrong.append(start)

        threads = [threading.Thread(target=read_all, args=(step,)) for step in (700, 1100, 1300)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("value", "word"), [(np.nan, "not a number"), (np.inf, "infinite"), (-np.inf, "infinite")]
)
def test_the_first_sample_that_is_no_number_is_named(rng, tmp_path, value, word):
    samples = noise(rng, 0.1, n_channels=2).samples
    samples[1, 1234] = value
    samples[0, 3000] = value
    with open_audio(write(tmp_path / "side.wav", samples, subtype="FLOAT")) as file:
        assert np.array_equal(file.read(0, 1234).samples, samples[:, :1234])
        with pytest.raises(AudioFormatError, match=f"{word}: sample 1234 of channel 2, at 0.028 s"):
            file.read(0, file.n_samples)


def test_reading_leaves_the_source_as_it_was(rng, tmp_path):
    path = write(tmp_path / "side.wav", noise(rng, 0.2).samples)
    path.chmod(0o444)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    with open_audio(path) as file:
        file.read(0, file.n_samples)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_an_mp3_whose_head_promises_more_than_its_bytes_can_hold_is_refused(tmp_path):
    path = tmp_path / "side.mp3"
    soundfile.write(path, 0.1 * np.sin(np.arange(2000)), 11025, format="MP3")
    content = bytearray(path.read_bytes())
    at = max(content.find(b"Xing"), content.find(b"Info"))
    assert at > 0
    content[at + 8 : at + 12] = (2**31).to_bytes(4, "big")  # the number of frames
    path.write_bytes(content)
    with pytest.raises(AudioFormatError, match=r"side\.mp3 .* bytes hold so many"):
        open_audio(path)


def test_an_mp3_in_which_a_seek_ends_behind_the_end_is_refused(tmp_path):
    content = bytearray(896)
    for at, piece in (
        (0, b"\xff\xe3\x40\xc4"),
        (13, b"Xing\0\0\0\x0f\0\x08"),  # half a million frames
        (208, b"\xff\xe3\x70\xc4"),
        (891, b"\xff\xfd\x63"),
    ):
        content[at : at + len(piece)] = piece
    path = tmp_path / "side.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioFormatError, match=r"side\.mp3 .* bytes hold so many"):
        open_audio(path)
