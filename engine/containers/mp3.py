"""MP3: only whether there are frames; a decoder given none of them complains on its own.

References:
    ISO/IEC 11172-3 section 2.4.1.3 and 13818-3 (the frame header and its tables).
"""

SEARCHED_BYTES = 1 << 17

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBITS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def has_mp3_frames(content: bytes) -> bool:
    """Whether two Layer III frames follow one another somewhere in the first bytes of a stream."""
    at = content.find(0xFF)
    while 0 <= at <= len(content) - 4:
        size = _frame_bytes(content[at : at + 4])
        following = content[at + size : at + size + 4]
        if size and (len(following) < 4 or _frame_bytes(following)):
            return True
        at = content.find(0xFF, at + 1)
    return False


def _frame_bytes(header: bytes) -> int:
    """Length of the frame that begins with these 4 bytes; 0 if none does."""
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    kbits_index, rate_index = header[2] >> 4, header[2] >> 2 & 3
    is_header = header[0] == 0xFF and header[1] >> 5 == 7
    if not is_header or version == 1 or layer != 1 or rate_index == 3 or kbits_index in (0, 15):
        return 0
    kbits = (_KBITS_1 if version == 3 else _KBITS_2)[kbits_index - 1]
    samples_per_byte = 144_000 if version == 3 else 72_000
    return samples_per_byte * kbits // _RATES[version][rate_index] + (header[2] >> 1 & 1)
