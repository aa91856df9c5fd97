import pytest
import torch

from engine.diffusion.schedule import karras_sigmas, log_linear_sigmas, warm_start
from engine.errors import SettingsError


def test_levels_fall_from_the_highest_through_the_lowest_to_nothing():
    for sigmas in (karras_sigmas(35, 1e-4, 1.0, 13.0), log_linear_sigmas(35, 1e-4, 1.0)):
        assert sigmas.dtype == torch.float64
        assert len(sigmas) == 36
        assert sigmas[0] == 1.0
        assert sigmas[-1] == 0.0
        assert float(sigmas[-2]) == pytest.approx(1e-4, rel=1e-9)
        assert (sigmas.diff() < 0.0).all()


def test_roots_of_karras_levels_are_evenly_spaced():
    roots = karras_sigmas(10, 1e-3, 2.0, 7.0)[:-1] ** (1.0 / 7.0)
    torch.testing.assert_close(roots.diff(), roots.diff().mean().expand(9))


def test_ratios_of_log_linear_levels_are_the_same():
    sigmas = log_linear_sigmas(10, 1e-3, 2.0)[:-1]
    torch.testing.assert_close(sigmas[1:] / sigmas[:-1], (sigmas[1] / sigmas[0]).expand(9))


def test_one_step_goes_from_the_highest_level_to_nothing():
    assert karras_sigmas(1, 1e-3, 0.5).tolist() == [0.5, 0.0]
    assert log_linear_sigmas(1, 1e-3, 0.5).tolist() == [0.5, 0.0]


def test_a_warm_start_saves_the_steps_above_it():
    sigmas = karras_sigmas(35, 1e-4, 1.0, 7.0)
    warm = warm_start(sigmas, 0.2)
    assert warm[0] == 0.2
    assert warm[1:].tolist() == sigmas[sigmas < 0.2].tolist()
    assert len(warm) == 27
    assert warm_start(sigmas, 3.0) is sigmas


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: karras_sigmas(0, 1e-3, 1.0), "n_steps = 0"),
        (lambda: karras_sigmas(5, 1.0, 0.5), "sigma_max = 0.5"),
        (lambda: karras_sigmas(5, 1e-3, 1.0, 0.0), "rho = 0"),
        (lambda: log_linear_sigmas(5, 0.0, 1.0), "sigma_min = 0"),
        (lambda: warm_start(karras_sigmas(5, 1e-3, 1.0), 0.0), "sigma_start = 0"),
    ],
)
def test_impossible_levels_are_refused_by_name(call, named):
    with pytest.raises(SettingsError, match=named):
        call()
