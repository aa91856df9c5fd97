"""A small guide of the test's own, and the window that shows it."""

import pytest
from PySide6.QtGui import QImage, QPalette

from app.help.window import HelpWindow
from app.theme import Theme

INDEX = "# Guide\n\n1. [Steps](steps.md)\n2. [Far](far.md#end)\n\n[web](https://example.org/x)\n"
STEPS = "# Steps\n\n## Declick\n\nClicks go. See [far](far.md).\n\n## Denoise\n\nNoise goes.\n"
PARAGRAPH = "A line about nothing, long enough to be read.\n\n"
FAR = f"# Far\n\n{PARAGRAPH * 60}## End\n\nThe end, `runout info side.wav`.\n\n{PARAGRAPH * 60}"
PICTURE = "# Picture\n\n![A picture](pictures/wide.png)\n\n![None](../outside.png)\n"


@pytest.fixture
def guide(tmp_path, monkeypatch):
    folder = tmp_path / "guide"
    (folder / "pictures").mkdir(parents=True)
    for name, text in (("index", INDEX), ("steps", STEPS), ("far", FAR), ("picture", PICTURE)):
        (folder / f"{name}.md").write_text(text)
    picture = QImage(1000, 400, QImage.Format.Format_RGB32)
    picture.fill(0xFF2080C0)
    picture.save(str(folder / "pictures" / "wide.png"))
    picture.save(str(tmp_path / "outside.png"))
    monkeypatch.setattr("app.paths.guide", lambda: folder)
    return folder


@pytest.fixture
def theme(qapp):
    theme = Theme(qapp, "dark")
    yield theme
    theme.setParent(None)
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


@pytest.fixture
def make_help(settings, theme, guide, qtbot):
    """Makes the window of the guide, shown."""
    made = []

    def make():
        window = HelpWindow(settings, theme)
        made.append(window)
        window.resize(900, 600)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in made:
        window.stop()
        window.deleteLater()


@pytest.fixture
def shown(make_help):
    """The window at the first chapter."""
    window = make_help()
    window.go_to("index.md")
    return window
