from contextlib import nullcontext

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.errors import SettingsError
from engine.transforms.stft import STFT
from tests.signals import sine


def relative_error(estimate: Tensor, reference: Tensor) -> float:
    return float((estimate - reference).norm() / reference.norm())


@settings(deadline=None, max_examples=40)
@given(
    n_samples=st.integers(1, 5000),
    sizes=st.sampled_from([(512, 128), (512, 256), (64, 17), (1024, 100), (2, 1), (15, 7)]),
    window=st.sampled_from(["hann", "hamming", "rectangular"]),
    seed=st.integers(0, 1000),
)
def test_the_inverse_gives_back_any_length(
    n_samples: int, sizes: tuple[int, int], window: str, seed: int
) -> None:
    samples = torch.randn(2, 1, n_samples, generator=torch.Generator().manual_seed(seed))
    transform = STFT(*sizes, window)
    restored = transform.inverse(transform.forward(samples), n_samples)
    assert restored.shape == samples.shape
    assert relative_error(restored, samples) < 1e-6


@pytest.mark.parametrize(
    ("n_fft", "hop_length", "window"),
    [(2048, 512, "hann"), (2048, 512, "hamming"), (20000, 5000, "rectangular")],
)
@pytest.mark.parametrize("n_samples", [1, 100_001])
def test_the_sizes_of_networks_have_an_exact_inverse(
    n_fft: int, hop_length: int, window: str, n_samples: int
) -> None:
    samples = torch.randn(1, 2, n_samples, generator=torch.Generator().manual_seed(5))
    transform = STFT(n_fft, hop_length, window)
    restored = transform.inverse(transform.forward(samples), n_samples)
    assert relative_error(restored, samples) < 1e-6


def test_the_inverse_is_that_of_torch_for_edited_spectra() -> None:
    generator = torch.Generator().manual_seed(5)
    spectrum = torch.randn(2, 1, 129, 20, dtype=torch.complex64, generator=generator)
    restored = STFT(256, 64, "hamming").inverse(spectrum, 1200)
    window = torch.hamming_window(256)
    wanted = torch.istft(spectrum[:, 0], 256, 64, window=window, length=1200)
    assert relative_error(restored[:, 0], wanted) < 1e-6


def test_no_imaginary_part_of_0_hz_or_nyquist_is_heard() -> None:
    for n_fft, ends in ((16, [0, -1]), (15, [0])):
        transform = STFT(n_fft, 4)
        spectrum = transform.forward(torch.ones(1, 1, 40))
        turned = spectrum.clone()
        turned[:, :, ends] += 3j
        torch.testing.assert_close(transform.inverse(turned, 40), transform.inverse(spectrum, 40))


def test_both_directions_stay_on_the_device_of_the_samples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Numbers on this device do not exist, so no one can wait for them; nor does its autocast.
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())
    transform = STFT(256, 64)
    samples = torch.empty(2, 1, 3000, device="meta")
    restored = transform.inverse(transform.forward(samples), 3000)
    assert restored.device.type == "meta"
    assert restored.shape == samples.shape


def test_windows_are_periodic() -> None:
    impulse = torch.zeros(1, 1, 9)
    impulse[..., 4] = 1.0
    # Frame 1 is centred on the impulse, frame 0 has it at its end and frame 2 at its start.
    ends = {
        window: STFT(8, 4, window).forward(impulse).abs()[0, 0, 0, :3].tolist()
        for window in ("hann", "hamming", "rectangular")
    }
    assert ends["hann"] == pytest.approx([0.0, 1.0, 0.0])
    assert ends["hamming"] == pytest.approx([0.0, 1.0, 0.08], abs=1e-6)
    assert ends["rectangular"] == pytest.approx([0.0, 1.0, 1.0])


def test_a_window_made_in_inference_mode_serves_training_too() -> None:
    transform = STFT(16, 4)
    with torch.inference_mode():
        transform.forward(torch.zeros(1, 1, 40))
    samples = torch.ones(1, 1, 40, requires_grad=True)
    transform.inverse(transform.forward(samples), 40).square().sum().backward()
    assert samples.grad is not None
    assert relative_error(samples.grad, torch.full((1, 1, 40), 2.0)) < 1e-6


def test_the_spectrum_has_a_frame_at_every_hop() -> None:
    spectrum = STFT(1024, 256).forward(torch.zeros(2, 3, 1000))
    assert spectrum.shape == (2, 3, 513, 5)
    assert spectrum.dtype == torch.complex64


def test_a_sine_peaks_in_its_bin() -> None:
    samples = torch.from_numpy(sine(1000.0, 0.5).samples)[None]
    level = STFT(4096, 1024).forward(samples).abs()[0, 0, :, 8]
    assert int(level.argmax()) == round(1000.0 * 4096 / 44100)


def test_a_click_peaks_in_its_frame() -> None:
    samples = torch.zeros(1, 1, 44100)
    samples[..., 128 * 100] = 1.0
    energy = STFT(512, 128).forward(samples).abs().square().sum(2)[0, 0]
    assert int(energy.argmax()) == 100


def test_gradients_are_those_of_the_transform() -> None:
    transform = STFT(16, 4)
    generator = torch.Generator().manual_seed(1)
    samples = torch.randn(1, 2, 41, dtype=torch.float64, generator=generator, requires_grad=True)
    spectrum = transform.forward(samples.detach()).requires_grad_()
    assert torch.autograd.gradcheck(transform.forward, (samples,))
    assert torch.autograd.gradcheck(lambda it: transform.inverse(it, 41), (spectrum,))


def test_half_precision_is_computed_in_float32(rng: np.random.Generator) -> None:
    samples = torch.from_numpy(rng.standard_normal((1, 1, 3000))).to(torch.bfloat16)
    transform = STFT(256, 64)
    with torch.autocast("cpu", torch.bfloat16):
        restored = transform.inverse(transform.forward(samples), 3000)
    assert restored.dtype == torch.float32
    assert relative_error(restored, samples.float()) < 1e-6


@pytest.mark.parametrize(
    ("n_fft", "hop_length", "sentence"),
    [
        (1, 1, "n_fft = 1 must be at least 2"),
        (512, 0, "hop_length = 0 is outside 1 .. 256, half of n_fft = 512"),
        (512, 257, "hop_length = 257 is outside 1 .. 256, half of n_fft = 512"),
    ],
)
def test_sizes_without_an_inverse_are_refused(n_fft: int, hop_length: int, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        STFT(n_fft, hop_length)
    assert str(error.value) == sentence


def test_an_unknown_window_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError) as error:
        STFT(512, 128, "kaiser")
    assert str(error.value) == "window = kaiser must be one of hann, hamming, rectangular"
