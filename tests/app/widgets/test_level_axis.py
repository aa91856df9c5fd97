import numpy as np
import pytest

from app.widgets.level_axis import LEVEL_SCALES, LevelScale, level_ticks


@pytest.mark.parametrize("kind", LEVEL_SCALES)
def test_amplitude_to_pixel_and_back_is_the_same_amplitude(kind):
    scale = LevelScale(kind, 0.8, 10, 200)
    for amplitude in (-0.8, -0.1, 0.02, 0.5):
        assert scale.amplitude_at(float(scale.y_of(amplitude))) == pytest.approx(amplitude)


def test_full_scale_reaches_the_edges_and_silence_the_middle():
    for kind in LEVEL_SCALES:
        y = LevelScale(kind, 1.0, 10, 200).y_of([1.0, 0.0, -1.0])
        np.testing.assert_allclose(y, [10.0, 110.0, 210.0])


def test_minus_thirty_db_lies_half_way_on_the_db_scale():
    scale = LevelScale("db", 1.0, 0, 200)
    assert float(scale.y_of(10 ** (-30 / 20))) == pytest.approx(50.0)


@pytest.mark.parametrize("height", [40, 100, 300])
@pytest.mark.parametrize("kind", LEVEL_SCALES)
def test_labels_are_apart(kind, height):
    scale = LevelScale(kind, 1.0, 0, height)
    y = sorted(float(scale.y_of(tick.value)) for tick in level_ticks(scale))
    assert (np.diff(y) >= 19.9).all()
    assert {"linear": "0", "db": "−∞"}[kind] in {tick.label for tick in level_ticks(scale)}
