from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.audio import Audio
from engine.diffusion.denoising import BANK_METHODS, DenoiseSettings, denoise, n_evaluations
from engine.diffusion.noise import FieldDraw
from engine.diffusion.noise_bank import NoiseBank
from engine.diffusion.sampling import Sampling
from engine.errors import SettingsError
from engine.progress import Cancelled
from tests.engine.diffusion.coloured import LEVEL, ColouredPrior, filtered, level_db, snr_db

PRIOR = ColouredPrior(segment_samples=8192)
N_SAMPLES = 20000
QUICK = Sampling(n_steps=12)


def noise_psd(snr: float, tilt: bool, n_samples: int) -> Tensor:
    """White, or falling by 30 dB to the Nyquist frequency."""
    share = torch.linspace(0.0, 1.0, n_samples // 2 + 1, dtype=torch.float64)
    shape = 1.0 / (0.03 + share) if tilt else torch.ones_like(share)
    return LEVEL**2 * 10 ** (-snr / 10) * shape / shape.mean()


class Noisy:
    def __init__(self, snr: float, tilt: bool = False) -> None:
        generator = torch.Generator().manual_seed(5)
        white = torch.randn(2, 1, 2 * N_SAMPLES, generator=generator, dtype=torch.float64)
        noise = filtered(white, noise_psd(snr, tilt, 2 * N_SAMPLES).sqrt()).float()
        self.clean = PRIOR.draw(2, N_SAMPLES)
        self.samples = self.clean + noise[..., :N_SAMPLES]
        self.psd = noise_psd(snr, tilt, N_SAMPLES)
        music = PRIOR.psd(N_SAMPLES)
        wiener = filtered(self.samples.double(), music / (music + self.psd))
        self.best_snr_db = snr_db(self.clean.double(), wiener)
        self.gain = float(self.psd.mean().sqrt())
        excerpt = Audio(noise[0, :, N_SAMPLES:].numpy(), PRIOR.sample_rate)
        self.bank = NoiseBank.of([excerpt], PRIOR.sample_rate)


@pytest.mark.parametrize("snr", [5.0, 15.0, 25.0])
@pytest.mark.parametrize("tilt", [False, True])
def test_faithful_comes_near_the_best_there_can_be(snr, tilt):
    noisy = Noisy(snr, tilt)
    settings = DenoiseSettings("faithful", psd=noisy.psd)
    restored = denoise(PRIOR, noisy.samples, settings, FieldDraw())
    assert snr_db(noisy.clean, restored) > noisy.best_snr_db - (0.5 if tilt else 0.05)


@pytest.mark.parametrize(("snr", "tilt"), [(5.0, False), (15.0, False), (15.0, True)])
def test_a_sample_by_spectrum_errs_by_three_decibels_more_and_keeps_the_level(snr, tilt):
    noisy = Noisy(snr, tilt)
    settings = DenoiseSettings("spectrum", QUICK, psd=noisy.psd)
    restored = denoise(PRIOR, noisy.samples, settings, FieldDraw())
    assert snr_db(noisy.clean, restored) == pytest.approx(noisy.best_snr_db - 3.0, abs=0.5)
    assert level_db(restored, noisy.clean) == pytest.approx(0.0, abs=0.5)


def test_noise_that_is_gone_leaves_the_recording_as_it_is():
    noisy = Noisy(60.0)
    for method in ("faithful", "spectrum"):
        settings = DenoiseSettings(method, QUICK, psd=noisy.psd)
        assert snr_db(noisy.samples, denoise(PRIOR, noisy.samples, settings, FieldDraw())) > 55


@pytest.mark.parametrize("method", BANK_METHODS)
def test_noise_of_a_bank_is_taken_out(method):
    noisy = Noisy(10.0)
    samples = noisy.samples.clone()
    # a pause, in which the noise can be heard
    samples[..., 8000:12000] -= noisy.clean[..., 8000:12000]
    settings = DenoiseSettings(method, QUICK, gain=noisy.gain, snr_db=(10.0, 10.0))
    restored = denoise(PRIOR, samples, settings, FieldDraw(), noisy.bank)
    music = slice(0, 7000)
    # up here noise is louder than music; over all, nothing is halved, and nothing doubled
    noise_db = level_db(band(samples[..., music], 2500), band(noisy.clean[..., music], 2500))
    left_db = level_db(band(restored[..., music], 2500), band(noisy.clean[..., music], 2500))
    assert noise_db > 3.0
    assert left_db == pytest.approx(0.0, abs=1.0)
    assert level_db(restored[..., music], noisy.clean[..., music]) == pytest.approx(0.0, abs=1.0)


def band(x: Tensor, low_hz: float) -> Tensor:
    hz = torch.fft.rfftfreq(x.shape[-1], 1 / PRIOR.sample_rate)
    spectrum: Tensor = torch.fft.rfft(x)[..., hz > low_hz].abs()
    return spectrum


def test_pushing_harder_stays_nearer_to_the_noisy_recording():
    noisy = Noisy(10.0)
    near = [
        snr_db(
            noisy.samples,
            denoise(
                PRIOR,
                noisy.samples,
                DenoiseSettings("gain", QUICK, gain=noisy.gain, xi=xi),
                FieldDraw(),
                noisy.bank,
            ),
        )
        for xi in (0.1, 0.4, 2.0)
    ]
    assert near[0] + 2 < near[1] < near[2] - 2


@pytest.mark.parametrize("method", ["faithful", "spectrum", "gain", "estimated-snr"])
def test_the_size_of_a_batch_does_not_change_the_result(method):
    noisy = Noisy(10.0)
    results = [
        denoise(
            PRIOR,
            noisy.samples,
            DenoiseSettings(method, Sampling(n_steps=3, batch=batch), psd=noisy.psd),
            FieldDraw(),
            noisy.bank,
        )
        for batch in (1, 64)
    ]
    assert torch.allclose(results[0], results[1], atol=1e-5)


def test_equal_signals_come_out_equal():
    noisy = Noisy(10.0)
    twice = noisy.samples[:1].repeat(2, 1, 1)
    for method in ("faithful", "spectrum", "estimated-gain"):
        settings = DenoiseSettings(method, Sampling(n_steps=3), psd=noisy.psd)
        restored = denoise(PRIOR, twice, settings, FieldDraw(), noisy.bank)
        assert torch.allclose(restored[0], restored[1], atol=1e-6)


@pytest.mark.parametrize("method", ["spectrum", "gain"])
def test_blocks_in_turn_denoise_as_well_as_together(method):
    noisy = Noisy(15.0)
    snrs = [
        snr_db(
            noisy.clean,
            denoise(
                PRIOR,
                noisy.samples,
                DenoiseSettings(
                    method, replace(QUICK, joins=joins), psd=noisy.psd, gain=noisy.gain
                ),
                FieldDraw(),
                noisy.bank,
            ),
        )
        for joins in ("together", "in turn")
    ]
    assert snrs[0] == pytest.approx(snrs[1], abs=0.3)


def test_the_spectrum_is_estimated_in_the_pauses_where_none_is_given():
    noisy = Noisy(15.0)
    samples = noisy.samples.clone()
    samples[..., 6000:14000] -= noisy.clean[..., 6000:14000]
    restored = denoise(PRIOR, samples, DenoiseSettings("faithful"), FieldDraw())
    paused = slice(8000, 12000)
    # in the bass music is far louder than this noise, and a prior of music leaves it
    left_db = level_db(band(restored[..., paused], 2500), band(samples[..., paused], 2500))
    assert left_db < -3.0


def test_silence_stays_silent_and_asks_no_prior():
    silent = torch.zeros(1, 1, 3000)
    for method in ("faithful", "spectrum", "estimated-gain"):
        assert torch.equal(denoise(PRIOR, silent, DenoiseSettings(method), FieldDraw()), silent)


@pytest.mark.parametrize("method", ["faithful", "spectrum", "gain"])
def test_steps_are_shown_whole_counted_and_stopped(method):
    noisy = Noisy(15.0)
    settings = DenoiseSettings(method, Sampling(n_steps=3), psd=noisy.psd, start=0.0)
    steps = []
    told: list[float] = []

    def on_step(done: int, of: int, denoised: Tensor) -> None:
        assert denoised.shape == noisy.samples.shape
        steps.append(done)

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.3:
            raise Cancelled

    to = (settings, FieldDraw(), noisy.bank)
    denoise(PRIOR, noisy.samples, *to, on_step, lambda f, m="": told.append(f))
    assert 1 <= len(steps) <= n_evaluations(settings)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        denoise(PRIOR, noisy.samples, *to, progress=stop)


def test_wrong_settings_are_refused():
    with pytest.raises(SettingsError, match="'magic' is none of"):
        DenoiseSettings("magic")
    with pytest.raises(SettingsError, match="must not fall"):
        DenoiseSettings("snr", snr_db=(20.0, 10.0))
    with pytest.raises(SettingsError, match="needs noise to add"):
        denoise(PRIOR, torch.ones(1, 1, 100), DenoiseSettings("gain"), FieldDraw())
