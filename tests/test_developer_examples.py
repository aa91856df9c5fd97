"""The examples of the developer guide: each is applied to a copy of the tree, and holds there.

In the copy the contract tests of the room run for the new entry, the test that comes with it, the
linter, and a small program that finds the new thing where the guide says that it appears by itself.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.documents.house import REPOSITORY, known_files

EXAMPLES = REPOSITORY / "packaging" / "developing" / "examples"
ROOMS = ("app/", "engine/", "training/", "tests/", "packaging/", "pyproject.toml")
ARCHITECTURE = "tests/test_architecture.py"
MOST_LINES = 300

RECIPE = """
name = "small"
[data]
clean = ["music"]
sample_rate = 22050
segment_samples = 16384
validation_share = 0.5
[[damage]]
name = "{damage}"
[network]
name = "{network}"
[training]
family = "supervised"
batch = 1
max_steps = 2
validate_steps = 2
n_validation = 1
"""

PREPARED = f"""
import json, sys
from pathlib import Path
import numpy as np
import soundfile
from app.cli import main
def run(*words):
    assert main(words) == 0, words
Path("music").mkdir()
rng = np.random.default_rng(78)
for name in "abcd":
    soundfile.write(f"music/{{name}}.wav", 0.1 * rng.standard_normal(44100), 22050)
def write_recipe(damage, network):
    Path("small.toml").write_text({RECIPE!r}.format(damage=damage, network=network))
"""

TASK = """
run("tasks", "list")
run("tasks", "show", "dc-offset")
run("dc-offset", "music/a.wav", "-o", "a.wav", "--least-dbfs", "-100")
from app.rows.process import ROWS
assert "task_dc-offset" in {row.id for row in ROWS}
preset = 'title = "Mine"\\ndescription = "x"\\n[[task]]\\nname = "dc-offset"\\n'
Path("mine.toml").write_text(preset)
run("restore", "music/b.wav", "-o", "b.wav", "--preset", "mine.toml")
report = json.loads(Path("b.runout.json").read_text())
assert [each["task"] for each in report["operations"]] == ["dc-offset"]
from PySide6.QtWidgets import QApplication
from app.widgets.parameter_form import ParameterForm
from engine.tasks.dc_offset import DcOffset
application = QApplication([])
assert ParameterForm(DcOffset.params()).values() == {"least_dbfs": -80.0}
"""

NETWORK = """
write_recipe("white_noise", "frame_gate")
run("train", "small.toml", "-o", "run")
serves = ("--task", "denoise", "--method", "light")
run("models", "import", "run/best.safetensors", "--name", "gate", *serves)
run("models", "show", "gate")
run("denoise", "music/a.wav", "-o", "a.wav", "--method", "light", "--model", "gate")
"""

DEGRADATION = """
run("degrade", "music/a.wav", "-o", "a.wav", "--chain", "groove_echo level_db=-25")
write_recipe("groove_echo", "light")
run("dataset", "small.toml", "-o", "set", "--count", "2")
assert '"groove_echo"' in Path("set/manifest.jsonl").read_text()
from app.wizard.damage_words import damage_title
assert damage_title("groove_echo") == "Groove echo"
"""


@dataclass(frozen=True)
class Example:
    """A patch, the tests that run in the copy, and a program that looks for the new thing.

    chosen: which of the tests, as pytest's -k takes it.
    """

    name: str
    tests: tuple[str, ...]
    chosen: str
    program: str = ""
    says: str = ""


ALL = (
    Example(
        "task",
        ("tests/engine/tasks/test_contract.py", "tests/engine/tasks/test_dc_offset.py"),
        "dc-offset or dc_offset or task_has_a_test or engine/tasks or order_of_work",
        TASK,
        "dc-offset",
    ),
    Example(
        "network",
        ("tests/engine/models/test_contract.py", "tests/engine/models/test_frame_gate.py"),
        "frame_gate or network_has_a_test or named_alike",
        NETWORK,
        "frame_gate",
    ),
    Example(
        "degradation",
        (
            "tests/training/degradations/test_all.py",
            "tests/training/degradations/test_groove_echo.py",
        ),
        "groove_echo or degradation_has_a_test",
        DEGRADATION,
    ),
    Example(
        "view",
        (
            "tests/app/views/test_base.py",
            "tests/app/views/test_stack.py",
            "tests/app/views/test_level.py",
        ),
        "level or without_a_document or holds_every_view or can_reach or app/views",
    ),
)


@pytest.fixture(params=ALL, ids=[each.name for each in ALL])
def example(request):
    return request.param


@pytest.fixture
def copy(example, tmp_path):
    """The tree with the patch of an example applied."""
    if shutil.which("git") is None:
        pytest.skip("there is no git to apply a patch with")
    tree = tmp_path / "tree"
    for name in known_files():
        if name.startswith(ROOMS) and not name.endswith(".png"):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, tree / name)
    try:
        (tree / "resources").symlink_to(REPOSITORY / "resources", target_is_directory=True)
    except OSError:  # not everybody may make links on Windows
        shutil.copytree(REPOSITORY / "resources", tree / "resources")
    run(["git", "apply", str(patch_of(example))], tree, tree)
    return tree


def patch_of(example: Example) -> Path:
    return EXAMPLES / f"{example.name}.patch"


def run(words: list[str], folder: Path, tree: Path) -> str:
    """Run a program that takes its modules from a tree; what it has said."""
    home = tree.parent / "home"
    kept = {key: each for key, each in os.environ.items() if not key.startswith(("PYTEST_", "XDG"))}
    places = {"HOME": str(home), "LOCALAPPDATA": str(home), "PYTHONPATH": str(tree)}
    quick = {"OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    # a tree that lies inside of another checkout is no part of it
    alone = {"GIT_CEILING_DIRECTORIES": str(tree.parent)}
    done = subprocess.run(
        words, cwd=folder, env=kept | places | quick | alone, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def touched(example: Example) -> list[str]:
    lines = patch_of(example).read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("+++ b/") for line in lines if line.startswith("+++ b/")]


def test_an_example_is_one_file_one_table_and_one_test(example):
    files = touched(example)
    new = [name for name in files if f"--- a/{name}" not in patch_of(example).read_text("utf-8")]
    assert len(new) == 2
    assert {name.startswith("tests/") for name in new} == {True, False}
    changed = sorted(set(files) - set(new))
    tables = [name for name in changed if name.endswith("__init__.py")]
    assert len(tables) == 1
    # a view is told where it lies as well
    assert set(changed) - set(tables) == (
        {"app/views/stack.py"} if example.name == "view" else set()
    )
    assert len(patch_of(example).read_text("utf-8").splitlines()) < MOST_LINES


def test_an_example_passes_what_its_room_asks_and_appears_by_itself(example, copy, tmp_path):
    files = touched(example)
    ruff = [sys.executable, "-m", "ruff"]
    run([*ruff, "check", "--no-cache", *files], copy, copy)
    run([*ruff, "format", "--no-cache", "--check", *files], copy, copy)
    tests = ["-p", "no:cacheprovider", "-q", "-k", example.chosen]
    said = run([sys.executable, "-m", "pytest", *tests, *example.tests, ARCHITECTURE], copy, copy)
    assert " passed" in said
    assert " failed" not in said
    if example.program:
        work = tmp_path / "work"
        work.mkdir()
        assert example.says in run([sys.executable, "-c", PREPARED + example.program], work, copy)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_example_is_typed(example, copy):
    run([sys.executable, "-m", "mypy", *touched(example)], copy, copy)
