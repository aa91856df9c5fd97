import numpy as np
import pytest

from app.document import Monitored
from app.mixer import BLOCK_SAMPLES, FADE_S, Mixer
from app.playback_buffer import PAGE_SAMPLES, Cue, PlaybackBuffer
from engine.audio import Audio, MemoryRecording, Samples
from engine.dsp.band_pass import band_pass
from engine.dsp.stream_filter import StreamFilter
from engine.tasks.replay_eq import ReplayEq
from tests.signals import noise

RATE = 44100
FADE = round(FADE_S * RATE)
RAMP = ((np.arange(FADE) + 1) / (FADE + 1)).astype(np.float32)


class Deck:
    """Two recordings, their buffer without a thread, and a mixer."""

    def __init__(self, rng: np.random.Generator, n_channels: int = 1, n_samples: int = 60000):
        duration_s = n_samples / RATE
        self.original = noise(rng, duration_s, RATE, 0.1, n_channels).samples
        self.result = self.original - noise(rng, duration_s, RATE, 0.01, n_channels).samples
        self.buffer = PlaybackBuffer(
            MemoryRecording(Audio(self.original, RATE)), MemoryRecording(Audio(self.result, RATE))
        )
        self.mixer = Mixer(self.buffer)

    def play(self, start: int, stop: int) -> None:
        self.mixer.cue = Cue(start, stop)
        self.buffer.play(self.mixer.cue)

    def heard(self, n_blocks: int, frames: int = BLOCK_SAMPLES, n_outputs: int = 1) -> Samples:
        """What the device is given, (output_channel time)."""
        blocks = []
        for _ in range(n_blocks):
            self.buffer.pump()
            block = np.full((frames, n_outputs), 9.0, np.float32)
            self.mixer.fill(block, 0.0)
            blocks.append(block)
        return np.concatenate(blocks).T


@pytest.fixture
def deck(rng: np.random.Generator) -> Deck:
    return Deck(rng)


@pytest.mark.parametrize("monitored", list(Monitored))
def test_every_way_of_listening_is_exact_from_start_to_stop(
    deck: Deck, monitored: Monitored
) -> None:
    deck.mixer.monitored = monitored
    ways = {
        Monitored.ORIGINAL: deck.original,
        Monitored.RESULT: deck.result,
        Monitored.REMOVED: deck.original - deck.result,
    }
    start, stop = 10000, 10000 + 2 * PAGE_SAMPLES + 77
    deck.play(start, stop)
    heard = deck.heard(40)[0, FADE:]
    assert np.array_equal(heard[: stop - start], ways[monitored][0, start:stop])


def test_a_cue_fades_in_before_its_start_and_out_behind_its_stop_then_is_silent(
    deck: Deck,
) -> None:
    deck.play(5000, 5010)
    heard, result = deck.heard(3)[0], deck.result[0]
    assert np.array_equal(heard[:FADE], result[5000 - FADE : 5000] * RAMP)
    assert np.array_equal(heard[FADE : FADE + 10], result[5000:5010])
    behind = FADE + 10
    assert np.array_equal(heard[behind : behind + FADE], result[5010 : 5010 + FADE] * RAMP[::-1])
    assert not heard[behind + FADE :].any()
    assert deck.mixer.marks[-1].ended


def test_the_ends_of_the_recording_are_played_without_fades(deck: Deck) -> None:
    deck.play(0, 60000)
    heard = deck.heard(60)[0]
    assert np.array_equal(heard[:60000], deck.result[0])
    assert not heard[60000:].any()
    assert deck.mixer.under_runs == 0


def test_a_switch_is_a_linear_fade_of_eight_ms_on_one_clock(deck: Deck) -> None:
    deck.play(0, 60000)
    deck.mixer.monitored = Monitored.ORIGINAL
    first = deck.heard(5)[0]
    deck.mixer.monitored = Monitored.RESULT
    second = deck.heard(5)[0]
    at = len(first)
    assert np.array_equal(first, deck.original[0, :at])
    fade = slice(at, at + FADE)
    ideal = (1.0 - RAMP) * deck.original[0, fade] + RAMP * deck.result[0, fade]
    assert np.abs(second[:FADE] - ideal).max() < 1e-7
    assert np.array_equal(second[FADE:], deck.result[0, at + FADE : at + len(second)])


