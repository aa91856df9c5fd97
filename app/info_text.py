"""What `runout info` prints for people, a fact a line."""

import dataclasses

from engine.bext import Bext
from engine.info import FileInfo
from engine.units import format_time


def info_lines(facts: FileInfo) -> list[str]:
    """The facts of a file as aligned lines."""
    depth = f"{facts.bits} bit {'float' if facts.is_float else 'integer'}"
    rows = [
        ("file", facts.name),
        ("format", f"{facts.container}, {facts.subtype}"),
        ("rate", f"{facts.sample_rate} Hz"),
        ("depth", "coded with loss" if facts.is_lossy else depth),
        ("channels", str(facts.n_channels)),
        ("duration", f"{format_time(facts.duration_s)} ({facts.n_samples} samples)"),
        ("peak", f"{facts.peak_dbfs:.2f} dBFS"),
        ("clipped", f"{facts.clipped_samples} samples at full scale"),
        ("chunks", ", ".join(f"{each.id.strip()} ({each.size})" for each in facts.chunks)),
        *_bext_rows(facts.bext),
        ("audio MD5", _md5_text(facts)),
        ("SHA-256", facts.audio_sha256),
        *(("note", note) for note in facts.notes),
    ]
    return [f"{name:16} {text}" for name, text in rows if text]


def _md5_text(facts: FileInfo) -> str:
    told = {
        "matches": "matches the one the file carries",
        "differs": f"DIFFERS from the one the file carries, {facts.embedded_md5}",
        "absent": "the file carries none",
    }
    return f"{facts.audio_md5} ({told[facts.md5_status]})"


def _bext_rows(bext: Bext | None) -> list[tuple[str, str]]:
    if bext is None:
        return []
    rows = []
    for each in dataclasses.fields(bext):
        value = getattr(bext, each.name)
        lines = str(value).splitlines() if value not in (None, "") else []
        name = each.name.replace("_", " ")
        rows += [(name if index == 0 else "", line) for index, line in enumerate(lines)]
    return rows
