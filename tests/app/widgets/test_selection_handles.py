import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets.selection_box import CENTRE, PixelBox
from app.widgets.selection_handles import SIZE, paint_handles


def painted(box, has_centre):
    """Pixels of grey on which handles were painted: 255 light, 0 dark, 128 untouched."""
    image = QImage(100, 100, QImage.Format.Format_Grayscale8)
    image.fill(QColor(128, 128, 128))
    with QPainter(image) as painter:
        paint_handles(painter, box, has_centre=has_centre)
    return np.frombuffer(image.constBits(), np.uint8).reshape(100, -1)[:, :100].copy()


@pytest.mark.parametrize(("has_band", "n_handles"), [(True, 8), (False, 2)])
def test_each_handle_is_a_light_square_with_a_dark_rim(qapp, has_band, n_handles):
    pixels = painted(PixelBox(10.0, 80.0, 20.0, 90.0, has_band), has_centre=False)
    assert int((pixels == 255).sum()) == n_handles * SIZE**2
    assert int((pixels == 0).sum()) == n_handles * ((SIZE + 2) ** 2 - SIZE**2)


def test_the_middle_has_a_cross_where_it_is_wanted(qapp):
    box = PixelBox(10.0, 80.0, 20.0, 90.0, has_band=True)
    pixels = painted(box, has_centre=True)
    assert (pixels[55, 45 - CENTRE : 45 + CENTRE] == 255).all()
    assert pixels[55 - CENTRE // 2 - 1, 45] == 255
    small = PixelBox(10.0, 30.0, 20.0, 40.0, has_band=True)
    assert (painted(small, has_centre=True) == painted(small, has_centre=False)).all()
