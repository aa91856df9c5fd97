"""SurveyJob: what can be told of a transfer without restoring it.

Clicks are counted in some places only, evenly spread, as looking for them takes by far the longest.
Noise and bandwidth are measured in the same places with the clicks roughly repaired. How high the
music reaches is not told by levels, as crackle and the swell of the groove noise stand above its
floor up to the end of the spectrum; partials do not look like noise whatever their level.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording, Recording
from engine.jobs.open_check import OpenCheckJob
from engine.progress import Progress, ignore, part
from engine.units import power_to_db

if TYPE_CHECKING:
    from engine.dsp.short_time import ShortTime

PLACES, PLACE_S = 12, 5.0
RUMBLE_HZ = 100.0
_SENSITIVE, _WIDEST_MS = 4.0, 5.0
"""As Declick looks for clicks when nobody changes its settings."""
LOWEST_BAND_HZ, NOISY_DB = 400.0, -3.2
"""Where bands of a sixth of an octave begin, and the flatness of those with music in them."""
_GAP_BANDS = 3
_HOP_MS, _OVERLAP, _FRAMES_AT_ONCE = 40, 4, 256
_SILENT, _HEARD, _SILENT_DB = 1e-14, 1e-12, -160.0
_CHECKED, _COUNTED = 0.3, 0.9


@dataclass(frozen=True)
class Survey:
    """Figures on one transfer.

    Attributes:
        clicks_per_s: in the places that were looked at; those on several channels count once.
        noise_dbfs: root mean square of the steady noise under the music, above RUMBLE_HZ.
        bandwidth_hz: up to where partials stand out of the noise.
        n_clipped: samples at a level that peaks were cut off at, over all channels.
        first_clipped_s: where the first of them is; None without any.
        offset_db: the largest mean of a channel, dB relative to full scale.
    """

    clicks_per_s: float
    noise_dbfs: float
    bandwidth_hz: float
    n_clipped: int
    first_clipped_s: float | None
    offset_db: float


@dataclass(frozen=True, eq=False)
class SurveyJob:
    """Reads a recording and changes nothing."""

    recording: Recording
    title: str = "Surveying the transfer"

    def run(self, progress: Progress = ignore) -> Survey:
        """Measure.

        Raises:
            EngineError: the recording cannot be read.
            Cancelled: progress said so.
        """
        checked = OpenCheckJob(self.recording).run(part(progress, 0.0, _CHECKED))
        clicks, repaired = _repaired(self.recording, part(progress, _CHECKED, _COUNTED))
        noise_dbfs, bandwidth_hz = _noise(repaired, part(progress, _COUNTED, 1.0))
        progress(1.0)
        return Survey(
            clicks_per_s=round(clicks, 3),
            noise_dbfs=round(noise_dbfs, 2),
            bandwidth_hz=round(bandwidth_hz, 1),
            n_clipped=checked.n_clipped,
            first_clipped_s=checked.first_clipped_s,
            offset_db=round(max(checked.offset_db), 2),
        )


def _repaired(recording: Recording, progress: Progress) -> tuple[float, Audio]:
    """Clicks per second, and the places that were looked at, one after the other, without them."""
    from engine.dsp.click_detector import find_clicks

    rate, count = recording.sample_rate, 0
    widest = round(_WIDEST_MS * rate / 1000.0)
    spans = _places(recording.n_samples, round(PLACE_S * rate))
    repaired = []
    for index, (start, stop) in enumerate(spans):
        share = part(progress, index / len(spans), (index + 1) / len(spans))
        samples = recording.read(start, stop).samples
        struck = np.zeros(stop - start, bool)
        for channel in samples:
            clicks = find_clicks(channel.astype(np.float64), rate, _SENSITIVE, widest, share)
            channel[:] = clicks.repaired
            for first, last in clicks.spans:
                struck[first:last] = True
        count += int(struck[0]) + int(np.count_nonzero(struck[1:] & ~struck[:-1]))
        repaired.append(samples)
    audio = Audio(np.concatenate(repaired, axis=1), rate)
    return count / audio.duration_s, audio


def _places(n_samples: int, length: int) -> list[tuple[int, int]]:
    """Spans to look at: all of it, or places evenly spread."""
    if n_samples <= PLACES * length:
        starts = range(0, n_samples, length)
        return [(start, min(start + length, n_samples)) for start in starts]
    step = (n_samples - length) / (PLACES - 1)
    return [(round(i * step), round(i * step) + length) for i in range(PLACES)]


def _noise(audio: Audio, progress: Progress) -> tuple[float, float]:
    """Level of the noise in dBFS, and how high the music reaches above it in hertz."""
    from engine.dsp.noise_profile import estimate_noise
    from engine.dsp.short_time import ShortTime

    grid = ShortTime.of(audio.sample_rate, _HOP_MS, _OVERLAP)
    (noise,) = estimate_noise(MemoryRecording(audio), [grid], progress)
    hz = np.arange(grid.n_bins) * audio.sample_rate / grid.frame_samples
    # Parseval: the squared window adds up to half the frame, and a real signal has each bin twice
    total = noise[hz >= RUMBLE_HZ].sum(dtype=np.float64) * 4.0 / grid.frame_samples**2
    noise_dbfs = float(power_to_db(total / audio.n_channels, _SILENT_DB))
    edges_hz = LOWEST_BAND_HZ * 2.0 ** np.arange(0.0, 10.0, 1 / 6)
    edges = np.searchsorted(hz, edges_hz[edges_hz < audio.sample_rate / 2])
    flatness_db = _flatness_db(audio, grid, edges)
    musical = np.flatnonzero(flatness_db < NOISY_DB)
    # what follows after a gap is the edge of a filter, or the holes of a lossy codec
    ends = np.flatnonzero(np.diff(musical) > _GAP_BANDS)
    reached = musical[: ends[0] + 1] if len(ends) else musical
    return noise_dbfs, float(hz[edges[reached[-1] + 1]]) if len(reached) else 0.0


def _flatness_db(audio: Audio, grid: "ShortTime", edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Geometric to arithmetic mean of the power of the bins in each band, mean over all frames.

    That of noise is -2.5 dB however loud it is and however it swells, that of a click 0 dB, that of
    music with its partials lies far below.
    """
    missing = max(0, grid.frame_samples - audio.n_samples)
    samples = np.pad(audio.samples, ((0, 0), (0, missing)))
    sums, n_frames = np.zeros(len(edges) - 1), 0
    step = _FRAMES_AT_ONCE * grid.hop_samples
    for start in range(0, samples.shape[1] - grid.frame_samples + 1, step):
        block = samples[:, start : start + step + grid.frame_samples - grid.hop_samples]
        power = np.square(np.abs(grid.inside(block)), dtype=np.float64) + _SILENT
        power = power[power.mean(axis=2) > _HEARD]
        n_frames += len(power)
        for index, (low, high) in enumerate(pairwise(edges)):
            band = power[:, low:high]
            sums[index] += (np.log(band).mean(axis=1) - np.log(band.mean(axis=1))).sum()
    flatness: NDArray[np.float64] = sums * (10.0 / np.log(10.0)) / max(1, n_frames)
    return flatness
