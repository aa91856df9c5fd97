import pytest

from app import paths
from app.language import install_language
from app.panels.marks import KIND, MarksPanel
from engine.region import Region
from tests.app.pseudo_language import speak_english

BESIDE = 8
"""Pixels that the table leaves free on both sides of a text."""


@pytest.fixture
def in_german(qapp):
    install_language(qapp, paths.translations(), "de")
    yield
    speak_english(qapp)


def test_the_kind_that_is_learnt_from_is_read_in_full_in_german(in_german, session, side, qtbot):
    session.open(side)
    panel = MarksPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    session.document.mark_noise(Region(0.2, 1.4))
    item = panel.table.item(0, KIND)
    assert item is not None
    text = item.text()
    assert text == "Rauschen ✓"
    wide = panel.table.fontMetrics().horizontalAdvance(text)
    assert wide + BESIDE <= panel.table.columnWidth(KIND) <= 120
