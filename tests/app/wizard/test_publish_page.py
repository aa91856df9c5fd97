"""Publishing in the window: a name, a signature, and the model is there without a restart."""

import pytest
from PySide6.QtCore import QObject, Qt

from app import paths
from app.chosen_models import chosen_equipment
from app.wizard.publish_page import PublishPage, suggested_name
from app.wizard.work import Work
from engine.catalog_file import load_catalog
from tests.app.wizard.judged import make_judged, open_copy
from tests.training.wizard.judging import write_weights
from training.wizard.plan import load_plan


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return make_judged(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def work(session, theme, judged, tmp_path, monkeypatch):
    parent = QObject()
    work = Work(session, theme, open_copy(judged, tmp_path / "training", monkeypatch), parent)
    yield work
    work.close()
    parent.deleteLater()


@pytest.fixture
def page(work, qtbot):
    page = PublishPage(work)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: work.runner.current is None)
    return page


def publish(page, qtbot):
    qtbot.mouseClick(page.publish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(page.work.plan.judged.published), timeout=60_000)
    qtbot.waitUntil(lambda: not page.bar.isVisibleTo(page))


def test_what_was_said_before_is_there_with_verdict_and_licence(page):
    assert page.title.text() == "Toy on my discs"
    assert page.model.text() == "toy-own"
    assert page.licence.text() == "CC-BY-SA-4.0"
    assert "On your discs" in page.verdict.text()
    assert "experimental" in page.badge.text()
    assert not page.everyday.isEnabled()
    assert not page.use.isEnabled()


def test_an_unsigned_model_is_published_and_taken_only_where_it_is_chosen(page, qtbot):
    asked: list[str] = []
    page.work.use_wanted.connect(asked.append)
    publish(page, qtbot)
    entries = load_catalog([paths.user_models()]).entries
    assert [(each.name, each.is_experimental) for each in entries] == [("toy-own", True)]
    assert "Published as toy-own" in page.done.text()
    assert not page.publish.isEnabled()
    page.enter()
    qtbot.waitUntil(lambda: page.work.runner.current is None)
    assert not page.publish.isEnabled()
    assert not page.wrong.isVisibleTo(page)
    settings = page.work.session.settings
    assert chosen_equipment(settings).catalog.find("denoise", "light").name == "toy"
    qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    assert asked == ["denoise"]
    assert chosen_equipment(settings).catalog.find("denoise", "light").name == "toy-own"


def test_a_signature_is_kept_and_lets_it_be_taken_everywhere(page, qtbot):
    qtbot.keyClicks(page.signed, "A. Archivist")
    assert load_plan(page.work.folder).judged.signed == "A. Archivist"
    assert page.everyday.isEnabled()
    page.everyday.click()
    publish(page, qtbot)
    (entry,) = load_catalog([paths.user_models()]).entries
    assert (entry.signed, entry.optional) == ("A. Archivist", False)
    assert "- Signed by: A. Archivist" in (paths.user_models() / "toy-own/card.md").read_text()


def test_a_name_that_is_wrong_or_taken_is_told_beside_it(page, qtbot):
    for name, told in (("My Model", "cannot be called"), ("toy", "ships with Runout")):
        page.model.clear()
        qtbot.keyClicks(page.model, name)
        assert told in page.wrong.text()
        assert not page.publish.isEnabled()
    page.model.clear()
    qtbot.keyClicks(page.model, "toy-2")
    assert not page.wrong.isVisibleTo(page)
    assert page.publish.isEnabled()


def test_what_was_trained_further_must_be_judged_first(page, qtbot):
    write_weights(page.work.folder / "run" / "best.safetensors", 3)
    page.enter()
    qtbot.waitUntil(lambda: "trained further" in page.verdict.text())
    assert not page.publish.isEnabled()


def test_a_name_follows_from_a_title():
    assert suggested_name("Odeon discs, 1912") == "odeon-discs-1912"
    assert suggested_name("???") == "own-model"
