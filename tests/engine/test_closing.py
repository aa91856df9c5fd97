import pytest

from engine.closing import Closing


class Held(Closing):
    def __init__(self) -> None:
        self.n_closed = 0

    def close(self) -> None:
        self.n_closed += 1


def test_it_is_closed_at_the_end_of_its_block_and_when_that_breaks():
    with Held() as held:
        assert held.n_closed == 0
    assert held.n_closed == 1
    broken = Held()
    with pytest.raises(ValueError, match="broken"), broken:
        raise ValueError("broken")
    assert broken.n_closed == 1
