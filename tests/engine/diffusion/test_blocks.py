import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.diffusion.blocks import Blocks, Blockwise
from tests.engine.diffusion.coloured import snr_db


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3000), st.integers(200, 700), st.floats(0.0, 0.5), st.integers(1, 3))
def test_cut_and_joined_is_the_identity(n_samples, block, share, n_signals):
    blocks = Blocks(n_samples, block, int(share * block))
    x = torch.randn(2, n_signals, n_samples, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(blocks.joined(blocks.cut(x), x), x, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 100_000), st.integers(500, 9000), st.floats(0.0, 0.5))
def test_blocks_cover_the_stretch_and_overlap_as_far_as_asked(n_samples, block, share):
    overlap = int(share * block)
    spans = Blocks(n_samples, block, overlap).spans
    assert spans[0].start == 0
    assert spans[-1].stop == n_samples
    assert all(b.start > a.start for a, b in zip(spans, spans[1:], strict=False))
    # spacing is rounded to whole samples
    overlaps = [a.stop - b.start for a, b in zip(spans, spans[1:], strict=False)]
    assert all(each >= overlap - 1 for each in overlaps)


def test_signals_of_a_block_lie_next_to_each_other():
    blocks = Blocks(10, 6, 2)
    x = torch.arange(40.0).reshape(2, 2, 10)
    examples = blocks.cut(x)
    assert examples.shape == (2 * 2 * 2, 1, 6)
    assert torch.equal(examples[:2, 0], x[0, :, :6])
    assert torch.equal(examples[2:4, 0], x[0, :, 4:])
    assert torch.equal(examples[4:6, 0], x[1, :, :6])


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 100])
def test_the_size_of_a_batch_changes_nothing_but_the_number_of_batches(batch):
    heard: list[int] = []

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        assert len(x) == len(sigma)
        return x * sigma[:, None, None]

    blocks = Blocks(100, 30, 10)
    x = torch.randn(2, 2, 100, generator=torch.Generator().manual_seed(1))
    sigma = torch.tensor([2.0, 3.0])
    made = Blockwise(lambda some: denoise, blocks, batch, heard.append)(x, sigma)
    assert torch.allclose(made, x * sigma[:, None, None], atol=1e-6)
    assert sum(heard) == 2 * len(blocks.starts)
    assert max(heard) == min(2 * len(blocks.starts), max(1, batch // 2))


def test_each_batch_is_told_which_examples_it_holds():
    asked: list[slice] = []

    def guided(some: slice):
        asked.append(some)
        return lambda x, sigma: x

    blocks = Blocks(100, 30, 10)
    Blockwise(guided, blocks, 4)(torch.zeros(1, 2, 100), torch.ones(1))
    n = 2 * len(blocks.starts)
    assert asked == [slice(k, min(k + 4, n)) for k in range(0, n, 4)]


def test_estimates_that_disagree_fade_over_without_a_step():
    blocks = Blocks(100, 60, 20)
    examples = torch.cat((torch.zeros(1, 1, 60), torch.ones(1, 1, 60)))
    joined = blocks.joined(examples, torch.zeros(1, 1, 100))[0, 0]
    assert torch.equal(joined[:40], torch.zeros(40))
    assert torch.equal(joined[60:], torch.ones(40))
    assert joined.diff().abs().max() < 0.08
    assert snr_db(joined, 1 - joined.flip(0)) > 100
