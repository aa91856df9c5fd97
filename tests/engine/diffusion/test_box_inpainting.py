from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.box_inpainting import BoxSettings, inpaint_boxes, n_evaluations
from engine.diffusion.noise import FieldDraw
from engine.diffusion.sampling import Sampling
from engine.errors import SettingsError
from engine.region import Region
from tests.engine.diffusion.coloured import ColouredPrior, snr_db

PRIOR = ColouredPrior(segment_samples=4096)
RATE = PRIOR.sample_rate
SETTINGS = BoxSettings(Sampling(n_steps=10), context_s=0.3)
BOX = Region(1.0, 1.5, 1200.0, 1800.0)


@pytest.fixture(scope="module")
def clean() -> Tensor:
    return PRIOR.draw(2, 20000)


def squeaking(clean: Tensor) -> Tensor:
    time_s = torch.arange(clean.shape[-1]) / RATE
    inside = (time_s > 1.05) & (time_s < 1.45)
    return clean + 0.3 * torch.sin(2 * torch.pi * 1500 * time_s) * inside


def band_db(x: Tensor, low_hz: float, high_hz: float) -> float:
    power = torch.fft.rfft(x[..., 8000:12000]).abs().square()
    hz = torch.fft.rfftfreq(4000, 1 / RATE)
    return float(10 * torch.log10(power[..., (hz > low_hz) & (hz < high_hz)].mean()))


@pytest.mark.parametrize("xi", [0.0, 0.25])
def test_a_squeak_in_a_box_goes_and_music_around_it_stays(clean, xi):
    noisy = squeaking(clean)
    assert band_db(noisy, 1250, 1750) - band_db(clean, 1250, 1750) > 15
    restored = inpaint_boxes(PRIOR, noisy, [BOX], replace(SETTINGS, xi=xi), FieldDraw())
    for band in ((1250, 1750), (100, 1000), (2000, 3500)):
        assert band_db(restored, *band) == pytest.approx(band_db(clean, *band), abs=1.5)
    assert torch.equal(restored[..., :7400], noisy[..., :7400])
    assert torch.equal(restored[..., 12600:], noisy[..., 12600:])


def test_blocks_in_turn_fill_boxes_too(clean):
    in_turn = replace(SETTINGS, sampling=replace(SETTINGS.sampling, joins="in turn"))
    restored = inpaint_boxes(PRIOR, squeaking(clean), [BOX], in_turn, FieldDraw())
    assert snr_db(clean, restored) > 12


def test_a_box_without_a_band_takes_all_frequencies(clean):
    gap = Region(1.0, 1.1)
    noisy = clean.clone()
    noisy[..., 8200:8600] = 1.0
    restored = inpaint_boxes(PRIOR, noisy, [gap], SETTINGS, FieldDraw())
    assert restored.abs().max() < 0.5


def test_no_box_is_refused(clean):
    with pytest.raises(SettingsError, match="no box"):
        inpaint_boxes(PRIOR, clean, [], SETTINGS, FieldDraw())


def test_steps_are_counted(clean):
    steps: list[int] = []
    inpaint_boxes(
        PRIOR, clean, [BOX], SETTINGS, FieldDraw(), lambda done, of, x: steps.append(len(x))
    )
    assert steps == [2] * n_evaluations(SETTINGS)
