"""Adapt: bring recordings into the form a network was trained on, and what it made of them back.

Rate, level and channels are brought to those of the network's card. Back comes only what the
network has changed: restored = source + up(network(down(source)) - down(source)). So a network
that changes nothing leaves every bit; what lies above its Nyquist frequency, or in the difference
that its number of channels cannot hold, stays as it was; and neither resampling nor level leaves a
trace on the source. soxr's best quality resamples the change: 78 to 148 dB of signal to error,
fifteen times as fast as the exact way of `engine.dsp.resample`, whose 147 dB the source would need.

Channels that are all the same within DUAL_MONO_DB are restored once, as their mean, and come back
identical. A pair goes as middle and side, or each channel goes by itself; more go by themselves. A
network of several channels gets one channel in all of them, and the mean of what it made counts.

Shapes, as einops patterns:
    audio      (channel time)            float32, at the rate of the source
    examples   (example channel time)    float32, at the rate and level of the card
"""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording, Recording, Samples
from engine.card import Card
from engine.progress import Progress, ignore

DUAL_MONO_DB = -50.0
"""Difference of channels, to all of their power, below which they count as one."""
MARGIN_S = 0.02
"""Seconds beside the wanted samples that the network restores too, for the resampler to see."""
_FRAME_S = 0.1
_LOUD_QUANTILE, _SILENT_DB = 0.95, -30.0
"""What is so far below the loud frames counts as silent."""
_BLOCK_FRAMES = 100
_QUALITY = "VHQ"
_Mix = NDArray[np.float32]


@dataclass(frozen=True)
class Measured:
    """What must be the same for all pieces of a recording, lest they join with a step.

    Attributes:
        level: root mean square of what is not silent; 0 where all is.
        is_dual_mono: whether there are several channels that hold the same.
    """

    level: float
    is_dual_mono: bool


def measure(recording: Recording, progress: Progress = ignore) -> Measured:
    """Measure a whole recording, block by block.

    Raises:
        Cancelled: progress said so.
    """
    frame = max(1, round(_FRAME_S * recording.sample_rate))
    length = _BLOCK_FRAMES * frame
    powers: list[NDArray[np.float64]] = []
    total = difference = 0.0
    for start in range(0, recording.n_samples, length):
        progress(start / recording.n_samples)
        stop = min(start + length, recording.n_samples)
        samples = recording.read(start, stop).samples.astype(np.float64)
        power = np.square(samples).mean(axis=0)
        total += float(power.sum())
        difference += float(np.square(samples - samples[:1]).mean(axis=0).sum())
        powers.append(np.add.reduceat(power, edges := np.arange(0, len(power), frame)))
        powers[-1] /= np.diff(edges, append=len(power))
    progress(1.0)
    is_alike = difference <= total * 10 ** (DUAL_MONO_DB / 10)
    return Measured(_level(powers), recording.n_channels > 1 and is_alike)


def _level(powers: list[NDArray[np.float64]]) -> float:
    """Root of the mean power of the frames that are not silent."""
    if not powers:
        return 0.0
    frames = np.concatenate(powers)
    loud = np.quantile(frames, _LOUD_QUANTILE, method="higher")
    return float(np.sqrt(frames[frames >= loud * 10 ** (_SILENT_DB / 10)].mean()))


@dataclass(frozen=True, eq=False)
class Adapted:
    """A piece of a recording as a network takes it; `adapt` makes it.

    Attributes:
        examples: (example channel time) with context.
        inner: the samples of the examples to restore; a little more than was asked for.
        wanted: the samples of the source that were asked for.
        gain: what the source was multiplied with.
    """

    examples: Samples
    inner: slice
    wanted: slice
    gain: float
    _source: Audio
    _sample_rate: int
    _mix_back: _Mix
    _is_dual_mono: bool

    def place(self, span: slice) -> slice:
        """Which samples of the examples cover these of the source."""
        return _scaled(span, self._sample_rate, self._source.sample_rate, self.examples.shape[-1])

    def place_back(self, span: slice) -> slice:
        """Which samples of the source these of the examples cover."""
        return _scaled(span, self._source.sample_rate, self._sample_rate, self._source.n_samples)

    def restored(self, examples: Samples, at: slice | None = None) -> Audio:
        """The source with what a network has made of it.

        Args:
            examples: restored samples `at` (example channel time).
            at: which of the adapted samples they are; None for those of `inner`.

        Returns:
            Audio shaped like the source; outside the samples wanted it is the source itself.
        """
        change = np.zeros_like(self.examples)
        span = self.inner if at is None else at
        change[..., span] = (examples - self.examples[..., span]) / np.float32(self.gain)
        source, wanted = self._source, self.wanted
        change = self._mix_back @ change.reshape(-1, change.shape[-1])
        change = _resample(change, self._sample_rate, source.sample_rate, source.n_samples)
        restored = source.samples.copy()
        before = source.samples[:, wanted]
        restored[:, wanted] = (_mono(before) if self._is_dual_mono else before) + change[:, wanted]
        return Audio(restored, source.sample_rate)


