import numpy as np
import pytest
import torch
from torch import Tensor

from engine.diffusion.blind import BlindGuidance, LowPass, Real, Spectra, fit
from engine.diffusion.blocks import Blocks, Blockwise
from engine.diffusion.noise import FieldDraw
from engine.diffusion.samplers import dpm2m, start
from engine.diffusion.schedule import karras_sigmas
from tests.engine.diffusion.coloured import ColouredPrior, filtered, level_db, snr_db

RATE = 16000
PRIOR = ColouredPrior(sample_rate=RATE, segment_samples=16384)
N_SAMPLES = 32768
HZ: Real = np.fft.rfftfreq(N_SAMPLES, 1 / RATE).astype(np.float64)


def falling(break_hz: float, slope_db: float, hz: Real = HZ) -> Real:
    gain: Real = 10 ** (slope_db * np.log2(np.maximum(hz / break_hz, 1.0)) / 20)
    return gain


def octaves_off(low_pass: LowPass, truth: Real) -> float:
    cutoff_hz = HZ[np.argmax(truth < 0.5)]
    return abs(float(np.log2(low_pass.cutoff_hz / cutoff_hz)))


def test_the_gain_falls_by_each_slope_from_its_break_on():
    low_pass = LowPass(
        np.array([500.0, 1000, 2000, 4000, 8000]), np.array([-6.0, -10, -20, -30, -40])
    )
    hz = np.array([0.0, 20.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0])
    fall_db = 20 * np.log10(low_pass.gain(hz))
    assert fall_db == pytest.approx([0, 0, 0, -6, -16, -36, -66, -106], abs=1e-9)
    assert low_pass.cutoff_hz == pytest.approx(1000.0, rel=0.01)


@pytest.mark.parametrize("break_hz", [300.0, 3000.0, 6000.0])
@pytest.mark.parametrize("slope_db", [-12.0, -30.0, -48.0])
def test_a_filter_is_fitted_to_spectra_that_show_it(break_hz, slope_db):
    hz = np.geomspace(20, 8000, 200)
    power = 1 / (1 + (hz / 300) ** 2)
    truth = falling(break_hz, slope_db, hz)
    low_pass = fit(LowPass.lowest(), Spectra(hz, power, truth * power))
    assert np.abs(low_pass.gain(hz) - truth).max() < 0.13
    assert (np.diff(low_pass.breaks_hz) > 0).all()
    assert (np.diff(low_pass.slopes_db) <= 0).all()


def test_silence_moves_no_filter():
    hz = np.geomspace(20, 8000, 50)
    low_pass = LowPass.lowest()
    assert fit(low_pass, Spectra(hz, 0 * hz, 0 * hz)) is low_pass
    silent = torch.zeros(1, 1, N_SAMPLES)
    guided = BlindGuidance(PRIOR, silent, RATE)
    assert guided(silent, torch.ones(1)).isfinite().all()
    assert np.isfinite(guided.low_pass.breaks_hz).all()


def test_what_noise_hides_counts_as_lost():
    clean = PRIOR.draw(1, N_SAMPLES)
    shown = fit(LowPass.lowest(), Spectra.of(clean, clean, 0.0, RATE))
    hidden = fit(LowPass.lowest(), Spectra.of(clean, clean, 0.02, RATE))
    assert shown.gain(np.array([7000.0])) > 0.9
    assert hidden.cutoff_hz < 5000


@pytest.mark.parametrize(("break_hz", "slope_db"), [(3000.0, -30.0), (1000.0, -30.0)])
def test_a_low_pass_is_found_within_a_sixth_of_an_octave(break_hz, slope_db):
    clean = PRIOR.draw(1, N_SAMPLES)
    truth = falling(break_hz, slope_db)
    observed = filtered(clean, torch.from_numpy(truth).float())
    blockwise = Blockwise(lambda some: PRIOR, Blocks(N_SAMPLES, 16384, 4096), 8)
    guided = BlindGuidance(blockwise, observed, RATE)
    made = sampled(guided, observed)
    assert octaves_off(guided.low_pass, truth) < 1 / 6
    passed = torch.from_numpy(np.less(HZ, 0.6 * break_hz).astype(np.float32))
    assert snr_db(filtered(observed, passed), filtered(made, passed)) > 30
    treble = torch.from_numpy(np.greater(HZ, 2 * break_hz).astype(np.float32))
    lost = level_db(filtered(observed, treble), filtered(clean, treble))
    assert lost < -25
    assert level_db(filtered(made, treble), filtered(clean, treble)) == pytest.approx(0.0, abs=1.5)


def sampled(guided: BlindGuidance, observed: Tensor) -> Tensor:
    sigmas = karras_sigmas(12, 3e-4, 4 * PRIOR.sigma_data, 8.0)
    draw = FieldDraw()
    return dpm2m(guided, start(draw, observed, float(sigmas[0]), observed), sigmas, draw)


def test_a_filter_that_is_known_is_not_moved():
    known = LowPass.lowest()
    observed = PRIOR.draw(1, N_SAMPLES)
    guided = BlindGuidance(PRIOR, observed, RATE, known, fits=False)
    guided(observed, torch.full((1,), 0.01))
    assert guided.low_pass is known
