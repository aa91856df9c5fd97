import numpy as np
import pytest
import torch
from torch import Tensor

from engine.audio import Samples
from engine.diffusion.noise_estimate import (
    estimate_gain,
    estimate_psd,
    estimate_snr,
    loudest_power,
    measure_psd,
)
from engine.errors import SettingsError
from tests import signals

RATE = 22050
LEVEL = 0.01


def as_signals(*channels: Samples) -> Tensor:
    return torch.from_numpy(np.stack(channels))


def to_db(gain: Tensor) -> list[float]:
    return [float(each) for each in 20 * torch.log10(gain / LEVEL)]


@pytest.fixture
def hiss(rng: np.random.Generator) -> Samples:
    return signals.noise(rng, 5.0, RATE, LEVEL).samples


@pytest.fixture
def music(rng: np.random.Generator) -> Samples:
    return signals.music(rng, 5.0, RATE).samples


@pytest.mark.parametrize("rate", [22050, 44100])
def test_the_gain_of_noise_alone_is_found_within_half_a_decibel(rng, rate):
    noise = signals.noise(rng, 5.0, rate, LEVEL).samples
    assert to_db(estimate_gain(as_signals(noise), rate)) == pytest.approx([0.0], abs=0.5)


def test_the_gain_is_found_in_the_pauses_of_music(hiss, music):
    music[:, RATE : 2 * RATE] = 0.0
    assert to_db(estimate_gain(as_signals(music + hiss), RATE)) == pytest.approx([0.0], abs=0.5)


def test_the_gain_is_found_under_music_that_never_pauses(hiss, music):
    assert to_db(estimate_gain(as_signals(music + hiss), RATE)) == pytest.approx([0.0], abs=1.5)


def test_digital_silence_is_not_taken_for_noise(hiss, music):
    music[:, RATE : 2 * RATE] = 0.0
    noisy = music + hiss
    noisy[:, 3 * RATE : 4 * RATE] = 0.0
    assert to_db(estimate_gain(as_signals(noisy), RATE)) == pytest.approx([0.0], abs=0.5)
    assert estimate_gain(torch.zeros(2, 1, RATE), RATE).tolist() == [0.0, 0.0]


def test_each_signal_is_estimated_by_itself(hiss):
    gains = estimate_gain(as_signals(hiss, 10 * hiss), RATE)
    assert torch.equal(gains[1:], estimate_gain(as_signals(10 * hiss), RATE))
    assert to_db(gains) == pytest.approx([0.0, 20.0], abs=0.5)


@pytest.mark.parametrize("n_samples", [1, 50, 3000])
def test_short_recordings_have_a_gain_too(hiss, n_samples):
    assert 0.0 < float(estimate_gain(as_signals(hiss[:, :n_samples]), RATE)) < 3 * LEVEL


def test_the_range_of_a_block_starts_at_its_ratio_and_narrows_with_the_noise(hiss, music):
    tone = signals.sine(440, 5.0, RATE, amplitude=0.1 * 2**0.5).samples  # 20 dB above the noise
    noisy = as_signals(tone + hiss)
    gain = torch.tensor([LEVEL])
    range_db = estimate_snr(noisy, gain, loudest_power(noisy, RATE), RATE)[0]
    assert float(range_db[0]) == pytest.approx(20.0, abs=0.3)
    assert float(range_db[1] - range_db[0]) == pytest.approx(23.0, abs=0.3)


def test_silent_blocks_have_a_finite_range(hiss):
    blocks = torch.cat((torch.zeros(1, 1, RATE), as_signals(hiss[:, :RATE])))
    gain = torch.full((2,), 1.2 * LEVEL)
    loudest = torch.full((2,), 0.1)
    range_db = estimate_snr(blocks, gain, loudest, RATE)
    assert range_db[:, 0].tolist() == [-10.0, -10.0]
    silent = estimate_snr(blocks[:1], torch.zeros(1), torch.zeros(1), RATE)
    assert silent.isfinite().all()


def test_the_spectrum_of_marked_noise_is_measured(hiss):
    psd = measure_psd(as_signals(hiss, 10 * hiss), RATE)
    assert (10 * torch.log10(psd.mean(1) / LEVEL**2)).tolist() == pytest.approx([0, 20], abs=0.2)
    # a sixth of an octave holds a hundred and more bins up here, of which each varies
    treble = 10 * torch.log10(psd[0, psd.shape[1] // 4 :] / LEVEL**2)
    assert treble.abs().max() < 0.7


def test_too_little_marked_noise_is_refused(hiss):
    with pytest.raises(SettingsError, match="mark at least 50 ms"):
        measure_psd(as_signals(hiss[:, :100]), RATE)


def test_the_spectrum_of_coloured_noise_is_estimated_under_music(rng, music):
    white = 0.05 * rng.standard_normal(5 * RATE + 1)
    bright = np.diff(white).astype(np.float32)[None]  # rises by 6 dB in an octave
    psd = estimate_psd(as_signals(music + bright), RATE)[0]
    hz = torch.linspace(0, RATE / 2, len(psd))
    truth = 0.05**2 * (2 * torch.sin(torch.pi * hz / RATE)) ** 2
    error_db = 10 * torch.log10(psd / truth)[(hz > 3000) & (hz < 10000)]
    assert error_db.abs().max() < 2.0
