"""Files that are no sound, or not what they say: each gets one clear sentence."""

import io
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.containers import Encoding
from engine.errors import AudioFormatError, EngineError, StorageError
from engine.info import read_info
from tests.engine import sound_files
from tests.engine.test_audio_file import write

Make = Callable[[np.random.Generator, Path], None]


def wav_bytes(rng: np.random.Generator) -> bytes:
    """A WAV file with the format at byte 12, the audio's size at 40 and the audio at 44."""
    native = sound_files.samples(rng, Encoding(16), 2000, 2)
    return sound_files.wav(native, Encoding(16), before=[], after=[])


def patched(*changes: tuple[int, str, int]) -> Make:
    def make(rng, path):
        content = bytearray(wav_bytes(rng))
        for offset, form, value in changes:
            struct.pack_into(form, content, offset, value)
        path.write_bytes(content)

    return make


def cut(make_bytes: Callable[[np.random.Generator], bytes], share: float) -> Make:
    def make(rng, path):
        content = make_bytes(rng)
        path.write_bytes(content[: int(len(content) * share)])

    return make


def flac_bytes(rng) -> bytes:
    memory = io.BytesIO()
    soundfile.write(memory, rng.uniform(-1, 1, (30_000, 1)), 44100, format="FLAC")
    return memory.getvalue()


def w64_bytes(rng) -> bytes:
    return sound_files.w64(sound_files.samples(rng, Encoding(16), 2000, 1), Encoding(16))


def rf64_bytes(rng) -> bytes:
    return sound_files.rf64(sound_files.samples(rng, Encoding(16), 2000, 1), Encoding(16))


def aiff_bytes(rng) -> bytes:
    encoding = Encoding(16, big_endian=True)
    return sound_files.aiff(sound_files.samples(rng, encoding, 2000, 1), encoding)


def given(content: bytes) -> Make:
    def make(rng, path):
        path.write_bytes(content)

    return make


def floats(value: float) -> Make:
    def make(rng, path):
        samples = rng.uniform(-1, 1, (1, 2000)).astype(np.float32)
        samples[0, 1500] = value
        write(path, samples, subtype="FLOAT")

    return make


def channels(count: int) -> Make:
    def make(rng, path):
        native = sound_files.samples(rng, Encoding(16), 100, count)
        path.write_bytes(sound_files.wav(native, Encoding(16)))

    return make


def doubles(value: float) -> Make:
    def make(rng, path):
        samples = rng.uniform(-1, 1, (1, 2000))
        samples[0, 1500] = value
        write(path, samples, subtype="DOUBLE")

    return make


def silenced_frames(rng, path):
    content = flac_bytes(rng)
    path.write_bytes(content[:100] + bytes(len(content) - 100))


def empty_flac(rng, path):
    path.write_bytes(b"fLaC\x80\0\0\x22" + bytes(34))


def upside_down(rng, path):
    path.write_bytes(wav_bytes(rng)[::-1])


def lying_flac(rng, path):
    content = bytearray(flac_bytes(rng))
    content[21:26] = (int.from_bytes(content[21:26], "big") + 90_000).to_bytes(5, "big")
    path.write_bytes(content)


def lying_aiff(rng, path):
    content = bytearray(aiff_bytes(rng))
    content[22:26] = struct.pack(">I", 3000)
    path.write_bytes(content)


def empty_wav(rng, path):
    path.write_bytes(sound_files.wav(np.zeros((1, 0), np.int32), Encoding(16)))


def empty_aiff(rng, path):
    encoding = Encoding(16, big_endian=True)
    path.write_bytes(sound_files.aiff(np.zeros((1, 0), np.int32), encoding))


