"""How the built application is made: which torch, what the recipe makes of it on three systems."""

import ctypes
import site
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import build
import commands
import strip_libraries
import virtual_environment
import without_jack
from faults import Fault

REPOSITORY = Path(__file__).resolve().parent.parent
SPEC = REPOSITORY / "packaging" / "runout.spec"
SYSTEMS = ("linux", "win32", "darwin")


def test_without_a_torch_for_the_processor_alone_the_usual_one_is_taken_and_that_is_said(
    monkeypatch, capsys
):
    def fail(*arguments: object) -> None:
        raise Fault("pip could not install the packages")

    monkeypatch.setattr(commands, "provide_environment", fail)
    assert commands.bundle_python() == virtual_environment.PYTHON
    assert "pip finds no torch without CUDA here" in capsys.readouterr().out


@pytest.mark.parametrize("gpu", [False, True])
def test_a_bundle_for_a_gpu_is_built_with_the_torch_of_the_usual_environment(monkeypatch, gpu):
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(commands, "set_up", lambda **wishes: None)
    monkeypatch.setattr(commands, "bundle_python", lambda: Path("cpu-python"))
    monkeypatch.setattr(commands, "call", lambda *words: called.append(words))
    monkeypatch.setenv("GPU", "1" if gpu else "0")
    commands.bundle()
    first = [str(virtual_environment.PYTHON), "packaging/build.py", "--cuda"]
    assert list(called[0]) == (first if gpu else ["cpu-python", "packaging/build.py"])
    programs = [words[1] for words in called]
    names = ("build", "bundle_size", "licences", "smoke_test")
    assert programs == [f"packaging/{name}.py" for name in names]


def run_spec(monkeypatch, tmp_path, system: str) -> SimpleNamespace:
    """Runs the recipe as on a system, with a few files in place of what PyInstaller collects."""
    made = SimpleNamespace(programs=[], bundle=None)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(site, "PREFIXES", list(site.PREFIXES))
    monkeypatch.setattr("linked_libraries.linked_names", lambda file: [])
    monkeypatch.setattr("licences.system_notices", lambda libraries: [])
    monkeypatch.setenv("RUNOUT_PARTS", str(tmp_path))
    monkeypatch.setenv("RUNOUT_SOUND", "/usr/lib/libportaudio.so.2" if system == "linux" else "")
    names = ("runout.ico", "runout.icns")  # they are drawn once, above
    monkeypatch.setattr(build, "make_icons", lambda to: [(to / name).touch() for name in names])
    build.make_parts(tmp_path, "0.1.0.dev1+gabc")

    def analyse(scripts: list[str], **settings: object) -> SimpleNamespace:
        made.settings = settings
        qm = "PySide6/Qt/translations/"
        return SimpleNamespace(
            scripts=[("__main__", scripts[0], "PYSOURCE"), ("pyi_rth_mplconfig", "x", "PYSOURCE")],
            pure=[("soundfile", "soundfile.py", "PYMODULE")],
            binaries=[
                ("libportaudio.so.2", "x", "BINARY"),
                ("PySide6/Qt/lib/libQt6Qml.so.6", "q", "BINARY"),
            ],
            datas=[(qm + "qtbase_de.qm", "d", "DATA"), (qm + "qtbase_fr.qm", "f", "DATA")],
        )

    def program(*parts: object, **settings: object) -> dict[str, object]:
        made.programs.append(settings)
        return settings

    def collect(*parts: object, **settings: object) -> None:
        made.collected = parts

    def bundle(folder: object, **settings: object) -> None:
        made.bundle = settings

    fakes = {"Analysis": analyse, "PYZ": list, "EXE": program, "COLLECT": collect, "BUNDLE": bundle}
    source = compile(SPEC.read_text(encoding="utf-8"), str(SPEC), "exec")
    exec(source, {**fakes, "SPECPATH": str(SPEC.parent)})
    return made


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_recipe_makes_what_each_system_has(monkeypatch, tmp_path, system):
    made = run_spec(monkeypatch, tmp_path, system)
    names = [(each["name"], each["console"]) for each in made.programs]
    second = [("runout-window", False)] if system == "win32" else []
    assert names == [("runout", True), *second]
    for each in made.programs:
        assert (each["icon"] is not None) == (system != "linux")
        assert (each["version"] is not None) == (system == "win32")
        assert all(Path(each[key]).is_file() for key in ("icon", "version") if each[key])
    assert (made.bundle is not None) == (system == "darwin")
    if made.bundle:
        assert made.bundle["info_plist"]["CFBundleVersion"] == "0.1.0.1"
    *_, binaries, datas = made.collected
    assert [entry[0] for entry in binaries] == ["libportaudio.so.2"]
    places = [entry[0] for entry in datas]
    assert "PySide6/Qt/translations/qtbase_de.qm" in places
    assert "PySide6/Qt/translations/qtbase_fr.qm" not in places
    assert any(place.startswith("resources/licences/") for place in places)
    sources = {source for source, _ in made.settings["datas"]}
    assert {str(tmp_path / "version.txt"), str(REPOSITORY / "resources")} <= sources


def test_programs_that_the_bundle_starts_get_the_libraries_of_the_system(monkeypatch):
    hook = REPOSITORY / "packaging" / "hooks" / "own_environment.py"
    code = compile(hook.read_text(encoding="utf-8"), str(hook), "exec")
    environ = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/mine"}
    monkeypatch.setattr("os.environ", environ)
    exec(code, {})
    anew = {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
    assert environ == {"LD_LIBRARY_PATH": "/mine"} | anew
    environ["LD_LIBRARY_PATH"] = "/bundle"
    exec(code, {})
    assert environ == anew


def elf(offset: int, address: int) -> bytes:
    """The header of a 64 bit ELF file with one part to load."""
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return head + struct.pack("<IIQQQQQQ", 1, 5, offset, address, address, 16, 16, 4096)


def test_a_library_that_could_not_be_loaded_any_more_is_left_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "libx.so"
    file.write_bytes(elf(0x1000, 0x2000) + bytes(100))
    stripped = {"as": elf(0x1010, 0x2000)}

    def strip(command: list[str], **settings: object) -> SimpleNamespace:
        Path(command[3]).write_bytes(stripped["as"])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", strip)
    assert strip_libraries.strip_library(file) == 0
    assert file.stat().st_size == 220
    stripped["as"] = elf(0x1000, 0x2000)
    assert strip_libraries.strip_library(file) == 100
    assert [each.name for each in tmp_path.iterdir()] == ["libx.so"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a JACK to stand in for")
def test_portaudio_is_told_that_no_jack_server_runs(tmp_path, monkeypatch):
    calls = ["jack_client_open", "jack_port_name"]
    monkeypatch.setattr(without_jack, "wanted_functions", lambda library: calls)
    built = without_jack.build_stand_in(tmp_path / "libportaudio.so.2", tmp_path)
    if built is None:
        pytest.skip("there is no compiler")
    jack = ctypes.CDLL(str(built))
    jack.jack_client_open.restype = ctypes.c_void_p
    assert jack.jack_client_open(b"x", 0, None) is None
    assert hasattr(jack, "jack_port_name")
