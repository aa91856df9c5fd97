import numpy as np
import pytest

from app import settings as keys
from app.document import Monitored
from app.views.peak_cache import PeakCache
from engine.audio import MemoryRecording
from engine.channels import channel_of
from engine.errors import AudioFormatError
from engine.peaks import Peaks
from tests.app.fakes import silenced
from tests.signals import noise


@pytest.fixture
def cache(session):
    return PeakCache(session)


def expected(recording):
    peaks = Peaks(recording)
    peaks.compute()
    return peaks.entry_columns(0, recording.n_samples, 200)


def shown_columns(cache, monitored):
    peaks = cache.peaks(monitored)
    return peaks.entry_columns(0, peaks.recording.n_samples, 200)


def test_peaks_of_all_three_are_those_of_their_recordings(cache, session, settled, rng):
    document = session.open_audio(noise(rng, 30.0, n_channels=2))
    settled()
    assert cache.is_complete
    assert document.commit([silenced(document.source, 400_000, 900_000)], 0)
    for monitored in Monitored:
        cache.peaks(monitored)
    settled()
    for monitored in Monitored:
        recording = document.recording(monitored)
        np.testing.assert_array_equal(shown_columns(cache, monitored), expected(recording))
    document.undo()
    settled()
    np.testing.assert_array_equal(shown_columns(cache, Monitored.RESULT), expected(document.source))
    assert not shown_columns(cache, Monitored.REMOVED).any()


def test_result_shares_the_peaks_of_the_original_while_nothing_was_done(
    cache, session, settled, rng
):
    session.open_audio(noise(rng, 1.0))
    settled()
    assert cache.peaks(Monitored.RESULT) is cache.peaks(Monitored.ORIGINAL)


def test_samples_are_read_around_what_was_asked_for_and_kept(cache, session, settled, rng):
    session.open_audio(noise(rng, 5.0))
    settled()
    assert cache.excerpt(Monitored.RESULT, 1000, 2000) is None
    settled()
    excerpt = cache.excerpt(Monitored.RESULT, 500, 1500)
    assert (excerpt.start, excerpt.stop) == (0, 3000)
    assert cache.excerpt(Monitored.RESULT, 500, 1500) is excerpt
    assert cache.excerpt(Monitored.REMOVED, 500, 1500) is None


def test_samples_from_before_an_edit_are_not_shown(cache, session, settled, rng):
    document = session.open_audio(noise(rng, 5.0))
    cache.excerpt(Monitored.RESULT, 1000, 2000)
    settled()
    assert document.commit([silenced(document.source, 1200, 1300)], 0)
    assert cache.excerpt(Monitored.RESULT, 1000, 2000) is None
    settled()
    excerpt = cache.excerpt(Monitored.RESULT, 1000, 2000)
    assert not excerpt.samples[:, 1200 - excerpt.start : 1300 - excerpt.start].any()


def test_a_second_opening_reads_no_sample(cache, session, settled, side, pictures, monkeypatch):
    session.open(side)
    settled()
    assert cache.is_complete
    right = expected(side)
    session.close()
    monkeypatch.setattr(Peaks, "sketch", None)
    monkeypatch.setattr(Peaks, "refresh", None)
    session.open(side)
    assert not cache.is_complete
    settled()
    assert cache.is_complete
    np.testing.assert_array_equal(shown_columns(cache, Monitored.ORIGINAL), right)


def test_peaks_that_were_damaged_on_disk_are_made_again(cache, session, settled, side, pictures):
    session.open(side)
    settled()
    kept = pictures.place_of(side) / "peaks"
    stored = kept.read_bytes()
    for damaged in (stored[:-5], b"", bytes(len(stored))):
        kept.write_bytes(damaged)
        session.open(side)
        settled()
        assert cache.is_complete
        np.testing.assert_array_equal(shown_columns(cache, Monitored.ORIGINAL), expected(side))
        assert kept.read_bytes() == stored


def test_a_long_job_goes_on_in_the_next_turn(cache, session, settled, rng, monkeypatch):
    monkeypatch.setattr("app.views.peak_cache._TURN_S", 0.0)
    document = session.open_audio(noise(rng, 40.0))
    settled()
    assert cache.is_complete
    right = expected(document.source)
    np.testing.assert_array_equal(shown_columns(cache, Monitored.ORIGINAL), right)


def test_a_damaged_file_is_told_once_and_not_read_again(cache, session, settled, rng):
    class Damaged(MemoryRecording):
        def read(self, start, stop):
            raise AudioFormatError("side.wav is damaged at 0:00")

    told: list[str] = []
    session.failed.connect(told.append)
    session.open(Damaged(noise(rng, 60.0)))
    settled()
    assert told == ["side.wav is damaged at 0:00"]


@pytest.mark.parametrize("kind", ["left", "right", "mid", "side"])
def test_peaks_of_a_channel_are_those_of_its_samples_with_repairs_too(
    cache, session, settled, rng, kind
):
    document = session.open_audio(noise(rng, 20.0, n_channels=2))
    settled()
    assert document.commit([silenced(document.source, 300_000, 500_000)], 0)
    session.settings.set(keys.channels, kind)
    assert (cache.channels, cache.n_channels) == (kind, 1)
    assert cache.is_complete == (kind in ("left", "right"))
    for _ in range(2):
        for monitored in Monitored:
            cache.peaks(monitored)
        settled()
    for monitored in Monitored:
        one = channel_of(document.recording(monitored), kind)
        np.testing.assert_array_equal(shown_columns(cache, monitored), expected(one))
    cache.excerpt(Monitored.ORIGINAL, 1000, 1100)
    settled()
    assert cache.excerpt(Monitored.ORIGINAL, 1000, 1100).samples.shape[0] == 1
    session.settings.set(keys.channels, "all")
    assert cache.is_complete
    assert cache.n_channels == 2


def test_mono_is_shown_whatever_channels_are_asked_for(cache, session, settled, rng):
    session.settings.set(keys.channels, "side")
    session.open_audio(noise(rng, 1.0))
    settled()
    assert (cache.channels, cache.n_channels) == ("all", 1)
    assert cache.peaks(Monitored.RESULT).entry_columns(0, 44100, 10).any()


def test_peaks_of_the_difference_are_kept_for_the_next_time(
    session, side, pictures, settled, monkeypatch
):
    session.settings.set(keys.channels, "side")
    cache = PeakCache(session)
    session.open(side)
    settled()
    before = shown_columns(cache, Monitored.ORIGINAL)
    monkeypatch.setattr("engine.peaks.Peaks.refresh", lambda *_: pytest.fail("read anew"))
    again = PeakCache(session)
    settled()
    assert again.is_complete
    np.testing.assert_array_equal(shown_columns(again, Monitored.ORIGINAL), before)
