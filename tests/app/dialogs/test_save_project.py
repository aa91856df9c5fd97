import pytest
from PySide6.QtCore import QByteArray

from app.dialogs import save_project
from app.dialogs.save_project import SaveProjectDialog


def made(qtbot, tmp_path, *, has_copy=False):
    source = tmp_path / "side.wav"
    source.write_bytes(bytes(2_000_000))
    dialog = SaveProjectDialog(tmp_path / "side.runout", source, has_copy)
    qtbot.addWidget(dialog)
    return dialog


def test_the_suffix_is_added_and_the_copy_is_offered_with_its_size(qtbot, tmp_path):
    dialog = made(qtbot, tmp_path)
    dialog.path.setText(str(tmp_path / "Side A"))
    dialog.copy_source.setChecked(True)
    assert dialog.wanted.path == tmp_path / "Side A.runout"
    assert dialog.wanted.copy_source
    assert "2.0 MB" in dialog.copy_source.text()
    assert dialog.problem == ""


def test_what_exists_or_is_no_place_is_refused_while_typing(qtbot, tmp_path):
    dialog = made(qtbot, tmp_path)
    (tmp_path / "Side B.runout").mkdir()
    dialog.path.setText(str(tmp_path / "Side B"))
    assert dialog.problem == "Side B.runout exists already; choose another name."
    for text in ("", "side", "/"):
        dialog.path.setText(text)
        assert dialog.problem == "Say where the project is to lie.", text


def test_a_project_that_holds_the_transfer_does_not_ask_for_it(qtbot, tmp_path):
    dialog = made(qtbot, tmp_path, has_copy=True)
    assert dialog.copy_source.isHidden()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (b"nfs4", "a network drive (nfs4)"),
        (b"cifs", "a network drive (cifs)"),
        (b"vfat", "has no journal"),
        (b"exFAT", "has no journal"),
        (b"ext4", ""),
        (b"NTFS", ""),
    ],
)
def test_a_disk_that_is_not_safe_is_told_and_not_refused(qtbot, tmp_path, monkeypatch, kind, words):
    class Storage:
        def __init__(self, path):
            assert path == str(tmp_path)

        def fileSystemType(self):  # noqa: N802 - the name Qt gives it
            return QByteArray(kind)

    monkeypatch.setattr(save_project, "QStorageInfo", Storage)
    dialog = made(qtbot, tmp_path)
    assert words in dialog._problem.text
    assert bool(words) is bool(dialog._problem.text)
    assert dialog.problem == ""
