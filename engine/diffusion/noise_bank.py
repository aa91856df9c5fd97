"""Noise bank: real noise of records, played round and round, as the operator y = x + noise.

An excerpt is cut to whole revolutions and closed to a loop, so that a scratch comes back once in
every turn however long the loop is played. Guidance adds another stretch of it to each estimate: an
estimate explains what was observed when it does so with noise of this kind, whichever it was.

The fade from the end of a loop into its start is a Hann window in power, not in amplitude: two
turns of noise hardly correlate, and their sum would dip by 3 dB.

Shapes:
    excerpt, loop   (time)                 float32, mono
    x, y            (signal 1 time)        signals of one block lie next to each other

References:
    The operator of the 78 rpm sampler after Moliner, Lehtinen & Vaelimaeki, "Solving Audio Inverse
    Problems with a Diffusion Model", ICASSP 2023; there y = (x + noise) / 2, which leaves restored
    recordings 6 dB louder than they were. Here nothing is halved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import Tensor
from typing_extensions import override

from engine.audio import Audio, MemoryRecording, Recording, Samples
from engine.audio_file import open_audio, shown
from engine.diffusion.operator import Operator
from engine.dsp.resample import resample
from engine.errors import AudioFormatError, SettingsError
from engine.region import Region

RPM = 78.0
_FADE_S = 0.1
LEAST_S = 0.25
"""Shortest excerpt that a loop can be made of."""
_READ_S = 60.0
"""Longest stretch of a file that is taken; the rest brings no other noise."""


def guidance_for(snr_db: Tensor) -> Tensor:
    """How strongly to guide (xi); shaped like the ratios in dB."""
    return torch.clamp(0.105 * snr_db - 0.7, min=0.35)


@dataclass(frozen=True, eq=False)
class NoiseBank:
    """Loops of noise, each of mean power 1 and some whole revolutions long."""

    loops: tuple[Tensor, ...]
    sample_rate: int

    @classmethod
    def of(cls, excerpts: Sequence[Audio], sample_rate: int, rpm: float = RPM) -> Self:
        """Make loops of excerpts, which are mixed to mono and resampled.

        Raises:
            SettingsError: no excerpt is long enough and holds any noise.
        """
        loops = [_loop(_mono(each, sample_rate), sample_rate, rpm) for each in excerpts]
        sounding = tuple(loop for loop in loops if loop is not None)
        if not sounding:
            raise SettingsError(
                f"none of {len(excerpts)} noise excerpts can be used; each must last "
                f"{LEAST_S:g} s at least and not be silent"
            )
        return cls(sounding, sample_rate)

    @classmethod
    def from_folder(cls, folder: Path, sample_rate: int, rpm: float = RPM) -> Self:
        """Take every sound file of a folder for noise, and pass over files that are none.

        Raises:
            SettingsError: the folder is none, or holds no noise that can be used.
        """
        if not folder.is_dir():
            raise SettingsError(f"the noise folder {shown(folder)} is not there; choose another")
        excerpts = []
        for path in sorted(each for each in folder.iterdir() if each.is_file()):
            try:
                file = open_audio(path)
            except AudioFormatError:
                continue
            with file:
                excerpts.append(
                    file.read(0, min(file.n_samples, round(_READ_S * file.sample_rate)))
                )
        if not excerpts:
            raise SettingsError(
                f"the noise folder {shown(folder)} holds no sound file; put recordings of noise "
                "alone into it"
            )
        return cls.of(excerpts, sample_rate, rpm)

    @classmethod
    def from_region(
        cls, recording: Recording, region: Region, sample_rate: int, rpm: float = RPM
    ) -> Self:
        """Take a stretch of a recording for noise.

        Raises:
            SettingsError: it lies outside, or is too short, or silent.
        """
        span = region.to_samples(recording.sample_rate, recording.n_samples)
        return cls.of([recording.read(span.start, span.stop)], sample_rate, rpm)

    def draw(self, n_samples: int, generator: torch.Generator) -> Tensor:
        """A stretch (time) of one of the loops from anywhere in it, of mean power 1."""
        loop = self.loops[_choose(len(self.loops), generator)]
        start = _choose(len(loop), generator)
        turns = -(-(start + n_samples) // len(loop))
        noise = loop.repeat(turns)[start : start + n_samples]
        return noise / noise.square().mean().sqrt().clamp_min(1e-6)


def _choose(n: int, generator: torch.Generator) -> int:
    return int(torch.randint(n, (1,), generator=generator))


def _mono(excerpt: Audio, sample_rate: int) -> Samples:
    """The mean of all channels at another rate: (time,) float32."""
    samples = excerpt.samples.mean(axis=0, keepdims=True, dtype=np.float32)
    if excerpt.sample_rate == sample_rate or not samples.size:
        return np.asarray(samples[0])
    ratio = Fraction(sample_rate, excerpt.sample_rate)
    recording = MemoryRecording(Audio(samples, excerpt.sample_rate))
    blocks = list(resample(recording, ratio, round(samples.shape[1] * ratio)))
    return np.asarray(np.concatenate(blocks, axis=1)[0])


def _loop(excerpt: Samples, sample_rate: int, rpm: float) -> Tensor | None:
    """Whole revolutions that run on into themselves; all there is when it is less than one."""
    fade = round(_FADE_S * sample_rate)
    if len(excerpt) < LEAST_S * sample_rate:
        return None
    turn = 60.0 / rpm * sample_rate
    longest = len(excerpt) - fade
    length = round(int(longest / turn) * turn) or longest
    up = np.sin(0.5 * np.pi * (np.arange(fade) + 0.5) / fade)
    loop = excerpt[:length].astype(np.float64)
    loop[:fade] = up * loop[:fade] + up[::-1] * excerpt[length : length + fade]
    loop -= loop.mean()
    power = np.square(loop).mean()
    if not np.isfinite(power) or power < 1e-14:
        return None
    return torch.from_numpy((loop / np.sqrt(power)).astype(np.float32))


class BankNoise(Operator):
    """Adds another stretch of the bank each time it is asked; base of its two forms.

    Each block has a generator of its own, seeded by its place among all blocks: what it is given
    depends on no other block. All signals of a block are given the same noise.
    """

    def __init__(
        self, bank: NoiseBank, generators: Sequence[torch.Generator], n_signals: int = 1
    ) -> None:
        """Take a bank, a generator for each block, and how many signals each block has."""
        self._bank = bank
        self._generators = generators
        self._n_signals = n_signals

    def _noise(self, x: Tensor) -> Tensor:
        """Noise of mean power 1, shaped like x."""
        assert len(x) == len(self._generators) * self._n_signals, x.shape
        rows = [self._bank.draw(x.shape[-1], each) for each in self._generators]
        noise = torch.stack(rows).repeat_interleave(self._n_signals, dim=0)
        return noise[:, None].to(x)


class BankNoiseAtGain(BankNoise):
    """A(x) = x + gain n: the noise is as loud as is known."""

    def __init__(
        self,
        bank: NoiseBank,
        generators: Sequence[torch.Generator],
        gain: Tensor,
        n_signals: int = 1,
    ) -> None:
        """Take gains (signal): the root mean square of the noise at the level of x."""
        super().__init__(bank, generators, n_signals)
        self._gain = gain

    @override
    def __call__(self, x: Tensor) -> Tensor:
        return x + self._gain.to(x)[:, None, None] * self._noise(x)


class BankNoiseAtSnr(BankNoise):
    """A(x) = x + G(x) n: the noise lies a drawn number of dB below the estimate it is added to."""

    def __init__(
        self,
        bank: NoiseBank,
        generators: Sequence[torch.Generator],
        snr_db: Tensor,
        n_signals: int = 1,
    ) -> None:
        """Take ranges (signal 2): the lowest and the highest ratio to draw."""
        super().__init__(bank, generators, n_signals)
        self._snr_db = snr_db

    @override
    def __call__(self, x: Tensor) -> Tensor:
        share = torch.cat([torch.rand(1, generator=each) for each in self._generators])
        share = share.repeat_interleave(self._n_signals).to(x)
        low, high = self._snr_db.to(x).unbind(1)
        ratio = 10 ** (-(low + share * (high - low)) / 10)
        power = x.square().mean(dim=(1, 2))
        # the root has no slope at silence
        gain = (ratio * power + 1e-20).sqrt()
        return x + gain[:, None, None] * self._noise(x)


def generators_of(seed: int, n_blocks: int) -> tuple[torch.Generator, ...]:
    """A generator for each block, by its place."""
    return tuple(torch.Generator().manual_seed(seed + 1_000_003 * k) for k in range(n_blocks))
