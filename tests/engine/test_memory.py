import resource
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.memory import give_back, keep_freed


def resident_bytes():
    return resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it does nothing")
def test_what_was_freed_goes_back_to_the_system():
    # blocks below the size at which each gets pages of its own, every tenth of which is kept
    blocks = [np.ones(10_000, np.uint8) for _ in range(10_000)]
    kept = blocks[::10]
    full = resident_bytes()
    del blocks
    give_back()
    assert full - resident_bytes() > 40e6
    assert len(kept) == 1000


def test_it_may_be_called_at_any_time():
    give_back()
    give_back()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it does nothing")
def test_large_blocks_stay_at_hand_only_while_that_is_wanted():
    before = resident_bytes()
    with keep_freed():
        np.ones(80_000_000, np.uint8)
        kept = resident_bytes() - before
    after = resident_bytes() - before
    np.ones(80_000_000, np.uint8)
    assert kept > 60e6
    assert after < 20e6
    assert resident_bytes() - before < 20e6
