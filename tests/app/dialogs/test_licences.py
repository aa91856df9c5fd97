"""The licences of what Runout stands on, to read."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QPixmap

from app import paths
from app.dialogs.about import AboutDialog
from app.dialogs.licences import LicencesDialog, licence_texts


@pytest.fixture
def dialog(qtbot) -> LicencesDialog:
    dialog = LicencesDialog()
    qtbot.addWidget(dialog)
    return dialog


def choose(dialog: LicencesDialog, title: str) -> str:
    titles = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    dialog.list.setCurrentRow(titles.index(title))
    return str(dialog.text.toPlainText())


def test_the_list_of_what_it_stands_on_is_shown_first(dialog):
    assert dialog.list.currentItem().text() == "What Runout is built on"
    shown = dialog.text.toPlainText()
    assert "PyTorch" in shown
    assert "|" not in shown  # a table, not its source


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("LGPL-3.0", "GNU LESSER GENERAL PUBLIC LICENSE"),
        ("CC-BY-SA-4.0", "Attribution-ShareAlike 4.0 International"),
        ("What the models learnt from", "Kimiko Ishizaka"),
        ("What the detectors learnt from", "Musopen"),
    ],
)
def test_every_text_can_be_read(dialog, title: str, words: str):
    assert words in choose(dialog, title)


def test_no_text_is_cut():
    for _, path in licence_texts(paths.resources() / "licences"):
        assert path.stat().st_size < 400_000


def test_texts_of_packages_are_named_by_their_package(tmp_path: Path, qtbot):
    folder = tmp_path / "licences"
    (folder / "torch" / "licenses").mkdir(parents=True)
    (folder / "torch" / "licenses" / "LICENSE").write_text("Of PyTorch\n|not a table|")
    (folder / "third_party.md").write_text("# All")
    dialog = LicencesDialog(folder=folder)
    qtbot.addWidget(dialog)
    assert choose(dialog, "torch: LICENSE") == "Of PyTorch\n|not a table|"
    (folder / "torch" / "licenses" / "LICENSE").unlink()
    dialog.list.setCurrentRow(0)
    assert "No such file" in choose(dialog, "torch: LICENSE")


def test_about_leads_to_them(qtbot):
    about = AboutDialog(QPixmap(16, 16))
    qtbot.addWidget(about)
    about.licences.click()
    (dialog,) = about.findChildren(LicencesDialog)
    assert dialog.isVisible()
    dialog.close()


def test_a_link_leads_to_the_text_it_names_and_nowhere_else(dialog):
    dialog.text.anchorClicked.emit(QUrl("texts/LGPL-3.0.txt"))
    assert dialog.list.currentItem().text() == "LGPL-3.0"
    before = dialog.text.toPlainText()
    dialog.text.anchorClicked.emit(QUrl("https://example.org/licence"))
    assert dialog.text.toPlainText() == before
