"""The broadcast extension of a WAV file: its fields, and one more line of coding history.

References:
    EBU Tech 3285, "Specification of the Broadcast Wave Format", version 2, 2011.
    EBU R 98, "Format for the CodingHistory field in Broadcast Wave Format files", 1999.
"""

import struct
from dataclasses import dataclass

from engine.audio import AudioFormat

FIXED_BYTES = 602
_LOUDNESS = (
    "loudness_value_lufs",
    "loudness_range_lu",
    "max_true_peak_dbtp",
    "max_momentary_lufs",
    "max_short_term_lufs",
)
_UNSET_LOUDNESS = 0x7FFF
_SOUND_MODES = {1: "mono", 2: "stereo"}


@dataclass(frozen=True)
class Bext:
    """The fields of a bext chunk; time_reference counts samples since midnight."""

    description: str
    originator: str
    originator_reference: str
    origination_date: str
    origination_time: str
    time_reference: int
    version: int
    umid: str
    loudness_value_lufs: float | None
    loudness_range_lu: float | None
    max_true_peak_dbtp: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    coding_history: str


def parse_bext(payload: bytes) -> Bext | None:
    """Read a bext chunk; None when it is too short to be one."""
    if len(payload) < FIXED_BYTES:
        return None
    low, high, version = struct.unpack_from("<IIH", payload, 338)
    umid = payload[348:412]
    levels = struct.unpack_from("<5h", payload, 412)
    loudness = {
        name: level / 100.0 if version >= 2 and level != _UNSET_LOUDNESS else None
        for name, level in zip(_LOUDNESS, levels, strict=True)
    }
    return Bext(
        description=_text(payload[:256]),
        originator=_text(payload[256:288]),
        originator_reference=_text(payload[288:320]),
        origination_date=_text(payload[320:330]),
        origination_time=_text(payload[330:338]),
        time_reference=high << 32 | low,
        version=version,
        umid=umid.hex() if any(umid) else "",
        coding_history=_text(payload[FIXED_BYTES:]),
        **loudness,
    )


def coding_history_line(output: AudioFormat, text: str) -> str:
    """The line that tells how a file came about, without time of day, ended by CR/LF.

    Args:
        output: the format written.
        text: software and operations; what the grammar forbids there is replaced.
    """
    mode = _SOUND_MODES.get(output.n_channels, "multitrack")
    free = " ".join(text.replace(",", ";").split())
    free = free.encode("ascii", "replace").decode("ascii")
    return f"A=PCM,F={output.sample_rate},W={output.bits},M={mode},T={free}\r\n"


def append_history(payload: bytes, line: str) -> bytes:
    """A bext chunk with one more line of history; zeros reserved behind the history are used up.

    Nothing else of it changes.
    """
    history = payload[FIXED_BYTES:].rstrip(b"\0")
    if history and not history.endswith(b"\n"):
        history += b"\r\n"
    fresh = payload[:FIXED_BYTES] + history + line.encode("ascii")
    return fresh.ljust(len(payload), b"\0")


def _text(raw: bytes) -> str:
    """Text up to the first zero byte: UTF-8 where it is that, else Latin-1."""
    raw = raw.split(b"\0")[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
