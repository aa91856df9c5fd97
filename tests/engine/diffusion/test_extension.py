from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.extension import (
    Extended,
    ExtendSettings,
    extend,
    find_low_pass,
    n_evaluations,
)
from engine.diffusion.noise import FieldDraw
from engine.diffusion.operators.filters import kaiser_low_pass
from engine.diffusion.sampling import Sampling
from engine.errors import SettingsError
from tests.engine.diffusion.coloured import ColouredPrior, level_db, snr_db

RATE = 16000
PRIOR = ColouredPrior(sample_rate=RATE, segment_samples=8192)
N_SAMPLES = 24000
QUICK = Sampling(n_steps=10, overlap_s=0.1)
LOW_PASS = kaiser_low_pass(3000, RATE, 363)


@pytest.fixture(scope="module")
def clean() -> Tensor:
    return PRIOR.draw(2, N_SAMPLES, seed=4)


def treble(x: Tensor, low_hz: float, high_hz: float) -> Tensor:
    hz = torch.fft.rfftfreq(x.shape[-1], 1 / RATE)
    spectrum: Tensor = torch.fft.rfft(x)[..., (hz > low_hz) & (hz < high_hz)].abs()
    return spectrum


def run(clean: Tensor, settings: ExtendSettings) -> Extended:
    return extend(PRIOR, LOW_PASS(clean), settings, FieldDraw())


@pytest.mark.parametrize("xi", [0.0, 0.2])
@pytest.mark.parametrize("joins", ["together", "in turn"])
def test_treble_above_a_known_cutoff_is_made_up_and_the_rest_stays(clean, xi, joins):
    settings = ExtendSettings(cutoff_hz=3000, xi=xi, sampling=replace(QUICK, joins=joins))
    made = run(clean, settings).samples
    assert made.shape == clean.shape
    for band in ((3300, 5000), (5000, 8000)):
        assert level_db(treble(LOW_PASS(clean), *band), treble(clean, *band)) < -40
        assert level_db(treble(made, *band), treble(clean, *band)) == pytest.approx(0.0, abs=1.0)
    assert snr_db(LOW_PASS(clean), LOW_PASS(made)) > 35


def test_noise_above_the_cutoff_goes(clean):
    hiss = 0.05 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(1))
    noisy = LOW_PASS(clean) + hiss - LOW_PASS(hiss)
    settings = ExtendSettings(cutoff_hz=3000, sampling=QUICK)
    made = extend(PRIOR, noisy, settings, FieldDraw()).samples
    band = (4000, 8000)
    assert level_db(treble(noisy, *band), treble(clean, *band)) > 10
    assert level_db(treble(made, *band), treble(clean, *band)) == pytest.approx(0.0, abs=1.0)


def test_the_cutoff_is_found_and_the_filter_told(clean):
    found = run(clean, ExtendSettings("blind", QUICK))
    assert found.low_pass is not None
    assert found.low_pass.cutoff_hz == pytest.approx(3000, rel=0.12)
    band = (5000, 8000)
    level = level_db(treble(found.samples, *band), treble(clean, *band))
    assert level == pytest.approx(0.0, abs=1.5)


def test_the_low_pass_of_the_loudest_stretch_serves_blocks_in_turn(clean):
    quiet_start = LOW_PASS(clean)
    quiet_start[..., :6000] = 0.0
    settings = ExtendSettings("blind", QUICK)
    low_pass = find_low_pass(PRIOR, quiet_start, settings, FieldDraw())
    assert low_pass.cutoff_hz == pytest.approx(3000, rel=0.12)
    in_turn = replace(settings, low_pass=low_pass, sampling=replace(QUICK, joins="in turn"))
    made = extend(PRIOR, quiet_start, in_turn, FieldDraw())
    assert made.low_pass is low_pass
    loud = slice(8000, N_SAMPLES)
    level = level_db(
        treble(made.samples[..., loud], 5000, 8000), treble(clean[..., loud], 5000, 8000)
    )
    assert level == pytest.approx(0.0, abs=1.5)


def test_steps_show_all_signals(clean):
    shapes = []
    settings = ExtendSettings(sampling=Sampling(n_steps=2))
    extend(PRIOR, clean, settings, FieldDraw(), lambda done, of, x: shapes.append(x.shape))
    assert shapes == [clean.shape] * n_evaluations(settings)


def test_wrong_settings_are_refused(clean):
    with pytest.raises(SettingsError, match="'magic' is none of guided, blind"):
        ExtendSettings("magic")
    with pytest.raises(SettingsError, match="cutoff_hz = 9000"):
        run(clean, ExtendSettings(cutoff_hz=9000))
    with pytest.raises(SettingsError, match="find it first"):
        run(clean, ExtendSettings("blind", Sampling(joins="in turn")))
