import pytest
import torch

from engine.diffusion.gap_joins import joined, levelled
from tests.engine.diffusion.coloured import level_db

RATE = 8000


def pieces_and_known(gap: slice, n_samples: int = 8000):
    pieces = torch.randn(1, 2, n_samples, generator=torch.Generator().manual_seed(1))
    known = torch.ones(1, 1, n_samples, dtype=torch.bool)
    known[..., gap] = False
    return pieces, known


@pytest.mark.parametrize("gap", [slice(100, 200), slice(0, 50), slice(350, 400), slice(120, 124)])
def test_a_jump_at_the_edge_is_carried_into_the_gap_and_fades(gap):
    pieces = torch.ones(1, 1, 400)
    known = torch.ones(1, 1, 400, dtype=torch.bool)
    known[..., gap] = False
    mended = joined(torch.full((1, 1, 400), 0.2), pieces, known, 40)
    assert torch.equal(mended[known], pieces[known])
    assert mended.diff(dim=-1).abs().max() < (0.8 if gap.stop - gap.start < 10 else 0.06)
    assert float(mended[~known].min()) >= 0.2
    assert float(mended[~known].max()) < 1.8


def test_a_gap_without_a_jump_stays_as_it_is():
    pieces, known = pieces_and_known(slice(100, 300), 500)
    made = torch.where(known, pieces, 0.3)
    assert torch.equal(joined(made, pieces, known, 40), made)


@pytest.mark.parametrize(("factor", "expected_db"), [(4.0, 3.0), (0.1, -6.0), (0.8, -1.9)])
def test_a_filled_gap_comes_out_between_the_levels_of_its_sides(factor, expected_db):
    gap = slice(3000, 5000)
    pieces, known = pieces_and_known(gap)
    made = pieces.clone()
    made[..., gap] *= factor
    middle = slice(3600, 4400)
    level = levelled(made, pieces, known, RATE)
    assert level_db(level[..., middle], pieces[..., middle]) == pytest.approx(expected_db, abs=0.5)
    assert torch.equal(level[known.expand_as(level)], pieces[known.expand_as(pieces)])


def test_short_gaps_and_silent_ones_are_not_touched():
    pieces, known = pieces_and_known(slice(3000, 3100))
    made = 9 * pieces
    assert torch.equal(levelled(made, pieces, known, RATE), made)
    pieces, known = pieces_and_known(slice(3000, 5000))
    made = torch.where(known, pieces, 0.0)
    assert levelled(made, pieces, known, RATE).isfinite().all()


def test_each_signal_has_its_own_level():
    gap = slice(3000, 5000)
    pieces, known = pieces_and_known(gap)
    made = pieces.clone()
    made[0, 1, gap] *= 10
    level = levelled(made, pieces, known, RATE)
    assert torch.equal(level[0, 0], made[0, 0])
    middle = slice(3200, 4800)
    assert level_db(level[0, 1, middle], pieces[0, 1, middle]) == pytest.approx(3.0, abs=0.5)
