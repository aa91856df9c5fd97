"""Nothing reaches for the network while Runout runs: seen by the interpreter, and by the system.

The work itself is in tests/guard: the command line, its worker processes included, and the window.
It runs under a guard that refuses sockets with addresses, in a network of its own without any
interface where the system allows that. There the system's own counters are read as well, as they
see what libraries do that are not Python.

Exceptions, which a user asks for by name: `restore --cluster` (Ray), and training by several
processes (torchrun, accelerate).
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import REPOSITORY
from tests.guard.net_guard import LOG

GUARD = REPOSITORY / "tests" / "guard"
ROOMS = ("app", "engine", "training")
SOURCES = sorted(file for room in ROOMS for file in (REPOSITORY / room).rglob("*.py"))
NETWORK_MODULES = {
    *("socket", "socketserver", "ssl", "http", "urllib", "ftplib", "smtplib", "poplib", "imaplib"),
    *("telnetlib", "xmlrpc", "webbrowser", "asyncio", "requests", "urllib3", "httpx", "aiohttp"),
    *("huggingface_hub", "wget", "paramiko", "zmq", "grpc", "websockets", "pooch"),
}
ALLOWED = {
    ("engine/jobs/cluster.py", "socket"),  # asks whether the head of a Ray cluster answers
    ("engine/storage/lock.py", "socket"),  # only for the name of this computer
}
FETCHES = {"load_state_dict_from_url", "download_url_to_file", "hf_hub_download", "from_pretrained",
           "snapshot_download", "urlopen", "urlretrieve"}  # fmt: skip
URL = re.compile(r"(https?|ftp|wss?)://[\w.-]", re.IGNORECASE)

RECIPE = """
name = "tiny"
[data]
clean = ["clean"]
sample_rate = 8000
segment_samples = 4096
validation_share = 0.5
[[damage]]
name = "white_noise"
[network]
name = "light"
[network.config]
n_fft = 256
hop_length = 64
channels = [4, 6]
time_dilations = [1]
bin_dilations = [1]
n_taps = 1
[training]
family = "supervised"
batch = 2
max_steps = 2
validate_steps = 2
n_validation = 2
preview_steps = 2
[dataset]
count = 2
"""


def fill(folder: Path) -> None:
    """What the work is done on."""
    rng = np.random.default_rng(1)
    demo = soundfile.read(REPOSITORY / "resources" / "demo" / "air_1920.flac")[0]
    for name in ("clean", "noisy", "transfers"):
        (folder / name).mkdir()
    soundfile.write(folder / "side.wav", demo[: 2 * 44100], 44100)
    for name in ("a", "b"):
        soundfile.write(folder / "transfers" / f"{name}.wav", demo[:44100], 44100)
        clean = 0.1 * np.sin(rng.uniform(0.05, 0.4) * np.arange(16000))
        soundfile.write(folder / "clean" / f"{name}.wav", clean, 8000)
        noisy = clean + 0.01 * rng.standard_normal(16000)
        soundfile.write(folder / "noisy" / f"{name}.wav", noisy, 8000)
    (folder / "recipe.toml").write_text(RECIPE)


@dataclass
class Told:
    """What a guarded process told: lines by the phase they stand in."""

    phases: dict[str, list[str]] = field(default_factory=dict)
    loaded: list[list[str]] = field(default_factory=list)
    compiled: int | None = None
    counters: dict[str, int] = field(default_factory=dict)

    def all_but_classes(self) -> list[str]:
        lines = (line for lines in self.phases.values() for line in lines)
        return [line for line in lines if not line.startswith("pickle.find_class")]

    def classes(self, *phases: str) -> set[str]:
        lines = (line for name, lines in self.phases.items() if name in phases for line in lines)
        return {line.split()[1] for line in lines if line.startswith("pickle.find_class")}


def guarded(folder: Path, *words: str) -> Told:
    """Run Python under the guard, without any network where the system allows that."""
    log = folder / "guard.log"
    log.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment = kept | {
        "PYTHONPATH": os.pathsep.join((str(GUARD), str(REPOSITORY))),
        "HOME": str(folder / "home"),
        "OMP_NUM_THREADS": "1",
        "QT_QPA_PLATFORM": "offscreen",
        LOG: str(log),
    }
    counters = "; s=$?; cat /proc/net/snmp; exit $s" if without_network() else ""
    command = [sys.executable, *words]
    if counters:
        command = [*without_network(), "sh", "-c", f'"$@"{counters}', "sh", *command]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False,
        timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{log.read_text()}"
    return _told(log.read_text(), done.stdout)


def without_network() -> list[str]:
    """How to start a program in a network of its own; nothing where that may not be done."""
    for options in (["-n"], ["-rn"]):
        command = ["unshare", *options]
        if shutil.which("unshare"):
            tried = subprocess.run([*command, "true"], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    return []


def _told(log: str, output: str) -> Told:
    told = Told()
    lines = told.phases.setdefault("start", [])
    for line in log.splitlines():
        if line.startswith("phase "):
            lines = told.phases.setdefault(line.removeprefix("phase "), [])
        elif line.startswith("loaded"):
            told.loaded.append(line.split()[1:])
        elif line.startswith("compiled "):
            told.compiled = int(line.split()[1])
        else:
            lines.append(line)
    rows = [line.split() for line in output.splitlines() if re.match(r"(Ip|Tcp|Udp): ", line)]
    for names, values in zip(rows[::2], rows[1::2], strict=True):
        for name, value in zip(names[1:], values[1:], strict=True):
            told.counters[f"{names[0]}{name}"] = int(value)
    return told


def sent(told: Told) -> dict[str, int]:
    """What the system counted of attempts to send; nothing where it could not be told apart."""
    names = ("Ip:OutRequests", "Ip:OutNoRoutes", "Tcp:ActiveOpens", "Udp:OutDatagrams")
    return {name: told.counters[name] for name in names if told.counters.get(name)}


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("commands")
    fill(folder)
    return guarded(folder, "-m", "tests.guard.command_work", str(folder))


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("window")
    fill(folder)
    return guarded(folder, "-m", "tests.guard.window_work", str(folder))


def test_the_command_line_reaches_for_no_address(commands: Told):
    assert {"info", "restore", "evaluate", "train", "batch"} <= set(commands.phases)
    assert commands.all_but_classes() == []
    assert sent(commands) == {}


def test_the_command_line_loads_nothing_that_fetches_or_compiles(commands: Told):
    assert commands.loaded == [[], []]
    assert commands.compiled == 0


def test_models_and_checkpoints_load_without_a_pickle(commands: Told):
    assert {"load", "train"} <= set(commands.phases)
    assert commands.classes(*(set(commands.phases) - {"batch"})) == set()


def test_processes_pass_one_another_objects_of_ours_alone(commands: Told):
    rooms = {name.partition(".")[0] for name in commands.classes("batch")}
    assert rooms == {"engine", "multiprocessing", "pathlib"}


def test_the_window_reaches_for_no_address(window: Told):
    assert {"model_manager", "train_model", "batch", "guide", "about"} <= set(window.phases)
    assert window.all_but_classes() == []
    assert sent(window) == {}
    assert window.loaded == [[]]


TRIES = {
    "socket": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "name": "import socket; socket.getaddrinfo('example.org', 80)",
    "datagram": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "url": "import urllib.request as u; u.urlopen('http://127.0.0.1:9')",
    "worker": "import multiprocessing as m; m.get_context('spawn').Pool(1).apply("
              "__import__('socket').gethostbyname, ('localhost',))",
}  # fmt: skip


@pytest.mark.parametrize("name", TRIES)
def test_the_guard_stops_what_it_is_for(tmp_path: Path, name: str):
    with pytest.raises(AssertionError, match="the network is out of bounds"):
        guarded(tmp_path, "-c", f"if __name__ == '__main__':\n    {TRIES[name]}")


@pytest.mark.skipif(not without_network(), reason="no network of one's own may be made here")
def test_the_counters_of_the_system_see_what_the_guard_does_not(tmp_path: Path):
    program = """
