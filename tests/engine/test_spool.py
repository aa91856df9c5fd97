import numpy as np
import pytest

from engine.errors import StorageError
from engine.spool import Spool


def test_what_was_kept_comes_back_exactly(rng: np.random.Generator):
    spool = Spool()
    kept = [rng.standard_normal((2, n)).astype(np.float32) for n in (1, 1000, 77)]
    maps = [spool.keep(samples) for samples in kept]
    del spool
    for samples, mapped in zip(kept, maps, strict=True):
        np.testing.assert_array_equal(mapped, samples)


def test_a_full_disk_is_told_with_the_size_and_the_folder(monkeypatch: pytest.MonkeyPatch):
    spool = Spool()

    class Full:
        def seek(self, offset: int) -> None:
            pass

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_file", Full())
    with pytest.raises(StorageError, match=r"no room for 4 MB .*No space left"):
        spool.keep(np.zeros((1, 10**6), np.float32))
