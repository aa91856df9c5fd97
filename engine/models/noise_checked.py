"""Noise checked: a guess of the noise, held against what the recording itself tells of it.

A network that guesses noise from what it has taken out errs by leaving noise in: what it was not
told it does not take out, and so is not told again. A recording tells two things that no guess is
needed for:

    evenness   A bin that behaves as steady Gaussian noise does, whose mean level then lies 2.5 dB
               below the level of its mean, holds noise alone if a good part of it is noise anyway.
    lowest     Noise is no less than what a bin comes down to again and again, a little below which
               the estimate of `engine.dsp.noise_profile` lies. Music that never stops comes down to
               itself, so it counts only where guess and estimate agree in most of all octaves; on
               clean music they do not.

Shapes, as einops patterns:
    samples    (example 1 time)
    noise      (example 2 bin)     see engine.models.noise_told
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.audio import Audio, MemoryRecording
from engine.dsp.noise_profile import estimate_noise
from engine.dsp.short_time import ShortTime
from engine.models.informed import Informed
from engine.models.noise_told import NoiseTally, inside

_NEAR_BINS = 2
_EVEN = (0.75, 0.85), (1.45, 1.3)
"""Typical to mean power of a bin: steady noise has 1, what comes and goes less, a steady tone
1.8; from none to all of it counts between these."""
_PART = 0.2, 0.35
"""Share of the power of a bin that is guessed to be noise, for all of it to be taken for that."""
_BELOW_DB, _AGREE_DB = 3.0, 7.0
_AGREED = 0.4, 0.6
_HEARD_HZ = 20.0, 12000.0
_LEAST_S = 1.0
_OVERLAP = 4
_FAINT = 1e-20


@dataclass(frozen=True, eq=False)
class Heard:
    """What pieces of a recording tell of its noise.

    Attributes:
        powers: (example 2 bin) of all there is, music and noise.
        evenness: (example bin) how far a bin behaves as steady noise does, in [0, 1].
        lowest: (example bin) what noise has at the least, if all is as it should be.
        weights: (bin) equal for every octave that is heard, 1 in all.
    """

    powers: Tensor
    evenness: Tensor
    lowest: Tensor
    weights: Tensor

    def evened(self, noise: Tensor) -> Tensor:
        """A guess, raised to all there is where that is steady and in good part noise."""
        share = noise[:, 1] / (self.powers[:, 1] + _FAINT)
        taken = (self.evenness * _ramp(share, *_PART))[:, None]
        raised = (1.0 - taken) * torch.log(noise + _FAINT)
        return torch.exp(raised + taken * torch.log(self.powers + _FAINT))

    def raised(self, noise: Tensor) -> Tensor:
        """A guess, raised to the lowest there is where both agree in most octaves."""
        is_near = noise[:, 1] > self.lowest * 10.0 ** (-0.1 * _AGREE_DB)
        trust = _ramp((is_near * self.weights).sum(-1), *_AGREED)[:, None, None]
        highest = torch.maximum(noise, self.lowest[:, None])
        return torch.exp(
            (1.0 - trust) * torch.log(noise + _FAINT) + trust * torch.log(highest + _FAINT)
        )


def hear(network: Informed, pieces: Sequence[Tensor], sample_rate: int) -> Heard | None:
    """What pieces (example 1 time) of a recording tell; None where they are too short for that."""
    if sum(each.shape[-1] for each in pieces) < _LEAST_S * sample_rate:
        return None
    tally = NoiseTally()
    for each in pieces:
        tally.add(inside(network.spectrum(each)))
    powers = tally.powers()
    typical = powers[:, :1].square() / (powers[:, 1:] + _FAINT) / (powers[:, 1:] + _FAINT)
    typical = torch.nn.functional.pad(typical, (_NEAR_BINS, _NEAR_BINS), mode="replicate")
    typical = torch.nn.functional.avg_pool1d(typical, 2 * _NEAR_BINS + 1, 1)[:, 0]
    evenness = _ramp(typical, *_EVEN[0]) * _ramp(typical, *_EVEN[1])
    n_bins = powers.shape[-1]
    hz = torch.arange(n_bins, device=powers.device) * (0.5 * sample_rate / (n_bins - 1))
    low, high = _HEARD_HZ
    weights = ((hz >= low) & (hz < high)) / hz.clamp_min(low)
    whole = torch.cat(list(pieces), dim=-1)[:, 0].cpu().numpy()
    lowest = np.stack([_lowest(each, sample_rate, n_bins) for each in whole])
    share = torch.from_numpy(lowest.astype(np.float32)).to(powers.device)
    floor = share * powers[:, 1].mean(-1, keepdim=True) * 10.0 ** (-0.1 * _BELOW_DB)
    return Heard(powers, evenness, floor, weights / weights.sum())


def _lowest(samples: np.ndarray, sample_rate: int, n_bins: int) -> np.ndarray:
    """What each bin of samples (time) comes down to, relative to the mean of all bins."""
    grid = ShortTime((2 * n_bins - 2) // _OVERLAP, _OVERLAP)
    audio = Audio(samples[None].astype(np.float32), sample_rate)
    (lowest,) = estimate_noise(MemoryRecording(audio), [grid])
    spectrum = grid.inside(audio.samples)[0]
    usual = np.square(np.abs(spectrum)).mean()
    relative: np.ndarray = lowest / max(float(usual), _FAINT)
    return relative


def _ramp(values: Tensor, none: float, whole: float) -> Tensor:
    """From 0 at `none` to 1 at `whole`."""
    return ((values - none) / (whole - none)).clamp(0.0, 1.0)
