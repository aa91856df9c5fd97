"""The set-up of a fresh clone, the pins, the demo side and what the built application holds."""

import ast
import importlib.metadata
import itertools
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import commands
import system_libraries
import virtual_environment
from bootstrap import hand_over_to_a_newer_python
from bundle_contents import is_wanted, licence_files
from faults import Fault

REPOSITORY = Path(__file__).resolve().parent.parent
PLATFORMS = {
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("win32", "Windows", "nt", "AMD64"),
}
PYTHONS = ("3.11", "3.12", "3.13")


def pins() -> dict[str, Requirement]:
    lines = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in found}


def declared() -> list[Requirement]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = project["optional-dependencies"]
    apart = {"peers", "cluster"}  # pinned in files of their own
    wanted = (groups[name] for name in groups if name not in apart)
    extras = itertools.chain.from_iterable(wanted)
    return [Requirement(line) for line in (*project["dependencies"], *extras)]


def applies(requirement: Requirement, where: dict[str, str], extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**where, "extra": e}) for e in {"", *extras})


def test_every_declared_dependency_is_pinned_inside_its_range():
    pinned = pins()
    for requirement in declared():
        (version,) = pinned[canonicalize_name(requirement.name)].specifier
        assert version.operator == "=="
        assert requirement.specifier.contains(version.version), requirement


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_whatever_a_pinned_package_requires_is_pinned_too(platform):
    pinned = pins()
    keys = ("sys_platform", "platform_system", "os_name", "platform_machine")
    for python in PYTHONS:
        where = dict(zip(keys, platform, strict=True))
        where |= {"python_version": python, "python_full_version": f"{python}.5"}
        where |= {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
        waiting, seen = [(r, set[str]()) for r in declared()], set()
        while waiting:
            requirement, extras = waiting.pop()
            name = canonicalize_name(requirement.name)
            if not applies(requirement, where, extras) or (name, *requirement.extras) in seen:
                continue
            seen.add((name, *requirement.extras))
            assert name in pinned, (requirement, python)
            assert applies(pinned[name], where, set()), (requirement, python)
            # What is installed on another system only cannot be asked what it requires.
            if any(True for _ in importlib.metadata.distributions(name=name)):
                further = importlib.metadata.requires(name) or []
                waiting += [(Requirement(line), requirement.extras) for line in further]


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "packaging/benchmarks/peers.txt",
        "packaging/cluster.txt",
        "packaging/bundle.txt",
    ],
)
def test_pins_name_no_address_and_no_range(name):
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    assert [row for row in lines if "://" in row or row.startswith("-")] == []
    assert [row for row in rows if not re.match(r"^[\w.-]+==[\w.]+(\+cpu)?( ; .+)?$", row)] == []


def test_every_make_target_is_one_line_that_calls_a_command():
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    recipes = re.findall(r"^(\w+): ; \$\(PYTHON\) packaging/bootstrap\.py (\w+)$", text, re.M)
    assert {target for target, _ in recipes} >= {"run", "test", "lint", "format", "bundle"}
    assert all(target == command and command in commands.COMMANDS for target, command in recipes)
    assert "\t" not in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
def test_ci_runs_make_test_and_may_be_executed():
    script = REPOSITORY / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text(encoding="utf-8").splitlines()


def test_an_old_python_can_read_the_first_file_and_is_told_what_to_do(monkeypatch):
    source = (REPOSITORY / "packaging" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer .* make run PYTHON="):
        hand_over_to_a_newer_python()


def test_unknown_commands_are_wrong_usage(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "fly"])
    assert commands.main() == 2
    assert "run | test | lint" in capsys.readouterr().out


class Installer:
    """Stands for venv and pip: makes the files they make, counts, and fails when told to."""

    def __init__(self) -> None:
        self.made = self.installed = 0
        self.error: type[BaseException] | None = None

    def make(self, environment: Path) -> None:
        self.made += 1
        python = environment / virtual_environment.IN_ENVIRONMENT
        python.parent.mkdir(parents=True)
        python.touch()
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        (environment / "lib" / version).mkdir(parents=True)

    def install(self, python: Path, requirements: Path) -> None:
        self.installed += 1
        if self.error:
            raise self.error


