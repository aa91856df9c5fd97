import hashlib
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp.learnt_noise import learn_profile
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.noise_file import load_profile, save_profile
from engine.progress import Cancelled
from engine.project import State
from engine.region import Region
from engine.tasks.denoise import Denoise
from tests.signals import music, noise, snr_db

RATE = 22050


def mixed(rng: np.random.Generator, level: float, n_channels: int = 1) -> tuple[Audio, Audio]:
    """Half a second of noise and four of music, and the same with noise throughout."""
    clean = music(rng, 4.0, RATE, n_channels).samples
    clean = np.pad(clean, ((0, 0), (RATE // 2, 0)))
    noisy = clean + noise(rng, 4.5, RATE, level, n_channels).samples
    return Audio(clean, RATE), Audio(noisy.astype(np.float32), RATE)


def denoise(task: Denoise, audio: Audio) -> np.ndarray:
    state = State(MemoryRecording(audio))
    return state.with_operation(restore(state, task, ())).read(0, audio.n_samples).samples


def test_marked_noise_is_taken_out_of_music(rng: np.random.Generator):
    clean, noisy = mixed(rng, 0.03)
    restored = denoise(Denoise(noise=Region(0.0, 0.5)), noisy)
    assert snr_db(clean.samples, restored) > snr_db(clean.samples, noisy.samples) + 9.0
    left_db = 10 * np.log10(np.mean(restored[:, 2000:9000] ** 2) / 0.03**2)
    assert left_db < -18.0


def test_unmarked_noise_is_taken_out_of_music(rng: np.random.Generator):
    clean, noisy = mixed(rng, 0.03)
    restored = denoise(Denoise(), noisy)
    assert snr_db(clean.samples, restored) > snr_db(clean.samples, noisy.samples) + 6.0


def test_no_reduction_changes_no_sample(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    restored = denoise(Denoise(noise=Region(0.0, 0.5), reduction_db=0.0), noisy)
    np.testing.assert_array_equal(restored, noisy.samples)


def test_noise_goes_down_no_further_than_wanted(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    restored = denoise(Denoise(noise=Region(0.0, 0.5), reduction_db=12.0), noisy)
    left_db = 10 * np.log10(np.mean(restored[:, 2000:9000] ** 2) / 0.03**2)
    assert -12.1 < left_db < -11.0


def test_a_stereo_recording_of_a_mono_disc_stays_mono(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    twice = Audio(np.tile(noisy.samples, (2, 1)), RATE)
    restored = denoise(Denoise(noise=Region(0.0, 0.5)), twice)
    np.testing.assert_array_equal(restored[0], restored[1])


def test_pieces_come_out_like_the_whole(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    task = Denoise(noise=Region(0.0, 0.5)).fit(MemoryRecording(noisy))
    whole = task.apply(noisy, slice(0, noisy.n_samples)).audio.samples
    late = Audio(noisy.samples[:, RATE:], RATE)
    piece = task.apply(late, slice(2 * RATE, late.n_samples)).audio.samples
    assert snr_db(whole[:, 3 * RATE :], piece[:, 2 * RATE :]) > 40.0


def test_a_noise_region_too_short_to_measure_is_refused(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    with pytest.raises(SettingsError, match="holds 40 ms of the recording; mark at least 50 ms"):
        Denoise(noise=Region(0.1, 0.14)).fit(MemoryRecording(noisy))


def test_denoising_stops_when_asked(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    task = Denoise(noise=Region(0.0, 0.5)).fit(MemoryRecording(noisy))
    reports = []

    def stop(fraction: float, message: str = "") -> None:
        reports.append(fraction)
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        task.apply(noisy, slice(0, noisy.n_samples), stop)
    assert len(reports) >= 4


def test_what_was_learnt_is_no_setting(rng: np.random.Generator):
    _, noisy = mixed(rng, 0.03)
    task = Denoise(noise=Region(0.0, 0.5))
    fitted = task.fit(MemoryRecording(noisy))
    assert fitted == task
    assert hash(fitted) == hash(task)
    assert not {"powers", "learnt"} & set(fitted.to_mapping())


@pytest.fixture
def kept(rng: np.random.Generator, tmp_path: Path) -> tuple[Audio, Path]:
    """A noisy recording and the profile of its first half second."""
    _, noisy = mixed(rng, 0.03, 2)
    path = tmp_path / "run-in.noise"
    save_profile(learn_profile(MemoryRecording(noisy), Region(0.0, 0.5)), path)
    return noisy, path


def test_a_kept_profile_does_what_the_stretch_it_is_from_does(kept: tuple[Audio, Path]):
    noisy, path = kept
    np.testing.assert_array_equal(
        denoise(Denoise(profile=path), noisy), denoise(Denoise(noise=Region(0.0, 0.5)), noisy)
    )


def test_the_operation_names_the_profile_and_its_checksum(kept: tuple[Audio, Path]):
    noisy, path = kept
    operation = restore(State(MemoryRecording(noisy)), Denoise(profile=path), ())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert operation.notes == (f"noise profile run-in.noise, SHA-256 {digest}",)
    assert operation.task.described()["profile"] == "run-in.noise"
    assert operation.profile is not None
    assert operation.profile.sha256 == digest


def test_an_operation_keeps_what_it_has_learnt_from_a_stretch(kept: tuple[Audio, Path]):
    noisy, path = kept
    state = State(MemoryRecording(noisy))
    operation = restore(state, Denoise(noise=Region(0.0, 0.5)), ())
    assert operation.profile is not None
    assert operation.profile.is_alike(load_profile(path))
    assert operation.notes == ()
    assert restore(state, Denoise(), ()).profile is None


def test_a_stretch_and_a_profile_at_once_are_refused():
    with pytest.raises(SettingsError, match=r"a\.noise both say what the noise is; give one"):
        Denoise(noise=Region(0.0, 0.5), profile=Path("a.noise"))


def test_a_profile_that_is_none_is_refused(kept: tuple[Audio, Path], tmp_path: Path):
    noisy, _ = kept
    other = tmp_path / "side.wav"
    other.write_bytes(b"RIFF" * 100)
    with pytest.raises(SettingsError, match=r"side\.wav is no noise profile"):
        Denoise(profile=other).fit(MemoryRecording(noisy))


def side_with_run_in(rng: np.random.Generator) -> Audio:
    """Three seconds of noise, then six of music with it."""
    clean = np.pad(0.3 * music(rng, 6.0, RATE).samples, ((0, 0), (3 * RATE, 0)))
    return Audio(clean + noise(rng, 9.0, RATE, 0.01).samples, RATE)


def test_a_run_in_is_found_and_learnt_from_where_none_is_marked(rng: np.random.Generator):
    recording = MemoryRecording(side_with_run_in(rng))
    fitted = Denoise().fit(recording)
    assert fitted.found is not None
    assert fitted.found.stop_s <= 3.0
    assert fitted.found.stop_s - fitted.found.start_s >= 2.0
    (note,) = fitted.notes()
    assert note.startswith(f"the noise was learnt from {fitted.found.start_s:.2f} to ")
    told = Denoise(noise=fitted.found).fit(recording)
    assert told.found is None
    assert fitted.powers is not None
    assert told.powers is not None
    for own, others in zip(fitted.powers, told.powers, strict=True):
        assert np.array_equal(own, others)


def test_music_without_a_pause_has_its_noise_estimated(rng: np.random.Generator):
    side = side_with_run_in(rng)
    fitted = Denoise().fit(MemoryRecording(Audio(side.samples[:, 3 * RATE :], RATE)))
    assert fitted.found is None
    assert fitted.notes() == ()
