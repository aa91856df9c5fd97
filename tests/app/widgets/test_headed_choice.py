import pytest
from PySide6.QtCore import Qt

from app.widgets.headed_choice import HeadedChoice

HOME, END = Qt.Key.Key_Home, Qt.Key.Key_End


@pytest.fixture
def choice(qtbot):
    choice = HeadedChoice()
    qtbot.addWidget(choice)
    for heading, entries in (("Fruit", ("apple", "pear")), ("Roots", ("carrot", "leek"))):
        choice.add_heading(heading)
        for entry in entries:
            choice.addItem(entry, entry)
    choice.setCurrentIndex(4)
    choice.show()
    return choice


def test_home_and_end_go_to_the_first_and_the_last_entry(choice, qtbot):
    qtbot.keyClick(choice, HOME)
    assert choice.currentText() == "apple"
    qtbot.keyClick(choice, END)
    assert choice.currentText() == "leek"


def test_so_they_do_in_the_open_list(choice, qtbot):
    choice.showPopup()
    qtbot.keyClick(choice.view(), HOME)
    assert choice.view().currentIndex().data() == "apple"
    qtbot.keyClick(choice.view(), END)
    assert choice.view().currentIndex().data() == "leek"
    choice.hidePopup()


def test_headings_are_passed_over_by_the_arrows(choice, qtbot):
    choice.setCurrentIndex(2)
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert choice.currentText() == "carrot"
