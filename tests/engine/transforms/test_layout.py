import numpy as np
import pytest

from engine.errors import SettingsError
from engine.transforms.layout import (
    Layout,
    bins_of_octaves,
    common_frames,
    doubling_frames,
    end_scale,
    end_weights,
    flank_weights,
    octave_scale,
    shortest_grid,
)

MIXED = (8, 8, 16, 16, 32)


def test_falling_and_rising_flanks_share_the_energy_of_every_bin() -> None:
    rise, fall = flank_weights(np.array([3, 4, 6, 9, 9, 20]))
    np.testing.assert_allclose(rise**2 + fall**2, np.ones(17), rtol=1e-14)
    # A cell starts at the centre of the band that falls.
    np.testing.assert_array_equal(rise[[0, 1, 3, 6]], np.zeros(4))


def test_frames_double_from_octave_to_octave_even_if_one_octave_needs_more() -> None:
    # Bands of 6 bins below and of 5 above: 8 frames would do for both.
    assert doubling_frames((6, 5)) == (8, 16)
    assert doubling_frames((4, 16)) == (8, 16)
    assert doubling_frames((1, 1, 1)) == (1, 2, 4)


def test_common_frames_can_be_halved_five_times_and_have_small_primes() -> None:
    assert [common_frames(length) for length in (1, 32, 33, 702)] == [32, 32, 64, 704]
    # 32 * 1009 and 32 * 1013 have large primes; 1024 is a power of two, 1008 too few.
    assert common_frames(32 * 1008 + 1) == 32 * 1024


def test_bins_lie_at_equal_ratios_within_an_octave() -> None:
    layout = Layout.of(2**16, MIXED)
    octaves = layout.per_octave(layout.centres)
    for octave, (n_bins, centres) in enumerate(zip(MIXED, octaves, strict=True)):
        assert centres[0] == pytest.approx(2.0 ** (octave - 5), rel=1e-14)
        np.testing.assert_allclose(centres[1:] / centres[:-1], 2.0 ** (1.0 / n_bins))


def test_the_bands_of_all_octaves_and_both_ends_make_one_tight_frame() -> None:
    layout = Layout.of(2**16, MIXED)
    energy = np.zeros(2**15 + 1)
    for edges in layout.edges:
        for below, centre, above in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
            energy[below:centre] += flank_weights(np.array([below, centre]))[0] ** 2
            energy[centre:above] += flank_weights(np.array([centre, above]))[1] ** 2
    bass, top = end_weights(layout.positions)
    energy[: len(bass)] += bass**2
    energy[-len(top) :] += top[::-1] ** 2
    np.testing.assert_allclose(energy, np.ones_like(energy), rtol=1e-13)


def test_the_cell_where_octaves_meet_is_as_wide_as_the_last_one_below() -> None:
    layout = Layout.of(2**16, MIXED)
    low, high = layout.edges[1], layout.edges[2]
    assert high[0] == low[-2]
    assert high[1] == low[-1]
    assert low[-1] - low[-2] == pytest.approx(2**12 * (1 - 2 ** (-1 / 8)), abs=1.0)


def test_scales_give_white_noise_its_own_variance() -> None:
    # Two bands over 10 bins of whole weight in all, with 16 frames each.
    assert octave_scale(np.array([4, 4, 14, 14]), 16) == pytest.approx((2 * 16 / 10) ** 0.5)
    # Five bins on both sides of 0 Hz, which is there once.
    assert end_scale(np.ones(5), 16) == pytest.approx((16 / 9) ** 0.5)


def test_the_lowest_bands_of_the_finest_octave_lie_a_bin_apart() -> None:
    for bins in ((32,) * 8, MIXED, (4, 64)):
        layout = Layout.of(shortest_grid(bins), bins)
        assert all(edges[1:].tolist() == sorted(set(edges[1:].tolist())) for edges in layout.edges)


@pytest.mark.parametrize(
    ("n_octaves", "bins", "sentence"),
    [
        (0, 32, "n_octaves = 0 must be at least 1"),
        (2, 0, "bins_per_octave = 0 must be at least 1"),
        (2, (8, 0), "bins_per_octave = 0 must be at least 1"),
        (
            3,
            (8, 16),
            "bins_per_octave has 2 values for n_octaves = 3; give one number, or one for each "
            "octave",
        ),
    ],
)
def test_numbers_of_bins_without_octaves_are_refused(
    n_octaves: int, bins: int | tuple[int, ...], sentence: str
) -> None:
    with pytest.raises(SettingsError) as error:
        bins_of_octaves(n_octaves, bins)
    assert str(error.value) == sentence
