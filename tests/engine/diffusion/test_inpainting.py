from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.inpainting import InpaintSettings, inpaint, n_evaluations
from engine.diffusion.noise import FieldDraw
from engine.diffusion.sampling import Sampling
from engine.errors import SettingsError
from engine.progress import Cancelled
from tests.engine.diffusion.coloured import ColouredPrior, level_db

PRIOR = ColouredPrior(segment_samples=4096)
SETTINGS = InpaintSettings(Sampling(n_steps=10), context_s=0.1)
GAPS = [slice(20000, 24500), slice(5000, 5100), slice(9000, 9700), slice(9900, 10600)]


@pytest.fixture(scope="module")
def clean() -> Tensor:
    return PRIOR.draw(2, 30000)


def damaged(clean: Tensor, gaps: list[slice] = GAPS) -> Tensor:
    samples = clean.clone()
    for gap in gaps:
        samples[..., gap] = 99.0
    return samples


def known_outside(gaps: list[slice], n_samples: int) -> Tensor:
    known = torch.ones(n_samples, dtype=torch.bool)
    for gap in gaps:
        known[gap] = False
    return known


@pytest.mark.parametrize("xi", [0.0, 0.25])
def test_gaps_are_filled_and_all_other_samples_stay_bit_for_bit(clean, xi):
    restored = inpaint(PRIOR, damaged(clean), GAPS, replace(SETTINGS, xi=xi), FieldDraw())
    known = known_outside(GAPS, 30000)
    assert torch.equal(restored[..., known], clean[..., known])
    assert restored.abs().max() < 10 * PRIOR.sigma_data
    steps = clean.diff(dim=-1).square().mean().sqrt()
    for gap in GAPS:
        for edge in (gap.start, gap.stop):
            assert (restored[..., edge] - restored[..., edge - 1]).abs().max() < 5 * steps


def test_a_filled_gap_has_the_level_of_the_music_around_it():
    clean = PRIOR.draw(24, 8000)
    gap = slice(3000, 5000)
    restored = inpaint(PRIOR, damaged(clean, [gap]), [gap], SETTINGS, FieldDraw((1,)))
    assert level_db(restored[..., gap], clean[..., gap]) == pytest.approx(0.0, abs=1.0)


def test_samples_in_the_gap_are_not_looked_at(clean):
    other = clean.clone()
    for gap in GAPS:
        other[..., gap] = -5.0
    first = inpaint(PRIOR, damaged(clean), GAPS, SETTINGS, FieldDraw())
    assert torch.equal(first, inpaint(PRIOR, other, GAPS, SETTINGS, FieldDraw()))


def test_short_gaps_are_predicted_and_ask_no_prior(clean):
    def unasked(x: Tensor, sigma: Tensor) -> Tensor:
        raise AssertionError

    class Unasked(ColouredPrior):
        __call__ = staticmethod(unasked)

    short = [slice(5000, 5100), slice(9000, 9400)]
    restored = inpaint(Unasked(), damaged(clean, short), short, SETTINGS, FieldDraw())
    known = known_outside(short, 30000)
    assert torch.equal(restored[..., known], clean[..., known])
    assert restored.abs().max() < 1.0


def test_gaps_that_lie_close_share_a_run_and_far_ones_a_batch(clean):
    batches = []

    class Listening(ColouredPrior):
        def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
            batches.append(len(x))
            return super().__call__(x, sigma)

    gaps = [slice(3000, 3900), slice(4000, 4900), slice(15000, 16000)]
    prior = Listening(segment_samples=4096)
    inpaint(prior, damaged(clean, gaps), gaps, SETTINGS, FieldDraw())
    # two windows of two signals each, in one batch
    assert batches == [4] * n_evaluations(SETTINGS)


def test_the_result_does_not_depend_on_the_size_of_a_batch(clean):
    results = [
        inpaint(
            PRIOR,
            damaged(clean),
            GAPS,
            replace(SETTINGS, xi=0.25, sampling=replace(SETTINGS.sampling, batch=batch)),
            FieldDraw(),
        )
        for batch in (1, 64)
    ]
    assert torch.allclose(results[0], results[1], atol=1e-5)


def test_previews_show_all_samples_and_steps_count_through_all_windows(clean):
    steps = []
    told: list[float] = []

    def on_step(done: int, of: int, denoised: Tensor) -> None:
        assert denoised.shape == clean.shape
        assert torch.equal(denoised[..., :4900], clean[..., :4900])
        steps.append((done, of))

    inpaint(
        PRIOR, damaged(clean), GAPS, SETTINGS, FieldDraw(), on_step, lambda f, m="": told.append(f)
    )
    assert steps == [(k + 1, 20) for k in range(20)]
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_inpainting_stops_when_told(clean):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        inpaint(PRIOR, damaged(clean), GAPS, SETTINGS, FieldDraw(), progress=stop)


@pytest.mark.parametrize("gap", [slice(0, 900), slice(29000, 30000)])
def test_gaps_at_the_ends_are_filled(clean, gap):
    restored = inpaint(PRIOR, damaged(clean, [gap]), [gap], SETTINGS, FieldDraw())
    assert level_db(restored[..., gap], clean[..., gap]) == pytest.approx(0.0, abs=8.0)


def test_no_gap_changes_nothing(clean):
    assert torch.equal(inpaint(PRIOR, clean, [], SETTINGS, FieldDraw()), clean)


@pytest.mark.parametrize(
    ("gaps", "message"),
    [
        ([slice(10, 10)], "from sample 10 to 10 is empty"),
        ([slice(29990, 30010)], "outside the 30000 samples"),
        ([slice(0, 20000), slice(15000, 30000)], "whole recording"),
    ],
)
def test_wrong_gaps_are_refused(clean, gaps, message):
    with pytest.raises(SettingsError, match=message):
        inpaint(PRIOR, clean, gaps, SETTINGS, FieldDraw())
