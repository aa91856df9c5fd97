import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QShortcut,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from app import paths
from app import settings as keys
from app.help.chapters import read_guide
from app.help.dressing import MARGIN, pictures, place_of
from app.help.window import SMALLEST, HelpWindow
from tests.app.test_accessibility import contrast, nameless, unreached

LEAST_CONTRAST = 4.5


def link(window, target):
    window.page.anchorClicked.emit(QUrl(target))


def formats(block: QTextBlock) -> list[QTextCharFormat]:
    found, at = [], block.begin()
    while not at.atEnd():
        found.append(at.fragment().charFormat())
        at += 1
    return found


def hrefs(window):
    """The colour of each link of the page."""
    block, found = window.page.document().begin(), {}
    while block.isValid():
        for told in formats(block):
            if told.anchorHref():
                found[told.anchorHref()] = told.foreground().color()
        block = block.next()
    return found


def test_a_link_goes_to_its_chapter_and_heading_and_back_to_where_it_was(shown, qtbot):
    link(shown, "far.md#end")
    assert shown.place == "far.md#end"
    assert shown.page.accessibleDescription() == "Far"
    scrolled = shown.page.verticalScrollBar().value()
    assert scrolled > 500
    shown.back.click()
    assert shown.place == "index.md#guide"
    assert not shown.back.isEnabled()
    shown.forward.click()
    assert shown.page.verticalScrollBar().value() == scrolled
    assert not shown.forward.isEnabled()


def test_a_heading_comes_to_the_upper_edge(shown):
    shown.go_to("far.md#end")
    page = shown.page
    first = page.cursorForPosition(QPoint(40, 16)).block().text()
    assert first == "End"


def test_going_back_comes_to_where_one_had_read(shown):
    shown.go_to("far.md")
    shown.page.verticalScrollBar().setValue(321)
    link(shown, "steps.md#denoise")
    shown.back.click()
    assert shown.page.verticalScrollBar().value() == 321


