from PySide6.QtWidgets import QLabel

from app.dialogs.about import AboutDialog
from app.version import VERSION


def test_it_names_program_and_version(window, act):
    act("about")
    dialog = window.findChild(AboutDialog)
    assert f"Runout {VERSION}" in [label.text() for label in dialog.findChildren(QLabel)]
