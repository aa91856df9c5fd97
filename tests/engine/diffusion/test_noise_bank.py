from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.audio import Audio, MemoryRecording
from engine.diffusion.noise_bank import (
    BankNoiseAtGain,
    BankNoiseAtSnr,
    NoiseBank,
    generators_of,
    guidance_for,
)
from engine.errors import SettingsError
from engine.region import Region
from tests import signals

RATE = 8000
TURN = 60 / 78 * RATE


@pytest.fixture
def bank(rng: np.random.Generator) -> NoiseBank:
    return NoiseBank.of([signals.noise(rng, s, RATE) for s in (1.0, 2.0)], RATE)


def test_loops_are_whole_revolutions_of_mean_power_one(bank):
    assert [len(loop) for loop in bank.loops] == [round(TURN), round(2 * TURN)]
    for loop in bank.loops:
        assert loop.square().mean() == pytest.approx(1.0, abs=1e-5)


def test_a_loop_neither_steps_nor_dips_where_it_closes(rng):
    loop = NoiseBank.of([signals.noise(rng, 60.0, RATE)], RATE).loops[0]
    fade = RATE // 10
    joined = torch.cat((loop[-1:], loop[: fade + 1]))
    assert abs(float(joined[1] - joined[0])) < 5.0
    middle = [
        NoiseBank.of([signals.noise(rng, 1.0, RATE)], RATE).loops[0][fade // 4 : 3 * fade // 4]
        for _ in range(40)
    ]
    assert 10 * torch.log10(torch.cat(middle).square().mean()) == pytest.approx(0.0, abs=0.3)


def test_a_scratch_comes_back_once_in_every_revolution():
    samples = np.full((1, 2 * RATE), 1e-3, np.float32)
    samples[0, ::2] *= -1
    samples[0, RATE // 2] = 1.0
    samples[0, RATE // 2 + round(TURN)] = 1.0
    drawn = NoiseBank.of([Audio(samples, RATE)], RATE).draw(5 * RATE, generators_of(1, 1)[0])
    at = torch.nonzero(drawn > 0.5 * drawn.max()).flatten().diff()
    assert len(at) >= 5
    assert (at - TURN).abs().max() <= 1.0


def test_excerpts_are_mixed_to_mono_and_resampled(rng):
    stereo = signals.noise(rng, 1.2, 2 * RATE, n_channels=2)
    assert len(NoiseBank.of([stereo], RATE).loops[0]) == round(TURN)


def test_short_excerpts_are_looped_as_they_are(rng):
    bank = NoiseBank.of([signals.noise(rng, 0.5, RATE)], RATE)
    assert len(bank.loops[0]) == RATE // 2 - RATE // 10
    assert bank.draw(RATE, generators_of(0, 1)[0]).shape == (RATE,)


def test_silent_or_tiny_excerpts_are_refused():
    silent = Audio(np.zeros((1, RATE), np.float32), RATE)
    tiny = Audio(np.ones((1, 10), np.float32), RATE)
    with pytest.raises(SettingsError, match="none of 2 noise excerpts"):
        NoiseBank.of([silent, tiny], RATE)


def test_a_folder_of_sound_files_makes_a_bank(rng, tmp_path: Path):
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, signals.noise(rng, 1.0, RATE).samples.T, RATE)
    (tmp_path / "notes.txt").write_text("not a sound")
    assert len(NoiseBank.from_folder(tmp_path, RATE).loops) == 2


def test_folders_without_noise_are_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="holds no sound file"):
        NoiseBank.from_folder(tmp_path, RATE)
    with pytest.raises(SettingsError, match="is not there"):
        NoiseBank.from_folder(tmp_path / "missing", RATE)


def test_a_marked_stretch_makes_a_bank(rng):
    recording = MemoryRecording(signals.noise(rng, 3.0, RATE))
    bank = NoiseBank.from_region(recording, Region(1.0, 2.0), RATE)
    assert len(bank.loops[0]) == round(TURN)


def test_no_gain_leaves_the_estimate_as_it_is(bank, rng):
    x = torch.from_numpy(rng.standard_normal((3, 1, 2000)).astype(np.float32))
    assert torch.equal(BankNoiseAtGain(bank, generators_of(0, 3), torch.zeros(3))(x), x)


def test_the_gain_is_the_level_of_the_noise_and_nothing_is_halved(bank):
    x = torch.full((2, 1, 4000), 0.3)
    made = BankNoiseAtGain(bank, generators_of(0, 2), torch.tensor([0.01, 0.1]))(x)
    level = (made - x).square().mean(dim=(1, 2)).sqrt()
    assert level.tolist() == pytest.approx([0.01, 0.1], rel=1e-3)


def test_every_evaluation_hears_other_noise_and_a_seed_repeats_it(bank):
    x, gain = torch.zeros(1, 1, 1000), torch.ones(1)
    operator = BankNoiseAtGain(bank, generators_of(5, 1), gain)
    first, second = operator(x), operator(x)
    assert not torch.equal(first, second)
    assert torch.equal(first, BankNoiseAtGain(bank, generators_of(5, 1), gain)(x))


def test_what_a_block_hears_depends_on_no_other_block(bank):
    x, gain = torch.zeros(3, 1, 1000), torch.ones(3)
    together = BankNoiseAtGain(bank, generators_of(9, 3), gain)(x)
    alone = BankNoiseAtGain(bank, generators_of(9, 3)[1:2], gain[1:2])(x[1:2])
    assert torch.equal(together[1:2], alone)


def test_signals_of_one_block_hear_the_same_noise(bank):
    made = BankNoiseAtGain(bank, generators_of(0, 2), torch.ones(4), n_signals=2)(
        torch.zeros(4, 1, 1000)
    )
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[1], made[2])


def test_noise_at_a_ratio_lies_that_many_db_below_the_estimate(bank, rng):
    x = torch.from_numpy(rng.standard_normal((2, 1, 4000)).astype(np.float32))
    range_db = torch.tensor([[20.0, 20.0], [5.0, 15.0]])
    noise = BankNoiseAtSnr(bank, generators_of(0, 2), range_db)(x) - x
    snr = 10 * torch.log10(x.square().mean((1, 2)) / noise.square().mean((1, 2)))
    assert snr[0] == pytest.approx(20.0, abs=0.01)
    assert 5.0 < snr[1] < 15.0


def test_the_gradient_passes_through_the_gain_that_depends_on_the_estimate(bank):
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(1, 1, 400, dtype=torch.float64, generator=generator).requires_grad_()

    def power(x: torch.Tensor) -> torch.Tensor:
        ratio = torch.tensor([[3.0, 3.0]])
        return BankNoiseAtSnr(bank, generators_of(2, 1), ratio)(x).square().sum()

    assert torch.autograd.gradcheck(power, x, atol=1e-4)
    silent = torch.zeros(1, 1, 400, requires_grad=True)
    (slope,) = torch.autograd.grad(power(silent), silent)
    assert slope.isfinite().all()


def test_guidance_rises_with_the_ratio():
    smooth = guidance_for(torch.tensor([0.0, 10.0, 20.0, 30.0, 40.0]))
    assert smooth.tolist() == pytest.approx([0.35, 0.35, 1.4, 2.45, 3.5])
