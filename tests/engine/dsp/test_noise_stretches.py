"""Noise stretches: noise alone is found where it is, and nothing that people have made is taken."""

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.audio_file import open_audio
from engine.dsp.noise_stretches import LEAST_S, MOST, MOST_S, find_noise_stretches
from engine.progress import Cancelled
from engine.region import Region
from tests import signals

RATE = 22050
NOISE = 0.02


def seconds(count):
    return np.zeros(round(count * RATE), np.float32)


def piece(rng, duration_s):
    return 0.3 * signals.music(rng, duration_s, RATE).samples[0]


def groove(rng, like, level=NOISE):
    """Noise that swells by 3 dB with every turn, with ten clicks a second."""
    audio = signals.noise(rng, len(like) / RATE + 0.01, RATE, level)
    turn = np.sin(2 * np.pi * 1.3 * np.arange(len(like)) / RATE)
    swelling = audio.samples[:, : len(like)] * 10 ** (1.5 * turn / 20)
    clicked, _ = signals.clicks(rng, Audio(swelling.astype(np.float32), RATE), 10.0, 0.2)
    return clicked.samples[0]


def find(samples, music=()):
    recording = MemoryRecording(Audio(samples.astype(np.float32)[None], RATE))
    return find_noise_stretches(recording, music)


def covered(stretches, start_s, stop_s):
    """Seconds of stretches inside a span."""
    return sum(
        max(0.0, min(each.stop_s, stop_s) - max(each.start_s, start_s)) for each in stretches
    )


@pytest.fixture
def side(rng):
    """Music at 3 to 8 s and at 10 to 14 s, of 17 s."""
    parts = (seconds(3), piece(rng, 5), seconds(2), piece(rng, 4), seconds(3))
    music = np.concatenate(parts)
    return music + groove(rng, music)


def test_lead_in_pause_and_lead_out_are_found_and_named(side):
    found = find(side)
    assert [each.origin for each in found] == ["lead-in", "pause", "lead-out"]
    assert covered(found, 0.0, 3.0) >= 2.0
    assert covered(found, 8.0, 10.0) >= 0.7
    assert covered(found, 14.0, 17.0) >= 2.0
    assert covered(found, 3.0, 8.0) + covered(found, 10.0, 14.0) <= 0.1
    assert all(each.level_dbfs == pytest.approx(-34.0, abs=2.0) for each in found)
    assert all(LEAST_S <= each.stop_s - each.start_s <= MOST_S for each in found)
    assert min(each.sure for each in found) > 0.3


def test_a_note_that_dies_away_is_left_out_until_it_is_lost_in_the_noise(rng):
    time_s = np.arange(8 * RATE) / RATE
    fades = np.where(time_s < 2, 1.0, 10 ** (-20.0 * (time_s - 2) / 20))
    note = sum(0.1 / k * np.sin(2 * np.pi * 220 * k * time_s) for k in range(1, 6)) * fades
    found = find(note + groove(rng, note))
    first_s = min(each.start_s for each in found)
    heard_db = 20 * np.log10(0.1 / np.sqrt(2) / NOISE) - 20 * (first_s - 2)
    assert -50.0 < heard_db < -15.0  # of the fundamental alone, against all of the noise


def test_a_faint_tone_in_the_noise_is_no_noise(rng):
    tone = 0.1 * NOISE * np.sin(2 * np.pi * 700 * np.arange(6 * RATE) / RATE)  # at -17 dB
    tone[: 3 * RATE] = 0.0
    found = find(tone + groove(rng, tone))
    assert covered(found, 0.0, 3.0) >= 2.0
    assert covered(found, 3.0, 6.0) <= 0.4


def test_speech_is_no_noise(rng):
    """Syllables of a buzz with a resonance, 6 dB above the noise, and hisses, with short gaps."""
    spoken, at = np.zeros(5 * RATE), 0
    while at < 5 * RATE - 8000:
        n = int(rng.integers(1800, 5000))
        pitch = rng.uniform(90, 180) * np.linspace(1, rng.uniform(0.85, 1.15), n)
        phase, formant_hz = np.cumsum(pitch) / RATE, rng.uniform(400, 1200)
        voice = sum(
            np.exp(-(((130 * k - formant_hz) / 250) ** 2)) * np.sin(2 * np.pi * k * phase)
            for k in range(1, 20)
        )
        sound = 0.08 * voice if rng.random() < 0.7 else 0.04 * rng.standard_normal(n)
        spoken[at : at + n] += sound * np.hanning(n)
        at += n + int(rng.integers(0, 3000))
    samples = np.concatenate([seconds(2), spoken, seconds(2)])
    found = find(samples + groove(rng, samples))
    assert covered([each for each in found if each.sure > 0.45], 2.0, 7.0) <= 0.3
    assert covered(found, 2.0, 7.0) <= 0.7
    assert covered(found, 0.0, 2.0) >= 1.0


