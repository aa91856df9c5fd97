"""Pictures of an evaluation: they are there, of a size to look at, and show what they should."""

import numpy as np
from matplotlib.image import imread

from tests.signals import sine
from training.plates import draw_snr, draw_spectrograms

RATE = 22050


def test_a_spectrogram_is_bright_where_the_sound_is_and_dark_elsewhere(tmp_path, rng):
    tone = sine(5500.0, 0.5, RATE).samples[0].astype(np.float64)
    path = tmp_path / "plate.png"
    draw_spectrograms(path, "tone", {"clean": tone, "removed": 1e-6 * tone}, RATE)
    pixels = imread(path)[..., :3].sum(axis=2)
    height, width = pixels.shape
    assert (width, height) == (1000, 620)
    upper = pixels[60:290, 150:700]
    bright = np.flatnonzero(upper.mean(axis=1) > 1.5)
    # the tone lies at half of the highest frequency, so in the middle of the upper plate
    assert len(bright) > 0
    assert np.ptp(bright) < 40
    assert 60 < bright.mean() < 170


def test_snr_is_drawn_with_and_without_what_it_was_before(tmp_path):
    for name, before in (("both", [5.0, 10.0, 20.0]), ("after", [])):
        draw_snr(tmp_path / f"{name}.png", "SNR", before, {"light": [9.0, 12.0, 20.5]})
        assert imread(tmp_path / f"{name}.png").shape[:2] == (480, 1100)
