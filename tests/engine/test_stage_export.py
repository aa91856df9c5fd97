"""Exports of what stage tasks made: headers, histories, chunks that count samples, exact sums."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.containers import Encoding
from engine.export import Exported, export_set
from engine.jobs.restore import RestoreJob
from engine.project import State
from engine.tasks import Task
from engine.tasks.gain import Gain
from engine.tasks.groove import Groove
from engine.tasks.speed import Speed
from tests.engine import sound_files
from tests.engine.test_export import encoded_flac, everything, metadata_bytes, request

SLOWER = Speed(from_rpm=80.0, to_rpm=78.26)
N_SAMPLES, SLOWER_SAMPLES = 4001, 4090
EXTENSIBLE = (
    struct.pack("<HHIIHHHHIH", 0xFFFE, 2, 44100, 44100 * 6, 6, 24, 22, 24, 3, 1)
    + bytes.fromhex("000000001000800000aa00389b71")
)  # fmt: skip


def half(native: np.ndarray) -> np.ndarray:
    return np.asarray(native // 2, np.int32)


@pytest.fixture
def stereo(rng: np.random.Generator, tmp_path: Path) -> Path:
    encoding = Encoding(24)
    path = tmp_path / "side.wav"
    native = half(sound_files.samples(rng, encoding, N_SAMPLES, 2))
    path.write_bytes(sound_files.wav(native, encoding))
    return path


def exported(source: Path, output: Path, *tasks: Task, **options) -> Exported:
    with open_audio(source) as file:
        operations = RestoreJob("side", State(file), tasks).run()
        return export_set(State(file, operations), file, request(output, **options))


def chunks(path: Path) -> dict[str, bytes]:
    return dict(metadata_bytes(path))


def test_a_mono_result_has_a_mono_header_and_history(stereo, tmp_path):
    done = exported(stereo, tmp_path / "mono.wav", Groove(mode="left"))
    info = soundfile.info(done.result)
    assert (info.channels, info.frames, info.subtype) == (1, N_SAMPLES, "PCM_24")
    assert np.array_equal(everything(done.result), everything(stereo)[:1])
    before, after = chunks(stereo), chunks(done.result)
    assert after["fmt "][8:] == struct.pack("<HHIIHH", 1, 1, 44100, 44100 * 3, 3, 24)
    assert {name for name in before if before[name] != after[name]} == {"fmt ", "bext"}
    line = b"A=PCM,F=44100,W=24,M=mono,T=Runout 1.2.3; groove\r\n"
    assert line in after["bext"]
    assert not any("no longer fit" in note for note in done.notes)


def test_a_mask_of_two_speakers_is_given_up_for_one_channel(rng, tmp_path):
    encoding = Encoding(24)
    native = half(sound_files.samples(rng, encoding, 100, 2))
    path = tmp_path / "side.wav"
    plain = sound_files.chunk(b"fmt ", sound_files.fmt(encoding, 44100, 2))
    body = sound_files.wav(native, encoding)[12:].replace(
        plain, sound_files.chunk(b"fmt ", EXTENSIBLE)
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    done = exported(path, tmp_path / "mono.wav", Groove(mode="right"))
    payload = chunks(done.result)["fmt "][8:]
    assert payload[:16] == struct.pack("<HHIIHH", 0xFFFE, 1, 44100, 44100 * 3, 3, 24)
    assert payload[20:24] == bytes(4)
    assert soundfile.info(done.result).channels == 1
    assert np.array_equal(everything(done.result), native[1:])


def test_chunks_that_count_samples_are_kept_and_said_not_to_fit_another_length(stereo, tmp_path):
    done = exported(stereo, tmp_path / "slow.wav", SLOWER)
    assert soundfile.info(done.result).frames == SLOWER_SAMPLES
    before, after = chunks(stereo), chunks(done.result)
    assert {name for name in before if before[name] != after[name]} == {"bext"}
    assert after["bext"][8 + 338 : 8 + 346] == before["bext"][8 + 338 : 8 + 346]  # time reference
    told = "These parts count samples of the source and were kept as they are, so they no longer"
    assert f"{told} fit: cue." in done.notes


def test_result_and_removed_add_up_to_the_stage(stereo, tmp_path):
    tasks = (Groove(), SLOWER, Gain(gain_db=-6.0))
    done = exported(stereo, tmp_path / "out.wav", *tasks, write_removed=True)
    stage = exported(stereo, tmp_path / "stage.wav", *tasks[:2])
    assert done.removed is not None
    total = everything(done.result).astype(np.int64) + everything(done.removed)
    assert np.array_equal(total, everything(stage.result))
    report = done.to_mapping()
    assert (report["sum_exact"], report["outside_changed"]) == (True, 0)
    assert report["removed_against"] == "Speed"
    assert any(note.startswith("Removed is what was taken out after Speed;") for note in done.notes)
    shapes = [each["stage"] and each["stage"]["n_samples"] for each in report["operations"]]
    assert shapes == [N_SAMPLES, SLOWER_SAMPLES, None]


def test_without_stages_the_removed_part_is_of_the_source(stereo, tmp_path):
    done = exported(stereo, tmp_path / "out.wav", Gain(gain_db=-6.0), write_removed=True)
    assert done.to_mapping()["removed_against"] == "source"
    assert not any("Removed is" in note for note in done.notes)


def test_a_stage_of_the_sources_own_shape_is_what_the_sum_is_about(stereo, tmp_path):
    back = Speed(from_rpm=78.26, to_rpm=80.0)
    done = exported(stereo, tmp_path / "out.wav", SLOWER, back, write_removed=True)
    assert soundfile.info(done.result).frames == N_SAMPLES
    assert done.removed is not None
    assert not everything(done.removed).any()
    assert (done.balance.sum_exact, done.balance.outside_changed) == (True, 0)


def test_a_wav_source_becomes_flac_and_wav_again_with_formats_that_are_true(stereo, tmp_path):
    first = exported(stereo, tmp_path / "mono.flac", Groove(mode="left"), SLOWER)
    assert "fit: cue." in " ".join(first.notes)
    blocks = [payload for name, payload in metadata_bytes(first.result) if "riff" in name]
    formats = [each[16:] for each in blocks if each[8:12] == b"fmt "]
    assert formats == [struct.pack("<HHIIHH", 1, 1, 44100, 44100 * 3, 3, 24)]
    again = exported(first.result, tmp_path / "back.wav")
    info = soundfile.info(again.result)
    assert (info.channels, info.frames) == (1, SLOWER_SAMPLES)
    history = chunks(again.result)["bext"].decode("latin-1")
    assert "M=mono,T=Runout 1.2.3; groove; speed\r\n" in history


def test_a_wav_format_kept_in_flac_follows_the_channels(rng, tmp_path):
    native = half(sound_files.samples(rng, Encoding(24), N_SAMPLES, 2))
    stereo = tmp_path / "side.wav"
    stereo.write_bytes(sound_files.wav(native, Encoding(24)))
    flac = exported(stereo, tmp_path / "side.flac").result
    mono = exported(flac, tmp_path / "mono.flac", Groove(mode="left"), SLOWER)
    blocks = [payload for name, payload in metadata_bytes(mono.result) if "riff" in name]
    assert [each[18:20] for each in blocks if each[8:12] == b"fmt "] == [b"\x01\x00"]
    assert "fit: cue." in " ".join(mono.notes)
    assert soundfile.info(mono.result).channels == 1


def test_a_plain_flac_file_keeps_its_blocks(rng, tmp_path):
    native = half(sound_files.samples(rng, Encoding(16), N_SAMPLES, 2))
    path = tmp_path / "side.flac"
    path.write_bytes(sound_files.flac(encoded_flac(native, 16), sound_files.FLAC_BLOCKS))
    done = exported(path, tmp_path / "mono.flac", Groove(mode="left"))
    assert np.array_equal(everything(done.result), native[:1])
    before, after = chunks(path), chunks(done.result)
    assert list(before) == list(after)
    assert b"M=mono,T=Runout 1.2.3; groove" in after["VORBIS_COMMENT"]


def test_peaks_of_each_channel_are_left_out_with_the_channel(rng, tmp_path):
    path = tmp_path / "side.wav"
    samples = rng.uniform(-0.5, 0.5, (N_SAMPLES, 2)).astype(np.float32)
    soundfile.write(path, samples, 44100, subtype="FLOAT")  # libsndfile writes a PEAK chunk
    assert "PEAK" in chunks(path)
    same, mono = (tmp_path / name for name in ("same.wav", "mono.wav"))
    assert "PEAK" in chunks(exported(path, same, Gain()).result)
    done = exported(path, mono, Groove(mode="right"))
    assert "PEAK" not in chunks(mono)
    np.testing.assert_array_equal(soundfile.read(mono, dtype="float32")[0], samples[:, 1])
    assert "What told of each channel of the source was left out: PEAK." in done.notes
