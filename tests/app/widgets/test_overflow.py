from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from app.widgets.overflow import Overflow


def test_a_press_asks_for_the_menu_and_shows_it(qtbot):
    more = Overflow("More buttons")
    qtbot.addWidget(more)
    asked = []
    more.choices.aboutToShow.connect(lambda: asked.append(more.choices.addAction("Zoom In")))
    more.show()
    qtbot.waitExposed(more)
    more.choices.popup(more.mapToGlobal(QPoint(0, more.height())))
    assert [each.text() for each in more.choices.actions()] == ["Zoom In"]
    more.choices.hide()


def test_it_has_a_name_and_takes_the_keys_by_tab_alone(qtbot):
    more = Overflow("More buttons")
    qtbot.addWidget(more)
    assert (more.accessibleName(), more.toolTip()) == ("More buttons", "More buttons")
    assert more.focusPolicy() is Qt.FocusPolicy.TabFocus


def test_an_emptied_menu_leaves_nothing_behind(qtbot):
    more = Overflow("More buttons")
    qtbot.addWidget(more)
    for _ in range(3):
        more.empty()
        more.choices.addMenu("Channels").addAction("Left")
    qtbot.waitUntil(lambda: len(more.choices.findChildren(QMenu)) == 1)
    assert [each.text() for each in more.choices.actions()] == ["Channels"]
