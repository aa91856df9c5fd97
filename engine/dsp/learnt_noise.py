"""Noise learnt from a marked stretch, as a profile that other recordings can be cleaned with.

A profile holds power on the grids it was learnt on; on another grid, the same noise has power in
proportion to the length of the frame and to the sample rate, at the same frequencies. For a higher
rate, the power it has near its upper end is taken to go on. White and pink noise learnt at 22.05 to
192 kHz and used at 44.1 to 96 kHz went out as well as by a profile of the same rate, to 0.06 dB of
SNR; but what real noise does above the range that was recorded nobody has heard, so the range is
stretched by a tenth and no further.
"""

from datetime import UTC, datetime

import numpy as np

from engine.audio import Recording
from engine.audio_file import AudioFile
from engine.dsp.noise_profile import LEAST_S, Power, measure_noise
from engine.dsp.spectral_gain import grids
from engine.errors import SettingsError
from engine.noise_file import Grid, NoiseProfile, words
from engine.project import State
from engine.region import Region

_BEYOND = 1.1
"""Highest frequency of a recording over that of a profile that may be used for it."""
_SURE = 0.9
"""Above this share of its frequencies, what made a recording may have rounded off the noise."""


def learn_profile(recording: Recording, region: Region, software: str = "") -> NoiseProfile:
    """Measure the noise in a region of a recording; a band of the region counts for nothing.

    Args:
        recording: a state tells its source and what was done to it.
        region: where nothing but noise is heard.
        software: the version that learns it.

    Raises:
        SettingsError: the region lies outside the recording or is too short.
    """
    span = noise_span(recording, region)
    marked = recording.read(span.start, span.stop)
    wanted = grids(recording.sample_rate)
    return NoiseProfile(
        powers=tuple(measure_noise(marked, grid) for grid in wanted),
        grids=tuple(Grid(grid.hop_samples, grid.overlap) for grid in wanted),
        sample_rate=recording.sample_rate,
        n_channels=recording.n_channels,
        source=_source_name(recording),
        region=Region(region.start_s, region.stop_s),
        operations=_done(recording),
        learnt=datetime.now(UTC),
        software=software,
    )


def noise_span(recording: Recording, region: Region) -> slice:
    """The samples of a region where nothing but noise is heard.

    Raises:
        SettingsError: the region lies outside the recording or is too short.
    """
    span = region.to_samples(recording.sample_rate, recording.n_samples)
    length_s = (span.stop - span.start) / recording.sample_rate
    if length_s < LEAST_S:
        raise SettingsError(
            f"noise = {region} holds {1000 * length_s:.0f} ms of the recording; "
            f"mark at least {1000 * LEAST_S:.0f} ms of nothing but noise"
        )
    return span


def powers_for(profile: NoiseProfile, sample_rate: int, n_channels: int) -> tuple[Power, ...]:
    """Power (bin), summed over channels, on each of the grids of another recording.

    Raises:
        SettingsError: the recording reaches too far above what the profile knows.
    """
    if sample_rate > _BEYOND * profile.sample_rate:
        raise SettingsError(
            f"the noise profile was learnt at {profile.sample_rate} Hz and knows nothing above "
            f"{profile.sample_rate / 2:g} Hz, while this recording has {sample_rate} Hz; learn the "
            f"noise from a transfer at {sample_rate} Hz"
        )
    wanted = tuple(Grid(grid.hop_samples, grid.overlap) for grid in grids(sample_rate))
    powers = profile.powers
    if (profile.sample_rate, profile.grids) != (sample_rate, wanted):
        powers = tuple(_adapted(profile, grid, sample_rate) for grid in wanted)
    if profile.n_channels == n_channels:
        return powers
    return tuple(power * np.float32(n_channels / profile.n_channels) for power in powers)


def _adapted(profile: NoiseProfile, grid: Grid, sample_rate: int) -> Power:
    """Power on a grid, from the grid of the profile whose frames last about as long."""
    length_s = grid.frame_samples / sample_rate
    lengths_s = np.array([each.frame_samples for each in profile.grids]) / profile.sample_rate
    nearest = int(np.argmin(np.abs(np.log(lengths_s / length_s))))
    known, power = profile.grids[nearest], profile.powers[nearest]
    known_hz = np.arange(known.n_bins) * (profile.sample_rate / known.frame_samples)
    hz = np.arange(grid.n_bins) * (sample_rate / grid.frame_samples)
    scale = grid.frame_samples * sample_rate / (known.frame_samples * profile.sample_rate)
    if sample_rate > profile.sample_rate:
        sure = round(_SURE * known.n_bins)
        known_hz, power = known_hz[:sure], power[:sure]
    adapted: Power = (np.interp(hz, known_hz, power) * scale).astype(np.float32)
    return adapted


def _source_name(recording: Recording) -> str:
    source = recording.source if isinstance(recording, State) else recording
    return words([source.path.name])[0] if isinstance(source, AudioFile) else ""


def _done(recording: Recording) -> tuple[str, ...]:
    """What was done to a recording, an operation a line, with its settings."""
    operations = recording.operations if isinstance(recording, State) else ()
    told = []
    for each in operations:
        settings = ", ".join(f"{key} = {value}" for key, value in each.task.described().items())
        told.append(f"{each.title}: {settings}" if settings else each.title)
    return words(told)
