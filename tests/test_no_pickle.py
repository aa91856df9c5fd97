"""Nothing that comes from a file is unpickled or run: by the source, and while files are read.

What unpickling does while models and checkpoints load is seen by tests/test_no_network.py, whose
processes tell of each class that a pickle names.
"""

import ast
import pickle
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app import paths
from engine.errors import EngineError, ModelError
from engine.model_folder import Told, import_model
from engine.noise_file import load_profile
from engine.presets import load_preset
from engine.weights_header import read_card
from tests.conftest import REPOSITORY
from training.checkpoint import load_checkpoint

ROOMS = ("app", "engine", "training")
SOURCES = sorted(file for room in ROOMS for file in (REPOSITORY / room).rglob("*.py"))
MODULES = {
    *("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"),
    *("yaml", "ruamel", "jsonpickle", "pandas", "h5py", "tables", "xml", "code", "codeop"),
}
CALLS = {"torch.load", "torch.save", "torch.jit.load", "torch.package", "pickle.loads",
         "yaml.load", "np.loads", "numpy.loads", "os.system", "os.popen", "eval", "exec", "compile",
         "__import__", "safetensors.torch.load_model", "torch.hub.load"}  # fmt: skip
OPTIONS = {"allow_pickle", "shell", "weights_only"}
"""Of calls: set to anything but False, they let content of a file or a text be run."""


KINDS = (ast.Import, ast.ImportFrom, ast.Call, ast.Attribute)


@cache
def found_nodes() -> dict[type[ast.AST], list[tuple[str, ast.AST]]]:
    found: dict[type[ast.AST], list[tuple[str, ast.AST]]] = {kind: [] for kind in KINDS}
    for file in SOURCES:
        name = file.relative_to(REPOSITORY).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, KINDS):
                found[type(node)].append((name, node))
    return found


def nodes(kind: type[ast.AST]) -> list[tuple[str, ast.AST]]:
    return found_nodes()[kind]


def test_no_module_that_unpickles_is_imported():
    found = []
    for name, node in [*nodes(ast.Import), *nodes(ast.ImportFrom)]:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            assert isinstance(node, ast.ImportFrom)
            modules = [node.module or ""]
        found += [(name, each) for each in modules if each.partition(".")[0] in MODULES]
    assert found == []


def test_nothing_is_called_that_runs_what_it_reads():
    found = []
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        told = ast.unparse(node.func)
        found += [(name, node.lineno, told)] * (told in CALLS)
    assert found == []


def test_no_call_allows_pickles_or_a_shell():
    found = []
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        for each in node.keywords:
            if each.arg in OPTIONS and ast.unparse(each.value) != "False":
                found.append((name, node.lineno, each.arg))
    assert found == []


STARTERS = {
    "training/clean_places.py",  # ffmpeg, to unpack music that a user names
    "training/synthesis.py",  # a kit, by a Python that a user names
    "training/wizard/trainer.py",  # Runout itself, to train
}


def test_programs_are_started_in_three_places_alone():
    found = set()
    for name, node in [*nodes(ast.Import), *nodes(ast.ImportFrom)]:
        if re.search(r"\b(subprocess|QProcess)\b", ast.unparse(node)):
            found.add(name)
    for name, node in nodes(ast.Attribute):
        assert isinstance(node, ast.Attribute)
        if node.attr in ("QProcess", "startDetached", "execvp", "spawnv"):
            found.add(name)
    assert found == STARTERS


class Trap:
    """Makes a file where whoever unpickles it."""

    def __init__(self, made: Path) -> None:
        self._made = made

    def __reduce__(self):
        return Path.touch, (self._made,)


@pytest.fixture
def trap(tmp_path: Path):
    """Content of a file that is sprung by unpickling, and where that shows."""
    made = tmp_path / "sprung"
    content = pickle.dumps(Trap(made))
    yield content
    assert not made.exists()


@pytest.mark.parametrize("name", ["a.pt", "a.ckpt", "a.safetensors", "a.pkl"])
def test_a_pickle_is_refused_as_weights_unread(tmp_path: Path, trap: bytes, name: str):
    (tmp_path / name).write_bytes(trap)
    with pytest.raises(ModelError, match="never opened"):
        read_card(tmp_path / name)
    told = Told(name="a", tasks=("denoise",), method="light", licence="CC0-1.0")
    with pytest.raises(ModelError, match="never opened"):
        import_model(tmp_path / name, tmp_path / "models", told)


def test_a_pickle_is_refused_as_checkpoint_profile_and_preset(tmp_path: Path, trap: bytes):
    path = tmp_path / "a.noise"
    path.write_bytes(trap)
    for load in (load_checkpoint, load_profile, load_preset):
        with pytest.raises(EngineError):
            load(path)


def test_an_array_of_objects_is_refused(tmp_path: Path, trap: bytes):
    kept = tmp_path / "kept.npy"
    np.save(kept, np.array([Trap(tmp_path / "sprung")], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        np.load(kept)


def test_the_models_that_ship_are_safetensors():
    files = sorted(paths.models().glob("*.safetensors"))
    assert len(files) >= 8
    for file in files:
        assert read_card(file).network
    kinds = {file.suffix for file in paths.models().rglob("*") if file.is_file()}
    assert kinds <= {".safetensors", ".toml", ".md"}
