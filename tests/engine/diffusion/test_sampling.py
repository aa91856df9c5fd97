from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.noise import FieldDraw
from engine.diffusion.problem import Problem
from engine.diffusion.sampling import PieceDraw, Sampling, solve
from engine.errors import SettingsError
from engine.progress import Cancelled
from tests.engine.diffusion.coloured import ColouredPrior, level_db, snr_db

PRIOR = ColouredPrior()
N_SAMPLES = 4 * PRIOR.segment_samples
QUICK = Sampling(n_steps=8, overlap_s=0.05, batch=512)


class Unknown(Problem):
    """Of which nothing was observed."""

    def stretch(self, span: slice) -> "Unknown":
        return Unknown(self.observed[..., span])


def sampled(settings: Sampling, n_pieces: int = 16, n_signals: int = 1) -> Tensor:
    like = torch.zeros(n_pieces, n_signals, N_SAMPLES)
    draw = FieldDraw((3,), tuple(100_000 * k for k in range(n_pieces)))
    return solve(PRIOR, Unknown(like), settings, draw)


@pytest.fixture(scope="module")
def in_one_block() -> Tensor:
    return sampled(replace(QUICK, block_s=N_SAMPLES / PRIOR.sample_rate))


def around(x: Tensor, centres: list[int]) -> Tensor:
    return torch.cat([x[..., at - 128 : at + 128] for at in centres], 1)


def octaves_db(x: Tensor) -> Tensor:
    power = torch.fft.rfft(x * torch.hann_window(256)).abs().square().mean((0, 1))
    bands = torch.stack([power[1 << k : 2 << k].mean() for k in range(7)])
    return 10 * torch.log10(bands)


@pytest.mark.parametrize("joins", ["together", "in turn"])
def test_joins_have_neither_a_step_in_level_nor_a_seam_in_the_spectrum(joins, in_one_block):
    made = sampled(replace(QUICK, joins=joins))
    spans = QUICK.blocks(PRIOR, N_SAMPLES).spans
    assert len(spans) == 5
    joins_at = [(a.stop + b.start) // 2 for a, b in zip(spans, spans[1:], strict=False)]
    inside = [(a.start + a.stop) // 2 for a in spans[1:-1]]
    for centres in (joins_at, inside):
        # the same noise in one block tells chance from a seam
        ours, theirs = around(made, centres), around(in_one_block, centres)
        assert level_db(ours, theirs) == pytest.approx(0.0, abs=0.05)
        assert (octaves_db(ours) - octaves_db(theirs)).abs().max() < 0.05
    assert level_db(made, in_one_block) == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("joins", ["together", "in turn"])
def test_blocks_sound_as_if_they_were_one(joins, in_one_block):
    # at its two ends each block goes round, and the first and last are not over one another
    inside = slice(256, N_SAMPLES - 256)
    made = sampled(replace(QUICK, joins=joins))
    assert snr_db(in_one_block[..., inside], made[..., inside]) > 40


@pytest.mark.parametrize("joins", ["together", "in turn"])
def test_the_size_of_a_batch_does_not_change_the_result(joins):
    settings = replace(QUICK, joins=joins, n_steps=5)
    results = [sampled(replace(settings, batch=batch), 3, 2) for batch in (1, 4, 512)]
    assert torch.allclose(results[0], results[1], atol=1e-6)
    assert torch.allclose(results[0], results[2], atol=1e-6)


def test_signals_are_given_the_same_noise():
    made = sampled(replace(QUICK, n_steps=4), 2, 2)
    assert torch.equal(made[:, 0], made[:, 1])
    assert not torch.equal(made[0], made[1])


@pytest.mark.parametrize("joins", ["together", "in turn"])
@pytest.mark.parametrize("sampler", ["euler", "heun", "churn", "dpm2m"])
def test_progress_counts_evaluations_and_previews_show_the_whole(sampler, joins):
    told: list[float] = []
    shapes = []
    steps = []
    evaluations = 0

    class Counting(ColouredPrior):
        def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
            nonlocal evaluations
            evaluations += len(x)
            return super().__call__(x, sigma)

    def on_step(done: int, of: int, denoised: Tensor) -> None:
        steps.append((done, of))
        shapes.append(denoised.shape)

    settings = replace(QUICK, sampler=sampler, joins=joins, n_steps=4, batch=2)
    like = torch.zeros(1, 1, 6000)
    prior = Counting()
    solve(prior, Unknown(like), settings, FieldDraw(), on_step, lambda f, m="": told.append(f))
    n_blocks = len(settings.blocks(prior, 6000).starts)
    assert evaluations == settings.n_evaluations * n_blocks
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert set(shapes) == {(1, 1, 6000)}
    n_steps = 4 * (n_blocks if joins == "in turn" else 1)
    assert steps == [(k + 1, n_steps) for k in range(n_steps)]


def test_sampling_stops_between_batches():
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.01:
            raise Cancelled

    with pytest.raises(Cancelled):
        solve(PRIOR, Unknown(torch.zeros(1, 1, N_SAMPLES)), QUICK, FieldDraw(), progress=stop)


def test_pieces_take_the_noise_of_their_place():
    whole = torch.zeros(1, 2, 5000)
    noise = FieldDraw((7,))(whole)
    pieces = PieceDraw(FieldDraw((7,)), whole, [0, 1200])(torch.zeros(2, 2, 900))
    assert torch.equal(pieces[0], noise[0, :, :900])
    assert torch.equal(pieces[1], noise[0, :, 1200:2100])


def test_levels_stay_within_what_the_prior_knows():
    narrow = replace(PRIOR, sigma_min=1e-3, sigma_max=0.5)
    sigmas = Sampling().sigmas(narrow, None)
    assert float(sigmas[0]) == pytest.approx(0.5)
    assert float(sigmas[-2]) == pytest.approx(1e-3)
    assert len(sigmas) == 26
    assert float(Sampling().sigmas(narrow, 0.1)[0]) == pytest.approx(0.1)
    assert float(Sampling().sigmas(narrow, 1e-9)[0]) == pytest.approx(1.5e-3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sampler": "magic"}, "'magic' is none of churn, dpm2m"),
        ({"joins": "never"}, "'never' is none of together, in turn"),
        ({"batch": 0}, "batch = 0"),
        ({"n_steps": 0}, "n_steps = 0"),
    ],
)
def test_wrong_settings_are_refused(wrong, message):
    with pytest.raises(SettingsError, match=message):
        Sampling(**wrong)
