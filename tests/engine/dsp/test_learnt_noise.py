from datetime import UTC, datetime

import numpy as np
import pytest
import soundfile

from engine.audio import Audio, MemoryRecording
from engine.audio_file import open_audio
from engine.dsp.learnt_noise import learn_profile, powers_for
from engine.dsp.spectral_gain import grids, reduce_noise
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.noise_file import NoiseProfile
from engine.project import State
from engine.region import Region
from engine.tasks.gain import Gain
from tests.signals import music, noise, snr_db

RATE = 22050
LEAD = Region(0.0, 1.0)


def learnt(audio: Audio, region: Region = LEAD) -> NoiseProfile:
    return learn_profile(MemoryRecording(audio), region, "1.2.3")


def test_a_profile_tells_where_it_was_learnt(rng, tmp_path):
    path = tmp_path / "run-in.wav"
    soundfile.write(path, noise(rng, 1.0, RATE, 0.1, 2).samples.T, RATE)
    with open_audio(path) as source:
        state = State(source)
        state = state.with_operation(restore(state, Gain(gain_db=-6.0), ()))
        profile = learn_profile(state, Region(0.1, 0.9, 100.0, 200.0), "1.2.3")
    assert (profile.source, profile.software) == ("run-in.wav", "1.2.3")
    assert profile.region == Region(0.1, 0.9)
    assert profile.operations == ("Gain: gain_db = -6.0",)
    assert (profile.sample_rate, profile.n_channels) == (RATE, 2)
    assert abs((datetime.now(UTC) - profile.learnt).total_seconds()) < 60
    assert profile.level_dbfs == pytest.approx(-26.02, abs=0.2)


def test_levels_in_bands_add_up(rng):
    profile = learnt(noise(rng, 2.0, RATE, 0.1))
    bands = [profile.band_dbfs(low, low + 1000.0) for low in range(0, 12000, 1000)]
    total = 10 * np.log10(sum(10 ** (band / 10) for band in bands))
    assert total == pytest.approx(profile.level_dbfs, abs=0.001)
    assert bands[3] == pytest.approx(profile.level_dbfs - 10 * np.log10(RATE / 2000), abs=0.4)
    assert learnt(Audio(np.zeros((1, RATE), np.float32), RATE)).level_dbfs == -np.inf


def test_at_the_same_rate_nothing_is_computed(rng):
    profile = learnt(noise(rng, 1.0, RATE, 0.1, 2))
    for found, wanted in zip(powers_for(profile, RATE, 2), profile.powers, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_stereo_profile_serves_a_mono_side(rng):
    both = noise(rng, 4.0, RATE, 0.1, 2)
    one = learnt(Audio(both.samples[:1], RATE))
    for found, wanted in zip(powers_for(learnt(both), RATE, 1), one.powers, strict=True):
        assert abs(10 * np.log10(found.sum() / wanted.sum())) < 0.2


@pytest.mark.parametrize(("learnt_hz", "used_hz"), [(48000, 22050), (44100, 48000)])
def test_a_profile_of_another_rate_takes_out_as_much_as_one_s_own(rng, learnt_hz, used_hz):
    clean = np.pad(music(rng, 2.0, 48000).samples, ((0, 0), (48000, 0)))
    noisy = (clean + noise(rng, 3.0, 48000, 0.02).samples).astype(np.float32)
    at = {rate: _resampled(noisy, rate) for rate in (learnt_hz, used_hz)}
    reference = _resampled(clean.astype(np.float32), used_hz).samples
    snrs = [
        snr_db(
            reference,
            reduce_noise(at[used_hz], powers_for(learnt(at[rate]), used_hz, 1), 0.03),
        )
        for rate in (learnt_hz, used_hz)
    ]
    assert snrs[0] == pytest.approx(snrs[1], abs=0.2)
    assert snrs[1] > snr_db(reference, at[used_hz].samples) + 8.0


def _resampled(samples: np.ndarray, rate: int) -> Audio:
    if rate == 48000:
        return Audio(samples, rate)
    from scipy.signal import resample_poly

    common = int(np.gcd(rate, 48000))
    made = resample_poly(samples, rate // common, 48000 // common, axis=1)
    return Audio(made.astype(np.float32), rate)


def test_a_profile_is_not_used_far_above_what_it_knows(rng):
    profile = learnt(noise(rng, 1.0, RATE, 0.1))
    with pytest.raises(
        SettingsError, match="learnt at 22050 Hz and knows nothing above 11025 Hz, while this"
    ):
        powers_for(profile, 44100, 1)
    assert [len(each) for each in powers_for(profile, 24000, 1)] == [
        grid.n_bins for grid in grids(24000)
    ]
