"""Noise course: how the noise of a side changes between its lead-in and its lead-out.

A groove runs slower towards the label and a motor rumbles more on some turns than on others: on a
disc of 1920 the rumble of the lead-out is 8 dB above that of the lead-in, and its hiss 3 dB. So
where nothing but noise is heard at both ends of a side, its level is measured at both, by octaves
and from 240 Hz on by third octaves, and what lies between follows a straight line in dB. Pauses
within the music do not count, as a hall or a faint instrument may go on in them.

Shapes:
    change     (stretch band)   dB above the noise that was learnt
    power      (frame bin)      float32
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, Recording
from engine.dsp.learnt_noise import noise_span
from engine.dsp.noise_profile import Power, measure_noise
from engine.dsp.noise_stretches import LIKELY, NoiseStretch, find_noise_stretches, surest_of
from engine.dsp.short_time import ShortTime
from engine.dsp.spectral_gain import grids
from engine.progress import Progress, ignore
from engine.region import Region

_LOWEST_HZ, _THIRDS_HZ, _HIGHEST_HZ = 30.0, 240.0, 20000.0
_MOST_DB, _MOST_BELOW_DB = 12.0, 24.0
"""A band that is louder by more has something else in it, and is not followed; one that is
fainter had something else where the noise was learnt, which is followed so far."""
_ENDS = ("lead-in", "lead-out")
_APART_S = 20.0
_FAINT = 1e-20

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NoiseCourse:
    """Change of the noise at some moments of a recording.

    Attributes:
        times_s: middles of the stretches, ascending.
        bands_hz: middles of the bands, ascending.
        change_db: (stretch band), 0 where the noise was learnt.
    """

    times_s: Values
    bands_hz: Values
    change_db: Values

    @property
    def largest_db(self) -> float:
        """The largest change of all, in dB."""
        return float(np.abs(self.change_db).max())

    def over(self, powers: Sequence[Power], audio: Audio, start_s: float) -> list[Power]:
        """Power (frame bin) of the noise under audio, on each grid of `spectral_gain`.

        Args:
            powers: (bin) on each grid, as they were learnt.
            audio: what the noise is in.
            start_s: where in the recording it begins.
        """
        return [
            self._on(power, grid, audio, start_s)
            for power, grid in zip(powers, grids(audio.sample_rate), strict=True)
        ]

    def change_at(self, at_s: float, hz: Values) -> Values:
        """Change (frequency), in dB, of the noise at a moment of the recording."""
        bands_db = [np.interp(at_s, self.times_s, each) for each in self.change_db.T]
        octaves = np.log2(np.maximum(hz, 1.0))
        changed: Values = np.interp(octaves, np.log2(self.bands_hz), bands_db)
        return changed

    def _on(self, power: Power, grid: ShortTime, audio: Audio, start_s: float) -> Power:
        rate = audio.sample_rate
        n_frames = -(-audio.n_samples // grid.hop_samples) + grid.overlap - 1
        middle = grid.hop_samples - 0.5 * grid.frame_samples
        at_s = start_s + (np.arange(n_frames) * grid.hop_samples + middle) / rate
        bands_db = [np.interp(at_s, self.times_s, each) for each in self.change_db.T]
        hz = np.maximum(np.arange(grid.n_bins) * (rate / grid.frame_samples), 1.0)
        place = np.interp(np.log2(hz), np.log2(self.bands_hz), np.arange(len(self.bands_hz)))
        low = place.astype(np.int64)
        high = np.minimum(low + 1, len(bands_db) - 1)
        share = (place - low).astype(np.float32)
        factors = np.stack(bands_db, axis=1).astype(np.float32)
        change_db = factors[:, low] * (1 - share) + factors[:, high] * share
        followed: Power = power * np.power(np.float32(10.0), change_db / np.float32(10.0))
        return followed


def search_noise(
    recording: Recording, marked: Region | None, progress: Progress = ignore
) -> tuple[Region | None, NoiseCourse | None]:
    """Where nothing but noise is heard, unless that is marked, and the course of the noise.

    Args:
        recording: read once, in blocks.
        marked: a stretch with nothing but noise; None where none is known.
        progress: told after each block.

    Returns:
        The surest stretch, None where one is marked or none is sure enough; and the course, None
        where the noise is known in one place alone.

    Raises:
        SettingsError: what is marked lies outside the recording or is too short.
        EngineError: the recording cannot be read.
        Cancelled: progress said so.
    """
    if marked is not None:
        noise_span(recording, marked)
    stretches = find_noise_stretches(recording, progress=progress)
    found = surest_of(stretches) if marked is None else None
    learnt = marked or found
    return found, None if learnt is None else follow_noise(recording, learnt, stretches)


def follow_noise(
    recording: Recording, learnt: Region, stretches: Sequence[NoiseStretch]
) -> NoiseCourse | None:
    """The course of the noise through a recording.

    Args:
        recording: read where the noise is.
        learnt: where the noise was learnt.
        stretches: those that were found; at the ends of the music, and likely ones, count.

    Returns:
        None where there is none far enough from where the noise was learnt.

    Raises:
        EngineError: the recording cannot be read.
    """
    middle_s = 0.5 * (learnt.start_s + learnt.stop_s)
    others = [
        each
        for each in stretches
        if each.sure >= LIKELY
        and each.origin in _ENDS
        and abs(0.5 * (each.start_s + each.stop_s) - middle_s) >= _APART_S
    ]
    if not others:
        return None
    bands = _bands(recording.sample_rate)
    reference_db = _levels_db(recording, learnt, bands)
    found = [(middle_s, np.zeros(len(bands)))]
    for each in others:
        region = Region(each.start_s, each.stop_s)
        change_db = _levels_db(recording, region, bands) - reference_db
        change_db[change_db > _MOST_DB] = 0.0
        if np.any(change_db != 0.0):
            change_db = np.maximum(change_db, -_MOST_BELOW_DB)
            found.append((0.5 * (each.start_s + each.stop_s), change_db))
    if len(found) < 2:
        return None
    found.sort(key=lambda each: each[0])
    middles_hz = np.array([np.sqrt(low * high) for low, high in bands])
    times_s = np.array([at_s for at_s, _ in found])
    return NoiseCourse(times_s, middles_hz, np.stack([change_db for _, change_db in found]))


def _bands(sample_rate: int) -> list[tuple[float, float]]:
    """Edges of the bands that a recording holds: octaves, then third octaves."""
    highest_hz = min(_HIGHEST_HZ, 0.45 * sample_rate)
    edges = [_LOWEST_HZ]
    while edges[-1] <= highest_hz:
        edges.append(edges[-1] * (2.0 if edges[-1] < _THIRDS_HZ else 2.0 ** (1 / 3)))
    return list(pairwise(edges[:-1])) or [(1.0, highest_hz)]


def _levels_db(
    recording: Recording, region: Region, bands: Sequence[tuple[float, float]]
) -> Values:
    """Level of a stretch of noise in each band."""
    span = region.to_samples(recording.sample_rate, recording.n_samples)
    grid = grids(recording.sample_rate)[0]
    power = measure_noise(recording.read(span.start, span.stop), grid).astype(np.float64)
    hz = np.arange(grid.n_bins) * (recording.sample_rate / grid.frame_samples)
    totals = [power[(hz >= low) & (hz < high)].sum() for low, high in bands]
    return 10.0 * np.log10(np.array(totals) + _FAINT)
