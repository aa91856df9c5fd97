"""Damage page: what is said becomes the recipe, is seen and heard, and is matched to a side."""

import tomllib

import pytest

from app.wizard import damage_page
from app.wizard.damage_page import DamagePage
from app.wizard.recipe_dialog import RecipeDialog
from tests.training.wizard.sides import known_side, light_template
from training.config import recipe_from_mapping
from training.wizard.plan import Damage, Goal, Music, Noise, load_plan
from training.wizard.recipe import recipe_tables

WAIT_MS = 20_000


@pytest.fixture
def known(tmp_path):
    return known_side(tmp_path, clicks=4.0)


@pytest.fixture
def page(work, known, qtbot, monkeypatch):
    """The page of a training with music and noise, on a template at a low rate."""
    template = light_template()
    monkeypatch.setattr(damage_page, "chosen_template", lambda *_: template)
    goal = Goal(base="denoise-light", name="mine", title="Mine")
    work.change(goal=goal, music=known.plan.music, noise=known.plan.noise)
    page = DamagePage(work)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    return page


@pytest.fixture
def shown(page, qtbot):
    """The same, entered, with its example and its figures."""
    page.enter()
    qtbot.waitUntil(lambda: page.view.clicks._rates[0] is not None, timeout=WAIT_MS)
    qtbot.waitUntil(page.heard.buttons["clean"].isEnabled, timeout=WAIT_MS)
    return page


def test_example_and_figures_are_there_without_being_asked_for(shown, work, known):
    assert work.plan.damage.transfer == str(known.path)
    assert all(button.isEnabled() for button in shown.heard.buttons.values())
    assert "apart" in shown.view.told["bands"].text()
    assert "60\u00a0% of the examples" in shown.list.meaning.text()
    assert shown.problem() == ""
    assert (work.folder / "noise").is_dir()


def test_a_slider_changes_the_plan_and_renders_anew(shown, work, qtbot):
    before = shown.heard._sounds["degraded"]
    shown.list.own.slider.setValue(90)
    qtbot.waitUntil(lambda: work.plan.damage.own_share == 0.9, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown.heard._sounds["degraded"] is not before, timeout=WAIT_MS)
    assert load_plan(work.folder).damage.own_share == 0.9
    surface, white = shown.list.rows[0], shown.list.rows[1]
    assert surface.told.text() == "8.6 %"
    assert white.told.text() == "0.7 %"


def test_of_noises_one_gives_way_to_another(shown):
    surface, white = shown.list.rows[0], shown.list.rows[1]
    white.slider.setValue(30)  # of the 40 % that noise of the user's own leaves
    assert white.probability == pytest.approx(0.75)
    assert surface.probability == pytest.approx(0.25)
    shown.list.own.slider.setValue(0)
    assert (white.told.text(), surface.told.text()) == ("75 %", "25 %")


def test_all_that_is_said_stands_in_the_recipe(shown, work, qtbot):
    shown.list.own.snr.low.setValue(5.0)
    clicks = shown.list.rows[2]
    clicks.more.setChecked(True)
    clicks.settings.field("per_second").high.setValue(20.0)
    clicks.slider.setValue(50)
    shown.leave()
    tables = recipe_tables(work.plan, light_template(), work.folder)
    own, *_, last, _ = tables["damage"]
    assert own["snr_db"] == [5.0, 25.0]
    assert last == {"name": "clicks", "probability": 0.5, "per_second": [0.5, 20.0]}
    recipe_from_mapping(tables, work.folder)


def test_a_range_never_crosses(shown):
    snr = shown.list.own.snr
    snr.low.setValue(30.0)
    assert snr.values() == [30.0, 30.0]
    snr.high.setValue(2.0)
    assert snr.values() == [2.0, 2.0]


def test_one_button_matches_the_side(shown, work, qtbot):
    shown.match.click()
    assert not shown.match.isEnabled()
    qtbot.waitUntil(shown.match.isEnabled, timeout=WAIT_MS)
    damage = work.plan.damage
    assert damage.is_matched
    assert shown.told.text() == "Matched to side.wav."
    assert "alike" in shown.view.told["levels"].text()
    assert {row.table["name"] for row in shown.list.rows} >= {"surface", "white_noise"}
    shown.reset.click()
    assert work.plan.damage == Damage(transfer=damage.transfer)


def test_a_kind_of_damage_can_be_added(shown, work):
    index = shown.list.add.findData("hum")
    shown.list.add.setCurrentIndex(index)
    shown.list.add.activated.emit(index)
    assert shown.list.rows[-1].table["name"] == "hum"
    assert "hum in 20\u00a0%" in shown.list.meaning.text()
    assert shown.list.add.findData("hum") < 0
    shown.leave()
    added = work.plan.damage.steps[-1]
    assert (added["probability"], added["level_dbfs"]) == (0.2, [-55.0, -30.0])


def test_the_recipe_is_shown_and_saved_as_it_is_trained_by(shown, tmp_path, qtbot):
    shown.recipe.click()
    dialog = shown.findChild(RecipeDialog)
    assert dialog is not None
    path = tmp_path / "saved.toml"
    dialog.save_to(path)
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    assert tables["name"] == "mine"
    assert tables["damage"][0]["path"] == "noise"
    dialog.save_to(tmp_path / "nowhere" / "saved.toml")
    assert "nowhere" in dialog.banner._text.text()
    dialog.close()


def test_without_noise_of_their_own_it_says_so_and_compares_nothing(page, work, qtbot):
    work.change(noise=Noise())
    page.enter()
    qtbot.waitUntil(page.heard.buttons["clean"].isEnabled, timeout=WAIT_MS)
    assert "No noise of your own discs is ticked" in page._about.text()
    assert not page._right.isVisible()
    assert not page.list.own.isVisible()
    assert not page.heard.buttons["yours"].isEnabled()


def test_what_befalls_nothing_cannot_be_gone_on_with(shown):
    shown.list.own.slider.setValue(0)
    for row in shown.list.rows:
        row.slider.setValue(0)
    assert shown.problem() == "Nothing damages the music; raise one of the shares."
    assert "in 0\u00a0%" not in shown.list.meaning.text()


def test_music_that_is_not_there_is_told_in_the_banner(page, work, qtbot):
    told = []
    work.problem.connect(lambda sentence, kind: told.append(sentence))
    work.change(music=Music(("/nowhere/at/all",)))
    page.enter()
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "/nowhere/at/all is missing" in told[0]
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT_MS)
    assert page.view.told["bands"].text() == "Not measured"
    assert not page.heard.buttons["clean"].isEnabled()


def test_without_a_model_to_start_from_there_is_nothing_to_damage(work, qtbot):
    page = DamagePage(work)
    qtbot.addWidget(page)
    page.enter()
    assert "no model to start from is chosen" in page.problem()
    assert not page.recipe.isEnabled()


def test_a_prior_is_told_to_need_no_damage(work, known, qtbot):
    work.change(goal=Goal(base="cqtdiff-piano"), music=known.plan.music)
    page = DamagePage(work)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    qtbot.waitUntil(page.heard.buttons["clean"].isEnabled, timeout=WAIT_MS)
    assert "from clean music alone" in page._about.text()
    assert not page.heard.buttons["degraded"].isVisible()
    assert not page._left.isVisible()
    assert page.problem() == ""