def test_switching_between_equal_recordings_changes_no_bit(deck: Deck) -> None:
    deck.result[:] = deck.original
    deck.play(0, 60000)
    heard = []
    for monitored in [Monitored.ORIGINAL, Monitored.RESULT] * 5:
        deck.mixer.monitored = monitored
        heard.append(deck.heard(2)[0])
    joined = np.concatenate(heard)
    assert np.array_equal(joined, deck.original[0, : len(joined)])


@pytest.mark.parametrize("frames", [100, 353, 1000, 5000])
def test_a_switch_takes_the_same_course_in_blocks_of_any_length(deck: Deck, frames: int) -> None:
    deck.play(0, 60000)
    first = deck.heard(2, frames)[0]
    deck.mixer.monitored = Monitored.REMOVED
    second = deck.heard(8, frames)[0]
    at = len(first)
    removed = deck.original[0] - deck.result[0]
    course = np.concatenate([RAMP, np.ones(len(second), np.float32)])[: len(second)]
    span = slice(at, at + len(second))
    ideal = (1.0 - course) * deck.result[0, span] + course * removed[span]
    assert np.abs(second - ideal).max() < 1e-7


def test_a_switch_during_a_fade_waits_for_its_end(deck: Deck) -> None:
    deck.play(0, 60000)
    deck.heard(4, 200)
    deck.mixer.monitored = Monitored.ORIGINAL
    deck.heard(1, 200)
    deck.mixer.monitored = Monitored.RESULT
    heard = deck.heard(5, 200)[0]
    largest_step = np.abs(np.diff(heard - deck.result[0, 1000:2000])).max()
    # what is heard leaves the result by no more than the fade of their difference does
    assert largest_step < np.abs(np.diff(deck.original - deck.result)).max() * 1.01
    assert np.array_equal(heard[-200:], deck.result[0, 1800:2000])


def test_removed_is_heard_louder_by_its_gain_alone(deck: Deck) -> None:
    deck.mixer.gains[Monitored.REMOVED] = 4.0
    deck.play(0, 60000)
    assert np.array_equal(deck.heard(2)[0], deck.result[0, : 2 * BLOCK_SAMPLES])
    deck.mixer.monitored = Monitored.REMOVED
    heard = deck.heard(2)[0, FADE:]
    at = slice(2 * BLOCK_SAMPLES + FADE, 4 * BLOCK_SAMPLES)
    assert np.array_equal(heard, 4.0 * (deck.original[0, at] - deck.result[0, at]))


@pytest.mark.parametrize("length", [10, 700, 20000])
def test_a_loop_wraps_from_its_last_sample_to_its_first(deck: Deck, length: int) -> None:
    deck.buffer.loop = True
    deck.play(3000, 3000 + length)
    heard = deck.heard(50)[0, FADE:]
    expected = np.resize(deck.result[0, 3000 : 3000 + length], len(heard))
    assert np.array_equal(heard, expected)
    assert not deck.mixer.marks[-1].ended


def test_a_loop_switched_off_plays_to_its_stop_and_ends(deck: Deck) -> None:
    deck.buffer.loop = True
    deck.play(0, 3000)
    deck.heard(5)
    deck.buffer.loop = False
    heard = deck.heard(3)[0]
    left = 6000 - 5 * BLOCK_SAMPLES
    assert np.array_equal(heard[:left], deck.result[0, 3000 - left : 3000])
    assert not heard[left + FADE :].any()


def test_a_new_cue_fades_in_while_the_old_one_fades_out(deck: Deck) -> None:
    deck.play(0, 60000)
    deck.heard(2)
    deck.play(40000, 60000)
    heard, result = deck.heard(2)[0], deck.result[0]
    at = 2 * BLOCK_SAMPLES
    ideal = result[at : at + FADE] * (1.0 - RAMP) + result[40000 - FADE : 40000] * RAMP
    assert np.abs(heard[:FADE] - ideal).max() < 1e-7
    assert np.array_equal(heard[FADE:], result[40000 : 40000 + len(heard) - FADE])