@pytest.fixture
def installer(monkeypatch) -> Installer:
    installer = Installer()
    monkeypatch.setattr(virtual_environment, "make_environment", installer.make)
    monkeypatch.setattr(virtual_environment, "pip_install", installer.install)
    monkeypatch.setattr(virtual_environment, "borrow_packages", lambda environment: None)
    return installer


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text("numpy==2.4.6\n")
    return file


def provide(tmp_path: Path, requirements: Path) -> None:
    virtual_environment.provide_environment(tmp_path / "env", requirements, "small")


def test_a_second_set_up_does_nothing(tmp_path, requirements, installer):
    provide(tmp_path, requirements)
    provide(tmp_path, requirements)
    assert (installer.made, installer.installed) == (1, 1)


def test_changed_pins_are_installed_into_the_same_environment(tmp_path, requirements, installer):
    provide(tmp_path, requirements)
    requirements.write_text("numpy==2.4.7\n")
    provide(tmp_path, requirements)
    assert (installer.made, installer.installed) == (1, 2)


@pytest.mark.parametrize("error", [KeyboardInterrupt, Fault])
def test_an_interrupted_set_up_is_made_anew(tmp_path, requirements, installer, error):
    installer.error = error
    with pytest.raises(error):
        provide(tmp_path, requirements)
    (tmp_path / "env" / "half-copied").touch()
    installer.error = None
    provide(tmp_path, requirements)
    provide(tmp_path, requirements)
    assert (installer.made, installer.installed) == (2, 2)
    assert not (tmp_path / "env" / "half-copied").exists()


def test_an_environment_of_another_python_is_made_anew(tmp_path, requirements, installer):
    (tmp_path / "env" / "lib" / "python2.7").mkdir(parents=True)
    provide(tmp_path, requirements)
    assert installer.made == 1
    assert not (tmp_path / "env" / "lib" / "python2.7").exists()


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux needs libraries")


@on_linux
@pytest.mark.parametrize(
    ("has_apt", "advice"), [(True, "sudo apt-get install -y libqt"), (False, "package manager")]
)
def test_a_missing_window_library_is_named_with_the_line_to_type(monkeypatch, has_apt, advice):
    monkeypatch.setattr(system_libraries, "WINDOW_LIBRARIES", {"libnowhere.so.9": "libqt"})
    monkeypatch.setattr(system_libraries, "SOUND_LIBRARIES", {})
    monkeypatch.setattr(system_libraries, "apt_install", lambda packages: False)
    monkeypatch.setattr("shutil.which", lambda name: "x" if has_apt else None)
    with pytest.raises(Fault, match=rf"lacks libnowhere\.so\.9; .*{advice}"):
        system_libraries.provide_libraries(window=True, tests=False, venv=False)


@on_linux
def test_missing_sound_is_told_and_does_not_stop(monkeypatch, capsys):
    monkeypatch.setattr(system_libraries, "WINDOW_LIBRARIES", {})
    monkeypatch.setattr(system_libraries, "SOUND_LIBRARIES", {"libnowhere.so.9": "libsound"})
    monkeypatch.setattr(system_libraries, "apt_install", lambda packages: False)
    system_libraries.provide_libraries(window=True, tests=False, venv=False)
    assert "libnowhere.so.9; there will be no sound" in capsys.readouterr().out


@on_linux
def test_nothing_is_installed_when_nothing_is_missing(monkeypatch):
    monkeypatch.setattr(system_libraries, "WINDOW_LIBRARIES", {"libc.so.6": "libc6"})
    monkeypatch.setattr(system_libraries, "SOUND_LIBRARIES", {"libm.so.6": "libc6"})
    monkeypatch.setattr(system_libraries, "apt_install", pytest.fail)
    system_libraries.provide_libraries(window=True, tests=False, venv=False)


def test_a_missing_venv_stands_in_the_same_line_to_type(monkeypatch):
    monkeypatch.setattr(system_libraries, "WINDOW_LIBRARIES", {"libnowhere.so.9": "libqt"})
    monkeypatch.setattr(system_libraries, "missing_venv", lambda: {"venv": "python3.11-venv"})
    monkeypatch.setattr(system_libraries, "apt_install", lambda packages: False)
    monkeypatch.setattr("shutil.which", lambda name: "x")
    with pytest.raises(Fault, match=r"install -y .*python3\.11-venv"):
        system_libraries.provide_libraries(window=True, tests=False, venv=True)


