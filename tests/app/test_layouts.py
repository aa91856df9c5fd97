import pytest

from app.layouts import LAYOUTS
from app.view_commands import PANELS


def shown(window):
    """Panels that are seen, those behind others left out."""
    return {name for name in PANELS if window.docks.is_shown(name)}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("inspect", {"recording", "spectrum"}),
        ("repair", {"inspector", "history", "recording"}),
        ("review", {"events", "history"}),
    ],
)
def test_a_layout_shows_what_its_work_needs(opened, act, qtbot, name, seen):
    opened.docks.show("sides")
    act(f"layout_{name}")
    qtbot.waitUntil(lambda: shown(opened) == seen)
    waveform, spectrogram = opened.views.splitter.sizes()
    share = LAYOUTS[name].waveform
    assert waveform / (waveform + spectrogram) == pytest.approx(share, abs=0.05)


def test_one_layout_follows_another_and_the_reset(opened, act, qtbot):
    for name in ("inspect", "review", "repair"):
        act(f"layout_{name}")
    qtbot.waitUntil(lambda: shown(opened) == {"inspector", "history", "recording"})
    act("reset_layout")
    qtbot.waitUntil(lambda: shown(opened) == {"inspector", "history", "recording"})
    act("panel_events")
    qtbot.waitUntil(lambda: opened.docks.is_shown("events"))


def test_every_panel_a_layout_names_is_one(qtbot):
    assert all(set(layout.panels) <= set(PANELS) for layout in LAYOUTS.values())
