import os

import numpy as np
import pytest

from engine import spool as spool_module
from engine.errors import StorageError
from engine.spool import Spool


def test_what_was_kept_comes_back_exactly(rng: np.random.Generator):
    spool = Spool()
    kept = [rng.standard_normal((2, n)).astype(np.float32) for n in (1, 1000, 77)]
    maps = [spool.keep(samples) for samples in kept]
    del spool
    for samples, mapped in zip(kept, maps, strict=True):
        np.testing.assert_array_equal(mapped, samples)


def test_what_is_larger_than_a_segment_or_does_not_fit_its_rest_is_kept(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 8192)
    spool = Spool()
    kept = [rng.standard_normal((3, n)).astype(np.float32) for n in (600, 100, 5000, 682, 1)]
    maps = [spool.keep(samples) for samples in kept]
    for samples, mapped in zip(kept, maps, strict=True):
        np.testing.assert_array_equal(mapped, samples)


def test_what_was_kept_cannot_be_written_to():
    kept = Spool().keep(np.ones((1, 5), np.float32))
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0] = 2.0


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts handles")
def test_ten_thousand_repairs_take_a_handful_of_file_handles():
    spool, before = Spool(), len(os.listdir("/proc/self/fd"))
    kept = [spool.keep(np.full((2, 3), i, np.float32)) for i in range(10_000)]
    assert len(os.listdir("/proc/self/fd")) <= before + 2
    assert [int(each[1, 2]) for each in kept[::999]] == list(range(0, 10_000, 999))


def test_room_is_zeros_to_be_written_over():
    room = Spool().room((2, 1000))
    assert room.shape == (2, 1000)
    assert not room.any()
    room[1, 999] = 0.5
    assert room[1, 999] == 0.5


def test_a_full_disk_is_told_with_the_size_and_the_folder(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool_module, "_reserve", full)
    with pytest.raises(StorageError, match=r"no room for 67 MB .*No space left"):
        Spool().keep(np.zeros((1, 10**6), np.float32))
