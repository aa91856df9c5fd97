"""The page with noise: transfers are searched, stretches heard and ticked, and cut in the end."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.wizard.noise_page import NoisePage
from app.wizard.noise_search import marks_of
from app.wizard.noise_tree import LENGTH, LEVEL, LOT, PICTURE, SURENESS, WHERE
from engine.audio import Audio
from engine.errors import ModelError
from engine.region import Region
from engine.storage.contents import Mark
from engine.storage.folder import create_project
from tests.training.wizard.disc_side import write_side
from training.wizard.hear_stretch import LEAST_HEARD_S
from training.wizard.plan import Noise, Stretch, load_plan


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr("app.paths.cache", lambda: tmp_path / "cache")


@pytest.fixture
def sides(tmp_path, rng):
    """A folder with two sides and a file that is none."""
    paths = [write_side(tmp_path / "sides" / name, rng) for name in ("a.wav", "b.wav")]
    (tmp_path / "sides" / "broken.wav").write_text("no sound")
    return paths


@pytest.fixture
def page(work, qtbot):
    page = NoisePage(work)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    return page


@pytest.fixture
def add(page, qtbot):
    """Adds places as if they were dropped, and waits until they are searched."""

    def run(*places):
        page.add([str(each) for each in places])
        qtbot.waitUntil(lambda: page._worker is None, timeout=60_000)
        qtbot.waitUntil(lambda: not page._keeping.isActive())

    return run


def top(page, side):
    return page.tree.topLevelItem(side)


def row(page, side, stretch):
    return top(page, side).child(stretch)


def kept(page):
    return load_plan(page.work.folder).noise


def test_transfers_that_are_dropped_are_searched_at_once(page, sides, qtbot):
    assert not page.tree.isVisible()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(Path(sides[0]).parent))])
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: page._worker is None, timeout=60_000)
    assert page.tree.isVisible()
    assert [Path(each).name for each in page.tree.paths] == ["a.wav", "b.wav", "broken.wav"]
    first = row(page, 0, 0)
    assert first.text(WHERE).startswith("Lead-in, 0:00.0 to 0:0")
    assert first.text(LENGTH).endswith(" s")
    assert float(first.text(LEVEL).removesuffix(" dBFS")) == pytest.approx(-34.0, abs=0.5)
    assert first.text(SURENESS) == "sure"
    assert first.checkState(WHERE) == Qt.CheckState.Checked
    assert first.data(WHERE, Qt.ItemDataRole.AccessibleTextRole).endswith("dBFS, sure")
    assert "broken.wav: " in top(page, 2).text(WHERE)
    assert page.parts.total.text().endswith("of noise of 2 transfers")
    assert "1 transfer with" in page.parts.note.text()
    assert sorted(top(page, side).text(PICTURE) for side in (0, 1)) == ["", "kept to judge by"]
    assert page.problem() == ""
    assert kept(page).transfers == (str(Path(sides[0]).parent),)
    assert len(kept(page).stretches) == 4


def test_ticks_and_lots_are_kept_and_shown_again(page, sides, add, qtbot, work):
    add(*sides)
    page.tree.setCurrentItem(row(page, 0, 1))
    qtbot.keyClick(page.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page._sides[sides[0]][1].is_taken)
    top(page, 1).setText(LOT, "Lot 3")
    qtbot.waitUntil(lambda: not page._keeping.isActive())
    said = [(each.is_taken, each.group) for each in kept(page).stretches]
    assert said == [(True, ""), (False, ""), (True, "Lot 3"), (True, "Lot 3")]
    other = NoisePage(work)
    qtbot.addWidget(other)
    other.enter()
    qtbot.waitUntil(lambda: other._worker is None, timeout=60_000)
    assert row(other, 0, 1).checkState(WHERE) == Qt.CheckState.Unchecked
    assert top(other, 1).text(LOT) == "Lot 3"
    assert [(each.is_taken, each.group) for each in kept(other).stretches] == said


def test_the_enter_that_ends_the_name_of_a_lot_ticks_nothing(page, sides, add, qtbot):
    add(sides[0])
    page.tree.setCurrentItem(row(page, 0, 0))
    qtbot.keyClick(page.tree, Qt.Key.Key_F2)
    field = page.tree.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "Lot 5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: top(page, 0).text(LOT) == "Lot 5")
    assert row(page, 0, 0).checkState(WHERE) == Qt.CheckState.Checked


def test_space_plays_a_stretch_that_lasts_long_enough_to_be_heard(
    page, sides, add, qtbot, work, monkeypatch
):
    add(sides[0])
    played: list[Audio] = []
    monkeypatch.setattr(work.excerpt, "play", played.append)
    short = Stretch(sides[0], 0.5, 1.1, "pause", True)
    page._sides[sides[0]] = (short,)
    page.tree.show_side(sides[0], (short,))
    page.tree.setCurrentItem(row(page, 0, 0))
    assert page.parts.play.isEnabled()
    qtbot.keyClick(page.tree, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(played), timeout=60_000)
    assert LEAST_HEARD_S <= played[0].duration_s < LEAST_HEARD_S + 0.6


def test_all_and_none_are_ticked_and_too_little_keeps_one_here(page, sides, add, qtbot):
    add(sides[0])
    qtbot.mouseClick(page.parts.none, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.parts.total.text() == "No noise is ticked.")
    assert page.problem() == ""
    qtbot.mouseClick(page.parts.all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.parts.total.text().endswith("of 1 transfer"))
    assert "of the same transfer" in page.parts.note.text()
    page._sides[sides[0]] = (Stretch(sides[0], 0.0, 0.8, "lead-in", True),)
    assert page.problem().startswith("Only 0.8 s of noise are ticked")


def test_marks_of_projects_and_of_what_is_open_are_taken(
    page, sides, add, qtbot, session, tmp_path
):
    with create_project(tmp_path / "p.runout", Path(sides[0]), software="1") as folder:
        folder.set_marks((Mark(0.4, 2.5, "", "noise"), Mark(7.0, 10.0, "", "music")))
    add(sides[0], tmp_path / "p.runout")
    spans = [(each.start_s, each.stop_s, each.origin) for each in kept(page).stretches]
    assert spans == [(0.4, 2.5, "mark")]
    assert row(page, 0, 0).text(WHERE) == "Marked by you, 0:00.4 to 0:02.5"
    assert session.open(Path(sides[1]))
    session.document.mark_noise(Region(8.0, 9.5))
    marks = marks_of(session.document)
    assert marks is not None
    assert marks.noise == (Region(8.0, 9.5),)
    page.enter()
    qtbot.waitUntil(lambda: page._worker is None, timeout=60_000)
    marked = [each for each in kept(page).stretches if each.path == sides[1]]
    assert [(each.start_s, each.origin, each.is_taken) for each in marked] == [(8.0, "mark", True)]


def test_what_is_taken_out_stays_out_and_a_disk_that_is_not_at_hand_loses_nothing(
    page, sides, add, qtbot, work
):
    add(Path(sides[0]).parent)
    page.tree.setCurrentItem(top(page, 0))
    qtbot.keyClick(page.tree, Qt.Key.Key_Delete)
    assert [Path(each).name for each in page.tree.paths] == ["b.wav", "broken.wav"]
    assert sides[0] not in kept(page).transfers
    Path(sides[1]).rename(Path(sides[1]).with_name("elsewhere"))
    other = NoisePage(work)
    qtbot.addWidget(other)
    other.enter()
    qtbot.waitUntil(lambda: other._worker is None, timeout=60_000)
    assert [Path(each).name for each in other.tree.paths] == ["b.wav", "broken.wav"]
    assert [each.path for each in kept(other).stretches] == [sides[1]] * 2
    assert "cannot be read" in top(other, 0).toolTip(WHERE)


def test_leaving_cuts_what_is_ticked(page, sides, add, qtbot, work):
    add(*sides)
    page.leave()
    folders = [work.folder / name for name in ("noise", "noise_held")]
    qtbot.waitUntil(lambda: all(each.is_dir() for each in folders), timeout=60_000)
    files = [each.name for folder in folders for each in folder.iterdir()]
    assert {each[0] for each in files} == {"a", "b"}


def test_the_page_says_when_the_base_learns_nothing_of_noise(page, monkeypatch):
    def template(*_):
        return SimpleNamespace(wants_noise=False)

    monkeypatch.setattr("app.wizard.noise_page.chosen_template", template)
    page.enter()
    assert page.parts.optional.isVisible()

    def missing(*_):
        raise ModelError("there is none")

    monkeypatch.setattr("app.wizard.noise_page.chosen_template", missing)
    page.enter()
    assert not page.parts.optional.isVisible()


def test_an_open_side_does_not_change_a_training_that_has_run(page, sides, qtbot, session, work):
    assert session.open(Path(sides[1]))
    session.document.mark_noise(Region(8.0, 9.5))
    work.change(reached="judge", noise=Noise())
    page.enter()
    assert page._worker is None
    assert kept(page).stretches == ()


def test_everything_that_takes_the_keys_has_a_name(page, sides, add):
    add(sides[0])
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            named = widget.accessibleName() or getattr(widget, "text", str)()
            assert named, widget
