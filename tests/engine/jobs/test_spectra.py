import numpy as np

from engine.audio import MemoryRecording
from engine.average_spectrum import average_spectrum
from engine.jobs.spectra import SpectraJob
from tests.signals import noise


def test_each_span_has_its_spectrum_by_its_name(rng):
    first, second = (MemoryRecording(noise(rng, 1.0)) for _ in range(2))
    told = []
    job = SpectraJob({"a": (first, 0, 44_100), "b": (second, 100, 20_000)})
    found = job.run(lambda fraction, message="": told.append(fraction))
    assert list(found) == ["a", "b"]
    expected = average_spectrum(second, 100, 20_000).level_db
    np.testing.assert_array_equal(found["b"].level_db, expected)
    assert told == sorted(told)
    assert told[-1] == 1.0
