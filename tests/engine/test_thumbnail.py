import struct
import zlib

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.thumbnail import HEIGHT, WIDTH, thumbnail
from tests.signals import sine


def decoded(png: bytes) -> np.ndarray:
    """Places in the palette (row column) of a file as it is written here."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(name + content)
        chunks[name] = content
        at += 12 + length
    assert struct.unpack(">2I", chunks[b"IHDR"][:8]) == (WIDTH, HEIGHT)
    assert len(chunks[b"PLTE"]) == 3 * 256
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(HEIGHT, WIDTH + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]


@pytest.mark.parametrize("duration_s", [0.01, 0.7, 30.0])
def test_a_tone_is_a_bright_line_at_its_frequency_whatever_the_length(duration_s: float):
    shades = decoded(thumbnail(MemoryRecording(sine(3000.0, duration_s))))
    level = shades[:, WIDTH // 2].astype(int)
    assert level.max() == 255
    assert abs(int(level.argmax()) - (HEIGHT - 1 - HEIGHT // 4)) <= 1


def test_silence_is_dark():
    silence = Audio(np.zeros((2, 44100), np.float32), 44100)
    assert not decoded(thumbnail(MemoryRecording(silence))).any()
