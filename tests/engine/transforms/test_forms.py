import copy
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.errors import SettingsError
from engine.transforms.cqt import CQT, Coefficients
from engine.transforms.forms import FORMS
from tests.engine.transforms.round_trips import RATE, relative_error, round_trip, white
from tests.signals import sine

MIXED = (8, 8, 8, 16, 16, 16, 16, 32, 32)
every_form = pytest.mark.parametrize("form", FORMS)


@every_form
@pytest.mark.parametrize("n_samples", [1, 2, 100_001, 184_184, 441_000])
def test_the_inverse_gives_back_white_noise(n_samples: int, form: str) -> None:
    samples = white(n_samples)
    assert relative_error(round_trip(CQT(n_samples, RATE, form=form), samples), samples) < 5e-7


@settings(deadline=None, max_examples=20)
@given(
    n_samples=st.integers(1, 20000),
    batch_channels=st.sampled_from([(1, 1), (2, 1), (1, 3), (2, 2)]),
    bins=st.sampled_from([(12,) * 5, (3, 5, 4), (1,), (8, 8, 16, 32), (32, 16, 2)]),
    form=st.sampled_from(list(FORMS)),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_the_inverse_gives_back_any_length_channels_and_bins(
    n_samples: int,
    batch_channels: tuple[int, int],
    bins: tuple[int, ...],
    form: str,
    dtype: torch.dtype,
) -> None:
    batch, channels = batch_channels
    samples = white(n_samples, batch=batch, channels=channels).to(dtype)
    restored = round_trip(CQT(n_samples, RATE, len(bins), bins, form), samples)
    assert restored.shape == samples.shape
    assert restored.dtype == dtype
    limit = 5e-7 if dtype == torch.float32 else 2e-15
    assert relative_error(restored, samples) < limit


@every_form
def test_what_it_tells_of_each_tensor_fits_the_tensor(form: str) -> None:
    cqt = CQT(131_072, RATE, 9, MIXED, form)
    octaves = cqt.forward(white(131_072, batch=2, channels=3)).octaves
    bins = [len(each) for each in cqt.frequencies_hz]
    shapes = [(2, 3, *each) for each in zip(bins, cqt.n_frames, strict=True)]
    assert [tuple(each.shape) for each in octaves] == shapes
    assert [len(each) for each in cqt.sine_magnitudes] == bins
    assert [len(cqt.times_s(index)) for index in range(len(octaves))] == list(cqt.n_frames)
    n_numbers = sum(torch.view_as_real(each[0, 0]).numel() for each in octaves)
    assert cqt.redundancy == pytest.approx(n_numbers / 131_072)
    assert np.concatenate(cqt.frequencies_hz).tolist() == sorted(np.concatenate(cqt.frequencies_hz))


def test_each_form_has_the_shapes_it_promises() -> None:
    octaves = (64, 128, 256, 512, 1024, 2048, 4096, 8192)
    assert CQT(262_144, RATE).n_frames == octaves
    assert CQT(262_144, RATE, form="oct_complete").n_frames == (1024, *octaves, 8192)
    # The matrix of CQTdiff: 448 bins, 704 frames; its two ends are the residual here.
    matrix = CQT(65_536, 22_050, 7, 64, "matrix")
    assert matrix.n_frames == (704,)
    assert matrix.forward(white(65_536)).octaves[0].shape == (1, 1, 448, 704)
    assert matrix.redundancy == pytest.approx(9.625)


def test_octaves_of_different_numbers_of_bins_double_their_frames_all_the_same() -> None:
    frames = CQT(131_072, RATE, 9, MIXED).n_frames
    assert all(high == 2 * low for low, high in zip(frames[:-1], frames[1:], strict=True))


@every_form
@pytest.mark.parametrize("bins", [32, (8, 8, 8, 16, 16, 16, 32, 32)])
def test_white_noise_has_unit_variance_in_every_octave(
    form: str, bins: int | tuple[int, ...]
) -> None:
    cqt = CQT(262_144, RATE, 8, bins, form)
    octaves = cqt.forward(white(262_144, batch=4)).octaves
    if form == "matrix":
        octaves = octaves[0].split(cqt.bins_per_octave, 2)
    deviations = [float(octave.abs().square().mean().sqrt()) for octave in octaves]
    # 4 x 1024 dependent values in the lowest band and octave: one sigma is below 1 %.
    assert deviations == pytest.approx([1.0] * len(octaves), abs=0.03)


@every_form
def test_weighted_energies_of_the_coefficients_add_up_to_that_of_the_samples(form: str) -> None:
    cqt = CQT(44_100, RATE, 8, (8, 8, 8, 16, 16, 16, 32, 32), form)
    samples = white(44_100).double().requires_grad_()
    # Half the gradient of the energy of what a tight frame gives back is what was given.
    restored = cqt.inverse(cqt.forward(samples))
    restored.square().sum().mul(0.5).backward()
    assert samples.grad is not None
    assert relative_error(samples.grad, samples.detach()) < 1e-14
    # A sine of amplitude 1 has the energy 1/2 a sample, in every tensor by its own scale.
    coefficients = cqt.forward(samples.detach())
    energy = 0.0
    for octave, magnitudes in zip(coefficients.octaves, cqt.sine_magnitudes, strict=True):
        is_end = form == "oct_complete" and octave.shape[2] == 1
        hop = cqt.times_s(0)[1] * RATE * cqt.n_frames[0] / octave.shape[-1]
        weights = torch.from_numpy((1.0 if is_end else 0.5) * hop / magnitudes**2)
        energy += float((octave.abs().square() * weights[:, None]).sum())
    if form != "oct_complete":
        silent = tuple(torch.zeros_like(each) for each in coefficients.octaves)
        rest = cqt.inverse(Coefficients(silent, coefficients.residual))
        energy += _energy_of_residual(cqt, coefficients.residual)
        assert 0.0 < float(rest.square().sum()) < 0.02 * energy
    assert energy == pytest.approx(float(samples.detach().square().sum()), rel=1e-12)


def _energy_of_residual(cqt: CQT, residual: Tensor) -> float:
    """Each bin stands for itself and its mirror image, but for the first and the last."""
    energy = residual.abs().square()
    return float(2.0 * energy.sum() - energy[..., 0].sum() - energy[..., -1].sum())


@every_form
def test_only_the_first_round_trip_changes_edited_coefficients(form: str) -> None:
    cqt = CQT(44_100, RATE, 8, (8, 8, 8, 16, 16, 16, 32, 32), form)
    edited = cqt.forward(white(44_100).double())
    for octave in edited.octaves:
        octave[..., 3:5] += 1j
    once = cqt.forward(cqt.inverse(edited))
    twice = cqt.forward(cqt.inverse(once))
    assert relative_error(once.octaves[0], edited.octaves[0]) > 0.001
    for ours, theirs in zip(twice.octaves, once.octaves, strict=True):
        assert relative_error(ours, theirs) < 1e-14


@pytest.mark.parametrize("frequency_hz", [0.0, 5.0, 40.0, 22_050.0])
def test_the_bands_at_the_ends_hold_bass_and_nyquist_as_sequences(frequency_hz: float) -> None:
    n_samples = 262_144
    cqt = CQT(n_samples, RATE, form="oct_complete")
    times_s = torch.arange(n_samples, dtype=torch.float64) / RATE
    samples = torch.cos(2 * torch.pi * frequency_hz * times_s)[None, None]
    octaves = cqt.forward(samples).octaves
    end = 0 if frequency_hz < 100.0 else -1
    beat_hz = frequency_hz if end == 0 else frequency_hz - 22_050.0
    wave = np.cos(2 * np.pi * beat_hz * cqt.times_s(end)) * cqt.sine_magnitudes[end]
    inner = slice(len(wave) // 4, -len(wave) // 4)
    assert (
        np.abs(octaves[end][0, 0, 0].real.numpy() - wave)[inner].max() < 0.02 * np.abs(wave).max()
    )
    others = octaves[1:] if end == 0 else octaves[:-1]
    assert max(float(each[..., each.shape[-1] // 2].abs().max()) for each in others) < 0.02


@every_form
def test_a_sine_across_the_join_of_two_octaves_comes_back_alone(form: str) -> None:
    bins = (8, 8, 8, 8, 16, 16, 32, 32)
    cqt = CQT(262_144, RATE, 8, bins, form)
    join_hz = 0.5 * RATE * 2.0**-4
    audio = sine(join_hz * 2 ** (-1 / 16), 262_144 / RATE, amplitude=0.5)
    samples = torch.from_numpy(audio.samples)[None]
    coefficients = cqt.forward(samples)
    heard_hz = np.concatenate(cqt.frequencies_hz)
    levels = torch.cat(
        [
            octave[0, 0, :, octave.shape[-1] // 2].abs() / torch.from_numpy(magnitudes)
            for octave, magnitudes in zip(coefficients.octaves, cqt.sine_magnitudes, strict=True)
        ]
    ).numpy()
    # Its own two neighbours hear it, one on each side of the join, and share its energy.
    loudest = np.sort(heard_hz[levels > 0.01])
    np.testing.assert_allclose(loudest, [join_hz * 2 ** (-1 / 8), join_hz], rtol=1e-6)
    assert np.sum(levels**2) == pytest.approx(0.25, rel=0.01)


@every_form
@pytest.mark.parametrize("n_samples", [23, 24])
def test_gradients_are_those_of_the_transform(form: str, n_samples: int) -> None:
    cqt = CQT(n_samples, 8000, 2, (2, 3), form)
    samples = white(n_samples, batch=2).double().requires_grad_()
    octaves, residual = cqt.forward(samples.detach())
    # In form oct_complete the residual has no numbers to differ.
    n_rest = 1 if residual.numel() else 0
    leaves = [each.requires_grad_() for each in (residual, *octaves)[1 - n_rest :]]

    def forward(given: Tensor) -> tuple[Tensor, ...]:
        octaves, residual = cqt.forward(given)
        return (residual, *octaves)[1 - n_rest :]

    def inverse(*given: Tensor) -> Tensor:
        return cqt.inverse(Coefficients(given[n_rest:], given[0] if n_rest else residual))

    assert torch.autograd.gradcheck(forward, (samples,), fast_mode=True)
    assert torch.autograd.gradgradcheck(forward, (samples,), fast_mode=True)
    assert torch.autograd.gradcheck(inverse, leaves, fast_mode=True)


@every_form
def test_half_precision_is_computed_in_float32(form: str) -> None:
    samples = white(20_000).to(torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        restored = round_trip(CQT(20_000, RATE, form=form), samples)
    assert restored.dtype == torch.float32
    assert relative_error(restored, samples.float()) < 5e-7


@every_form
def test_both_directions_stay_on_the_device_of_the_samples(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())
    cqt = CQT(50_000, RATE, form=form)
    # Numbers on this device do not exist, so no one can wait for them; nor does its autocast.
    samples = torch.empty(2, 1, 50_000, device="meta", requires_grad=True)
    restored = round_trip(cqt, samples)
    restored.sum().backward()
    assert restored.device.type == "meta"
    assert restored.shape == samples.shape
    assert samples.grad is not None


def test_a_deep_copy_shares_the_tables() -> None:
    cqt = CQT(3001, 8000, 3, 4)
    assert copy.deepcopy({3001: cqt})[3001] is cqt


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError) as error:
        CQT(1000, RATE, form="critical")
    assert str(error.value) == "form = critical must be one of oct, oct_complete, matrix"
