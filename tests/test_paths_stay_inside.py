"""Names in files and texts that become paths: whatever they say, nothing outside is touched.

Reading is free where a user points; what is written and deleted lies in the folder it belongs to.
Readers of damaged content are tested beside their modules; here it is names and links alone.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from app import paths
from app.batch.choices import Choices, target_of
from app.batch.kept import LoadListJob
from app.batch.rows import Found, Row
from app.export_name import told_name
from engine.catalog_file import is_name, read_entries
from engine.collection import mirrored
from engine.errors import EngineError, ModelError, SettingsError, StorageError
from engine.jobs.batch_journal import FOLDER as BATCH_FOLDER
from engine.jobs.batch_journal import open_journal
from engine.model_folder import Told, import_model, remove_model
from engine.storage.folder import create_project, open_project
from engine.storage.lock import take_lock
from engine.storage.profiles import Profiles, fit_name
from training.make_dataset import Order, remake_dataset
from training.manifest import Row as PairRow
from training.manifest import read_manifest, write_rows
from training.panel import output_folder, read_panel
from training.run_folder import make_folder

SOFTWARE = "1.2.3"
HOSTILE = (
    "../victim", "..", "../../victim", "a/../../victim", "/tmp/victim", "..\\victim", "C:\\victim",
    "\\\\host\\share", "CON", "nul.txt", "Lpt1", "a.", "a ", "a\0b", "x" * 300, "\u202egnp.exe",
)  # fmt: skip

links = pytest.mark.skipif(os.name == "nt", reason="links need a right that users lack there")


class Outside:
    """A folder beside the one under test, which nothing may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in ("victim", "0001.json", "0" * 64 + ".npy", ".runout-aaaaaaaaaaaa-0.part"):
            (folder / name).write_text(f"the user's own {name}")
        self._before = self._told()

    def _told(self) -> dict[str, str]:
        return {str(each): each.read_text() for each in sorted(self.folder.rglob("*"))}

    def is_untouched(self) -> bool:
        return self._told() == self._before


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    """What must be as it was at the end of the test."""
    watched = Outside(tmp_path / "outside")
    yield watched
    assert watched.is_untouched()


@pytest.fixture
def side(tmp_path: Path, rng) -> Path:
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.1 * rng.standard_normal(8000), 8000, subtype="PCM_16")
    return path


@pytest.fixture
def project(side: Path, tmp_path: Path) -> Path:
    with create_project(tmp_path / "Title.runout", side, software=SOFTWARE) as created:
        return created.path


@links
@pytest.mark.parametrize("name", ["lock", "journal.jsonl", "project.json.damaged"])
def test_a_file_of_a_project_that_is_a_link_is_refused(project: Path, outside: Outside, name: str):
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to(outside.folder / "victim")
    with pytest.raises(StorageError, match=f"{name} in .* is a link to elsewhere"):
        open_project(project, software=SOFTWARE)


@links
@pytest.mark.parametrize("name", ["generations", "renders", "profiles"])
def test_a_folder_of_a_project_that_is_a_link_is_refused(
    project: Path, outside: Outside, name: str
):
    shutil.rmtree(project / name, ignore_errors=True)
    (project / name).symlink_to(outside.folder, target_is_directory=True)
    with pytest.raises(StorageError, match=f"{name} in .* is a link to elsewhere"):
        open_project(project, software=SOFTWARE)


@links
def test_a_lock_that_is_a_link_is_not_taken(tmp_path: Path, outside: Outside):
    (tmp_path / "lock").symlink_to(outside.folder / "victim")
    with pytest.raises(OSError, match="link"):
        take_lock(tmp_path)
    (tmp_path / "lock").unlink()
    (tmp_path / "lock").symlink_to(outside.folder / "new")
    with pytest.raises(OSError, match="link"):
        take_lock(tmp_path)


