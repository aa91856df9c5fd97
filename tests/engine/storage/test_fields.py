import json

import pytest

from engine.region import Region
from engine.shape import BOX, BRUSH, LASSO, Shape, Stroke
from engine.storage.disk import Damaged
from engine.storage.fields import region_of, region_values

DRAWN = Region(
    0.25,
    1 / 3,
    100.0,
    6000.0,
    Shape(
        (
            Stroke(LASSO, ((0.1, 200.0), (0.2, 1 / 7), (0.3, 900.0))),
            Stroke(BOX, ((0.0, 0.0), (0.2, 700.0)), adds=False),
            Stroke(BRUSH, ((0.1, 200.0),), True, 0.05, 0.25),
        )
    ),
    0.01,
)


@pytest.mark.parametrize("region", [Region(0.0, 0.1), Region(1 / 3, 2.0, 80.0, 90.5), DRAWN,
                                    Region(0.0, 1.0, feather_s=0.5)])  # fmt: skip
def test_a_region_comes_back_as_it_was(region: Region):
    values = json.loads(json.dumps(region_values(region)))
    assert region_of(values, "a test") == region


@pytest.mark.parametrize(
    "stroke",
    [
        {"tool": "lasso", "adds": True, "points": [1.0, 2.0]},
        {"tool": "wand", "adds": True, "points": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]},
        {"tool": "box", "points": [1.0, 2.0, 3.0, 4.0]},
        {"tool": "brush", "adds": True, "points": [1.0, 2.0]},
        "lasso",
    ],
)
def test_a_stroke_that_is_none_is_told_as_damage(stroke: object):
    with pytest.raises(Damaged):
        region_of([0.0, 1.0, None, None, 0.0, stroke], "a test")
