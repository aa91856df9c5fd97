import numpy as np
import pytest

from engine.audio import Audio
from engine.errors import SettingsError
from engine.tasks.rumble import Rumble
from tests.signals import music, sine, stack

RATE = 22_050


def rendered(task: Rumble, audio: Audio) -> np.ndarray:
    return task.apply(audio, slice(0, audio.n_samples)).audio.samples


def level_db(samples: np.ndarray) -> float:
    """Of the middle half, relative to a sine of amplitude 0.5."""
    n_samples = samples.shape[-1]
    middle = samples[..., n_samples // 4 : 3 * n_samples // 4]
    return float(10 * np.log10(np.mean(np.square(middle, dtype=np.float64)) / 0.125 + 1e-20))


@pytest.mark.parametrize(
    ("slope", "at_10_hz_db", "at_20_hz_db"),
    [("12", -17.6, -8.5), ("24", -40.5, -17.6), ("48", -88.7, -40.5)],
)
def test_rumble_below_the_default_cutoff_is_taken_down(
    slope: str, at_10_hz_db: float, at_20_hz_db: float
):
    task = Rumble(slope=slope)
    assert level_db(rendered(task, sine(10.0, 4.0, RATE))) == pytest.approx(at_10_hz_db, abs=0.3)
    assert level_db(rendered(task, sine(20.0, 4.0, RATE))) == pytest.approx(at_20_hz_db, abs=0.3)


def test_music_an_octave_above_the_cutoff_loses_a_fifth_of_a_decibel_at_most():
    assert level_db(rendered(Rumble(), sine(80.0, 2.0, RATE))) == pytest.approx(-0.22, abs=0.02)
    for frequency_hz in (160.0, 440.0, 5000.0):
        passed = level_db(rendered(Rumble(), sine(frequency_hz, 2.0, RATE)))
        assert passed == pytest.approx(0.0, abs=0.02)


def vertical(audio: Audio) -> Audio:
    """Walls in opposite phase, as a stylus that moves up and down makes them."""
    return Audio(stack(audio.samples, -audio.samples), audio.sample_rate)


def test_vertical_motion_is_taken_out_below_its_frequency():
    task = Rumble(vertical_hz=300.0, slope="48")
    low, high = vertical(sine(100.0, 2.0, RATE)), vertical(sine(1000.0, 2.0, RATE))
    assert level_db(rendered(task, low)) == pytest.approx(-68.7, abs=0.1)
    assert level_db(rendered(task, high)) == pytest.approx(0.0, abs=0.02)


def test_lateral_motion_is_left_alone_by_it(rng: np.random.Generator):
    audio = music(rng, 1.0, RATE, 2)
    with_it = rendered(Rumble(vertical_hz=300.0), audio)
    np.testing.assert_array_equal(with_it, rendered(Rumble(), audio))


def test_below_it_both_walls_carry_their_sum():
    one_wall = Audio(
        stack(sine(100.0, 2.0, RATE).samples, np.zeros((1, 2 * RATE), np.float32)), RATE
    )
    walls = rendered(Rumble(vertical_hz=400.0, slope="48", cutoff_hz=20.0), one_wall)
    assert level_db(walls[0]) == pytest.approx(-6.02, abs=0.05)
    assert level_db(walls[1]) == pytest.approx(-6.02, abs=0.05)
    assert level_db(walls[0] - walls[1]) < -70.0


@pytest.mark.parametrize("slope", ["12", "24", "48"])
def test_pieces_join_without_a_seam(slope: str, rng: np.random.Generator):
    audio = music(rng, 4.0, RATE)
    task = Rumble(cutoff_hz=20.0, slope=slope)
    whole = rendered(task, audio)
    context = round(task.context_s * RATE)
    inner = slice(2 * RATE, 3 * RATE)
    seen = Audio(audio.samples[:, inner.start - context : inner.stop + context], RATE)
    piece = rendered(task, seen)[:, context : context + RATE]
    assert np.abs(piece - whole[:, inner]).max() < 1e-6


def test_a_cutoff_beyond_the_recording_is_refused():
    with pytest.raises(SettingsError, match="vertical_hz = 400 Hz is not below 150 Hz"):
        rendered(Rumble(vertical_hz=400.0), sine(50.0, 1.0, 300))