from tests.guard.net_guard import look_away
import socket
look_away()
try:
    socket.create_connection(("192.0.2.1", 9), 1.0)
except OSError:
    pass
"""
    assert sent(guarded(tmp_path, "-c", program))["Ip:OutNoRoutes"] >= 1


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_imports_what_reaches_the_network():
    found = set()
    for file in SOURCES:
        name = file.relative_to(REPOSITORY).as_posix()
        for module in imports(tree_of(file)):
            if module.partition(".")[0] in NETWORK_MODULES:
                found.add((name, module.partition(".")[0]))
            if re.search(r"\.(QtNetwork|QtWebSockets|QtWebEngine|hub)\b", module):
                found.add((name, module))
    assert found == ALLOWED


def test_nothing_is_called_that_fetches():
    found = [
        (file.name, node.lineno)
        for file in SOURCES
        for node in ast.walk(tree_of(file))
        if (isinstance(node, ast.Attribute) and (node.attr in FETCHES or node.attr == "hub"))
        or (isinstance(node, ast.Name) and node.id in FETCHES)
    ]
    assert found == []


def documented(tree: ast.AST) -> set[int]:
    """The strings of a module that nothing does anything with: docstrings."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def test_no_string_outside_of_docstrings_is_an_address():
    found = []
    for file in SOURCES:
        tree = tree_of(file)
        notes = documented(tree)
        found += [
            (file.relative_to(REPOSITORY).as_posix(), node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in notes
            and URL.search(node.value)
        ]
    assert found == []


def test_the_desktop_is_asked_to_open_nothing_but_local_files():
    calls = [
        (file.name, ast.unparse(node))
        for file in SOURCES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".openUrl")
    ]
    assert calls
    assert [call for call in calls if "openUrl(QUrl.fromLocalFile(" not in call[1]] == []


def test_texts_that_are_shown_with_links_open_none():
    """Labels and browsers open what is clicked only where they are told to."""
    found = [
        (file.name, ast.unparse(node))
        for file in SOURCES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith((".setOpenExternalLinks",))
        and ast.unparse(node.args[0]) != "False"
    ]
    assert found == []
