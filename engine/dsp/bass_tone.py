"""Bass tone: how far a low note stands out of what looks like noise alone.

A note of a guitar or an organ pedal that goes on below everything else escapes those who look for
partials above 180 Hz, and noise that is learnt from there takes the bass away. Rumble and hiss have
peaks of up to 12 dB between 50 and 200 Hz, in surface noise of three records and a cylinder; low
notes have 18 dB and more. Hum of the mains is noise and does not count.

Shapes:
    power    (bin)   of all channels together
"""

import numpy as np
from scipy.signal import welch

from engine.audio import Audio

_FRAME_S = 0.37
_LOW_HZ, _HIGH_HZ = 50.0, 200.0
_OCTAVES, _NEAR_HZ = 0.6, 8.0
"""A bin is compared with those within so many octaves of it, and farther than that."""
_MAINS_HZ, _MAINS_WIDTH_HZ = (50.0, 60.0), 2.5
_FAINT = 1e-20


def bass_tone_db(audio: Audio) -> float:
    """How far the highest peak between 50 and 200 Hz stands above the middle of those around it.

    Args:
        audio: a quarter of a second or more; in less, next to nothing stands out.

    Returns:
        In dB; 0 where nothing stands out, and where the sample rate is below 1 kHz.
    """
    rate = audio.sample_rate
    length = min(audio.n_samples, round(_FRAME_S * rate))
    if rate < 5.0 * _HIGH_HZ or not length:
        return 0.0
    hz, powers = welch(
        audio.samples, rate, "hann", length, 3 * length // 4, 2 * length, axis=1
    )  # fmt: skip
    level_db = 10.0 * np.log10(powers.sum(axis=0, dtype=np.float64) + _FAINT)
    octaves = np.log2(np.maximum(hz, 1.0))
    mains = np.min([np.abs(hz - each * np.rint(hz / each)) for each in _MAINS_HZ], axis=0)
    is_peak = np.zeros(len(hz), bool)
    is_peak[1:-1] = (level_db[1:-1] >= level_db[:-2]) & (level_db[1:-1] > level_db[2:])
    is_peak &= (hz >= _LOW_HZ) & (hz <= _HIGH_HZ) & (mains > _MAINS_WIDTH_HZ)
    highest = 0.0
    for index in np.flatnonzero(is_peak):
        around = np.abs(octaves - octaves[index]) < _OCTAVES
        around &= np.abs(hz - hz[index]) > _NEAR_HZ
        if around.any():
            highest = max(highest, float(level_db[index] - np.median(level_db[around])))
    return highest
