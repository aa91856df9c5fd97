"""Chunks of sound files, taken apart so that each can lie about itself."""

import struct
from dataclasses import dataclass, replace
from random import Random

from fuzzing.damage import damaged_bytes, damaged_field

_SIZES = (0, 1, 3, 2**16, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)


@dataclass(frozen=True)
class Chunk:
    """A chunk; size: what its head says."""

    name: bytes
    body: bytes
    size: int


def damaged_riff(rng: Random, content: bytes, order: str = "<") -> bytes:
    """RIFF, RF64 and, by the other order, AIFF: chunks damaged one by one and put together."""
    head, chunks = content[:12], riff_chunks(content, order)
    for _ in range(rng.randint(1, 3)):
        chunks = _changed(rng, chunks)
    body = b"".join(
        each.name
        + struct.pack(order + "I", each.size)
        + each.body
        + b"\0" * (len(each.body) % 2 * (rng.random() < 0.9))
        for each in chunks
    )
    size = len(body) + 4 if rng.random() < 0.7 else rng.choice(_SIZES)
    return head[:4] + struct.pack(order + "I", size) + head[8:12] + body


def riff_chunks(content: bytes, order: str = "<") -> list[Chunk]:
    """The chunks of a sound file."""
    chunks, at = [], 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from(order + "4sI", content, at)
        chunks.append(Chunk(name, content[at + 8 : at + 8 + size], size))
        at += 8 + size + size % 2
    return chunks


def riff(form: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A RIFF file of chunks."""
    body = b"".join(
        name + struct.pack("<I", len(each)) + each + b"\0" * (len(each) % 2)
        for name, each in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + form + body


def damaged_flac(rng: Random, content: bytes) -> bytes:
    """FLAC: metadata blocks damaged one by one; the frames follow, now and then damaged too."""
    blocks, frames = flac_blocks(content)
    for _ in range(rng.randint(1, 3)):
        blocks = _changed(rng, blocks)
    told = [b"fLaC"]
    for at, each in enumerate(blocks):
        last = 0x80 if (at == len(blocks) - 1) is (rng.random() < 0.95) else 0
        told.append(struct.pack(">I", (each.name[0] & 0x7F | last) << 24 | each.size & 0xFFFFFF))
        told.append(each.body)
    if rng.random() < 0.3:
        frames = damaged_bytes(rng, frames)
    return b"".join(told) + frames


def flac_blocks(content: bytes) -> tuple[list[Chunk], bytes]:
    """Metadata blocks and frames of a FLAC file."""
    blocks, at, is_last = [], 4, False
    while not is_last:
        head, size = content[at], int.from_bytes(content[at + 1 : at + 4], "big")
        is_last = bool(head & 0x80)
        blocks.append(Chunk(bytes([head & 0x7F]), content[at + 4 : at + 4 + size], size))
        at += 4 + size
    return blocks, content[at:]


def _changed(rng: Random, chunks: list[Chunk]) -> list[Chunk]:
    """One of the chunks dropped, doubled, moved, nested, lying, renamed or damaged within."""
    if not chunks:
        return chunks
    chunks, at = chunks.copy(), rng.randrange(len(chunks))
    each, how = chunks[at], rng.randrange(9)
    if how == 0:
        del chunks[at]
    elif how == 1:
        chunks.insert(rng.randrange(len(chunks) + 1), each)
    elif how == 2:
        chunks.insert(rng.randrange(len(chunks)), chunks.pop(at))
    elif how == 3:
        inner = each.name + struct.pack("<I", len(each.body)) + each.body
        chunks[at] = Chunk(each.name, inner, len(inner))
    elif how == 4:
        near = (each.size + 1, max(0, each.size - 1), each.size * 2)
        chunks[at] = replace(each, size=rng.choice((*_SIZES, *near)) & 0xFFFFFFFF)
    elif how == 5:
        chunks[at] = replace(each, name=rng.choice((rng.choice(chunks).name, rng.randbytes(4))))
    elif how == 6:
        body = damaged_bytes(rng, each.body)
        chunks[at] = Chunk(each.name, body, len(body))
    else:
        body = damaged_field(rng, each.body)
        chunks[at] = Chunk(each.name, body, len(body))
    return chunks