HOSTILE: dict[str, tuple[Make, str]] = {
    "empty": (given(b""), r"is empty \(0 bytes\)"),
    "one byte": (given(b"R"), "text file"),
    "text": (given(b"These are words, not sound.\n" * 20), "text file"),
    "noise": (given(bytes(range(128, 256)) * 40), "not a sound file of a kind that can be read"),
    "zeros": (given(bytes(5000)), "not a sound file of a kind that can be read"),
    "picture": (given(b"\x89PNG\r\n\x1a\n" + bytes(500)), "not a sound file of a kind"),
    "video": (given(b"RIFF\x64\0\0\0AVI " + bytes(200)), "type 'AVI', not WAVE"),
    "only a magic": (given(b"RIFF"), "cut short"),
    "flac magic": (given(b"fLaC"), "cut short"),
    "ogg magic": (given(b"OggS" + bytes(500)), "cannot be decoded"),
    "mp3 of noise": (given(b"ID3\x04\0\0\0\0\0\x05" + bytes(3000)), "holds no MP3 frames"),
    "no samples": (empty_wav, "0 samples"),
    "only a header": (cut(wav_bytes, 0.005), "cut short"),
    "no samples in aiff": (empty_aiff, "0 samples"),
    "half a wav": (cut(wav_bytes, 0.5), "cut short"),
    "wav without its last bytes": (cut(wav_bytes, 0.99), "cut short"),
    "half an rf64": (cut(rf64_bytes, 0.5), "cut short"),
    "half a w64": (cut(w64_bytes, 0.5), "cut short"),
    "half an aiff": (cut(aiff_bytes, 0.5), "cut short"),
    "half a flac": (cut(flac_bytes, 0.5), "cut short"),
    "a tenth of a flac": (cut(flac_bytes, 0.002), "cut short"),
    "no channels": (patched((22, "<H", 0), (32, "<H", 0)), "it says 0 channels"),
    "no rate": (patched((24, "<I", 0)), "sample rate of 0 Hz, outside 8000 .. 384000 Hz"),
    "rate too high": (patched((24, "<I", 400_000)), "sample rate of 400000 Hz"),
    "rate too low": (patched((24, "<I", 4000)), "sample rate of 4000 Hz"),
    "no block align": (patched((32, "<H", 0)), "0 bytes per frame"),
    "absurd block align": (patched((32, "<H", 7)), "7 bytes per frame"),
    "no bits": (patched((34, "<H", 0)), "0 bits per sample"),
    "absurd bits": (patched((34, "<H", 999)), "999 bits per sample"),
    "short format": (
        given(b"RIFF\x1c\0\0\0WAVEfmt \x04\0\0\0\x01\0\x01\0data\x04\0\0\0sound"),
        "'fmt ' chunk has 4 bytes",
    ),
    "no format": (patched((12, "<I", 0x21212121)), "no 'fmt ' chunk"),
    "no data": (patched((36, "<I", 0x21212121)), "no 'data' chunk"),
    "audio longer than the file": (patched((40, "<I", 1_000_000)), "'data' chunk promises 1000000"),
    "unknown codec": (patched((20, "<H", 0x1234)), "cannot be decoded"),
    "too many channels": (channels(17), "17 channels, more than the 16 supported"),
    "32 channels": (channels(32), "32 channels, more than the 16 supported"),
    "flac longer than its frames": (lying_flac, "cut short"),
    "aiff longer than its audio": (lying_aiff, "cut short"),
    "not a number": (floats(np.nan), "not a number: sample 1500 of channel 1, at 0.034 s"),
    "infinite": (floats(-np.inf), "infinite: sample 1500 of channel 1"),
    "a double beyond all floats": (doubles(1e300), "infinite: sample 1500 of channel 1"),
    "not a number in doubles": (doubles(np.nan), "not a number: sample 1500"),
    "archive": (given(b"PK\x03\x04" + bytes(range(256)) * 4), "not a sound file of a kind"),
    "upside down": (upside_down, "not a sound file of a kind"),
    "flac of zeros": (silenced_frames, "cut short"),
    "no samples in flac": (empty_flac, "does not tell how long it is"),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence_with_its_name(rng, tmp_path, name):
    make, words = HOSTILE[name]
    path = tmp_path / "side A.wav"
    make(rng, path)
    with pytest.raises(AudioFormatError, match=words) as caught:
        read_info(path)
    sentence = str(caught.value)
    assert sentence.startswith("side A.wav ")
    assert "\n" not in sentence
    assert "; " in sentence  # the cause, and then what to do


@pytest.mark.parametrize("kind", ["folder", "missing", "fifo", "device", "nothing"])
def test_what_is_no_plain_file_is_told(tmp_path, kind):
    path = tmp_path / "side.wav"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/null")
    elif kind == "nothing":
        path.symlink_to(tmp_path / "gone.wav")
    words = {
        "folder": "is a folder",
        "fifo": "a device or a pipe",
        "device": "a device or a pipe",
    }.get(kind, "there is no such file")
    with pytest.raises(StorageError, match=f"^{path.name} .*{words}.*; "):
        open_audio(path)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "no permission to read it"),
        (OSError(5, "Input/output error"), "input/output error"),
    ],
)
def test_a_file_that_may_not_be_read_is_told(rng, tmp_path, monkeypatch, error, words):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 100)))

    def refuse(self, *args):
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StorageError, match=f"^side.wav cannot be read: .*{words}"):
        open_audio(path)


def test_a_name_with_a_line_break_still_gives_one_line(tmp_path):
    path = tmp_path / "side\nA.wav"
    path.write_bytes(b"")
    with pytest.raises(AudioFormatError, match=r"^side\\nA.wav is empty"):
        open_audio(path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "make",
    [wav_bytes, rf64_bytes, w64_bytes, aiff_bytes, flac_bytes],
    ids=lambda make: make.__name__,
)
def test_random_damage_never_brings_down_more_than_the_file(rng, tmp_path, make):
    original = make(rng)
    path = tmp_path / "side.bin"
    outcomes = set()
    for _ in range(60):
        content = bytearray(original)
        for _ in range(int(rng.integers(1, 4))):
            content[int(rng.integers(0, 120))] = int(rng.integers(0, 256))
        path.write_bytes(content)
        try:
            read_info(path)
            outcomes.add("read")
        except EngineError as error:
            outcomes.add("refused in lines" if "\n" in str(error) else "refused")
    assert outcomes == {"read", "refused"}
