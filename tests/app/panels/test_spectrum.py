import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette

from app import settings as keys
from app.panels.spectrum import NOISE, ORIGINAL, RESULT, SpectrumPanel
from engine.average_spectrum import average_spectrum
from engine.region import Region
from tests.app.fakes import FakeSession, silenced
from tests.signals import noise


@pytest.fixture
def fake(qtbot, tmp_path, rng):
    session = FakeSession(tmp_path)
    session.open_audio(noise(rng, 3.0, n_channels=2))
    yield session
    session.picture_runner.stop()


@pytest.fixture
def panel(fake, qtbot):
    panel = SpectrumPanel(fake)
    qtbot.addWidget(panel)
    panel.resize(700, 240)
    return panel


@pytest.fixture
def computed(panel, fake, qtbot):
    def wait():
        qtbot.waitUntil(lambda: not panel._rest.isActive() and panel._worker is None)

    return wait


def names(panel):
    return [curve.name for curve in panel.plot.curves]


def test_the_selection_is_averaged_and_without_one_the_visible_span(panel, fake, computed):
    panel.show()
    computed()
    recording = fake.document.original
    (curve,) = panel.plot.curves
    expected = average_spectrum(recording, 0, recording.n_samples)
    np.testing.assert_array_equal(curve.spectrum.level_db, expected.level_db)
    fake.view_state.select(Region(1.0, 2.0, 400.0, 900.0))
    computed()
    (curve,) = panel.plot.curves
    expected = average_spectrum(recording, 44_100, 88_200)
    np.testing.assert_array_equal(curve.spectrum.level_db, expected.level_db)
    assert "0:01.00" in panel._about.text()


def test_result_and_noise_have_curves_once_there_are_any(panel, fake, computed):
    panel.show()
    computed()
    assert names(panel) == ["Original"]
    document = fake.document
    assert document.commit([silenced(document.source, 0, 60_000)], 0)
    document.mark_noise(Region(0.0, 0.5))
    computed()
    assert list(panel._spectra) == [ORIGINAL, RESULT, NOISE]
    original, result, _ = panel.plot.curves
    lower_db = (original.spectrum.level_db - result.spectrum.level_db)[10:].mean()
    assert lower_db == pytest.approx(10 * np.log10(132_300 / 72_300), abs=0.5)
    assert len({(curve.colour.name(), curve.line) for curve in panel.plot.curves}) == 3


def test_nothing_is_computed_while_it_is_hidden(panel, fake, qtbot, computed):
    fake.view_state.select(Region(1.0, 2.0))
    qtbot.wait(300)
    assert panel.plot.curves == ()
    panel.show()
    computed()
    assert names(panel) == ["Original"]


def test_channels_are_those_of_the_pictures_and_a_closed_side_leaves_nothing(panel, fake, computed):
    panel.show()
    fake.document.original.audio.samples[1] = fake.document.original.audio.samples[0]
    fake.settings.set(keys.channels, "side")
    computed()
    assert panel.plot.curves[0].spectrum.level_db.max() == -160.0
    fake.close()
    assert panel.plot.curves == ()


def test_the_view_menu_shows_it_below_and_hides_it(opened, act, session):
    assert not opened.docks.is_shown("spectrum")
    act("panel_spectrum")
    assert opened.docks.is_shown("spectrum")
    act("panel_spectrum")
    assert not opened.docks.is_shown("spectrum")


def test_another_theme_gives_the_curves_other_colours(panel, fake, computed):
    panel.show()
    computed()
    before = panel.plot.curves[0].colour
    palette = panel.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor("black"))
    palette.setColor(QPalette.ColorRole.Text, QColor("white"))
    panel.setPalette(palette)
    assert panel.plot.curves[0].colour != before
