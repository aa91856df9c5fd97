import pytest
from PySide6.QtGui import QKeySequence

from app.actions import ACTIONS
from app.dialogs.key_reference import KeyReference


@pytest.fixture
def reference(opened, act):
    act("keys")
    return opened.findChild(KeyReference)


def test_every_shortcut_and_every_gesture_is_listed(reference):
    native = QKeySequence.SequenceFormat.NativeText
    listed = ", ".join(reference.keys).split(", ")
    wanted = [QKeySequence(k).toString(native) for row in ACTIONS.values() for k in row.keys]
    assert set(wanted) <= set(listed)
    assert "Right click" in listed


def test_searching_leaves_what_fits(reference):
    reference._search.setText("playhead to the start")
    assert reference.keys == ["Home"]
