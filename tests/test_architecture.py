"""What no single module's test can see: who imports whom, what start-up loads, what is tracked."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = ("app", "engine", "training", "packaging", "tests")
HEAVY = ("torch", "torchaudio", "scipy", "librosa", "numba", "sklearn")
SOURCES = sorted(file for room in ROOMS for file in (REPOSITORY / room).rglob("*.py"))
MAX_LINES = 400


def run_python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def imports_of(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def table_entries(room: str) -> set[str]:
    """Modules that the table in a room's __init__ names, the base of all aside."""
    folder = REPOSITORY / room
    package = room.replace("/", ".")
    named = imports_of(folder / "__init__.py")
    modules = {f"{package}.{file.stem}" for file in folder.glob("*.py")}
    return (modules & named) - {f"{package}.base", f"{package}.__init__"}


def panels() -> set[str]:
    """Modules that define a panel; what several share is a module without one."""
    return {
        f"app.panels.{file.stem}"
        for file in (REPOSITORY / "app" / "panels").glob("*.py")
        if re.search(r"^class \w+Panel\b", file.read_text(encoding="utf-8"), re.MULTILINE)
    }


@pytest.mark.parametrize("room", ["engine/tasks", "app/views", "app/panels"])
def test_siblings_do_not_import_one_another(room):
    siblings = panels() if room == "app/panels" else table_entries(room)
    assert siblings
    for module in sorted(siblings):
        imported = imports_of(REPOSITORY / (module.replace(".", "/") + ".py"))
        assert not imported & (siblings - {module}), module


def test_every_task_has_a_test_file_of_its_name():
    modules = [module.rpartition(".")[2] for module in sorted(table_entries("engine/tasks"))]
    assert modules
    folder = REPOSITORY / "tests" / "engine" / "tasks"
    assert [name for name in modules if not (folder / f"test_{name}.py").is_file()] == []


def test_every_network_has_a_test_file_of_its_name():
    modules = table_entries("engine/models") - {"engine.models.network"}
    folder = REPOSITORY / "tests" / "engine" / "models"
    names = [module.rpartition(".")[2] for module in sorted(modules)]
    assert [name for name in names if not (folder / f"test_{name}.py").is_file()] == []


def test_the_window_starts_without_the_heavy_libraries():
    program = f"import app.main_window, sys; print(*({set(HEAVY)!r} & set(sys.modules)))"
    assert run_python(program).split() == []


def test_the_command_starts_without_qt_and_the_heavy_libraries():
    unwanted = {*HEAVY, "PySide6"}
    assert (
        run_python(f"import app.cli, sys; print(*({unwanted!r} & set(sys.modules)))").split() == []
    )


def test_qt_loses_no_reference_to_none():
    """PySide6 6.12.0 loses one a call on Python 3.11, which aborts the window within seconds."""
    program = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel("side")
before = sys.getrefcount(None)
for _ in range(50_000):
    label.update()
print(sys.getrefcount(None) - before)
"""
    assert int(run_python(program)) > -50


def test_no_python_file_is_longer_than_the_limit():
    lengths = {
        str(file.relative_to(REPOSITORY)): len(file.read_text(encoding="utf-8").splitlines())
        for file in SOURCES
    }
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_packaging_does_not_shadow_the_library_of_that_name():
    assert not (REPOSITORY / "packaging" / "__init__.py").exists()
    assert run_python("import packaging.version") == ""


def test_resources_hold_data_only():
    assert list((REPOSITORY / "resources").rglob("*.py")) == []


def tracked_text() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        content = REPOSITORY / name
        if content.is_file() and b"\0" not in (raw := content.read_bytes()):
            texts[name] = raw.decode("utf-8")
    return texts


@pytest.mark.parametrize(
    "unwanted",
    [
        r":/" + r"/[\w.-]*(pypi|pythonhosted|pytorch|conda|npmjs|debian|ubuntu)\.\w+",
        r"--(extra-)?index" + "-url",
        r"(?<![\w.$}>*)-])/(home|root|work)/" + r"\w",
    ],
)
def test_no_tracked_file_names_an_index_or_a_place_on_one_machine(unwanted):
    found = {name for name, text in tracked_text().items() if re.search(unwanted, text)}
    assert found == set()
