import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.bass_tone import bass_tone_db
from engine.dsp.noise_stretches import find_noise_stretches
from tests import signals

RATE = 22050


def hiss(rng: np.random.Generator, duration_s: float = 1.0) -> np.ndarray:
    """With rumble: louder towards the bass."""
    spectrum = np.fft.rfft(0.01 * rng.standard_normal(round(duration_s * RATE)))
    hz = np.fft.rfftfreq(round(duration_s * RATE), 1 / RATE)
    return np.fft.irfft(
        spectrum * (1 + (120 / np.maximum(hz, 10)) ** 1.5), round(duration_s * RATE)
    )


def told(samples: np.ndarray, rate: int = RATE) -> float:
    return bass_tone_db(Audio(np.atleast_2d(samples).astype(np.float32), rate))


@pytest.mark.parametrize("duration_s", [0.25, 0.5, 3.0])
def test_rumble_has_no_tone(duration_s, rng: np.random.Generator):
    assert told(hiss(rng, duration_s)) < 14.0


@pytest.mark.parametrize("hz", [65.4, 82.4, 110.0, 164.8])
def test_a_low_note_stands_out(hz, rng: np.random.Generator):
    noise = hiss(rng)
    note = 0.02 * np.sin(2 * np.pi * hz * np.arange(len(noise)) / RATE)
    assert told(noise + note) > 18.0
    assert told(np.stack([noise + note, noise])) > 15.0


@pytest.mark.parametrize("hz", [50.0, 60.0, 100.0, 120.0])
def test_hum_of_the_mains_is_noise(hz, rng: np.random.Generator):
    noise = hiss(rng)
    hum = 0.02 * np.sin(2 * np.pi * hz * np.arange(len(noise)) / RATE)
    assert told(noise + hum) < 15.0


@pytest.mark.parametrize(
    ("samples", "rate"),
    [(np.zeros((1, 0)), RATE), (np.zeros((2, 5000)), RATE), (np.ones((1, 3)), RATE),
     (np.ones((1, 500)), 500)],
    ids=["nothing", "silence", "three samples", "a low rate"],
)  # fmt: skip
def test_what_holds_no_tone_tells_none(samples, rate):
    assert told(samples, rate) == pytest.approx(0.0, abs=6.1)


@pytest.mark.parametrize("with_note", [False, True])
def test_a_pause_above_a_low_note_is_no_noise(with_note, rng: np.random.Generator):
    lead, piece = hiss(rng, 3.0), signals.music(rng, 6.0, RATE).samples[0] * 0.3
    noise = hiss(rng, 12.0)
    music = np.concatenate([np.zeros_like(lead), piece, np.zeros_like(lead)])
    if with_note:
        music += 0.05 * np.sin(2 * np.pi * 82.4 * np.arange(len(music)) / RATE)
    whole = MemoryRecording(Audio((music + noise)[None].astype(np.float32), RATE))
    assert bool(find_noise_stretches(whole)) != with_note
