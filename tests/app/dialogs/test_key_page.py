import pytest
from PySide6.QtCore import Qt

from app import paths
from app import settings as keys
from app.actions import ACTIONS
from app.dialogs.key_page import KeyPage
from app.key_bindings import KeyBindings
from tests.app.test_accessibility import nameless

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bindings(settings):
    return KeyBindings(ACTIONS, settings, paths.key_schemes())


@pytest.fixture
def page(bindings, settings, qtbot):
    page = KeyPage(bindings, settings)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def press(page, qtbot):
    def run(key, modifiers=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(page.field, key, modifiers)

    return run


def shown(page) -> list[str]:
    return [name for name, item in page._items.items() if not item.isHidden()]


def test_a_key_is_changed_by_pressing_it(page, bindings, press):
    page.choose("run")
    press(Qt.Key.Key_F9)
    assert bindings.keys("run") == ("F9",)
    assert page._items["run"].text(1) == "F9"
    assert page._items["run"].font(1).bold()
    assert not page.take.isVisible()


def test_a_key_that_is_taken_is_told_and_offered(page, bindings, press):
    page.choose("run")
    press(Qt.Key.Key_X)
    assert bindings.keys("run") == ("R",)
    assert page.told.text() == "X is the key of Reject; it can be taken away from there."
    assert page.take.isVisible()
    page.take.click()
    assert bindings.keys("run") == ("X",)
    assert bindings.keys("reject") == ()
    assert not page.take.isVisible()


def test_one_and_all_come_back(page, bindings, press):
    for name, key in (("run", Qt.Key.Key_F9), ("accept", Qt.Key.Key_F10)):
        page.choose(name)
        press(key)
    page.reset.click()
    assert (bindings.keys("accept"), bindings.keys("run")) == (("A",), ("F9",))
    page.reset_all.click()
    assert bindings.keys("run") == ("R",)
    page.choose("run")
    page.clear.click()
    assert bindings.keys("run") == ()


def test_searching_leaves_what_fits_by_name_or_by_key(page):
    page.search.setText("compare groove")
    assert shown(page) == ["groove_modes"]
    page.search.setText("ctrl+shift+e")
    assert shown(page) == ["export"]


def test_another_scheme_is_shown_at_once(page, settings):
    settings.set(keys.key_scheme, "audacity")
    assert page._items["zoom_in"].text(1).startswith("Ctrl+1")
    assert page.scheme.currentText() == "Audacity"


def test_enter_goes_from_the_list_to_the_field_and_esc_back(page, qtbot, bindings):
    page.activateWindow()
    page.choose("run")
    page.tree.setFocus()
    qtbot.waitUntil(page.tree.hasFocus)
    qtbot.keyClick(page.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.field.isAncestorOf(page.focusWidget()) or page.field.hasFocus())
    qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    assert page.tree.hasFocus()
    assert bindings.keys("run") == ("R",)


def test_everything_has_a_name(page):
    assert nameless(page) == []
