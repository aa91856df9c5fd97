from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.declipping import (
    BeyondGuidance,
    DeclipSettings,
    HeldBack,
    declip,
    n_evaluations,
)
from engine.diffusion.noise import FieldDraw
from engine.diffusion.sampling import Sampling
from engine.errors import SettingsError
from tests.engine.diffusion.coloured import LEVEL, ColouredPrior, level_db, snr_db

PRIOR = ColouredPrior(segment_samples=4096, corner_hz=100.0)
SETTINGS = DeclipSettings(Sampling(n_steps=10, overlap_s=0.1))


@pytest.fixture(scope="module")
def clean() -> Tensor:
    return PRIOR.draw(2, 10000)


@pytest.mark.parametrize("xi", [0.0, 0.2])
@pytest.mark.parametrize("joins", ["together", "in turn"])
def test_peaks_come_back_beyond_their_level_and_intact_samples_stay(clean, xi, joins):
    samples = clean.clamp(-LEVEL, LEVEL)
    clipped = clean.abs() >= LEVEL
    settings = replace(SETTINGS, xi=xi, sampling=replace(SETTINGS.sampling, joins=joins))
    restored = declip(PRIOR, samples, clipped, settings, FieldDraw())
    assert torch.equal(restored[~clipped], samples[~clipped])
    assert (restored[clipped].abs() >= LEVEL).all()
    assert (restored[clipped] * samples[clipped] > 0).all()
    assert snr_db(clean, restored) > snr_db(clean, samples) + 2
    assert level_db(restored, clean) == pytest.approx(0.0, abs=1.0)


def test_levels_may_differ_between_signals_and_polarities(clean):
    high = torch.tensor([0.05, 0.09])[:, None, None]
    samples = clean.minimum(high).maximum(-0.5 * high)
    clipped = samples != clean
    restored = declip(PRIOR, samples, clipped, SETTINGS, FieldDraw())
    assert torch.equal(restored[~clipped], samples[~clipped])
    assert (restored.abs() >= samples.abs())[clipped].all()


def test_a_guess_is_what_sampling_starts_around(clean):
    samples = clean.clamp(-LEVEL, LEVEL)
    clipped = clean.abs() >= LEVEL
    near = replace(SETTINGS, warm_sigma=0.02)
    restored = declip(PRIOR, samples, clipped, near, FieldDraw(), guess=clean)
    assert snr_db(clean, restored) > 30


def test_the_operator_explains_what_it_projects_to(clean):
    samples = clean.clamp(-LEVEL, LEVEL)
    operator = HeldBack(samples, clean.abs() >= LEVEL)
    assert torch.equal(operator(clean), samples)
    assert torch.equal(operator(operator.project(torch.zeros_like(clean), samples)), samples)


def test_a_clipped_sample_is_moved_to_the_mean_of_what_lies_beyond_its_level():
    observed = torch.tensor([[[0.05, -0.05, 0.02, 0.05]]])
    clipped = torch.tensor([[[True, True, False, True]]])
    denoised = torch.tensor([[[0.0, 0.0, 0.5, -3.0]]])
    guided = BeyondGuidance(lambda x, sigma: denoised, observed, clipped, LEVEL)
    sigma = 0.1
    spread = sigma * LEVEL / (sigma**2 + LEVEL**2) ** 0.5
    drawn = spread * torch.randn(400_000, generator=torch.Generator().manual_seed(1))
    mean = float(drawn[drawn > 0.05].mean())
    made = guided(observed, torch.tensor([sigma]))[0, 0].tolist()
    assert made[:3] == pytest.approx([mean, -mean, 0.02], abs=3e-4)
    assert 0.05 < made[3] < 0.052
    settled = guided(observed, torch.tensor([1e-6]))[0, 0].tolist()
    assert settled == pytest.approx([0.05, -0.05, 0.02, 0.05], abs=1e-6)


def test_nothing_clipped_changes_nothing(clean):
    none = torch.zeros(clean.shape, dtype=torch.bool)
    assert torch.equal(declip(PRIOR, clean, none, SETTINGS, FieldDraw()), clean)


def test_a_recording_that_is_clipped_throughout_is_refused(clean):
    with pytest.raises(SettingsError, match="set the level higher"):
        declip(PRIOR, clean, torch.ones_like(clean, dtype=torch.bool), SETTINGS, FieldDraw())


def test_steps_show_all_signals(clean):
    shapes = []
    declip(
        PRIOR,
        clean,
        clean.abs() >= LEVEL,
        SETTINGS,
        FieldDraw(),
        on_step=lambda done, of, x: shapes.append(x.shape),
    )
    assert shapes == [clean.shape] * n_evaluations(SETTINGS)