def test_what_lies_outside_is_told_and_not_opened(shown, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", opened.append)
    link(shown, "https://example.org/x")
    assert "https://example.org/x" in shown.banner.text
    assert opened == []
    assert shown.place == "index.md#guide"
    shown.go_to("steps.md")
    assert shown.banner.text == ""


def test_a_chapter_that_is_not_there_is_told(shown):
    link(shown, "none.md")
    assert "none.md" in shown.banner.text
    assert shown.place == "index.md#guide"


def test_where_there_is_no_such_chapter_any_more_it_begins_with_the_first(make_help):
    window = make_help()
    window.go_to("gone.md#end")
    assert window.place.startswith("index.md")
    assert window.banner.isVisibleTo(window)


def test_contents_follow_and_lead(shown):
    shown.go_to("steps.md#denoise")
    tree = shown.contents.tree
    assert tree.currentItem().text(0) == "Denoise"
    tree.itemActivated.emit(tree.topLevelItem(0), 0)
    assert shown.place == "index.md#guide"


def test_search_lists_sections_and_enter_goes_to_the_first(shown, qtbot):
    qtbot.keyClicks(shown.contents.search, "NOISE goes")
    assert shown.contents.found.count() == 1
    assert "Denoise" in shown.contents.found.item(0).text()
    qtbot.keyClick(shown.contents.search, Qt.Key.Key_Return)
    assert shown.place.startswith("steps.md")
    assert shown.contents.tree.isHidden()
    shown.contents.search.clear()
    assert not shown.contents.tree.isHidden()
    shown.contents.search.setText("nowhere at all")
    assert "Nothing" in shown.contents.told.text()


def test_find_goes_round_the_chapter_both_ways(shown, qtbot):
    shown.go_to("steps.md")
    shown.bar.open_bar()
    qtbot.keyClicks(shown.bar.field, "goes")
    first = shown.page.textCursor().selectionStart()
    assert shown.bar.told.text() == "1 in all"
    shown.bar.field.setText("noise")
    second = shown.page.textCursor().selectionStart()
    assert shown.bar.told.text() == "2 in all"
    shown.bar.find_next()
    other = shown.page.textCursor().selectionStart()
    shown.bar.find_next()
    assert shown.page.textCursor().selectionStart() == second != other
    shown.bar.find_previous()
    assert shown.page.textCursor().selectionStart() == other
    shown.bar.field.setText("xyzzy")
    assert shown.bar.told.text() == "Not in this chapter"
    assert not shown.bar.next.isEnabled()
    qtbot.keyClick(shown.bar.field, Qt.Key.Key_Escape)
    assert shown.bar.isHidden()
    assert first > 0


def test_pictures_are_as_wide_as_there_is_room_and_read_from_the_guide_alone(shown, qtbot):
    shown.go_to("picture.md")
    page, document = shown.page, shown.page.document()
    kind = QTextDocument.ResourceType.ImageResource

    def is_drawn():
        made = document.resource(kind, QUrl("pictures/wide.png"))
        return made is not None and made.width() > 1

    qtbot.waitUntil(is_drawn)
    (_, wide), (_, outside) = pictures(document)
    room = page.viewport().width() - 2 * MARGIN - 2
    assert wide.width() == room
    assert wide.height() == pytest.approx(0.4 * room)
    drawn = document.resource(kind, QUrl("pictures/wide.png"))
    assert drawn.width() == pytest.approx(room, abs=1)
    assert outside.width() == 0
    shown.resize(1600, 600)
    qtbot.waitUntil(lambda: pictures(document)[0][1].width() == 1000)


def test_the_wheel_with_ctrl_makes_text_larger_and_that_is_remembered(shown, settings, make_help):
    usual = shown.page.font().pointSizeF()
    turn = QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    shown.page.wheelEvent(turn)
    assert shown.page.font().pointSizeF() == usual + 1
    assert make_help().page.font().pointSizeF() == usual + 1
    shown.zoom_by(100)
    assert settings.get(keys.help_zoom) == 12


def test_larger_text_keeps_the_place_and_code_grows_with_it(shown):
    shown.go_to("far.md#end")
    heights = []
    for _ in range(2):
        heading = place_of(shown.page.document(), "end")
        assert heading is not None
        block = heading.next()
        layout = shown.page.document().documentLayout()
        heights.append(layout.blockBoundingRect(block).height())
        assert shown.page.cursorForPosition(QPoint(40, 16)).block().text() == "End"
        shown.zoom_by(6)
    assert heights[1] > 1.4 * heights[0]
    code = [each for each in formats(block) if each.fontFixedPitch()]
    assert len(code) == 1
    assert not code[0].hasProperty(QTextFormat.Property.FontPointSize)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_text_and_links_stand_out_in_both_themes(shown, theme, scheme):
    shown.go_to("index.md")
    theme.choose(scheme)
    field = QColor(theme.colours["field"])
    palette = shown.page.palette()
    assert contrast(palette.text().color(), field) >= LEAST_CONTRAST
    links = hrefs(shown)
    assert set(links) == {"steps.md", "far.md#end", "https://example.org/x"}
    assert all(contrast(each, field) >= LEAST_CONTRAST for each in links.values())
    assert shown.page.viewport().grab().toImage().pixelColor(3, 3) == field


def test_the_guide_that_ships_fits_into_a_narrow_window(settings, theme, guide, monkeypatch):
    monkeypatch.setattr("app.paths.guide", lambda: paths.resources() / "guide")
    window = HelpWindow(settings, theme)
    window.resize(SMALLEST)
    window.show()
    for chapter in read_guide(paths.guide()):
        window.go_to(chapter.name)
        assert window.place == f"{chapter.name}#{chapter.sections[0].anchor}"
        too_wide = window.page.document().idealWidth() - window.page.viewport().width()
        assert too_wide <= 2, chapter.name
    window.stop()
    window.deleteLater()


def test_a_change_of_theme_keeps_the_place(shown, theme):
    shown.go_to("far.md")
    shown.page.verticalScrollBar().setValue(400)
    theme.choose("light")
    assert shown.page.verticalScrollBar().value() == 400


def test_size_and_place_are_remembered(shown, settings):
    shown.go_to("steps.md#denoise")
    shown.close()
    assert settings.get(keys.help_place) == "steps.md#denoise"
    assert not settings.get(keys.help_geometry).isEmpty()


def test_everything_has_a_name_and_tab_reaches_it(shown, qtbot):
    shown.bar.open_bar()
    shown.go_to("picture.md")
    assert nameless(shown) == []
    shown.activateWindow()
    shown.contents.search.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is shown.contents.search)
    assert unreached(shown, qtbot) == []


def test_tab_goes_through_the_links_of_a_page_and_leaves_it(shown, qtbot):
    shown.activateWindow()
    shown.page.setFocus()
    qtbot.waitUntil(shown.page.hasFocus)
    for _ in range(4):  # there are three links
        qtbot.keyClick(shown.page, Qt.Key.Key_Tab)
    assert not shown.page.hasFocus()


def test_enter_follows_the_link_that_has_the_keys(shown, qtbot):
    shown.activateWindow()
    shown.page.setFocus()
    qtbot.waitUntil(shown.page.hasFocus)
    qtbot.keyClick(shown.page, Qt.Key.Key_Tab)
    qtbot.keyClick(shown.page, Qt.Key.Key_Return)
    assert shown.place == "steps.md#steps"


def test_no_key_means_two_things(shown):
    shortcuts = shown.findChildren(QShortcut)
    known = [key.toString() for keys_ in map(QShortcut.keys, shortcuts) for key in keys_]
    assert len(known) == len(set(known))
    assert {"Alt+Left", "Alt+Right", "Ctrl+F", "Ctrl+0"} <= set(known)


def test_a_guide_that_is_missing_leaves_an_empty_page_and_a_word(settings, theme, monkeypatch,
                                                                 tmp_path, qtbot):  # fmt: skip
    monkeypatch.setattr("app.paths.guide", lambda: tmp_path / "none")
    window = HelpWindow(settings, theme)
    window.go_to("index.md")
    assert "index.md" in window.banner.text
    window.stop()
    window.deleteLater()