def test_the_old_cue_is_heard_until_the_new_one_is_buffered(deck: Deck) -> None:
    deck.play(0, 60000)
    deck.heard(2)
    deck.play(40000, 60000)
    block = np.zeros((BLOCK_SAMPLES, 1), np.float32)
    deck.mixer.fill(block, 0.0)
    assert np.array_equal(block[:, 0], deck.result[0, 2 * BLOCK_SAMPLES : 3 * BLOCK_SAMPLES])


def test_stopping_fades_out_and_then_is_silent(deck: Deck) -> None:
    deck.play(0, 60000)
    deck.heard(2)
    deck.mixer.cue = None
    heard = deck.heard(2)[0]
    at = 2 * BLOCK_SAMPLES
    ideal = deck.result[0, at : at + FADE] * (1.0 - RAMP)
    assert np.abs(heard[:FADE] - ideal).max() < 1e-7
    assert not heard[FADE:].any()


def test_a_changed_result_is_faded_in_where_it_is_heard(deck: Deck) -> None:
    deck.play(0, 60000)
    before = deck.heard(4)[0]
    changed = deck.result.copy()
    changed[:, 3000:30000] *= 0.5
    deck.buffer.replace_result(MemoryRecording(Audio(changed, RATE)), 3000, 30000)
    after = deck.heard(40)[0]
    at = len(before)
    assert np.array_equal(before, deck.result[0, :at])
    fade = slice(at, at + FADE)
    ideal = (1.0 - RAMP) * deck.result[0, fade] + RAMP * changed[0, fade]
    assert np.abs(after[:FADE] - ideal).max() < 1e-7
    assert np.array_equal(after[FADE:], changed[0, at + FADE : at + len(after)])
    assert deck.mixer.under_runs == 0


def test_a_starved_mixer_is_silent_counts_and_goes_on_where_it_was(deck: Deck) -> None:
    deck.play(0, 60000)
    deck.buffer.pump()
    assert deck.buffer.reel is not None
    deck.buffer.reel.pages.clear()
    block = np.ones((BLOCK_SAMPLES, 1), np.float32)
    deck.mixer.fill(block, 0.0)
    assert not block.any()
    assert deck.mixer.under_runs == 1
    assert np.array_equal(deck.heard(1)[0], deck.result[0, :BLOCK_SAMPLES])


@pytest.mark.parametrize(
    ("n_channels", "n_outputs", "sources"),
    [
        (1, 2, [[0], [0]]),
        (2, 2, [[0], [1]]),
        (2, 1, [[0, 1]]),
        (3, 2, [[0, 2], [1]]),
        (4, 2, [[0, 2], [1, 3]]),
    ],
)
def test_channels_are_put_on_the_outputs_there_are(
    rng: np.random.Generator, n_channels: int, n_outputs: int, sources: list[list[int]]
) -> None:
    deck = Deck(rng, n_channels)
    deck.play(0, 60000)
    heard = deck.heard(2, n_outputs=n_outputs)
    for output, channels in enumerate(sources):
        mean = deck.result[channels, : heard.shape[1]].mean(axis=0)
        assert np.abs(heard[output] - mean).max() < 1e-7
        assert len(channels) > 1 or np.array_equal(heard[output], mean)


def test_marks_tell_when_a_block_is_heard_where_it_is_and_what_is_in_it(
    rng: np.random.Generator,
) -> None:
    deck = Deck(rng, 2)
    deck.play(0, 60000)
    deck.buffer.pump()
    deck.mixer.fill(np.zeros((2 * BLOCK_SAMPLES, 2), np.float32), 5.0)
    first, second = deck.mixer.marks
    assert (first.position, first.n_samples, first.time_s) == (0, BLOCK_SAMPLES, 5.0)
    assert second.position == BLOCK_SAMPLES
    assert second.time_s == pytest.approx(5.0 + BLOCK_SAMPLES / RATE)
    assert np.array_equal(first.block, deck.result[:, :BLOCK_SAMPLES])
    assert np.array_equal(second.block, deck.result[:, BLOCK_SAMPLES : 2 * BLOCK_SAMPLES])


