"""Ready chains: damage that belongs together, to begin with; every setting can be changed."""

from training.degradations.base import Degradation
from training.degradations.clicks import Clicks
from training.degradations.clipping import Clipping
from training.degradations.crackle import Crackle
from training.degradations.drift import Drift
from training.degradations.dubbing import Dubbing
from training.degradations.groove_wear import GrooveWear
from training.degradations.high_pass import HighPass
from training.degradations.horn import Horn
from training.degradations.hum import Hum
from training.degradations.low_pass import LowPass
from training.degradations.mp3 import Mp3
from training.degradations.pinch import Pinch
from training.degradations.resonance import Resonance
from training.degradations.surface import Surface
from training.degradations.swish import Swish
from training.degradations.wow import Wow

READY_CHAINS: dict[str, tuple[Degradation, ...]] = {
    "Worn shellac, 1920s": (
        HighPass(cutoff_hz=100.0),
        LowPass(kind="butterworth", cutoff_hz=5500.0, order=4),
        Wow(wow_hz=1.3, wow_percent=0.15),
        Surface(snr_db=14.0, groove="shellac", rpm="78.26"),
        Crackle(snr_db=20.0),
    ),
    "Acoustic cylinder": (
        HighPass(cutoff_hz=220.0, order=3),
        Resonance(frequency_hz=1800.0, gain_db=8.0, quality=3.0),
        LowPass(kind="butterworth", cutoff_hz=3600.0, order=5),
        Wow(wow_hz=2.7, wow_percent=0.3),
        Surface(snr_db=8.0, groove="cylinder", rpm="160"),
    ),
    "Shellac side, from the horn to the MP3": (
        Horn(),
        Drift(wander_percent=0.15),
        GrooveWear(distortion_db=-32.0),
        Pinch(distortion_db=-40.0),
        Surface(snr_db=16.0, groove="shellac", crackle=0.6, crackle_db=4.0, is_limited=True),
        Swish(snr_db=26.0),
        LowPass(kind="butterworth", cutoff_hz=9000.0, order=4, zero_phase=False),
        Wow(wow_hz=1.3, wow_percent=0.08),
        Dubbing(generations=1, cutoff_hz=11000.0, snr_db=45.0),
        Mp3(kbps=96),
    ),
    "Clipped transfer": (Clipping(sdr_db=9.0),),
    "Early LP clicks": (
        Clicks(per_second=2.0, level_db=-10.0),
        Surface(snr_db=34.0, groove="vinyl", rpm="33.33", clicks_per_second=0.5),
    ),
    "Mains hum": (Hum(mains_hz=50.0, level_dbfs=-40.0),),
}
"""By what they are called."""
