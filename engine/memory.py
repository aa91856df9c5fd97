"""Memory that was freed: kept while work goes on that soon asks for it again, then handed back.

The C library of Linux keeps what was freed for the next request, and large tensors that come and
go leave it with more and more of it: 150 MB after a picture of five minutes at 96 kHz with 24 bins
per octave, 350 MB with 96. Giving it back after each job costs 10 to 30 % of such a job.

Large blocks it hands back at once, and the pages of the next one have to be had from the system,
and cleared, again: that is a third of the time that a network takes on two cores. So networks keep
what they free while they work on a piece. Priors do not: it took 2.2 GB for an hour of a side, in
place of 1.9, as what they ask for is seldom of one size.
"""

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from functools import cache

_MMAP_THRESHOLD, _TRIM_THRESHOLD, _TOP_PAD = -3, -1, -2
"""What `mallopt` calls the size from which a block gets pages of its own, how much may be free at
the end of the heap before it is handed back, and by how much the heap grows; see mallopt(3)."""
_MB = 2**20
_KEEPING = {_MMAP_THRESHOLD: 96 * _MB, _TRIM_THRESHOLD: 2047 * _MB, _TOP_PAD: 64 * _MB}
_USUAL = {_MMAP_THRESHOLD: 32 * _MB, _TRIM_THRESHOLD: 64 * _MB, _TOP_PAD: _MB // 8}
"""What the C library comes to by itself where large blocks come and go."""


@cache
def _call(name: str, *types: type) -> "ctypes._NamedFuncPointer | None":
    """A call of the C library of Linux, if there is one."""
    found = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if found is not None:
        found.argtypes = types
        found.restype = ctypes.c_int
    return found


@contextlib.contextmanager
def keep_freed() -> Iterator[None]:
    """Have what is freed meanwhile at hand for the next request, and handed back at the end.

    Does nothing where the C library has no call for it. Where two overlap, the first to end ends
    both, which costs the other some speed.
    """
    tune = _call("mallopt", ctypes.c_int, ctypes.c_int)
    if tune is None:
        yield
        return
    for option, value in _KEEPING.items():
        tune(option, value)
    try:
        yield
    finally:
        for option, value in _USUAL.items():
            tune(option, value)
        give_back()


def give_back() -> None:
    """Hand back what is free; does nothing where the C library has no call for it."""
    trim = _call("malloc_trim", ctypes.c_size_t)
    if trim is not None:
        trim(0)