def adapt(
    degraded: Audio,
    inner: slice,
    card: Card,
    n_channels: int = 1,
    measured: Measured | None = None,
    mid_side: bool = True,
) -> Adapted:
    """Bring a piece of a recording into the form of a card.

    Args:
        degraded: (channel time) with context, at least one sample; never written to.
        inner: the samples wanted.
        card: of the network.
        n_channels: of the network.
        measured: of the whole recording; None measures the piece.
        mid_side: whether a pair of channels goes as middle and side.
    """
    known = measured or measure(MemoryRecording(degraded))
    mix, mix_back = _mixes(degraded.n_channels, n_channels, known.is_dual_mono, mid_side)
    gain = card.level / known.level if min(card.level, known.level) > 0 else 1.0
    n_samples = -(-degraded.n_samples * card.sample_rate // degraded.sample_rate)
    mixed = mix @ (_mono(degraded.samples) if known.is_dual_mono else degraded.samples)
    examples = _resample(mixed, degraded.sample_rate, card.sample_rate, n_samples)
    margin = round(MARGIN_S * degraded.sample_rate)
    is_resampled = card.sample_rate != degraded.sample_rate
    wider = slice(inner.start - margin, inner.stop + margin) if is_resampled else inner
    return Adapted(
        examples=(np.float32(gain) * examples).reshape(-1, n_channels, n_samples),
        inner=_scaled(wider, card.sample_rate, degraded.sample_rate, n_samples),
        _source=degraded,
        wanted=inner,
        _sample_rate=card.sample_rate,
        gain=gain,
        _mix_back=mix_back,
        _is_dual_mono=known.is_dual_mono,
    )


def _scaled(span: slice, rate: int, of_rate: int, n_samples: int) -> slice:
    start, stop = span.start * rate // of_rate, -(-span.stop * rate // of_rate)
    return slice(max(0, start), min(n_samples, stop))


def _mono(samples: Samples) -> Samples:
    """The mean of all channels, in each of them."""
    mean = samples.mean(axis=0, keepdims=True, dtype=np.float64).astype(np.float32)
    return np.broadcast_to(mean, samples.shape)


def _mixes(n_given: int, n_taken: int, is_dual_mono: bool, mid_side: bool) -> tuple[_Mix, _Mix]:
    """What makes examples' channels of channels given, and channels of examples' channels.

    Args:
        n_given: channels of the recording.
        n_taken: channels of the network.
        is_dual_mono: whether all given hold the same.
        mid_side: whether a pair goes as middle and side.
    """
    if n_given == n_taken and not is_dual_mono:
        return np.eye(n_given, dtype=np.float32), np.eye(n_given, dtype=np.float32)
    mix = mix_back = np.eye(n_given, dtype=np.float32)
    if is_dual_mono:
        mix, mix_back = mix[:1], np.ones((n_given, 1), np.float32)
    elif n_given == 2 and mid_side:
        mix_back = np.array([[1, 1], [1, -1]], np.float32)
        mix = np.float32(0.5) * mix_back
    return np.repeat(mix, n_taken, axis=0), np.repeat(mix_back, n_taken, axis=1) / np.float32(
        n_taken
    )


def _resample(samples: Samples, from_rate: int, to_rate: int, n_samples: int) -> Samples:
    """So many samples of another rate, without delay: (channel time)."""
    if from_rate == to_rate:
        return samples
    columns = np.ascontiguousarray(samples.T)
    made = np.atleast_2d(soxr.resample(columns, from_rate, to_rate, _QUALITY).T)[:, :n_samples]
    return np.pad(made, ((0, 0), (0, n_samples - made.shape[1]))).astype(np.float32, copy=False)