RIAA = ReplayEq(replay="RIAA_500R-13.7")


def test_an_equaliser_is_heard_on_all_that_is_heard_and_told_by_the_meter(deck: Deck) -> None:
    deck.mixer.equaliser = RIAA.stream(RATE, 1)
    deck.play(20000, 50000)
    heard = deck.heard(12)[0]
    start = 20000 - FADE
    faded_in = deck.result[0, start : start + len(heard)].copy()
    faded_in[:FADE] *= RAMP
    expected = RIAA.stream(RATE, 1).process(faded_in[None])[0]
    np.testing.assert_allclose(heard[BLOCK_SAMPLES:], expected[BLOCK_SAMPLES:], atol=1e-6)
    told = np.concatenate([mark.block[0] for mark in deck.mixer.marks])
    assert np.array_equal(told, heard)


def test_without_an_equaliser_every_bit_is_as_it_was_again(deck: Deck) -> None:
    deck.mixer.equaliser = RIAA.stream(RATE, 1)
    deck.play(10000, 50000)
    deck.heard(4)
    deck.mixer.equaliser = None
    deck.heard(1)
    first = 10000 - FADE + 5 * BLOCK_SAMPLES
    heard = deck.heard(4)[0]
    np.testing.assert_array_equal(heard, deck.result[0, first : first + len(heard)])


def test_an_equaliser_comes_and_goes_without_a_step(rng: np.random.Generator) -> None:
    deck = Deck(rng)
    constant_hz = 441.0
    deck.result[:] = 0.1 * np.sin(2 * np.pi * constant_hz * np.arange(60000) / RATE)
    deck.play(10000, 50000)
    before = deck.heard(4)[0]
    deck.mixer.equaliser = RIAA.stream(RATE, 1)
    during = deck.heard(4)[0]
    deck.mixer.equaliser = None
    heard = np.concatenate((before, during, deck.heard(4)[0]))[FADE:]
    steepest = 0.1 * 2 * np.pi * constant_hz / RATE
    assert np.abs(np.diff(heard)).max() < 2.0 * steepest  # the curve itself lifts 441 Hz by 2.4 dB


def seam_step(deck: Deck, *, is_seamless: bool) -> float:
    """The highest sound above 2 kHz of a 100 Hz sine whose loop jumps by half a turn."""
    deck.result[:] = 0.5 * np.sin(2 * np.pi * 100.0 * np.arange(deck.result.shape[1]) / RATE)
    deck.buffer.loop = True
    deck.mixer.equaliser = StreamFilter(band_pass(2000.0, 8000.0, RATE), 1)
    deck.mixer.cue = Cue(20000, 20000 + round(10.5 * 441), is_seamless)
    deck.buffer.play(deck.mixer.cue)
    deck.heard(4)
    return float(np.abs(deck.heard(20)).max())


def test_a_seamless_loop_makes_no_click_in_the_band_that_is_heard(rng: np.random.Generator) -> None:
    assert seam_step(Deck(rng), is_seamless=False) > 0.1
    assert seam_step(Deck(rng), is_seamless=True) < 1e-4


def test_a_seamless_loop_is_exact_but_for_its_last_eight_ms(deck: Deck) -> None:
    deck.buffer.loop = True
    deck.mixer.cue = Cue(17000, 27000, is_seamless=True)
    deck.buffer.play(deck.mixer.cue)
    heard = deck.heard(40)[0, FADE:]
    result = deck.result[0]
    once = result[17000:27000].copy()
    lead, ramp = result[17000 - FADE : 17000], 0.5 - 0.5 * np.cos(np.pi * RAMP)
    once[-FADE:] = once[-FADE:] * (1.0 - ramp) + lead * ramp
    assert np.abs(heard - np.resize(once, len(heard))).max() < 1e-6


