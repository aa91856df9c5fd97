import torch
from torch import Tensor

from engine.diffusion.blocks import Blocks
from engine.diffusion.continuation import Continuation, Held, in_turn
from engine.diffusion.operator import Operator
from engine.diffusion.operators.mask import Mask

RATE = 8000


def test_blocks_that_agree_with_what_is_held_come_out_as_they_are():
    blocks = Blocks(5000, 1200, 400)
    truth = torch.randn(1, 1, 5000, generator=torch.Generator().manual_seed(1))
    whole = in_turn(blocks, truth, RATE, lambda index, span, held: truth[..., span])
    assert torch.allclose(whole, truth, atol=1e-6)


def test_each_block_hears_at_least_most_of_the_overlap_and_nothing_behind_it():
    blocks = Blocks(5000, 1200, 400)
    heard = []

    def sample(index: int, span: slice, held: Held | None) -> Tensor:
        if held is not None:
            heard.append((span, held))
        return torch.full((1, 1, 1200), float(index + 1))

    in_turn(blocks, torch.zeros(1, 1, 5000), RATE, sample)
    assert len(heard) == len(blocks.starts) - 1
    for span, held in heard:
        before = next(each for each in reversed(blocks.spans) if each.start < span.start)
        overlap = before.stop - span.start
        assert float(held.weights[0]) == 1.0
        known = int((held.weights > 0).sum())
        assert 0.75 * overlap <= known < overlap
        assert not held.before[..., overlap:].any()


def test_the_join_fades_and_what_is_held_stays():
    blocks = Blocks(2000, 1200, 400)
    whole = in_turn(
        blocks,
        torch.zeros(1, 1, 2000),
        RATE,
        lambda index, span, held: torch.full((1, 1, 1200), float(index)),
    )[0, 0]
    assert torch.equal(whole[:1000], torch.zeros(1000))
    assert torch.equal(whole[1200:], torch.ones(800))
    assert whole.diff().abs().max() < 0.03


def test_the_residual_is_the_distance_to_what_is_held_there_and_to_the_observed_elsewhere():
    weights = torch.tensor([1.0, 1.0, 0.5, 0.0, 0.0])
    before = torch.tensor([[[1.0, 2.0, 3.0, 0.0, 0.0]]])
    observed = torch.full((1, 1, 5), 7.0)
    x = torch.full((1, 1, 5), 5.0)
    operator = Continuation(Doubled(), Held(before, weights), observed)
    residual = observed - operator(x)
    assert residual[0, 0].tolist() == [-4.0, -3.0, 0.5 * -2.0 + 0.5 * -3.0, -3.0, -3.0]


def test_projection_puts_back_what_is_held_over_that_of_the_operator():
    weights = torch.tensor([1.0, 0.5, 0.0, 0.0])
    held = Held(torch.tensor([[[1.0, 1.0, 0.0, 0.0]]]), weights)
    observed = torch.full((1, 1, 4), 7.0)
    known = torch.tensor([False, False, False, True])
    projected = Continuation(Mask(known), held, observed).project(torch.zeros(1, 1, 4), observed)
    assert projected[0, 0].tolist() == [1.0, 0.5, 0.0, 7.0]


class Doubled(Operator):
    def __call__(self, x: Tensor) -> Tensor:
        return 2 * x
