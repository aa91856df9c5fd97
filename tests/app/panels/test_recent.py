"""What was opened last is a click away on the welcome page."""

from app.panels.recent import MOST_SHOWN, Recent


def test_the_last_ones_are_links_the_newest_first(window, session, qtbot, tmp_path):
    recent = window.welcome.findChild(Recent)
    assert recent.links == []
    for number in range(MOST_SHOWN + 2):
        session.remember(tmp_path / f"side & {number}.wav")
    names = [each.accessibleName() for each in recent.links]
    assert names == [f"Open side & {number}.wav" for number in range(6, 1, -1)]
    assert recent.links[0].text() == "side && 6.wav"
    qtbot.waitUntil(recent.links[0].isVisible)


def test_a_click_opens_it_and_what_is_gone_goes(window, session, side, tmp_path):
    recent = window.welcome.findChild(Recent)
    session.remember(side)
    session.remember(tmp_path / "gone.wav")
    recent.links[0].click()
    assert (session.document, len(recent.links)) == (None, 1)
    recent.links[0].click()
    assert session.document.path == side
