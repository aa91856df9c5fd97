import numpy as np
import pytest
import soundfile

from engine.audio import MemoryRecording
from engine.audio_file import open_audio
from engine.peaks import Peaks
from engine.peaks_file import load_peaks, save_peaks
from engine.picture_cache import PictureCache


@pytest.fixture
def cache(tmp_path):
    return PictureCache(tmp_path / "pictures")


@pytest.fixture
def file(tmp_path, rng):
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.1 * rng.standard_normal((150_001, 2)), 44100, subtype="PCM_24")
    with open_audio(path) as file:
        yield file


@pytest.fixture
def kept(cache, file):
    """The one file that is kept, and the peaks in it."""
    peaks = Peaks(file)
    peaks.compute()
    save_peaks(cache, peaks)
    (path,) = (each for each in (cache.place_of(file)).parent.rglob("*") if each.is_file())
    return path, peaks


def columns(peaks):
    n = peaks.recording.n_samples
    return np.concatenate([peaks.entry_columns(0, n, width) for width in (1, 50, 2000)], axis=1)


def test_peaks_that_were_kept_are_the_same_at_every_zoom(cache, file, kept):
    peaks = Peaks(file)
    assert load_peaks(cache, peaks)
    np.testing.assert_array_equal(columns(peaks), columns(kept[1]))


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored[:-1],
        lambda stored: stored + b"\0",
        lambda stored: b"",
        lambda stored: stored[:10],
        lambda stored: bytes(len(stored)),
        lambda stored: stored[:5000] + bytes([stored[5000] ^ 1]) + stored[5001:],
        lambda stored: stored[:9] + bytes([stored[9] ^ 1]) + stored[10:],
    ],
    ids=["cut", "longer", "empty", "head cut", "zeros", "a bit flipped", "a bit of the head"],
)
def test_damaged_peaks_count_as_missing_and_can_be_written_anew(cache, file, kept, damage):
    path, right = kept
    path.write_bytes(damage(path.read_bytes()))
    peaks = Peaks(file)
    assert not load_peaks(cache, peaks)
    assert not columns(peaks).any()
    save_peaks(cache, right)
    assert load_peaks(cache, peaks)


def test_peaks_of_a_file_that_was_written_to_since_are_not_used(cache, file, kept, rng):
    soundfile.write(file.path, 0.1 * rng.standard_normal((150_001, 2)), 44100, subtype="PCM_24")
    with open_audio(file.path) as changed:
        assert not load_peaks(cache, Peaks(changed))


def test_what_is_no_file_is_not_kept(cache, file):
    peaks = Peaks(MemoryRecording(file.read(0, 5000)))
    save_peaks(cache, peaks)
    assert not load_peaks(cache, peaks)
