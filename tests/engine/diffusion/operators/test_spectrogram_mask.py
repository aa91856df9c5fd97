import torch

from engine.diffusion.operators.spectrogram_mask import SpectrogramMask, known_outside
from engine.region import Region
from engine.shape import BOX, Shape, Stroke
from engine.transforms.stft import STFT
from tests.engine.diffusion.gaussian import white

RATE = 8000
TRANSFORM = STFT(256, 64)
REGION = Region(0.4, 0.6, 1000.0, 2000.0)


def operator(n_samples: int = RATE) -> SpectrogramMask:
    return SpectrogramMask(TRANSFORM, known_outside(REGION, TRANSFORM, RATE, n_samples))


def test_the_unknown_bins_are_those_of_the_region():
    known = known_outside(REGION, TRANSFORM, RATE, RATE)
    bins, frames = torch.nonzero(~known, as_tuple=True)
    assert [float(bins.min()) * 31.25, float(bins.max()) * 31.25] == [1000.0, 1968.75]
    assert (int(frames.min()), int(frames.max())) == (50, 74)
    assert len(bins) == 32 * 25


def test_a_region_without_a_band_takes_all_bins():
    known = known_outside(Region(0.4, 0.6), TRANSFORM, RATE, RATE)
    assert not known[:, 50:75].any()
    assert known[:, :50].all()
    assert known[:, 75:].all()


def test_a_tone_in_the_box_goes_and_all_beyond_a_window_stays():
    time_s = torch.arange(RATE, dtype=torch.float64) / RATE
    x = torch.sin(2 * torch.pi * 1500.0 * time_s)[None, None]
    masked = operator()(x)
    inside = slice(round(0.42 * RATE), round(0.57 * RATE))
    assert 20 * torch.log10(masked[..., inside].norm() / x[..., inside].norm()) < -60.0
    for beyond in (slice(0, 3056), slice(4900, RATE)):
        torch.testing.assert_close(masked[..., beyond], x[..., beyond], rtol=0.0, atol=1e-12)


def test_projection_takes_known_bins_and_leaves_the_rest():
    damaged, estimate = white(2, RATE, 1), white(2, RATE, 2)
    this = operator()
    projected = this.project(estimate, damaged)
    torch.testing.assert_close(this(projected), this(this(damaged) + estimate - this(estimate)))
    assert (projected - damaged)[..., :3056].abs().max() < 1e-12


def test_what_a_shape_selects_is_unknown_and_no_more():
    boxes = [Stroke(BOX, ((a, 500.0), (b, 1500.0))) for a, b in ((0.2, 0.4), (0.6, 0.8))]
    region = Region(0.2, 0.8, 500.0, 1500.0, Shape(tuple(boxes)))
    first, second = (Region(*each.span_s, 500.0, 1500.0) for each in boxes)
    apart = [known_outside(each, TRANSFORM, RATE, RATE) for each in (first, second)]
    assert torch.equal(known_outside(region, TRANSFORM, RATE, RATE), apart[0] & apart[1])
