"""Simulated damage, by name."""

from training.degradations.base import Degradation
from training.degradations.class_noise import ClassNoise
from training.degradations.click_bank import ClickBankDamage
from training.degradations.clicks import Clicks
from training.degradations.clipping import Clipping
from training.degradations.coloured_noise import ColouredNoise
from training.degradations.crackle import Crackle
from training.degradations.drift import Drift
from training.degradations.dubbing import Dubbing
from training.degradations.ensemble import Ensemble
from training.degradations.gaps import Gaps
from training.degradations.groove_wear import GrooveWear
from training.degradations.high_pass import HighPass
from training.degradations.horn import Horn
from training.degradations.hum import Hum
from training.degradations.low_pass import LowPass
from training.degradations.mp3 import Mp3
from training.degradations.noise_bank import NoiseBank
from training.degradations.pinch import Pinch
from training.degradations.quantisation import Quantisation
from training.degradations.replay_curve import ReplayCurve
from training.degradations.resonance import Resonance
from training.degradations.reverb import Reverb
from training.degradations.sampling import Sampling
from training.degradations.steady_noise import SteadyNoise
from training.degradations.surface import Surface
from training.degradations.swish import Swish
from training.degradations.white_noise import WhiteNoise
from training.degradations.wow import Wow

_ALL: tuple[type[Degradation], ...] = (
    ClassNoise,
    ClickBankDamage,
    Clicks,
    Clipping,
    ColouredNoise,
    Crackle,
    Drift,
    Dubbing,
    Ensemble,
    Gaps,
    GrooveWear,
    HighPass,
    Horn,
    Hum,
    LowPass,
    Mp3,
    NoiseBank,
    Pinch,
    Quantisation,
    ReplayCurve,
    Resonance,
    Reverb,
    Sampling,
    SteadyNoise,
    Surface,
    Swish,
    WhiteNoise,
    Wow,
)

DEGRADATIONS: dict[str, type[Degradation]] = {each.name: each for each in _ALL}