def test_a_filter_chosen_in_silence_is_heard_from_the_first_sample(deck: Deck) -> None:
    deck.mixer.equaliser = StreamFilter(band_pass(5000.0, 9000.0, RATE), 1)
    deck.play(20000, 50000)
    heard = deck.heard(2)[0]
    faded_in = deck.result[0, 20000 - FADE : 20000 - FADE + len(heard)].copy()
    faded_in[:FADE] *= RAMP
    expected = StreamFilter(band_pass(5000.0, 9000.0, RATE), 1).process(faded_in[None])[0]
    np.testing.assert_allclose(heard, expected, atol=1e-6)


def test_original_and_result_are_heard_with_the_gains_that_match_them(deck: Deck) -> None:
    deck.mixer.gains = {Monitored.ORIGINAL: 0.5, Monitored.RESULT: 1.0, Monitored.REMOVED: 1.0}
    deck.play(0, 60000)
    assert np.array_equal(deck.heard(2)[0], deck.result[0, : 2 * BLOCK_SAMPLES])
    deck.mixer.monitored = Monitored.ORIGINAL
    heard = deck.heard(2)[0, FADE:]
    at = slice(2 * BLOCK_SAMPLES + FADE, 4 * BLOCK_SAMPLES)
    assert np.array_equal(heard, np.float32(0.5) * deck.original[0, at])


def test_a_mono_sum_is_the_mean_on_every_output_and_comes_and_goes_by_a_fade(
    rng: np.random.Generator,
) -> None:
    deck = Deck(rng, 2)
    deck.result[1] = -deck.result[0]
    deck.play(0, 60000)
    before = deck.heard(2, n_outputs=2)
    deck.mixer.is_mono = True
    fading, summed = (deck.heard(n, n_outputs=2) for n in (1, 2))
    deck.mixer.is_mono = False
    deck.heard(1, n_outputs=2)
    after = deck.heard(2, n_outputs=2)
    assert np.array_equal(before, deck.result[:, : 2 * BLOCK_SAMPLES])
    assert not summed.any()
    assert not deck.mixer.marks[4].block.any()
    fall = 1.0 - (np.arange(BLOCK_SAMPLES) + 1) / (BLOCK_SAMPLES + 1)
    span = slice(2 * BLOCK_SAMPLES, 3 * BLOCK_SAMPLES)
    assert np.abs(fading - fall * deck.result[:, span]).max() < 1e-7
    assert np.array_equal(after, deck.result[:, 6 * BLOCK_SAMPLES : 8 * BLOCK_SAMPLES])


def test_results_exchanged_in_a_loop_are_heard_without_a_step_or_a_gap(deck: Deck) -> None:
    """As a preview does while settings move: the same wave, louder and softer."""
    time_s = np.arange(60000) / RATE
    wave = np.sin(2 * np.pi * 100.0 * time_s, dtype=np.float64).astype(np.float32)[None]
    audio = [Audio(np.float32(gain) * wave, RATE) for gain in (0.5, 0.25, 0.4, 0.1)]
    deck.buffer.replace_result(MemoryRecording(audio[0]), 0, 60000)
    deck.buffer.loop = True
    deck.mixer.cue = Cue(10000, 10000 + 25 * RATE // 100, is_seamless=True)
    deck.buffer.play(deck.mixer.cue)
    heard = [deck.heard(7)[0]]
    for result in audio[1:]:
        deck.buffer.replace_result(MemoryRecording(result), 10000, 10000 + 25 * RATE // 100)
        heard.append(deck.heard(7)[0])
    joined = np.concatenate(heard)[FADE:]
    steepest = 0.5 * 2 * np.pi * 100.0 / RATE + 0.5 / FADE  # of the wave, and of a fade on top
    assert np.abs(np.diff(joined)).max() < steepest
    assert deck.mixer.under_runs == 0
    assert np.abs(joined[-2000:]).max() == pytest.approx(0.1, rel=0.01)
