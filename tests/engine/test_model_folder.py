"""Models imported into the user's folder, verified and removed."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from engine.card import Card
from engine.catalog import Entry
from engine.catalog_file import load_catalog
from engine.errors import ModelError, StorageError
from engine.model_folder import Told, import_model, remove_model, verify_model
from engine.models.weights import save_weights
from engine.progress import Cancelled
from tests.conftest import REPOSITORY
from tests.engine.models.toys import Filter

TOLD = Told(tasks=("denoise",), method="light", licence="CC0-1.0")


def weights(path: Path, **training: object) -> Path:
    """A file of weights, and what its card says of itself."""
    card = Card("filter", {}, 22050, 22050, 0.1, training=training)
    save_weights(path, Filter(), card)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return weights(tmp_path / "My Filter.safetensors")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_file_is_copied_hashed_and_entered(file, folder):
    entry = import_model(file, folder, TOLD)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert load_catalog([folder]).entries == (entry,)
    assert entry == Entry(
        name="my-filter",
        title="my-filter",
        tasks=("denoise",),
        method="light",
        network="filter",
        sample_rate=22050,
        path=folder / f"my-filter-{digest[:12]}.safetensors",
        sha256=digest,
        licence="CC0-1.0",
    )
    assert entry.path.read_bytes() == file.read_bytes()
    assert names(folder) == [entry.path.name, "my-filter.toml"]
    verify_model(entry)


def test_what_the_card_says_counts_unless_something_else_is_told(tmp_path, folder):
    said = {"tasks": ["denoise"], "method": "light", "licence": "MIT", "sources": ["own discs"]}
    file = weights(tmp_path / "a.safetensors", **said, title="Mine", version="3", steps=10)
    entry = import_model(file, folder, Told(name="b", licence="CC0-1.0"))
    assert (entry.name, entry.title, entry.licence) == ("b", "Mine", "CC0-1.0")
    assert (entry.tasks, entry.method, entry.version) == (("denoise",), "light", "3")
    assert entry.sources == ("own discs",)


def test_a_licence_that_nobody_tells_is_not_made_up(file, folder):
    entry = import_model(file, folder, Told(tasks=("denoise",), method="light"))
    assert entry.licence == "NOASSERTION"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Told(method="light"), "does not say for which task; give it with --task"),
        (Told(tasks=("denoise",)), "does not say for which method; give it with --method"),
        (Told(name="../up"), "a model cannot be called '../up'"),
        (Told(name="", tasks=("denoise",), method="\ud800"), "is not text"),
    ],
)
def test_what_is_wanting_is_told_and_nothing_is_left(file, folder, told, said):
    with pytest.raises(ModelError) as caught:
        import_model(file, folder, told)
    assert said in str(caught.value)
    assert not folder.exists() or names(folder) == []


def test_what_is_no_file_of_weights_is_refused(tmp_path, folder):
    pickled = tmp_path / "model.pt"
    torch.save({"a": torch.zeros(3)}, pickled)
    with pytest.raises(ModelError, match="is not a safetensors file"):
        import_model(pickled, folder, TOLD)
    with pytest.raises(ModelError, match="missing"):
        import_model(tmp_path / "gone.safetensors", folder, TOLD)
    assert not folder.exists()


def test_a_name_is_given_once(file, folder):
    entry = import_model(file, folder, TOLD)
    with pytest.raises(ModelError, match="there is a model 'my-filter' already"):
        import_model(file, folder, TOLD)
    assert names(folder) == [entry.path.name, "my-filter.toml"]


def test_stopping_leaves_nothing_behind(file, folder):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        import_model(file, folder, TOLD, stop)
    assert names(folder) == []


def test_a_folder_that_cannot_be_made_is_told(file, tmp_path):
    (tmp_path / "plain").write_text("no folder")
    with pytest.raises(StorageError, match="cannot be written"):
        import_model(file, tmp_path / "plain" / "models", TOLD)


def test_weights_that_have_changed_are_refused_with_both_hashes(file, folder):
    entry = import_model(file, folder, TOLD)
    changed = bytearray(entry.path.read_bytes())
    changed[-1] ^= 1
    entry.path.write_bytes(changed)
    with pytest.raises(ModelError) as caught:
        verify_model(entry)
    assert entry.sha256 in str(caught.value)
    assert hashlib.sha256(changed).hexdigest() in str(caught.value)
    entry.path.unlink()
    with pytest.raises(ModelError, match="missing"):
        verify_model(entry)


def test_a_model_is_removed_with_its_weights_and_no_other(file, folder):
    import_model(file, folder, TOLD)
    other = import_model(file, folder, Told(name="other", tasks=("denoise",), method="cnn"))
    remove_model("my-filter", folder)
    assert load_catalog([folder]).entries == (other,)
    assert len(names(folder)) == 2


def test_a_damaged_entry_can_be_removed(folder):
    folder.mkdir()
    (folder / "broken.toml").write_text("[[model")
    remove_model("broken", folder)
    assert names(folder) == []


@pytest.mark.parametrize("name", ["gone", "../my-filter", ""])
def test_what_is_not_there_cannot_be_removed(file, folder, name):
    import_model(file, folder, TOLD)
    with pytest.raises(ModelError, match="there is no imported model"):
        remove_model(name, folder)
    assert len(names(folder)) == 2


IMPORT = """
import sys
from pathlib import Path
from engine.errors import ModelError
from engine.model_folder import Told, import_model
file, folder, own = sys.argv[1:]
won = 0
for index in range(8):
    for name in (f"{own}-{index}", f"both-{index}"):
        try:
            import_model(Path(file), Path(folder), Told(name, tasks=("denoise",), method="light"))
            won += name.startswith("both")
        except ModelError as error:
            assert "already" in str(error), error
print(won)
"""


def test_two_programs_at_once_lose_no_model(file, folder):
    words = [sys.executable, "-c", IMPORT, str(file), str(folder)]
    running = [
        subprocess.Popen([*words, own], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for own in ("one", "two")
    ]
    won = [int(each.communicate(timeout=60)[0]) for each in running]
    assert sum(won) == 8
    entries = load_catalog([folder]).entries
    assert len(entries) == 24
    for entry in entries:
        verify_model(entry)
    assert len(names(folder)) == 48
