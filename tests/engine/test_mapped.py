from pathlib import Path

import numpy as np
import pytest

from engine.mapped import let_go
from engine.spool import Spool


def resident_bytes() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("the system does not tell how much memory is taken")
    lines = status.read_text(encoding="ascii").splitlines()
    return 1024 * sum(
        int(line.split()[1]) for line in lines if line.startswith(("RssFile", "RssShmem"))
    )


def test_what_was_written_and_read_through_a_map_takes_no_memory_afterwards():
    room = Spool().room((1, 10**7))
    before = resident_bytes()
    room[:] = 0.25
    assert resident_bytes() - before > 30e6
    let_go([room[0, 5:]])
    assert resident_bytes() - before < 5e6
    assert float(room.min()) == float(room.max()) == 0.25


def test_arrays_in_memory_are_left_alone():
    samples = np.ones((2, 100), np.float32)
    let_go([samples, samples[:, 3:], np.frombuffer(b"abcd", np.float32)])
    assert samples.all()
