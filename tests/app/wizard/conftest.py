"""The wizard's window of the tests' own, and work without it."""

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app import paths
from app.theme import Theme
from app.wizard.window import WizardWindow
from app.wizard.work import Work


@pytest.fixture
def theme(qapp):
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application, "dark")
    yield theme
    theme.setParent(None)


@pytest.fixture
def work(session, theme):
    """A new training, open."""
    parent = QObject()
    work = Work(session, theme, paths.trainings() / "one", parent)
    yield work
    work.close()
    parent.deleteLater()


@pytest.fixture
def wizard(session, theme, qtbot):
    """The window, shown."""
    window = WizardWindow(session, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.stop()
