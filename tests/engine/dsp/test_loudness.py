import numpy as np
import pytest

from engine.audio import Samples
from engine.dsp.loudness import LoudnessMeter, weighting
from tests.signals import noise, sine


def lufs(samples: Samples, rate: int, block: int = 100_000) -> float | None:
    meter = LoudnessMeter(rate, len(samples))
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block])
    return meter.lufs


@pytest.mark.parametrize("rate", [8000, 44_100, 48_000, 96_000, 192_000])
def test_a_full_scale_sine_in_one_channel_has_the_loudness_the_standard_says(rate: int):
    """BS.1770: 997 Hz at 0 dBFS in one front channel reads -3.01 LUFS."""
    tone = sine(997.0, 2.0, rate, amplitude=1.0).samples
    tolerance = 0.001 if rate == 48_000 else 0.03
    assert lufs(tone, rate) == pytest.approx(-3.01, abs=tolerance)
    stereo = np.concatenate((tone, np.zeros_like(tone)))
    assert lufs(stereo, rate) == pytest.approx(-3.01, abs=tolerance)
    assert lufs(np.concatenate((tone, tone)), rate) == pytest.approx(0.0, abs=tolerance)


def test_the_filters_at_48_khz_are_those_of_the_standard():
    head, ear = weighting(48_000)
    np.testing.assert_allclose(
        head,
        [1.53512485958697, -2.69169618940638, 1.19839281085285,
         1.0, -1.69065929318241, 0.73248077421585],
        atol=1e-8,
    )  # fmt: skip
    np.testing.assert_allclose(
        ear, [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621], atol=1e-8
    )


def test_the_absolute_gate_leaves_out_silence_and_faint_noise(rng: np.random.Generator):
    rate = 44_100
    tone = 0.1 * sine(997.0, 4.0, rate, amplitude=1.0).samples
    faint = noise(rng, 12.0, rate, 1e-5).samples
    gated_db = 10 * np.log10((37 + 1.5) / 40)  # 37 whole blocks; 3/4, 2/4 and 1/4 of one at the end
    told = lufs(np.concatenate((tone, faint), axis=1), rate)
    assert told == pytest.approx(-23.01 + gated_db, abs=0.02)


def test_the_relative_gate_follows_ebu_tech_3341():
    """Its third case: 10 s at -36, 60 s at -23, 10 s at -36 dBFS read -23.0 LUFS in stereo."""
    rate = 8000
    levels = ((-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0))
    tones = [sine(1000.0, s, rate, 10 ** (db / 20), n_channels=2).samples for db, s in levels]
    assert lufs(np.concatenate(tones, axis=1), rate) == pytest.approx(-23.0, abs=0.1)


def test_where_blocks_are_cut_makes_no_difference(rng: np.random.Generator):
    samples = noise(rng, 2.0, 44_100, n_channels=2).samples
    expected = lufs(samples, 44_100)
    assert lufs(samples, 44_100, 777) == pytest.approx(expected, abs=1e-9)


def test_silence_and_fragments_have_no_loudness(rng: np.random.Generator):
    assert lufs(np.zeros((1, 44_100), np.float32), 44_100) is None
    assert lufs(noise(rng, 0.39).samples, 44_100) is None
