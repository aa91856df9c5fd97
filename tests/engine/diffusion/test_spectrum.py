import pytest
import torch

from engine.diffusion.guidance import NoiseGuidance
from engine.diffusion.spectrum import foretell, spectrum_around, spectrum_beside
from tests.engine.diffusion.gaussian import GaussianPrior, coloured_psd, fresh, mean_power

N = 8192


def known_outside(start: int, stop: int) -> torch.Tensor:
    known = torch.ones(N, dtype=torch.bool)
    known[start:stop] = False
    return known


def test_the_spectrum_of_noise_is_found_in_spite_of_a_gap():
    psd = coloured_psd(N, range_db=30.0)
    x = GaussianPrior(psd).draw(6, 1)
    found = spectrum_around(x, known_outside(4000, 4300), 512)
    assert found.shape == (6, 1, N // 2 + 1)
    error_db = 10 * torch.log10(found.mean(0)[0] / psd)[20:-20]
    assert error_db.abs().mean() < 0.5
    assert mean_power(found.mean(0)[0]) == pytest.approx(mean_power(psd), rel=0.05)


def test_what_lies_in_a_gap_is_not_looked_at():
    x = GaussianPrior(coloured_psd(N)).draw(1, 1)
    known = known_outside(4000, 4300)
    loud = torch.where(known, x, 1000.0)
    torch.testing.assert_close(spectrum_around(loud, known, 512), spectrum_around(x, known, 512))


def test_every_example_and_channel_has_its_own():
    x = torch.stack((fresh(1)(torch.zeros(2, N)), 0.1 * fresh(2)(torch.zeros(2, N))))
    known = torch.stack((known_outside(0, 1), known_outside(100, 5000)))[:, None]
    found = spectrum_around(x, known, 256).mean(-1)
    torch.testing.assert_close(found, torch.tensor([[1.0, 1.0], [0.01, 0.01]]), rtol=0.1, atol=0.0)


def test_where_no_frame_is_whole_all_that_is_known_counts():
    x = fresh(1)(torch.zeros(1, 1, N))
    found = spectrum_around(x, torch.arange(N) % 2 == 0, 256)
    assert float(found.mean()) == pytest.approx(1.0, abs=0.1)


def test_short_or_silent_or_unknown_samples_are_taken():
    assert spectrum_around(torch.ones(1, 1, 1), torch.ones(1, dtype=torch.bool)).shape == (1, 1, 1)
    silent = torch.zeros(1, 1, 100)
    assert spectrum_around(silent, torch.ones(100, dtype=torch.bool)).eq(0.0).all()
    assert spectrum_around(silent + 1.0, torch.zeros(100, dtype=torch.bool)).eq(0.0).all()


def test_a_tone_runs_on_through_a_gap_that_its_found_spectrum_fills():
    """At a high level of noise the prior knows nothing: all comes of the spectrum."""
    time = torch.arange(N, dtype=torch.float64)
    tone = 0.08 * torch.sin(0.3 * time)[None, None]
    known = known_outside(4000, 4200)
    psd = spectrum_around(tone, known, 4096)
    prior = GaussianPrior(psd[0, 0])
    guided = NoiseGuidance(prior, tone * known, 1e-6 * psd, psd, known=known, n_iterations=30)
    made = guided(torch.zeros_like(tone), torch.full((1,), 10.0, dtype=torch.float64))
    error = (made - tone)[..., 4000:4200].square().mean() / tone[..., 4000:4200].square().mean()
    assert 10 * torch.log10(error) < -19.0


def test_the_spectrum_beside_a_gap_is_that_of_its_neighbours():
    near, far = fresh(1)(torch.zeros(1, 1, 4 * N)), 10.0 * fresh(2)(torch.zeros(1, 1, 4 * N))
    middle = torch.arange(4 * N).sub(2 * N).abs() < N
    x = torch.where(middle, near, far)
    found = spectrum_beside(x, slice(2 * N - 50, 2 * N + 50), 2048)
    assert found.shape == (1, 1, 2 * N + 1)
    assert float(found.mean()) == pytest.approx(1.0, abs=0.1)


def test_a_gap_in_steady_tones_is_foretold_and_all_else_kept():
    time = torch.arange(4 * N)
    tones = [0.1 * torch.sin(turn * time) for turn in (0.05, 0.11, 0.31, 0.7)]
    x = torch.stack(tones).sum(0)[None, None] + 1e-4 * fresh(1)(torch.zeros(1, 1, 4 * N))
    gap = slice(2 * N - 1100, 2 * N + 1100)
    damaged = x.clone()
    damaged[..., gap] = 5.0
    filled = foretell(damaged, gap)
    assert torch.equal(filled[..., : gap.start], x[..., : gap.start])
    assert torch.equal(filled[..., gap.stop :], x[..., gap.stop :])
    error = (filled - x)[..., gap].square().mean() / x[..., gap].square().mean()
    assert 10 * torch.log10(error) < -19.0


def test_noise_cannot_be_foretold():
    x = fresh(1)(torch.zeros(1, 1, 4 * N))
    gap = slice(2 * N - 1000, 2 * N + 1000)
    assert foretell(x, gap)[..., gap].square().mean() < 0.3


def test_a_gap_without_room_beside_it_and_silence_are_filled():
    for x in (torch.ones(1, 1, 300), torch.zeros(2, 1, 300)):
        filled = foretell(x, slice(0, 20))
        assert filled.isfinite().all()
        assert torch.equal(filled[..., 20:], x[..., 20:])
