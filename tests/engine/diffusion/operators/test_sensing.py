import pytest
import torch

from engine.diffusion.operators.sensing import Sensing, kept_at_random
from engine.errors import SettingsError
from tests.engine.diffusion.gaussian import white


def test_the_share_is_kept_and_where_depends_on_the_seed():
    kept = kept_at_random(100_000, 0.05, 1)
    assert abs(float(kept.float().mean()) - 0.05) < 4 * (0.05 * 0.95 / 100_000) ** 0.5
    assert torch.equal(kept, kept_at_random(100_000, 0.05, 1))
    assert not torch.equal(kept, kept_at_random(100_000, 0.05, 2))


def test_a_sample_of_a_recording_is_kept_in_every_segment_or_in_none():
    whole = kept_at_random(10_000, 0.3, 1)
    assert torch.equal(kept_at_random(3_000, 0.3, 1, start=5_000), whole[5_000:8_000])


def test_projection_explains_the_observed_exactly():
    operator = Sensing(500, 0.2, seed=3)
    clean, estimate = white(2, 500, 1), white(2, 500, 2)
    assert torch.equal(operator(operator.project(estimate, operator(clean))), operator(clean))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_or_all_is_refused(share):
    with pytest.raises(SettingsError, match="share = [01] must lie"):
        Sensing(100, share)