def test_digital_silence_is_no_noise(rng, side):
    found = find(np.concatenate([seconds(3), side, seconds(3)]))
    assert covered(found, 0.0, 3.0) == 0.0
    assert covered(found, 20.0, 23.0) == 0.0
    assert covered(found, 3.0, 6.0) >= 1.5
    assert find(np.zeros(5 * RATE)) == ()


def test_a_needle_in_the_air_and_a_fade_are_no_noise_of_the_disc(rng, side):
    air = 0.01 * NOISE * rng.standard_normal(4 * RATE)
    fading = groove(rng, seconds(4)) * 10 ** (-np.linspace(0, 80, 4 * RATE) / 20)
    found = find(np.concatenate([air, side, fading]))
    assert covered(found, 0.0, 4.0) == 0.0
    assert covered(found, 21.5, 25.0) == 0.0
    assert covered(found, 4.0, 7.0) >= 2.0


def test_mains_hum_is_part_of_the_noise(rng, side):
    time_s = np.arange(len(side)) / RATE
    hum = sum(NOISE * np.sin(2 * np.pi * 100 * k * time_s) for k in (1, 2, 3, 4))
    assert covered(find(side + hum), 0.0, 3.0) >= 2.0


def test_nothing_is_found_in_music_alone_or_in_next_to_nothing(rng):
    assert find(piece(rng, 8)) == ()
    assert find(groove(rng, seconds(2))[: RATE // 3]) == ()
    assert find(np.zeros(0)) == ()


def test_noise_without_any_music_is_told_as_such_and_cut_in_pieces(rng):
    found = find(groove(rng, seconds(40)))
    assert {each.origin for each in found} == {"alone"}
    assert covered(found, 0.0, 40.0) >= 35.0
    assert max(each.stop_s - each.start_s for each in found) <= MOST_S
    assert len(found) <= MOST


def test_windows_that_are_all_alike_are_judged_without_a_warning(rng):
    for duration_s in (0.5, 0.55, 0.6):  # one window of half a second
        find(signals.noise(rng, duration_s, RATE, NOISE).samples[0])


def test_what_is_marked_as_music_is_never_taken(side):
    found = find(side, (Region(0.0, 2.9), Region(8.5, 9.5)))
    assert {each.origin for each in found} == {"lead-out"}


def test_two_walls_of_a_groove_are_searched_together(rng, side):
    """What one channel has alone is not taken for noise of the other."""
    walls = np.stack([side, groove(rng, side)]).astype(np.float32)
    found = find_noise_stretches(MemoryRecording(Audio(walls, RATE)))
    assert covered(found, 3.0, 8.0) <= 0.1
    assert covered(found, 0.0, 3.0) >= 2.0


def test_a_search_can_be_stopped(side):
    def stop(fraction, message=""):
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_noise_stretches(MemoryRecording(Audio(side.astype(np.float32)[None], RATE)), (), stop)


def test_of_a_real_side_only_what_lies_before_and_after_the_music_is_taken(shared_data):
    """The violin of a disc of 1920 begins at 5.4 s; its last note is lost in the noise at 256 s."""
    path = shared_data / "real_transfers" / "dev" / "belov_gayler_1920_bach_air.ogg"
    with open_audio(path) as file:
        rate, n_samples = file.sample_rate, file.n_samples
        ends = [file.read(0, 20 * rate), file.read(n_samples - 20 * rate, n_samples)]
    both = Audio(np.concatenate([each.samples for each in ends], axis=1), rate)
    found = find_noise_stretches(MemoryRecording(both))
    late_s = 40.0 - n_samples / rate
    assert covered(found, 0.0, 5.5) >= 3.0
    assert covered(found, 256.0 + late_s, 40.0) >= 1.5
    assert covered(found, 5.5, 256.0 + late_s) == 0.0
