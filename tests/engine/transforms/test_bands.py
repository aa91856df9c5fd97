import numpy as np
import pytest
import torch
from torch import Tensor

from engine.transforms.bands import End, Group, Matrix, Octave, Residual

LIKE = torch.empty(0, dtype=torch.float64)
EDGES = np.array([4, 5, 7, 10, 14])
WEIGHTS = np.array([1.0, 1.0, 0.8, 0.3])


def inner(one: Tensor, other: Tensor) -> float:
    """Real inner product of complex numbers."""
    return float(torch.vdot(one.flatten(), other.flatten()).real)


@pytest.mark.parametrize(
    ("group", "shape"),
    [
        (Octave(EDGES, 16, 40, LIKE), (3, 16)),
        (Matrix([EDGES, np.array([10, 14, 17, 20])], 8, 40, LIKE), (5, 8)),
        (End(WEIGHTS, 8, 40, LIKE, is_nyquist=False), (1, 8)),
        (End(WEIGHTS, 8, 40, LIKE, is_nyquist=True), (1, 8)),
    ],
)
def test_analysis_and_synthesis_are_transposes(group: Group, shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(3)
    samples = torch.randn(2, 40, dtype=torch.float64, generator=generator)
    coefficients = torch.randn(2, *shape, dtype=torch.complex128, generator=generator)
    for transposed in (False, True):
        analysed = group.analyse(torch.fft.rfft(samples), transposed)
        assert analysed.shape == coefficients.shape
        spectrum = torch.zeros(2, 21, dtype=torch.complex128)
        group.synthesise(coefficients, spectrum, not transposed)
        synthesised = torch.fft.irfft(spectrum, 40)
        assert inner(coefficients, analysed) == pytest.approx(inner(synthesised, samples))


def test_the_band_at_nyquist_hears_a_signal_turned_around_as_the_bass() -> None:
    generator = torch.Generator().manual_seed(3)
    samples = torch.randn(1, 40, dtype=torch.float64, generator=generator)
    turned = samples * (1 - 2 * (torch.arange(40) % 2))
    bass = End(WEIGHTS, 8, 40, LIKE, is_nyquist=False)
    top = End(WEIGHTS, 8, 40, LIKE, is_nyquist=True)
    torch.testing.assert_close(
        top.analyse(torch.fft.rfft(turned), transposed=False),
        bass.analyse(torch.fft.rfft(samples), transposed=False),
    )


def test_a_band_at_an_end_is_a_real_sequence_in_time() -> None:
    bass = End(np.ones(8), 16, 64, LIKE, is_nyquist=False)
    samples = torch.zeros(1, 64, dtype=torch.float64)
    samples[0, 20] = 1.0
    sequence = bass.analyse(torch.fft.rfft(samples), transposed=False)[0, 0]
    assert float(sequence.imag.abs().max()) == 0.0
    assert int(sequence.real.argmax()) == 5


def test_the_residual_holds_0_hz_and_nyquist_whole() -> None:
    residual = Residual(np.array([3, 5, 9, 15, 20]), 40, torch.empty(0))
    spectrum = torch.ones(1, 21, dtype=torch.complex64)
    restored = torch.zeros_like(spectrum)
    residual.synthesise(residual.analyse(spectrum, transposed=False), restored, transposed=False)
    kept = restored[0].real
    torch.testing.assert_close(kept[[0, 1, 2, 3, 20]], torch.ones(5))
    torch.testing.assert_close(kept[5:16], torch.zeros(11))
    assert bool((kept[16:20].diff() > 0).all())
