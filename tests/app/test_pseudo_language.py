"""Nothing in the window is left in English when it speaks another language."""

import itertools
import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QTabBar,
    QTreeWidget,
    QWidget,
)

from app import paths
from app.application import read_presets
from app.dialogs.preferences import PreferencesDialog
from app.language import install_language
from app.main_window import MainWindow
from app.panels.first_steps import FirstStepsDialog
from app.panels.history_rows import rows_of
from app.theme import Theme
from app.widgets.time_axis import LEFT_AXIS
from engine.region import Region
from engine.tasks import TASKS
from tests.app.pseudo_language import PseudoLanguage, bracketed, speak_english

# fmt: off
NAMES = frozenset({
    "Runout", "English", "Deutsch", "Audacity",  # names that are the same everywhere
    "WAV", "BWF", "FLAC", "AIFF", "W64", "RF64", "OGG", "Ogg", "MP3", "WAVEX", "fmt", "data", "s",
    "Space", "Home", "End", "Esc", "Del", "PgUp", "PgDown", "Left", "Right", "Up", "Down", "Ins",
})
OWN = re.compile("|".join((
    r"[\W\d_]*|[-\d. ]+e\+\d+",  # numbers, signs and times
    r"([-+−∞<\d.,: –]*(e\+\d+)?\s?(Hz|kHz|k|dB|dBFS|LUFS|ms|s|GB|MB|kB|rpm|%)\s?)+",  # units
    r"/.*|.*\.(wav|flac|json|runout|txt)\b.*|\{base\} restored|([●✔] )?side",  # files
    r"[A-G][♯#]?-?\d.*",  # notes
    r"\w+ \d+[A-Z]*-[\d.]+|\w+ (FFRR )?\w+-[\d.]+",  # curves of records
    r"cpu|Runout \d[\d.]*|TP .*",  # devices, the version, the meter
    r"((Ctrl|Shift|Alt|Meta)\+)*(\S|F\d+|Space|Home|End|Esc|Del|Left|Right|Up|Down|PgUp|PgDown)",
)))
# fmt: on
"""What no language changes: numbers with units, names of files, notes, curves, keys and devices."""
DIALOGS = ("keys", "about", "find_speed", "groove_modes", "preferences", "first_steps", "export")
ARROW = 30
"""Pixels that the frame and the arrow of a list take."""
WILD = Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive
BRACKETED = re.compile(r"\[[^\[\]]*\]")


def is_foreign(text: str) -> bool:
    """Whether a text is in no language but its own: all in brackets, or nothing to translate."""
    plain = (
        re.sub(r"<[^>]*>", "", text).replace("&nbsp;", " ").replace("&", "").replace("\u200b", "")
    )
    rest = BRACKETED.sub("", plain)
    while BRACKETED.search(rest):
        rest = BRACKETED.sub("", rest)
    pieces = re.split(r"\n|  +|·|, | \(|\) |\)|;|: | › ", rest)
    return all(piece.strip() in NAMES or OWN.fullmatch(piece.strip()) for piece in pieces)


