import numpy as np
import pytest
import soundfile

from engine.audio import Audio, MemoryRecording
from engine.audio_file import open_audio
from engine.errors import AudioFormatError
from engine.peaks import BASE_SAMPLES, BLOCK_SAMPLES, Peaks, fold
from engine.progress import Cancelled
from tests.signals import noise, sine


def recording_of(samples):
    return MemoryRecording(Audio(np.asarray(samples, np.float32), 44100))


def computed(recording):
    peaks = Peaks(recording)
    peaks.compute()
    return peaks


def all_levels(peaks):
    n = peaks.recording.n_samples
    return [peaks.columns(0, n, width) for width in (1, 7, 160, 1000) if n / width >= BASE_SAMPLES]


@pytest.mark.parametrize("n_samples", [1, 127, 128, 129, 4096, 4097, 100_003])
def test_the_extremes_of_the_whole_recording_are_exact_at_any_length(rng, n_samples):
    samples = rng.standard_normal((2, n_samples)).astype(np.float32)
    columns = computed(recording_of(samples)).columns(0, n_samples, 1)
    np.testing.assert_array_equal(columns[:, 0, 0], samples.min(axis=1))
    np.testing.assert_array_equal(columns[:, 0, 1], samples.max(axis=1))


def test_columns_of_random_ranges_equal_the_extremes_of_the_samples_they_cover(rng):
    recording = MemoryRecording(noise(rng, 4.0, n_channels=2))
    peaks = computed(recording)
    samples = recording.audio.samples
    for _ in range(60):
        size = int(rng.choice([1, 128, 512, 2048]))
        per_column = size if size == 1 else size * 2
        width = int(rng.integers(1, max(2, recording.n_samples // per_column // 2)))
        first = int(rng.integers(0, recording.n_samples - width * per_column)) // size * size
        stop = first + width * per_column
        columns = peaks.columns(first, stop, width)
        expected = samples[:, first:stop].reshape(2, width, per_column)
        np.testing.assert_array_equal(columns[..., 0], expected.min(axis=2))
        np.testing.assert_array_equal(columns[..., 1], expected.max(axis=2))


def test_columns_at_any_fraction_hold_the_extremes_of_entries_rounded_down(rng):
    recording = MemoryRecording(noise(rng, 3.0))
    peaks, samples = computed(recording), recording.audio.samples[0]
    for _ in range(40):
        start, stop = np.sort(rng.uniform(0, recording.n_samples, 2))
        width = int((stop - start) / rng.uniform(128, 255)) or 1
        columns = peaks.columns(start, stop, width)[0]
        edges = np.floor(np.linspace(start, stop, width + 1) / 128).astype(int)
        for k in range(width - 1):
            block = samples[edges[k] * 128 : max(edges[k] + 1, edges[k + 1]) * 128]
            assert columns[k, 0] == block.min()
            assert columns[k, 1] == block.max()


def test_a_single_click_is_seen_when_a_minute_is_drawn_in_a_hundred_columns():
    audio = sine(440.0, 60.0, amplitude=0.01)
    audio.samples[0, 1_234_567] = -0.9
    columns = computed(MemoryRecording(audio)).columns(0, audio.n_samples, 100)[0]
    assert np.flatnonzero(columns[:, 0] < -0.5).tolist() == [1_234_567 * 100 // audio.n_samples]
    assert columns[:, 0].min() == np.float32(-0.9)


@pytest.mark.parametrize("n_channels", [1, 2, 3, 5])
@pytest.mark.parametrize(
    ("container", "subtype"),
    [
        ("WAV", "PCM_U8"),
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "PCM_32"),
        ("WAV", "FLOAT"),
        ("WAV", "DOUBLE"),
        ("AIFF", "PCM_S8"),
        ("AIFF", "PCM_24"),
        ("AIFF", "DOUBLE"),
        ("FLAC", "PCM_16"),
        ("FLAC", "PCM_24"),
        ("OGG", "VORBIS"),
    ],
)
def test_peaks_of_stored_samples_equal_those_of_floats(
    rng, tmp_path, container, subtype, n_channels
):
    path = tmp_path / "side.bin"
    samples = np.clip(0.3 * rng.standard_normal((20_011, n_channels)), -1, 1)
    samples[100:102, 0] = -1.0, 1.0
    soundfile.write(path, samples, 44100, format=container, subtype=subtype)
    with open_audio(path) as file:
        from_floats = computed(MemoryRecording(file.read(0, file.n_samples)))
        peaks = computed(file)
        peaks.refresh(5000, 9001)
        for stored, floats in zip(all_levels(peaks), all_levels(from_floats), strict=True):
            np.testing.assert_array_equal(stored, floats)


def test_a_stored_sample_that_is_no_number_is_named(rng, tmp_path):
    samples = rng.standard_normal((10_000, 2)) * 0.1
    samples[7000, 1] = np.nan
    soundfile.write(tmp_path / "side.wav", samples, 44100, subtype="DOUBLE")
    told = pytest.raises(AudioFormatError, match="sample 7000 of channel 2")
    with open_audio(tmp_path / "side.wav") as file, told:
        computed(file)


def test_a_refreshed_range_gives_the_same_pyramid_as_computing_all(rng):
    recording = MemoryRecording(noise(rng, 3.0, n_channels=2))
    peaks = computed(recording)
    for start, stop in ((0, 1), (1000, 1064), (50_001, 77_777), (132_000, 132_300)):
        recording.audio.samples[:, start:stop] *= 5.0
        peaks.refresh(start, stop)
    for refreshed, whole in zip(all_levels(peaks), all_levels(computed(recording)), strict=True):
        np.testing.assert_array_equal(refreshed, whole)


def test_peaks_over_another_recording_leave_the_first_alone(rng):
    first = MemoryRecording(noise(rng, 1.0))
    second = recording_of(first.audio.samples * 2.0)
    peaks = computed(first)
    other = peaks.over(second)
    other.refresh(0, second.n_samples)
    np.testing.assert_array_equal(other.columns(0, 44100, 50), 2.0 * peaks.columns(0, 44100, 50))


def test_a_sketch_of_a_long_recording_reads_little_and_shows_its_loudness():
    class Counting(MemoryRecording):
        n_read = 0

        def read(self, start, stop):
            Counting.n_read += stop - start
            return super().read(start, stop)

    audio = sine(100.0, 60.0, amplitude=0.5)
    audio.samples[:, : audio.n_samples // 2] *= 0.1
    peaks = Peaks(Counting(audio))
    peaks.sketch()
    columns = peaks.columns(0, audio.n_samples, 10)[0]
    assert Counting.n_read < 0.25 * audio.n_samples
    np.testing.assert_allclose(columns[:5, 1], 0.05, rtol=0.02)
    np.testing.assert_allclose(columns[5:, 1], 0.5, rtol=0.02)


def test_computing_stops_when_progress_raises(rng):
    def stop(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        Peaks(MemoryRecording(noise(rng, 0.1))).compute(stop)


def test_reports_progress_once_a_block():
    reports = []
    recording = recording_of(np.zeros((1, 2 * BLOCK_SAMPLES + 5)))
    Peaks(recording).compute(lambda fraction, message="": reports.append(fraction))
    assert reports[0] == 0.0
    assert reports[-1] == 1.0
    assert len(reports) == 4


def test_folding_keeps_a_rest_that_does_not_fill_an_entry():
    low, high = fold(*2 * (np.arange(134, dtype=np.float32)[None],), BASE_SAMPLES)
    assert low.tolist() == [[0.0, 128.0]]
    assert high.tolist() == [[127.0, 133.0]]
