import numpy as np
import torch

from engine.diffusion.noise import ColouredDraw, FieldDraw, field
from tests.engine.diffusion.gaussian import coloured_psd, examples_draw, measured_psd


def test_noise_is_white_normal_and_of_unit_variance():
    noise = field(7, 0, -50_000, 400_000).astype(np.float64)
    n = len(noise)
    assert abs(noise.mean()) < 4.0 / n**0.5
    assert abs(noise.var() - 1.0) < 4.0 * (2.0 / n) ** 0.5
    assert abs((noise**4).mean() - 3.0) < 4.0 * (96.0 / n) ** 0.5
    for lag in (1, 2, 4095, 4096):
        assert abs(noise[lag:] @ noise[:-lag]) / n < 4.0 / n**0.5


def test_draws_and_seeds_are_independent():
    one, other, reseeded = field(7, 0, 0, 200_000), field(7, 1, 0, 200_000), field(8, 0, 0, 200_000)
    for noise in (other, reseeded):
        assert abs(np.corrcoef(one, noise)[0, 1]) < 4.0 / 200_000**0.5


def test_any_cut_of_the_field_has_the_same_bits():
    whole = field(3, 2, -9_000, 30_000)
    for start, length in ((-9_000, 1), (-4_097, 4_098), (-1, 2), (5_000, 0), (4_096, 8_192)):
        np.testing.assert_array_equal(
            field(3, 2, start, length), whole[start + 9_000 : start + 9_000 + length]
        )


def test_overlapping_segments_share_their_noise_whatever_the_batch():
    together = FieldDraw((5,), (0, 3_000, 6_000))
    alone = FieldDraw((5,), (3_000,))
    for _ in range(3):
        noise = together(torch.zeros(3, 1, 4_000))
        assert torch.equal(noise[0, :, 3_000:], noise[1, :, :1_000])
        assert torch.equal(noise[1, :, 3_000:], noise[2, :, :1_000])
        assert torch.equal(alone(torch.zeros(1, 1, 4_000))[0], noise[1])


def test_every_channel_takes_the_same_noise_and_every_seed_its_own():
    noise = FieldDraw((1, 2))(torch.zeros(2, 2, 1_000))
    assert torch.equal(noise[:, 0], noise[:, 1])
    assert not torch.equal(noise[0], noise[1])


def test_one_seed_at_one_place_serves_the_whole_batch():
    noise = FieldDraw((1,))(torch.zeros(3, 1, 100, dtype=torch.float64))
    assert noise.dtype == torch.float64
    assert torch.equal(noise[0], noise[2])


def test_coloured_noise_has_its_spectrum():
    psd = coloured_psd(64)
    noise = ColouredDraw(examples_draw(2_000, 4), psd)(torch.zeros(2_000, 1, 64).double())
    shape = measured_psd(noise) / psd
    assert (shape - 1.0).abs().max() < 0.12  # 4.5 standard errors at the two real bins
    assert abs(float(shape.mean()) - 1.0) < 0.02
