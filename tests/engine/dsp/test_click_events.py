import numpy as np

from engine.audio import Audio
from engine.dsp.ar import Real
from engine.dsp.click_detector import Clicks
from engine.dsp.click_events import restore_clicks
from engine.progress import Progress, ignore
from tests.signals import noise


def find_at(*spans: tuple[int, int]):
    def find(samples: Real, *, progress: Progress = ignore) -> Clicks:
        return Clicks(np.array(spans, np.int64).reshape(-1, 2), np.zeros(len(spans)), samples)

    return find


def test_events_are_sorted_by_start_then_channel(rng):
    audio = noise(rng, 1.0, n_channels=2)
    _, events = restore_clicks(audio, slice(0, 44100), find_at((9000, 9010), (20000, 20040)))
    assert [(e.start, e.channel) for e in events] == [(9000, 0), (9000, 1), (20000, 0), (20000, 1)]
    assert {e.confidence for e in events} == {0.5}


def test_an_event_that_reaches_out_is_cut_at_the_edge(rng):
    audio = noise(rng, 1.0)
    spans = find_at((5000, 5010), (9995, 10005), (29990, 30020), (35000, 35010))
    restored, events = restore_clicks(audio, slice(10000, 30000), spans)
    assert [(e.start, e.stop) for e in events] == [(10000, 10005), (29990, 30000)]
    changed = np.flatnonzero(restored[0] != audio.samples[0])
    assert changed.tolist() == [*range(10000, 10005), *range(29990, 30000)]


def test_where_nothing_is_found_the_samples_are_a_copy():
    audio = Audio(np.ones((1, 5000), np.float32), 44100)
    restored, events = restore_clicks(audio, slice(0, 5000), find_at())
    assert events == ()
    assert restored is not audio.samples
    np.testing.assert_array_equal(restored, audio.samples)