def texts_of(root: QWidget) -> list[tuple[str, str]]:
    """Everything that can be read on a widget and in it, with where it was found."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        where = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        told = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        told += list(_own_texts(widget))
        found += [(where, text) for text in told if text]
    return found


def _own_texts(widget):
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QGroupBox | QMenu):
        yield widget.title()
    if isinstance(widget, QDockWidget | QDialog):
        yield widget.windowTitle()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(i) for i in range(widget.count()))
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QAbstractItemView):
        yield from _cells(widget)


def _cells(view):
    model, across = view.model(), Qt.Orientation.Horizontal
    if model is None or isinstance(view.parent().parent(), QComboBox):
        return
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    if isinstance(view, QTreeWidget):
        items = [view.headerItem(), *view.findItems("*", WILD, 0)]
        yield from (each.text(i) for each in items for i in range(view.columnCount()))
        return
    for column in range(1 if isinstance(view, QListView) else model.columnCount()):
        for role in roles:
            title = model.headerData(column, across, role)
            yield title if isinstance(title, str) else ""
            for row in range(min(model.rowCount(), 20)):
                told = model.index(row, column).data(role)
                yield told if isinstance(told, str) else ""


def english(root: QWidget) -> list[str]:
    """What is not translated, each with where it is."""
    return sorted({f"{where}: {text!r}" for where, text in texts_of(root) if not is_foreign(text)})


@pytest.fixture
def pseudo(qapp):
    language = PseudoLanguage((), qapp)
    qapp.installTranslator(language)
    yield language
    speak_english(qapp)


@pytest.fixture
def german(qapp):
    install_language(qapp, paths.translations(), "de")
    yield
    speak_english(qapp)


@pytest.fixture
def foreign(pseudo, window, side):
    """The window with a side open, all in brackets."""
    assert window.open(side)
    return window


def test_brackets_keep_places_keys_and_dots():
    assert bracketed("&Open {name}…") == "[&Öpéñ {name}~~]…"
    assert bracketed("[åll]") == "[åll]"


def test_plain_english_is_told_from_what_is_translated():
    assert is_foreign("[Söme] 12.3 dB · 44.1 kHz")
    assert is_foreign("side.wav")
    assert not is_foreign("Select nothing")
    assert not is_foreign("[Söme] and more")


def test_an_empty_window_is_translated(pseudo, window):
    assert not english(window), "\n".join(english(window))


def test_the_window_with_a_side_is_translated_with_every_task_and_preset(foreign, qtbot):
    foreign.session.view_state.select(Region(0.2, 0.8, 500.0, 2000.0))
    for task in TASKS:
        foreign.inspector.choose_task(task)
        assert not english(foreign.inspector), "\n".join(english(foreign.inspector))
    for preset in read_presets((paths.presets(),))[0]:
        foreign.inspector.choose_preset(preset)
        assert not english(foreign.inspector), "\n".join(english(foreign.inspector))
    assert not english(foreign), "\n".join(english(foreign))


def test_what_was_done_is_told_in_every_panel(foreign, act, finish):
    foreign.inspector.choose_task("declick")
    act("run")
    finish()
    act("event_next")
    act("reject")
    act("undo")
    for name in DIALOGS:
        act(name)
        dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog)]
        shown = [each for each in dialogs if each.isVisible()]
        assert shown, name
        for dialog in shown:
            assert not english(dialog), "\n".join(english(dialog))
            dialog.close()


def clipped(root: QWidget) -> list[str]:
    """Buttons and lists that have less room than their text takes."""
    found = []
    for widget in root.findChildren(QWidget):
        if isinstance(widget, QAbstractButton):
            text, needed = widget.text(), widget.sizeHint().width()
        elif isinstance(widget, QComboBox):
            text = widget.currentText()
            needed = widget.fontMetrics().horizontalAdvance(text) + ARROW
        else:
            continue
        if text and widget.isVisibleTo(root) and widget.width() < needed:
            found.append(f"{text}: {widget.width()} of {needed}")
    return found


def test_no_button_and_no_choice_is_clipped_in_german(german, session, qapp, qtbot, side):
    theme = Theme(qapp, "dark")
    window = MainWindow(session, theme, read_presets((paths.presets(),))[0])
    qtbot.addWidget(window)
    window.resize(1600, 900)
    window.show()
    qtbot.waitExposed(window)
    assert window.open(side)
    for task in TASKS:
        window.inspector.choose_task(task)
        qtbot.wait(1)
        assert clipped(window) == [], task
    for dialog in (PreferencesDialog(session, window), FirstStepsDialog(session, window)):
        dialog.show()
        qtbot.waitExposed(dialog)
        assert clipped(dialog) == []
        dialog.close()
    theme.setParent(None)
    qapp.setStyleSheet("")


def _key(text: str) -> str:
    """The letter after &, small; none has none."""
    return text.replace("&&", "").partition("&")[2][:1].lower()


def test_keys_are_given_once_in_each_german_menu(german, window):
    menus = {action.menu() for action in window.findChildren(QAction) if action.menu()}
    told = [[each.text() for each in menu.actions()] for menu in menus]
    told.append([action.text() for action in window.menus.bar.actions()])
    shared = [
        " = ".join(alike)
        for entries in told
        for key, group in itertools.groupby(sorted(entries, key=_key), _key)
        if key and len(alike := list(group)) > 1
    ]
    assert shared == []


def test_what_stands_left_of_the_pictures_has_room_there_in_german(german, window):
    metrics = window.views.fontMetrics()
    words = [window.tr("Events", "strip"), window.tr("turn"), window.tr("Marks")]
    assert [word for word in words if metrics.horizontalAdvance(word) > LEFT_AXIS - 10] == []


def test_a_sentence_of_the_engine_is_told_in_german(german, window, tmp_path):
    (tmp_path / "leer.wav").touch()
    assert not window.open(tmp_path / "leer.wav")
    assert window.banner.text == "leer.wav ist leer (0 Bytes); von der Herkunft neu kopieren."


def test_what_was_done_is_kept_in_english(german, opened, act, finish):
    opened.inspector.choose_task("gain")
    opened.inspector.operation.form.set_values({"gain_db": -6.0})
    act("run")
    finish()
    opened.session.view_state.select(Region(0.2, 0.8))
    act("put_back")
    finish()
    document = opened.session.document
    assert [each.title for each in document.operations] == ["Gain", "Put back the original"]
    assert [row.title for row in rows_of(document)] == [
        "Quelle", "Verstärkung", "Original zurückholen",
    ]  # fmt: skip
