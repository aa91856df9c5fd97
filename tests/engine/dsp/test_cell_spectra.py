"""Cell spectra: levels are those of what is there, whatever the rate and however it is read."""

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.dsp import cell_spectra as module
from engine.dsp.cell_spectra import CELL_S, cell_spectra
from tests.signals import noise, sine, stack


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_a_cell_lasts_an_eighth_of_a_second_and_shows_a_sine_in_its_bin(rate):
    cells = cell_spectra(MemoryRecording(sine(1000.0, 2.0, rate)))
    assert cells.cell_s == pytest.approx(CELL_S, rel=0.01)
    assert len(cells.powers) == 15
    assert np.all(np.abs(cells.hz[cells.levels_db.argmax(axis=1)] - 1000.0) < 11.0)
    np.testing.assert_allclose(cells.powers, 0.125, rtol=0.01)


def test_digital_silence_in_a_cell_is_seen_where_all_channels_have_it(rng):
    audio = noise(rng, 1.0, level=0.1)
    cut = audio.samples.copy()
    cut[:, 20000:22500] = 0.0
    one = cell_spectra(MemoryRecording(Audio(stack(cut, audio.samples), 44100)))
    both = cell_spectra(MemoryRecording(Audio(stack(cut, cut), 44100)))
    assert one.weakest.min() > 1e-3
    assert np.flatnonzero(both.weakest == 0.0).tolist() == [3]


def test_blocks_of_any_length_give_the_same(rng, monkeypatch):
    recording = MemoryRecording(noise(rng, 3.0))
    whole = cell_spectra(recording)
    monkeypatch.setattr(module, "_CELLS_AT_ONCE", 5)
    pieces = cell_spectra(recording)
    np.testing.assert_array_equal(whole.levels_db, pieces.levels_db)
    np.testing.assert_allclose(whole.powers, pieces.powers)
