import pytest
import torch

from engine.models.noise_told import NoiseTally, disturbed, inside, noise_powers


def gaussian(n_frames: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 65, n_frames, generator=generator, dtype=torch.complex64)


def test_typical_and_mean_power_of_gaussian_noise_are_the_same():
    typical, mean = noise_powers(gaussian(20000)).unbind(1)
    assert torch.allclose(mean, torch.ones_like(mean), rtol=0.05)
    assert torch.allclose(typical, mean, rtol=0.05)


def test_clicks_raise_the_mean_and_hardly_the_typical_power():
    spectrum = gaussian(2000)
    spectrum[..., ::100] *= 30.0
    typical, mean = noise_powers(spectrum).unbind(1)
    assert float(mean.mean()) == pytest.approx(10.0, rel=0.1)
    assert float(typical.mean()) < 4.0


def test_noise_that_comes_in_pieces_is_measured_as_in_one():
    spectrum, tally = gaussian(300), NoiseTally()
    for piece in spectrum.split(70, dim=-1):
        tally.add(piece)
    assert torch.allclose(tally.powers(), noise_powers(spectrum), rtol=1e-6)


def test_disturbed_noise_is_off_by_as_much_as_was_asked_for():
    torch.manual_seed(5)
    told = torch.ones(400, 2, 513)
    off_db = 10.0 * torch.log10(disturbed(told, 1.5))
    assert float(off_db.std()) == pytest.approx(1.3, abs=0.25)
    assert torch.equal(off_db[:, 0], off_db[:, 1])  # both rows alike: what lies between them stays
    assert (off_db[..., 1:] - off_db[..., :-1]).abs().max() < 8.0
    assert torch.equal(disturbed(told, 0.0), told)


def test_frames_that_reach_beyond_the_samples_do_not_count_where_there_are_others():
    spectrum = torch.zeros(1, 5, 40)
    assert inside(spectrum).shape[-1] == 34
    assert inside(spectrum[..., :12]).shape[-1] == 12
