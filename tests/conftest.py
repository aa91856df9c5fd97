"""Fixtures for all tests: seeded randomness, an offscreen Qt, no network, no folder of the user."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.guard import net_guard

net_guard.install()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture
def rng() -> np.random.Generator:
    """The only source of random data in a test."""
    return np.random.default_rng(20260178)


@pytest.fixture
def shared_data() -> Path:
    """Real recordings beside the repository; a test that wants them is skipped without."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no shared recordings beside the repository")
    return SHARED_DATA


@pytest.fixture
def network() -> Iterator[None]:
    """For tests of what a user asks for by name: sockets with addresses, on this computer."""
    net_guard.look_away()
    yield
    net_guard.install()