@links
def test_a_project_moved_and_cleaned_up_leaves_what_its_links_lead_to(
    project: Path, outside: Outside
):
    (project / "renders" / ("1" * 64 + ".npy")).symlink_to(outside.folder / "victim")
    (project / "generations" / "0000.json").symlink_to(outside.folder / "0001.json")
    (project / "more").symlink_to(outside.folder, target_is_directory=True)
    with open_project(project, software=SOFTWARE) as opened:
        opened.clean_up()
        for _ in range(22):
            opened.save()
        opened.save_as(project.with_name("Other.runout"))
    found = list(project.with_name("Other.runout").rglob("*"))
    assert found
    assert not any(each.is_symlink() for each in found)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_profile_in_a_project_lies_in_its_folder(tmp_path: Path, name: str):
    place = Profiles(tmp_path).path(fit_name(name))
    assert place.parent == tmp_path
    assert place.resolve().parent == tmp_path.resolve()
    assert len(place.name.encode()) < 255


@pytest.mark.parametrize("name", HOSTILE)
def test_a_manifest_names_pairs_in_the_data_set_alone(tmp_path: Path, name: str, outside: Outside):
    for row in (_row(name=name), _row(damage={name: (), "clean": ()})):
        write_rows([row], tmp_path / "manifest.jsonl")
        with pytest.raises(SettingsError, match="outside the data set"):
            read_manifest(tmp_path / "manifest.jsonl")
        order = Order(tmp_path / "made", tmp_path, tmp_path / "cache")
        with pytest.raises(SettingsError, match="outside the data set"):
            remake_dataset(tmp_path / "manifest.jsonl", order)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["manifest.jsonl", "outside"]


def _row(**values: Any) -> PairRow:
    told: dict[str, Any] = {"name": "0", "damage": {"degraded": (), "clean": ()}} | values
    return PairRow(split="train", source="a.wav", source_sha256="0" * 64, start=0, n_samples=8,
                   sample_rate=8000, format="wav", material=(), **told)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_model_cannot_be_called_what_leads_elsewhere(tmp_path: Path, name: str, outside: Outside):
    assert not is_name(name)
    weights = next(paths.models().glob("waveform-sr-critic.safetensors"))
    with pytest.raises(ModelError):
        import_model(weights, tmp_path / "models", Told(name=name, tasks=("extend",), method="x"))
    with pytest.raises(ModelError, match="no imported model"):
        remove_model(name, tmp_path / "models")
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    "path", ["../victim", "/tmp/victim", "a/../../b", "C:\\x", "\\\\h\\s", "a\0"]
)
def test_a_catalogue_names_weights_beside_itself(tmp_path: Path, path: str):
    entry = (paths.models() / "catalog.toml").read_text(encoding="utf-8").split("\n[[model]]")[1]
    line = next(each for each in entry.splitlines() if each.startswith("path = "))
    hostile = "[[model]]" + entry.replace(line, f"path = {json.dumps(path)}")
    (tmp_path / "a.toml").write_text(hostile, encoding="utf-8")
    with pytest.raises(ModelError, match="path"):
        read_entries(tmp_path / "a.toml")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_panel_is_restored_into_a_folder_of_its_own(tmp_path: Path, name: str):
    with pytest.raises(SettingsError, match="cannot be the name of a folder"):
        output_folder(tmp_path, 1, name)


@pytest.mark.parametrize("name", ["../../outside/victim", "..", "/etc/passwd", "..\\victim", "."])
def test_the_table_of_a_panel_names_files_of_the_panel_alone(tmp_path: Path, name: str):
    (tmp_path / "panel-1" / "noisy").mkdir(parents=True)
    (tmp_path / "sample-info.csv").write_text(f"file;snr-panel-1\n{name};10\n")
    with pytest.raises(EngineError):
        read_panel(tmp_path, 1)


@pytest.mark.parametrize("template", [*HOSTILE, "{base}/../../x", "{preset}\0", "../{base}\u202e"])
def test_names_of_results_stay_in_their_folder(tmp_path: Path, template: str):
    row = Row(Found("/in/shelf/a.wav", "shelf/a.wav"), "../../gentle")
    target = target_of(row, Choices(tmp_path, template))
    assert target.parent == tmp_path / "shelf"
    name = told_name(template, "a", ())
    for each in (target.stem, name):
        assert each
        assert each not in (".", "..")
        assert not set(each) & set("/\\\0\u202e")
        assert each.lower() not in ("con", "lpt1")


