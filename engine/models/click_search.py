"""Click search: clicks of a recording, found with the help of a network.

The network is asked about a few seconds at a time at the rate it was trained with; its answer is
brought back to the rate of the recording, where the largest of what concerns a sample counts.

Shapes:
    samples, told   (time)   float64; told: log-odds that a sample is damaged
"""

import numpy as np
import soxr
import torch

from engine.audio import Samples
from engine.device import Attempt, attempt, pick_device
from engine.dsp.ar import Real
from engine.dsp.click_detector import Clicks, choose, find
from engine.dsp.click_witness import find_told, join_told, odds_of_both, odds_told
from engine.errors import ModelError
from engine.models.click_finder import ClickFinder
from engine.models.weights import Model
from engine.progress import Progress, ignore, part

_HOPS = 150
"""Hops of the network's models that it is asked about at once: 3 s at 44.1 kHz."""
_NEVER = -30.0


class ClickSearch:
    """Asks a network about clicks, on a device."""

    def __init__(self, model: Model, device: str = "auto") -> None:
        """Take a model.

        Raises:
            ModelError: its network does not judge samples.
            DeviceError: the device is not there.
        """
        if not isinstance(model.network, ClickFinder):
            raise ModelError(
                f"a network {model.network.name} cannot find clicks; choose a model of a "
                f"{ClickFinder.name}"
            )
        self.device = pick_device(device)
        self._network = model.network
        self._rate = model.card.sample_rate
        self._context_s = model.card.context_s
        self._notes: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user on what was not done as planned."""
        return tuple(self._notes)

    def find_clicks(
        self,
        samples: Real,
        sample_rate: int,
        limit: float,
        max_width_samples: int,
        alone: bool = False,
        progress: Progress = ignore,
    ) -> Clicks:
        """Find clicks in samples (time,).

        Args:
            samples: (time,).
            sample_rate: in Hz.
            limit: log-odds that a find must reach to count as a click.
            max_width_samples: wider finds are no clicks.
            alone: whether only the network is asked, or the rules as well.
            progress: asked between the steps.

        Raises:
            DeviceError: memory ran out everywhere.
        """
        finds = find(samples, sample_rate, max_width_samples, part(progress, 0.0, 0.4))
        told = self.judge(samples, sample_rate, part(progress, 0.4, 0.9))
        joined = join_told(finds, find_told(told, sample_rate, max_width_samples), alone=alone)
        progress(0.95)
        odds = odds_told(joined, told) if alone else odds_of_both(joined, told)
        return choose(joined, odds, limit)

    def judge(self, samples: Real, sample_rate: int, progress: Progress = ignore) -> Real:
        """Log-odds (time,) that each sample is damaged.

        Raises:
            DeviceError: memory ran out everywhere.
        """
        wave = samples.astype(np.float32)
        if sample_rate != self._rate:
            wave = np.asarray(soxr.resample(wave, sample_rate, self._rate, "HQ"), np.float32)

        def work(now: Attempt) -> Real:
            self.device = now.device
            self._network.to(now.device)
            return self._judged(wave, max(1, _HOPS // now.divisor), progress)

        told = attempt(work, self.device, self._notes.append)
        if sample_rate == self._rate:
            return told
        return _at_rate(told, len(samples), self._rate / sample_rate)

    def _judged(self, wave: Samples, n_hops: int, progress: Progress) -> Real:
        """What the network says, piece by piece; its models stand where they would in the whole."""
        hop = self._network.grid[2]
        context = -(-round(self._context_s * self._rate) // hop) * hop
        told = np.full(len(wave), _NEVER)
        for first in range(0, len(wave), n_hops * hop):
            progress(first / len(wave))
            last = min(first + n_hops * hop, len(wave))
            begin, end = max(0, first - context), min(len(wave), last + context)
            piece = torch.from_numpy(wave[begin:end])[None, None].to(self.device)
            with torch.inference_mode():
                odds = self._network.judge(piece).log_odds[0].cpu().numpy()
            told[first:last] = odds[first - begin : last - begin]
        return told


def _at_rate(told: Real, n_samples: int, step: float) -> Real:
    """For samples that are `step` apart in what was told: the largest from one to the next."""
    if not len(told):
        return np.full(n_samples, _NEVER)
    at = np.arange(n_samples) * step
    index = np.minimum(at.astype(np.int64), len(told) - 1)
    brought: Real = np.maximum(told[index], told[np.minimum(index + 1, len(told) - 1)])
    for skipped in range(2, int(np.ceil(step)) + 1):
        brought = np.maximum(brought, told[np.minimum(index + skipped, len(told) - 1)])
    return brought
