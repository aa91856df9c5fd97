import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.transforms import TRANSFORMS
from engine.transforms.cqt import CQT, Coefficients
from tests.engine.transforms.round_trips import RATE, relative_error, round_trip, white
from tests.signals import sine


def test_both_transforms_are_in_the_table() -> None:
    assert TRANSFORMS["cqt"] is CQT
    assert set(TRANSFORMS) == {"stft", "cqt"}


@pytest.mark.parametrize("n_samples", [44100, 100001, 184184, 262144, 441000, 1300001])
def test_the_inverse_gives_back_white_noise(n_samples: int) -> None:
    samples = white(n_samples)
    assert relative_error(round_trip(CQT(n_samples, RATE), samples), samples) < 5e-7


@settings(deadline=None, max_examples=25)
@given(
    n_samples=st.integers(1, 60000),
    batch=st.integers(1, 2),
    bands=st.sampled_from([(8, 32), (7, 24), (3, 5), (1, 1), (9, 12)]),
    seed=st.integers(0, 1000),
)
def test_the_inverse_gives_back_any_length(
    n_samples: int, batch: int, bands: tuple[int, int], seed: int
) -> None:
    samples = white(n_samples, batch=batch, seed=seed)
    restored = round_trip(CQT(n_samples, RATE, *bands), samples)
    assert restored.shape == samples.shape
    assert restored.dtype == torch.float32
    assert relative_error(restored, samples) < 5e-7


@pytest.mark.parametrize("frequency_hz", [5.0, 40.0, 21900.0])
def test_bass_below_the_bands_and_the_edge_of_nyquist_come_back(frequency_hz: float) -> None:
    samples = torch.from_numpy(sine(frequency_hz, 2.0).samples)[None]
    restored = round_trip(CQT(samples.shape[-1], RATE), samples)
    assert relative_error(restored, samples) < 5e-7


def test_a_constant_and_an_alternating_signal_come_back() -> None:
    cqt = CQT(50000, RATE)
    constant = torch.full((1, 1, 50000), 0.25)
    assert relative_error(round_trip(cqt, constant), constant) < 5e-7
    alternating = constant * (1 - 2 * (torch.arange(50000) % 2))
    assert relative_error(round_trip(cqt, alternating), alternating) < 5e-7


def test_float64_is_exact_to_its_own_precision() -> None:
    samples = white(100001).double()
    assert relative_error(round_trip(CQT(100001, RATE), samples), samples) < 2e-15


def test_long_runs_of_bins_are_placed_as_short_ones_are() -> None:
    # 4 octaves of 2 bins: the runs of the highest octaves are too long for an index.
    samples = white(200001, batch=2)
    assert relative_error(round_trip(CQT(200001, RATE, 4, 2), samples), samples) < 5e-7


def test_every_octave_has_twice_the_frames_of_the_one_below() -> None:
    cqt = CQT(262144, RATE)
    octaves = cqt.forward(white(262144, batch=2, channels=3)).octaves
    assert cqt.n_frames == (64, 128, 256, 512, 1024, 2048, 4096, 8192)
    assert [tuple(octave.shape) for octave in octaves] == [
        (2, 3, 32, frames) for frames in cqt.n_frames
    ]
    assert cqt.redundancy == pytest.approx(3.98, abs=0.01)
    assert CQT(184184, RATE).redundancy == pytest.approx(2.84, abs=0.01)


def test_white_noise_has_unit_variance_in_every_octave() -> None:
    octaves = CQT(262144, RATE).forward(white(262144, batch=4)).octaves
    deviations = [float(octave.abs().square().mean().sqrt()) for octave in octaves]
    # 4 x 32 x 64 x 0.5 independent values in the lowest octave: one sigma is 0.8 %.
    assert deviations == pytest.approx([1.0] * 8, abs=0.03)


def test_a_batch_gives_what_each_signal_alone_gives() -> None:
    cqt = CQT(50001, RATE)
    samples = white(50001, batch=2, channels=2)
    together = cqt.forward(samples)
    for batch, channel in np.ndindex(2, 2):
        alone = cqt.forward(samples[batch : batch + 1, channel : channel + 1])
        for ours, theirs in zip(together.octaves, alone.octaves, strict=True):
            assert relative_error(ours[batch, channel], theirs[0, 0]) < 1e-6
        assert relative_error(together.residual[batch, channel], alone.residual[0, 0]) < 1e-6


def test_only_the_first_round_trip_changes_edited_coefficients() -> None:
    cqt = CQT(44100, RATE)
    edited = cqt.forward(white(44100))
    for octave in edited.octaves:
        octave[..., 3:5] = 0.0
    once = cqt.forward(cqt.inverse(edited))
    twice = cqt.forward(cqt.inverse(once))
    assert relative_error(once.octaves[4], edited.octaves[4]) > 0.01
    for ours, theirs in zip(twice.octaves, once.octaves, strict=True):
        assert relative_error(ours, theirs) < 2e-6
    assert relative_error(twice.residual, once.residual) < 2e-6


