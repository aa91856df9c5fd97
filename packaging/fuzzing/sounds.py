"""Sound files to be damaged: each container, with every kind of luggage it can have."""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from fuzzing.chunks import riff, riff_chunks

RATE = 11_025
_SECONDS = 0.12
_WRITTEN = (
    ("plain.wav", "WAV", "PCM_16", 1),
    ("eight.wav", "WAV", "PCM_U8", 1),
    ("float.wav", "WAV", "FLOAT", 2),
    ("double.wav", "WAV", "DOUBLE", 1),
    ("wide.wav", "WAVEX", "PCM_24", 2),
    ("long.rf64.wav", "RF64", "PCM_24", 1),
    ("side.w64", "W64", "PCM_16", 2),
    ("side.aiff", "AIFF", "PCM_24", 2),
    ("float.aifc", "AIFF", "FLOAT", 1),
    ("side.flac", "FLAC", "PCM_16", 1),
    ("deep.flac", "FLAC", "PCM_24", 2),
    ("side.ogg", "OGG", "VORBIS", 1),
    ("side.mp3", "MP3", "MPEG_LAYER_III", 1),
)


def sound(
    seconds: float = _SECONDS, n_channels: int = 1
) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """A note with clicks (time channel)."""
    time_s = np.arange(round(seconds * RATE)) / RATE
    samples = 0.3 * np.sin(2 * np.pi * 440.0 * time_s)
    samples[::397] += 0.4
    return np.tile(samples[:, None], (1, n_channels))


def encoded(container: str, subtype: str, n_channels: int = 1, seconds: float = _SECONDS) -> bytes:
    """That note in a file."""
    file = io.BytesIO()
    soundfile.write(file, sound(seconds, n_channels), RATE, format=container, subtype=subtype)
    return file.getvalue()


def sound_files() -> dict[str, bytes]:
    """One of each container and depth, and one of each with luggage, by their names."""
    made = {
        name: encoded(container, subtype, n_channels)
        for name, container, subtype, n_channels in _WRITTEN
    }
    made["luggage.wav"] = _broadcast(encoded("WAV", "PCM_24"))
    made["luggage.flac"] = _tagged(encoded("FLAC", "PCM_16"))
    made["id3.mp3"] = b"ID3\x04\0\0" + bytes((0, 0, 1, 0)) + bytes(128) + made["side.mp3"]
    return made


def write_side(path: Path, seconds: float = 0.5) -> Path:
    """A small WAV file to work on."""
    soundfile.write(path, sound(seconds), RATE, subtype="PCM_16")
    return path


def _broadcast(content: bytes) -> bytes:
    """A WAV file with everything an archive puts into one."""
    bext = b"A side".ljust(256, b"\0") + b"Somebody".ljust(32, b"\0") + b"REF".ljust(32, b"\0")
    bext += b"2026-01-0112:00:00" + struct.pack("<IIH", 10, 0, 2) + bytes(64)
    bext += struct.pack("<5h", -2300, 500, -100, -1800, -1900) + bytes(180)
    bext += b"A=PCM,F=11025,W=24,M=mono,T=a transfer\r\n"
    cue = struct.pack("<I", 2)
    for number, sample in ((1, 100), (2, 900)):
        cue += struct.pack("<II4sIII", number, sample, b"data", 0, 0, sample)
    label = struct.pack("<I", 1) + b"A mark\0"
    length = struct.pack("<IIIHHHH", 2, 50, 0, 0, 0, 0, 0)
    adtl = b"adtl" + b"".join(
        name + struct.pack("<I", len(each)) + each + b"\0" * (len(each) % 2)
        for name, each in ((b"labl", label), (b"ltxt", length))
    )
    info = b"INFOINAM" + struct.pack("<I", 6) + b"Title\0"
    sound_chunks = {each.name: each.body for each in riff_chunks(content)}
    return riff(
        b"WAVE",
        [
            (b"bext", bext),
            (b"fmt ", sound_chunks[b"fmt "]),
            (b"MD5 ", bytes(16)),
            (b"iXML", b"<BWFXML><PROJECT>x</PROJECT></BWFXML>"),
            (b"JUNK", bytes(20)),
            (b"data", sound_chunks[b"data"]),
            (b"axml", b"<?xml version='1.0'?><a/>"),
            (b"cue ", cue),
            (b"LIST", adtl),
            (b"LIST", info),
            (b"smpl", bytes(36)),
        ],
    )


def _tagged(content: bytes) -> bytes:
    """A FLAC file with comments, a picture, kept WAV chunks and padding."""
    vendor = b"somebody"
    comments = [b"TITLE=A side", b"DESCRIPTION=" + b"x" * 50]
    comment = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(comments))
    comment += b"".join(struct.pack("<I", len(each)) + each for each in comments)
    picture = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">I", 0)
    picture += struct.pack(">IIIII", 1, 1, 24, 0, 4) + b"\x89PNG"
    kept = b"riffbext" + struct.pack("<I", 602) + bytes(602)
    blocks = [(4, comment), (6, picture), (2, kept), (1, bytes(40)), (3, bytes(18))]
    head = content[4] & 0x7F
    size = int.from_bytes(content[5:8], "big")
    told = b"fLaC" + struct.pack(">I", head << 24 | size) + content[8 : 8 + size]
    at, is_last = 8 + size, bool(content[4] & 0x80)
    while not is_last:
        is_last = bool(content[at] & 0x80)
        at += 4 + int.from_bytes(content[at + 1 : at + 4], "big")
    for place, (kind, body) in enumerate(blocks):
        last = 0x80 if place == len(blocks) - 1 else 0
        told += struct.pack(">I", (kind | last) << 24 | len(body)) + body
    return told + content[at:]
