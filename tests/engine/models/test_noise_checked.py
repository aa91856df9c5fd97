"""A guess of the noise is raised by what the recording tells, and never on clean music."""

import numpy as np
import pytest
import torch

from engine.models.informed import Informed, InformedConfig
from engine.models.noise_checked import hear

RATE = 44100
CONFIG = InformedConfig(n_weighed=512, channels=(4, 6))
LENGTH_S = 8.0
LEVEL = 0.01


@pytest.fixture(scope="module")
def network() -> Informed:
    return Informed(CONFIG).eval()


def noise_of(rng: np.random.Generator) -> np.ndarray:
    return LEVEL * rng.standard_normal(round(LENGTH_S * RATE))


def tone(hz: float, level: float) -> np.ndarray:
    """On for two seconds, off for two."""
    at = np.arange(round(LENGTH_S * RATE)) / RATE
    return level * np.sin(2 * np.pi * hz * at) * (np.sin(0.5 * np.pi * at) > 0)


def batch(*waves: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.stack(waves)[:, None].astype(np.float32))


def bins(network: Informed, low_hz: float, high_hz: float) -> slice:
    n_fft = network.transform.n_fft
    return slice(round(low_hz * n_fft / RATE), round(high_hz * n_fft / RATE) + 1)


def gain_db(after: torch.Tensor, before: torch.Tensor) -> float:
    return float(10 * torch.log10(after.mean() / before.mean()))


def test_steady_noise_of_which_a_part_is_guessed_is_taken_whole(network, rng):
    heard = hear(network, [batch(noise_of(rng))], RATE)
    assert heard is not None
    for down_db, wanted_db in ((4.0, 0.0), (12.0, -12.0)):
        guess = heard.powers * 10 ** (-down_db / 10)
        assert gain_db(heard.evened(guess), heard.powers) == pytest.approx(wanted_db, abs=0.5)


def test_notes_that_come_and_go_and_tones_that_stay_are_not_even(network, rng):
    at = np.arange(round(LENGTH_S * RATE)) / RATE
    for music in (tone(440.0, 0.1), 0.1 * np.sin(2 * np.pi * 440.0 * at)):
        heard = hear(network, [batch(music + noise_of(rng))], RATE)
        assert heard is not None
        near = bins(network, 430.0, 450.0)
        guess = heard.powers.clone()
        guess[..., near] *= 10 ** (-4.0 / 10)
        assert gain_db(heard.evened(guess)[..., near], guess[..., near]) < 0.5
        assert gain_db(heard.evened(guess)[..., 1000:], guess[..., 1000:]) < 0.1


def test_a_guess_that_misses_noise_under_notes_is_raised_to_what_they_leave(network, rng):
    noise = noise_of(rng)
    heard = hear(network, [batch(noise + tone(1000.0, 0.2))], RATE)
    assert heard is not None
    truth = network.measure(batch(noise))
    near = bins(network, 900.0, 1100.0)
    guess = truth.clone()
    guess[..., near] *= 10 ** (-2.0)
    raised = heard.raised(guess)
    assert -8.0 < gain_db(raised[..., near], truth[..., near]) < 1.0
    assert gain_db(raised[..., 400:], truth[..., 400:]) == pytest.approx(0.0, abs=0.3)


def test_where_next_to_nothing_is_guessed_nothing_is_raised(network, rng):
    heard = hear(network, [batch(noise_of(rng) + tone(1000.0, 0.2))], RATE)
    assert heard is not None
    guess = heard.powers * 1e-4
    assert torch.allclose(heard.raised(guess), guess, rtol=1e-3)
    assert torch.allclose(heard.evened(guess), guess, rtol=1e-3)


def test_each_example_is_held_against_itself(network, rng):
    noise, faint = noise_of(rng), 0.1 * noise_of(rng)
    heard = hear(network, [batch(noise, faint)], RATE)
    assert heard is not None
    down_db = 10 * torch.log10(heard.lowest[0].mean() / heard.lowest[1].mean())
    assert float(down_db) == pytest.approx(20.0, abs=1.0)
    assert float(heard.weights.sum()) == pytest.approx(1.0)
    # what steady noise comes down to lies a little below it
    assert -8.0 < gain_db(heard.lowest, heard.powers[:, 1]) < 0.0


def test_pieces_of_less_than_a_second_tell_nothing(network, rng):
    short = batch(noise_of(rng)[: RATE // 3])
    assert hear(network, [short, short], RATE) is None
    assert hear(network, [short, short, short, short], RATE) is not None


def test_silence_raises_nothing(network):
    heard = hear(network, [torch.zeros(1, 1, 2 * RATE)], RATE)
    assert heard is not None
    guess = torch.full((1, 2, 2049), 1e-12)
    made = heard.raised(heard.evened(guess))
    assert torch.isfinite(made).all()
    assert float(made.max()) <= 1e-11