def run_with_screen(
    monkeypatch, screen: bool
) -> tuple[list[tuple[str, ...]], list[dict[str, bool]]]:
    called: list[tuple[str, ...]] = []
    set_up: list[dict[str, bool]] = []
    monkeypatch.setattr(commands, "has_screen", lambda: screen)
    monkeypatch.setattr(commands, "set_up", lambda **wishes: set_up.append(wishes))

    def call(*words: str) -> int:
        called.append(words[1:])
        return 0

    monkeypatch.setattr(commands, "call", call)
    assert commands.run() == 0
    return called, set_up


def test_run_opens_the_window_on_the_demo_side(monkeypatch):
    called, set_up = run_with_screen(monkeypatch, True)
    assert called == [("-m", "app", "gui", str(commands.DEMO))]
    assert set_up == [{"window": True}]


def test_run_without_a_screen_restores_the_demo_and_says_where_it_lies(monkeypatch, capsys):
    called, set_up = run_with_screen(monkeypatch, False)
    assert called[0][2:4] == ("restore", str(commands.DEMO))
    assert {"--removed", "--overwrite", "78rpm"} <= set(called[0])
    assert set_up == [{}]
    printed = capsys.readouterr().out.replace("\\", "/")
    for name in ("air_1920.flac", "air_1920.removed.flac", "air_1920.runout.json"):
        assert f"build/demo/{name}" in printed


def test_the_demo_side_is_a_tagged_16_bit_transfer_that_begins_with_groove_noise():
    file = REPOSITORY / commands.DEMO
    assert file.stat().st_size < 3_000_000
    with soundfile.SoundFile(file) as side:
        assert (side.samplerate, side.subtype, side.format) == (44100, "PCM_16", "FLAC")
        assert side.date == "1920"
        assert "Public domain" in side.license
        samples = side.read(always_2d=True)[:, 0]
    run_in, music = samples[: 5 * 44100], samples[12 * 44100 : 20 * 44100]
    assert 25 <= len(samples) / 44100 <= 31
    run_in_db, music_db = (10 * np.log10(np.mean(part**2)) for part in (run_in, music))
    assert run_in_db == pytest.approx(-37.7, abs=0.5)
    assert music_db - run_in_db == pytest.approx(12, abs=2)


def test_the_bundle_leaves_out_what_a_gpu_alone_would_load():
    gpu_only = "nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9"
    needed = ("torch/lib/libtorch_cuda.so", "nvidia/nvshmem/lib/libnvshmem_host.so.3")
    assert not is_wanted(gpu_only, cuda=False)
    assert is_wanted(gpu_only, cuda=True)
    assert all(is_wanted(name, cuda=False) for name in needed)
    assert is_wanted("nvidia/cudnn/lib/libcudnn.so.9", cuda=False)


def test_the_bundle_keeps_of_torch_what_it_imports():
    assert not is_wanted("torch/include/ATen/ATen.h", cuda=True)
    assert not is_wanted("torch/bin/protoc", cuda=True)
    assert is_wanted("torch/bin/torch_shm_manager", cuda=False)
    assert is_wanted("resources/presets/78rpm.toml", cuda=False)
    assert is_wanted("resources/i18n/de.po", cuda=False)
    assert is_wanted("PySide6/Qt/translations/qtbase_de.qm", cuda=False)
    assert not is_wanted("PySide6/Qt/translations/qtdeclarative_de.qm", cuda=False)


def test_the_bundle_carries_the_licences_of_what_is_in_it():
    found = licence_files({"torch", "_soundfile_data", "json"})
    folders = {folder for _, folder in found}
    assert "resources/licences/torch/licenses" in folders
    assert any(folder.endswith("_soundfile_data") for folder in folders)
    assert all(Path(file).stat().st_size > 100 for file, _ in found)
    assert len(set(found)) == len({(folder, Path(file).name) for file, folder in found})


def test_a_built_application_finds_the_portaudio_beside_it(tmp_path):
    (tmp_path / "libportaudio.so.2").touch()
    hook = REPOSITORY / "packaging" / "hooks" / "find_portaudio.py"
    program = f"""
import sys, ctypes.util
sys._MEIPASS = {str(tmp_path)!r}
exec(open({str(hook)!r}).read())
print(ctypes.util.find_library("portaudio"))
"""
    found = subprocess.check_output([sys.executable, "-c", program], text=True).strip()
    assert found == str(tmp_path / "libportaudio.so.2")
