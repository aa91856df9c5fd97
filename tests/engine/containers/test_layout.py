"""Files laid out anew around other audio."""

import struct

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.audio_file import open_audio
from engine.containers import Encoding
from engine.containers.aiff import extended_to_rate, rate_to_extended
from engine.containers.flac import MAX_BLOCK
from engine.containers.flac_layout import wrapped_chunks
from engine.containers.layout import adapted_format, format_payload, riff_chunk
from engine.containers.piece import Carried, Extent, Shape
from engine.export import ExportRequest, export_set
from engine.project import State
from tests.engine import sound_files


@pytest.mark.parametrize("rate", [1, 8000, 11025, 44100, 96000, 384000])
def test_a_rate_survives_its_80_bit_form(rate):
    assert extended_to_rate(rate_to_extended(rate)) == rate


def test_44100_is_written_as_everybody_writes_it():
    assert rate_to_extended(44100).hex() == "400eac44000000000000"


def test_more_than_two_channels_get_an_extensible_format():
    payload = format_payload(Shape("WAV", Encoding(24), 3, 48000, 10))
    tag, n_channels, rate, second, align, bits = struct.unpack("<HHIIHH", payload[:16])
    assert (tag, n_channels, rate, second, align, bits) == (0xFFFE, 3, 48000, 432000, 9, 24)
    assert len(payload) == 40
    assert payload[16:18] == struct.pack("<H", 22)
    assert payload[24:].hex() == "0100000000001000800000aa00389b71"


def test_speakers_are_no_longer_named_when_channels_change():
    shape = Shape("WAV", Encoding(16), 4, 44100, 10)
    payload = bytearray(format_payload(shape))
    struct.pack_into("<I", payload, 20, 0x33)
    mono = adapted_format(bytes(payload), Shape("WAV", Encoding(16), 1, 44100, 10), False)
    assert struct.unpack("<HHIIHH", mono[:16]) == (0xFFFE, 1, 44100, 88200, 2, 16)
    assert mono[20:24] == bytes(4)
    assert adapted_format(bytes(payload), shape, False) == payload


@pytest.mark.parametrize("kind", ["wav", "rf64", "w64", "aif"])
def test_a_result_of_other_length_and_channels_has_a_header_that_tells_so(rng, tmp_path, kind):
    encoding = Encoding(16, big_endian=kind == "aif")
    make = {"wav": sound_files.wav, "rf64": sound_files.rf64, "w64": sound_files.w64}
    native = sound_files.samples(rng, encoding, 501, 2)
    path = tmp_path / f"side.{kind}"
    path.write_bytes(make.get(kind, sound_files.aiff)(native, encoding))
    stage = np.round(rng.uniform(-9000, 9000, (1, 777))).astype(np.float32) / np.float32(32768)
    with open_audio(path) as source:
        state = State(MemoryRecording(Audio(stage, 22050)))
        done = export_set(state, source, ExportRequest(tmp_path / f"out.{kind}", "1"))
        kept = [chunk.id for chunk in source.container.chunks]
    with open_audio(done.result) as result:
        assert (result.sample_rate, result.n_channels, result.n_samples) == (22050, 1, 777)
        assert np.array_equal(result.read(0, 777).samples, stage)
        assert [chunk.id for chunk in result.container.chunks] == kept


def test_sample_counts_of_float_files_are_put_right(rng, tmp_path):
    encoding = Encoding(32, is_float=True)
    native = sound_files.samples(rng, encoding, 500, 1)
    count = (b"fact", struct.pack("<I", 500))
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding, before=[count], after=[]))
    with open_audio(path) as source:
        state = State(MemoryRecording(Audio(native[:, :300], 44100)))
        done = export_set(state, source, ExportRequest(tmp_path / "out.wav", "1"))
    assert struct.pack("<4sII", b"fact", 4, 300) in done.result.read_bytes()


def test_a_chunk_too_large_for_a_flac_block_is_left_out_and_named():
    small, large = riff_chunk("tiny", b"abc"), riff_chunk("huge", b"")
    large = type(large)("huge", (Extent(0, MAX_BLOCK - 3),))
    carried = wrapped_chunks(Carried(before=(small, large)))
    assert carried.left_out == ("huge",)
    assert [each.length for each in carried.before] == [16, 16, 12]
