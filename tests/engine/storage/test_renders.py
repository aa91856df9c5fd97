import errno
import os
import shutil
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from engine.errors import StorageError
from engine.progress import Cancelled
from engine.storage import disk
from engine.storage.disk import Damaged
from engine.storage.renders import BLOCK_BYTES, READ_BYTES, SAMPLE, Renders


@pytest.fixture
def renders(tmp_path):
    (tmp_path / "renders").mkdir()
    return Renders(tmp_path / "renders")


def names(renders):
    return sorted(each.name for each in renders.folder.iterdir())


@pytest.mark.parametrize("n_values", [0, 1, 1000, READ_BYTES])
def test_an_array_comes_back_and_is_a_plain_npy_file(renders, rng, n_values):
    values = rng.standard_normal((2, n_values)).astype(np.float32)
    key = renders.write([values.T], SAMPLE, values.shape, fortran=True)
    found = renders.read(key, SAMPLE, values.shape, fortran=True)
    np.testing.assert_array_equal(found, values)
    np.testing.assert_array_equal(np.load(renders.path(key), allow_pickle=False), values)
    assert not found.flags.writeable
    assert renders.verify(key)


def test_the_same_content_has_one_file_and_heals_a_damaged_one(renders):
    values = np.arange(1000, dtype=np.float32)
    key = renders.write([values], SAMPLE, (1000,))
    renders.path(key).write_bytes(b"?" * renders.path(key).stat().st_size)
    with pytest.raises(Damaged, match=f"render {key[:12]} has another content than it had"):
        renders.read(key, SAMPLE, (1000,))
    assert renders.write([values[:300], values[300:]], SAMPLE, (1000,)) == key
    assert names(renders) == [f"{key}.npy"]
    np.testing.assert_array_equal(renders.read(key, SAMPLE, (1000,)), values)


def test_a_long_one_is_mapped_and_damage_is_found_on_demand(renders):
    values = np.zeros(READ_BYTES, np.float32)
    key = renders.write([values], SAMPLE, values.shape)
    with renders.path(key).open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\1")
    assert renders.read(key, SAMPLE, values.shape)[-1] != 0.0
    assert not renders.verify(key)
    with pytest.raises(Damaged, match=r"has 4194432 bytes instead of 4194436"):
        renders.read(key, SAMPLE, (READ_BYTES + 1,))
    with pytest.raises(Damaged, match="does not begin as it should"):
        renders.read(key, np.dtype("<i4"), values.shape)
    with pytest.raises(Damaged, match="there is no such file"):
        renders.read("0" * 64, SAMPLE, values.shape)
    assert not renders.verify("0" * 64)


def test_writing_takes_little_memory(renders):
    def blocks() -> Iterator[np.ndarray]:
        for _ in range(8):
            yield np.zeros(BLOCK_BYTES // 4, np.float32)

    tracemalloc.start()
    renders.write(blocks(), SAMPLE, (2 * BLOCK_BYTES,))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * BLOCK_BYTES


def test_a_disk_that_gets_full_in_the_middle_leaves_nothing(renders, monkeypatch):
    def fill() -> Iterator[np.ndarray]:
        yield np.zeros(5000, np.float32)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "free_bytes", lambda folder: 1_250_000)
    with pytest.raises(StorageError) as told:
        renders.write(fill(), SAMPLE, (1_000_000,))
    assert str(told.value) == (
        f"there is no room in the folder {renders.folder.parent}: 4.1 MB are needed and 1.2 MB are "
        "free; make room or save the project elsewhere"
    )
    assert names(renders) == []


def test_what_is_cancelled_leaves_nothing(renders):
    def cancel(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        renders.write([np.zeros(5000, np.float32)], SAMPLE, (5000,), progress=cancel)
    assert names(renders) == []


def test_a_folder_that_has_gone_is_said_so(renders):
    shutil.rmtree(renders.folder.parent)
    for act in (lambda: renders.check_room(1000), lambda: renders.write([], SAMPLE, (0,))):
        with pytest.raises(StorageError, match=r"the folder .* has gone; connect its drive again"):
            act()
