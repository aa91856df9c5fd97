import pytest

from engine.closing import Closing


class Held(Closing):
    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


def test_it_is_closed_at_the_end_of_its_block_and_when_that_breaks():
    with Held() as held:
        assert not held.is_closed
    assert held.is_closed
    broken = Held()
    with pytest.raises(ValueError, match="broken"), broken:
        raise ValueError("broken")
    assert broken.is_closed
