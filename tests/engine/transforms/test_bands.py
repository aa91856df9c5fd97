import numpy as np
import pytest
import torch

from engine.transforms.bands import Octave, Residual, flank_weights, frames_per_octave


def test_falling_and_rising_flanks_share_the_energy_of_every_bin() -> None:
    rise, fall = flank_weights(np.array([3, 4, 6, 9, 9, 20]))
    np.testing.assert_allclose(rise**2 + fall**2, np.ones(17), rtol=1e-14)
    # A cell starts at the centre of the band that falls.
    np.testing.assert_array_equal(rise[[0, 1, 3, 6]], np.zeros(4))


def test_frames_double_from_octave_to_octave_even_if_one_octave_needs_more() -> None:
    # Bands of 6 bins below and of 5 above: 8 frames would do for both.
    assert frames_per_octave(np.array([0, 3, 6, 9, 11, 14]), 2) == (8, 16)
    assert frames_per_octave(np.array([0, 2, 4, 6, 11, 22]), 2) == (8, 16)


def test_analysis_and_synthesis_of_an_octave_are_transposes() -> None:
    edges = np.array([4, 5, 7, 10, 14])
    octave = Octave(edges, 16, 40, torch.empty(0, dtype=torch.float64))
    generator = torch.Generator().manual_seed(3)
    spectrum = torch.randn(1, 21, dtype=torch.complex128, generator=generator)
    coefficients = torch.randn(1, 3, 16, dtype=torch.complex128, generator=generator)
    analysed = octave.analyse(spectrum, transposed=False)
    synthesised = torch.zeros_like(spectrum)
    octave.synthesise(coefficients, synthesised, transposed=True)
    one = torch.vdot(coefficients.flatten(), analysed.flatten())
    # The spectrum of a real signal of 40 samples: irfft doubles bins and divides by 40.
    other = torch.vdot(synthesised.flatten(), spectrum.flatten()) * 2 / 40
    assert complex(one) == pytest.approx(complex(other), rel=1e-12)


def test_the_residual_holds_0_hz_and_nyquist_whole() -> None:
    residual = Residual(np.array([3, 5]), np.array([15, 20]), 40, torch.empty(0))
    spectrum = torch.ones(1, 21, dtype=torch.complex64)
    restored = torch.zeros_like(spectrum)
    residual.synthesise(residual.analyse(spectrum, transposed=False), restored, transposed=False)
    kept = restored[0].real
    torch.testing.assert_close(kept[[0, 1, 2, 3, 20]], torch.ones(5))
    torch.testing.assert_close(kept[5:16], torch.zeros(11))
    assert bool((kept[16:20].diff() > 0).all())
