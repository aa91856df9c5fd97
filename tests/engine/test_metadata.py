"""Checksums of audio, and comments of FLAC files."""

import hashlib
from typing import Literal

import numpy as np
import pytest

from engine.audio_file import open_audio
from engine.containers import Encoding
from engine.export import ExportRequest, export_set
from engine.metadata import append_comment
from engine.project import State
from tests.engine import sound_files


def side_with_md5(rng, tmp_path, order: int, damage: int = 0):
    encoding = Encoding(24)
    native = sound_files.samples(rng, encoding, 1001, 2)
    digest = bytearray(hashlib.md5(encoding.encode(native)).digest()[::order])
    digest[3] ^= damage
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding, after=[(b"MD5 ", bytes(digest))]))
    return path, native


def export_changed(path, tmp_path):
    with open_audio(path) as source:
        request = ExportRequest(tmp_path / "out.wav", "1", write_removed=True, headroom_db=6.0)
        return export_set(State(source), source, request)


def stored_md5(path) -> tuple[bytes, str]:
    with open_audio(path) as file:
        chunk = file.container.find("MD5 ")
        assert chunk is not None
        audio = file.encoding.encode(file.read_native(0, file.n_samples))
    content = path.read_bytes()
    return content[chunk.payload : chunk.payload + 16], hashlib.md5(audio).hexdigest()


@pytest.mark.parametrize("order", [-1, 1])
def test_an_embedded_md5_is_verified_and_rewritten_for_new_audio_in_its_own_byte_order(
    rng, tmp_path, order
):
    path, _ = side_with_md5(rng, tmp_path, order)
    done = export_changed(path, tmp_path)
    assert done.report.source.md5_status == "matches"
    assert done.removed is not None
    for output in (done.result, done.removed):
        stored, md5 = stored_md5(output)
        assert stored[::order].hex() == md5


def test_an_embedded_md5_that_differs_is_told_and_put_right_in_the_copy(rng, tmp_path):
    path, _ = side_with_md5(rng, tmp_path, -1, damage=1)
    done = export_changed(path, tmp_path)
    assert done.report.source.md5_status == "differs"
    assert "The MD5 that the source carries is not that of its audio." in done.notes
    stored, md5 = stored_md5(done.result)
    assert stored[::-1].hex() == md5


def test_a_comment_is_found_in_any_case_and_the_others_keep_their_bytes():
    payload = sound_files.comments("A=1", "CodingHistory=x\r\n", "B=ü") + b"\x01"
    fresh = append_comment(payload, "NEW\r\n")
    assert fresh == sound_files.comments("A=1", "CodingHistory=x\r\nNEW\r\n", "B=ü")


@pytest.mark.parametrize(
    "payload", [sound_files.comments("TITLE=x"), b"", sound_files.comments("CODINGHISTORY=x")[:-1]]
)
def test_comments_without_history_or_cut_short_are_left_alone(payload):
    assert append_comment(payload, "NEW\r\n") is None


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_encoding_and_decoding_are_inverse(rng, bits, big_endian):
    for unsigned in (False, True) if bits == 8 else (False,):
        encoding = Encoding(bits, big_endian=big_endian, unsigned=unsigned)
        native = sound_files.samples(rng, encoding, 100, 3)
        stored = encoding.encode(native)
        assert len(stored) == 300 * bits // 8
        assert np.array_equal(encoding.decode(stored, 3), native)
        byteorder: Literal["big", "little"] = "big" if big_endian else "little"
        first = int.from_bytes(stored[: bits // 8], byteorder, signed=not unsigned)
        assert first - (128 if unsigned else 0) == native[0, 0]