@pytest.mark.parametrize("below", ["../a.wav", "/etc/a.wav", "shelf/../../a.wav"])
def test_a_kept_list_that_names_outputs_elsewhere_is_not_taken(tmp_path: Path, below: str):
    values = ["/in/a.wav", below, "gentle", "waiting", 0.0, 0, "", 0, None, None, ""]
    choices = {"folder": str(tmp_path)}
    told = {"choices": choices, "is_begun": True, "rows": [values]}
    (tmp_path / "list.json").write_text(json.dumps(told))
    assert LoadListJob(tmp_path).run().rows == []
    values[1] = "shelf/a.wav"
    (tmp_path / "list.json").write_text(json.dumps(told))
    assert [row.found.below for row in LoadListJob(tmp_path).run().rows] == ["shelf/a.wav"]


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("../outside/a.wav", "a" * 12),
        ("shelf/../../outside/a.wav", "a" * 12),
        ("{outside}/a.wav", "a" * 12),
        ("a.wav", ""),
        ("a.wav", "../outside/.runout-a"),
        ("", "a" * 12),
        ("a\0.wav", "a" * 12),
    ],
)
def test_a_journal_of_a_batch_deletes_nothing_but_its_own(
    tmp_path: Path, outside: Outside, name: str, token: str
):
    root = tmp_path / "out"
    (root / BATCH_FOLDER).mkdir(parents=True)
    bystander = root / ".runout-bbbbbbbbbbbb-0.part"
    bystander.touch()
    told = {"side": name.format(outside=outside.folder), "begun": token}
    (root / BATCH_FOLDER / "journal.jsonl").write_text(json.dumps(told) + "\n")
    with open_journal(root) as journal:
        assert journal.begun == {}
        journal.clear()
    assert bystander.exists()


def test_a_journal_of_a_batch_names_no_file_in_another_folder(tmp_path: Path):
    (tmp_path / BATCH_FOLDER).mkdir()
    stamp = {"size": 1, "modified_ns": 1}
    written = [{"name": "../victim", "sha256": "0" * 64, "stamp": stamp}]
    told = {"side": "a.wav", "done": {"state": "done", "notes": [], "written": written}}
    line = json.dumps(told)
    (tmp_path / BATCH_FOLDER / "journal.jsonl").write_text(
        line + "\n" + line.replace("../victim", "b.wav").replace("a.wav", "b.wav") + "\n"
    )
    with open_journal(tmp_path) as journal:
        assert list(journal.done) == ["b.wav"]


@links
@pytest.mark.parametrize("name", [BATCH_FOLDER, f"{BATCH_FOLDER}/pictures"])
def test_a_folder_of_a_batch_that_is_a_link_is_refused(tmp_path: Path, outside: Outside, name: str):
    (tmp_path / "out" / name).parent.mkdir(parents=True)
    (tmp_path / "out" / name).symlink_to(outside.folder, target_is_directory=True)
    with pytest.raises(StorageError, match="is a link to elsewhere"):
        open_journal(tmp_path / "out")


@links
def test_a_batch_mirrors_no_folder_that_a_link_leads_to(tmp_path: Path, side: Path):
    (tmp_path / "in").mkdir()
    shutil.copyfile(side, tmp_path / "in" / "a.wav")
    (tmp_path / "in" / "away").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "in" / "up").symlink_to("..", target_is_directory=True)
    found = [below for _, below in mirrored(tmp_path / "in", tmp_path / "out")]
    assert found == [Path("a.wav")]


@links
@pytest.mark.parametrize("name", ["recipe.toml", "curve.csv", "previews", "status.room"])
def test_a_training_writes_through_no_link(tmp_path: Path, outside: Outside, name: str):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / name).symlink_to(outside.folder / "victim")
    with pytest.raises(StorageError, match=f"{name} in .* is a link to elsewhere"):
        make_folder(tmp_path / "run", resume=True)