def test_the_octaves_and_the_residual_add_up_to_the_segment() -> None:
    cqt = CQT(44100, RATE)
    samples = white(44100)
    octaves, residual = cqt.forward(samples)
    banded = cqt.inverse(Coefficients(octaves, torch.zeros_like(residual)))
    silent = tuple(torch.zeros_like(octave) for octave in octaves)
    rest = cqt.inverse(Coefficients(silent, residual))
    assert relative_error(banded + rest, samples) < 5e-7
    # 0 .. 86 Hz and the last 2 % of the band, with soft edges: about 1.2 % of the energy.
    assert float(rest.square().sum() / samples.square().sum()) == pytest.approx(0.012, abs=0.004)


@pytest.mark.parametrize("frequency_hz", [98.0, 440.0, 6000.0])
def test_a_sine_peaks_in_the_bin_nearest_to_it_at_its_level(frequency_hz: float) -> None:
    samples = torch.from_numpy(sine(frequency_hz, 262144 / RATE, amplitude=0.5).samples)[None]
    cqt = CQT(262144, RATE)
    octaves = cqt.forward(samples).octaves
    levels = [
        octave.abs()[0, 0, :, octave.shape[-1] // 2] / torch.from_numpy(magnitude)
        for octave, magnitude in zip(octaves, cqt.sine_magnitudes, strict=True)
    ]
    level = torch.cat(levels)
    nearest = np.abs(np.log(np.concatenate(cqt.frequencies_hz) / frequency_hz)).argmin()
    assert int(level.argmax()) == nearest
    # Half-way between two bins a sine is down by 3 dB.
    assert 0.7 * 0.5 < float(level.max()) < 1.01 * 0.5


def test_a_sine_at_the_centre_of_a_bin_has_its_amplitude() -> None:
    cqt = CQT(262144, RATE)
    frequency_hz = float(cqt.frequencies_hz[4][7])
    samples = torch.from_numpy(sine(frequency_hz, 262144 / RATE, amplitude=0.5).samples)[None]
    middle = cqt.forward(samples).octaves[4][0, 0, 7, 500] / cqt.sine_magnitudes[4][7]
    assert float(middle.abs()) == pytest.approx(0.5, rel=0.01)


def test_a_click_peaks_in_the_frame_nearest_to_it() -> None:
    cqt = CQT(100001, RATE)
    samples = torch.zeros(1, 1, 100001)
    samples[..., 61234] = 1.0
    octaves = cqt.forward(samples).octaves
    for number, octave in enumerate(octaves[2:], start=2):
        peak = int(octave.abs().square().sum(2)[0, 0].argmax())
        assert peak == np.abs(cqt.times_s(number) - 61234 / RATE).argmin()


def test_the_lowest_bin_hears_a_click_over_the_longest_window_alone() -> None:
    cqt = CQT(262144, RATE)
    samples = torch.zeros(1, 1, 262144)
    samples[..., 131072] = 1.0
    energy = cqt.forward(samples).octaves[0][0, 0, 0].abs().square().numpy()
    is_outside = np.abs(cqt.times_s(0) - 131072 / RATE) > 0.5 * cqt.longest_window_s
    assert cqt.longest_window_s == pytest.approx(1.06, abs=0.01)
    assert energy[is_outside].sum() < 0.02 * energy.sum()


def test_coefficients_may_be_edited_in_place_under_autograd() -> None:
    cqt = CQT(3001, 8000, 3, 4)
    samples = white(3001).double().requires_grad_()
    coefficients = cqt.forward(samples)
    for it in (*coefficients.octaves, coefficients.residual):
        it.mul_(2.0)
    restored = cqt.inverse(coefficients)
    restored.mul_(3.0).sum().backward()
    assert samples.grad is not None
    assert float((samples.grad - 6.0).abs().max()) < 1e-12


def test_tables_made_in_inference_mode_serve_training_too() -> None:
    cqt = CQT(3001, 8000, 3, 4)
    with torch.inference_mode():
        round_trip(cqt, white(3001))
    samples = white(3001).requires_grad_()
    round_trip(cqt, samples).square().sum().backward()
    assert samples.grad is not None
    assert relative_error(samples.grad, 2.0 * samples.detach()) < 1e-6


def test_half_precision_is_computed_in_float32() -> None:
    samples = white(20000).to(torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        restored = round_trip(CQT(20000, RATE), samples)
    assert restored.dtype == torch.float32
    assert relative_error(restored, samples.float()) < 5e-7


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ((0, RATE, 8, 32), "n_samples = 0 must be at least 1"),
        ((1000, -1, 8, 32), "sample_rate = -1 must be at least 1"),
        ((1000, RATE, 0, 32), "n_octaves = 0 must be at least 1"),
        ((1000, RATE, 8, 0), "bins_per_octave = 0 must be at least 1"),
        (
            (1000, RATE, 20, 32),
            "n_octaves = 20 with bins_per_octave = 32 needs windows of more than "
            "2^21 samples; lower one of them",
        ),
        (
            (1000, RATE, 100000, 32),
            "n_octaves = 100000 with bins_per_octave = 32 needs windows of more than "
            "2^21 samples; lower one of them",
        ),
    ],
)
def test_settings_no_transform_can_have_are_refused(
    settings: tuple[int, int, int, int], sentence: str
) -> None:
    with pytest.raises(SettingsError) as error:
        CQT(*settings)
    assert str(error.value) == sentence
