"""What `runout info` tells of a file."""

import hashlib
import json

import numpy as np
import pytest

from engine.containers import Encoding
from engine.info import read_info
from engine.progress import Cancelled
from tests.engine import sound_files
from tests.engine.test_audio_file import write


def test_everything_about_a_broadcast_wave_file_is_told(rng, tmp_path):
    encoding = Encoding(24)
    native = sound_files.samples(rng, encoding, 44100, 2) // 4
    native[0, 10:14], native[1, 7] = encoding.high, encoding.low
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding))
    info = read_info(path)
    assert (info.name, info.container, info.subtype) == ("side.wav", "WAV", "PCM_24")
    assert (info.sample_rate, info.n_channels, info.bits) == (44100, 2, 24)
    assert (info.n_samples, info.duration_s) == (44100, 1.0)
    assert info.peak_dbfs == pytest.approx(0.0, abs=1e-9)
    assert info.clipped_samples == 5
    assert [(each.id, each.size) for each in info.chunks] == [
        ("fmt ", 16), ("bext", 630), ("LIST", 18), ("odd!", 3), ("data", 264600),
        ("cue ", 28), ("iXML", 40), ("zzzz", 7),
    ]  # fmt: skip
    assert info.bext is not None
    assert info.bext.originator == "Archive"
    assert info.audio_md5 == hashlib.md5(encoding.encode(native)).hexdigest()
    assert info.audio_sha256 == hashlib.sha256(encoding.encode(native)).hexdigest()
    assert (info.embedded_md5, info.md5_status) == (None, "absent")
    assert json.loads(json.dumps(info.to_mapping()))["bext"]["umid"] == bytes(range(64)).hex()


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("damage", [0, 1])
def test_an_embedded_md5_is_compared(rng, tmp_path, order, damage):
    encoding = Encoding(16)
    native = sound_files.samples(rng, encoding, 1000, 1)
    digest = bytearray(hashlib.md5(encoding.encode(native)).digest())
    digest[0] ^= damage
    path = tmp_path / "side.wav"
    chunk = (b"MD5 ", bytes(digest[::order]))
    path.write_bytes(sound_files.wav(native, encoding, before=[chunk], after=[]))
    info = read_info(path)
    assert info.md5_status == ("differs" if damage else "matches")
    assert (info.embedded_md5 == info.audio_md5) == (not damage)


def test_flac_carries_the_md5_of_its_audio(rng, tmp_path):
    path = write(tmp_path / "side.flac", rng.uniform(-1, 1, (2, 5000)), container="FLAC")
    info = read_info(path)
    assert (info.md5_status, info.embedded_md5) == ("matches", info.audio_md5)
    content = bytearray(path.read_bytes())
    content[30] ^= 1
    path.write_bytes(content)
    assert read_info(path).md5_status == "differs"
    content[26:42] = bytes(16)
    path.write_bytes(content)
    assert read_info(path).md5_status == "absent"


def test_floats_beyond_full_scale_count_as_clipped(rng, tmp_path):
    samples = np.zeros((1, 1000), np.float32)
    samples[0, :4] = (0.999, 1.0, -2.0, 1.5)
    info = read_info(write(tmp_path / "side.wav", samples, subtype="FLOAT"))
    assert info.clipped_samples == 3
    assert info.peak_dbfs == pytest.approx(6.0206, abs=1e-4)


def test_silence_has_no_peak(tmp_path):
    info = read_info(write(tmp_path / "side.wav", np.zeros((1, 100))))
    assert (info.peak_dbfs, info.clipped_samples) == (-200.0, 0)


def test_a_lossy_codec_is_warned_of(rng, tmp_path):
    path = write(tmp_path / "side.ogg", rng.uniform(-0.1, 0.1, (1, 90_000)), 44100, "OGG", "VORBIS")
    info = read_info(path)
    assert info.is_lossy
    assert len(info.notes) == 1
    assert "smeared clicks" in info.notes[0]
    path.write_bytes(path.read_bytes()[:-300])
    assert any("end may be missing" in note for note in read_info(path).notes)


def test_reading_stops_when_asked(rng, tmp_path):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 100)))
    with pytest.raises(Cancelled):
        read_info(path, stop)
