"""What the built application holds, how large it is, and what it calls itself on three systems."""

import ast
import plistlib
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import bundle_size
import git_version
import icons
import windows_data
from app import version
from bundle_contents import EXCLUDED_MODULES, is_wanted, metadata_files
from bundle_size import owner_of, table, unwanted
from linked_libraries import without_orphans
from macos_data import PROJECT_TYPE, property_list

REPOSITORY = Path(__file__).resolve().parent.parent


# The version.


@pytest.fixture
def checkout(tmp_path):
    """A repository of one commit, and a way to run git in it."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')

    def git(*words: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.invalid")
        command = ["git", "-C", str(tmp_path), *who, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "-q")
    git("add", "pyproject.toml")
    git("commit", "-q", "-m", "first")
    return tmp_path, git


def test_a_commit_without_a_tag_is_on_the_way_to_the_declared_release(checkout):
    folder, git = checkout
    hash9 = git("rev-parse", "--short=9", "HEAD")
    assert git_version.git_version(folder) == f"1.2.0.dev1+g{hash9}"


def test_a_tagged_commit_is_the_release_unless_a_file_has_changed(checkout):
    folder, git = checkout
    git("tag", "v1.2.0")
    git("tag", "v1.2.0-rc1")
    assert git_version.git_version(folder) == "1.2.0"
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.3.0"\n')
    assert git_version.git_version(folder).startswith("1.3.0.dev1+g")


def test_without_git_the_declared_version_stands(checkout, monkeypatch):
    folder, _git = checkout
    monkeypatch.setenv("PATH", "")
    assert git_version.git_version(folder) == "1.2.0"


def test_the_source_calls_itself_by_pyproject():
    assert git_version.declared_version() == version.DECLARED
    assert not (REPOSITORY / "resources" / git_version.VERSION_FILE).exists()
    assert version.VERSION == version.DECLARED


def test_a_built_program_tells_the_version_that_lies_in_it(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / git_version.VERSION_FILE).write_text("9.8.7.dev6+gabc\n")
    program = (
        f"import sys; sys._MEIPASS = {str(tmp_path)!r}; import app.version as v; print(v.VERSION)"
    )
    told = subprocess.check_output([sys.executable, "-c", program], cwd=REPOSITORY, text=True)
    assert told.strip() == "9.8.7.dev6+gabc"


@pytest.mark.parametrize(
    ("text", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("0.1.0.dev664+g2999e8a5c", (0, 1, 0, 664))]
)
def test_systems_that_know_numbers_alone_get_numbers(text, numbers):
    assert git_version.version_numbers(text) == numbers


# Icons and what systems are told.


@pytest.fixture(scope="module")
def icon_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("icons")
    icons.make_icons(folder)
    return folder


def test_icons_of_every_size_show_the_record_on_nothing(icon_folder):
    for size in icons.LINUX_SIZES:
        with Image.open(icon_folder / f"runout-{size}.png") as file:
            assert (file.format, file.size) == ("PNG", (size, size))
            pixels = np.asarray(file.convert("RGBA"), dtype=int)
        red, green, blue, alpha = pixels[size // 2, size * 5 // 12]
        assert (alpha, red > 2 * green, red > 2 * blue) == (255, True, True)  # the label
        assert pixels[0, 0, 3] == 0


def test_the_containers_of_windows_and_macos_are_read_by_another_program(icon_folder):
    with Image.open(icon_folder / "runout.ico") as ico:
        assert ico.info["sizes"] == {(size, size) for size in icons.WINDOWS_SIZES}
    with Image.open(icon_folder / "runout.icns") as icns:
        sizes = {width * scale for width, _height, scale in icns.info["sizes"]}
    assert sizes == set(icons.MACOS_KINDS.values())
    data = (icon_folder / "runout.icns").read_bytes()
    assert struct.unpack(">I", data[4:8]) == (len(data),)


def test_macos_learns_what_opens_and_that_a_project_is_one_thing():
    told = plistlib.loads(plistlib.dumps(property_list("0.1.0.dev664+g2999e8a5c")))
    assert (told["CFBundleShortVersionString"], told["CFBundleVersion"]) == ("0.1.0", "0.1.0.664")
    kinds = {
        each: kind for kind in told["CFBundleDocumentTypes"] for each in kind["LSItemContentTypes"]
    }
    assert {"com.microsoft.waveform-audio", "org.xiph.flac", "public.aiff-audio"} < set(kinds)
    assert kinds[PROJECT_TYPE]["LSTypeIsPackage"] is True
    (exported,) = told["UTExportedTypeDeclarations"]
    assert exported["UTTypeConformsTo"] == ["com.apple.package"]
    assert exported["UTTypeTagSpecification"] == {"public.filename-extension": ["runout"]}


@pytest.mark.parametrize("name", sorted(windows_data.PROGRAMS))
def test_the_resource_of_windows_is_an_expression_with_the_version_in_it(name):
    text = windows_data.version_resource(name, "0.1.0.dev664+g2999e8a5c")
    called = (each.func for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call))
    calls = {ast.unparse(each) for each in called}
    assert calls == {
        *("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable"),
        *("StringStruct", "VarFileInfo", "VarStruct"),
    }
    assert "filevers=(0, 1, 0, 664)" in text
    assert f"StringStruct('OriginalFilename', '{name}.exe')" in text


def test_the_installer_of_windows_offers_recordings_and_folders_of_projects():
    text = (REPOSITORY / "packaging" / "windows" / "runout.iss").read_text(encoding="ascii")
    for suffix in ("wav", "flac", "aif", "aiff"):
        assert f"Classes\\.{suffix}\\OpenWithProgids" in text
    assert 'ValueName: "AppliesTo"; ValueData: "System.ItemName:~>"".runout"""' in text
    assert text.count('"""{app}\\{#Program}"" gui ""%1"""') == 2
    named = set(re.findall(r"\{cm:(\w+)", text)) - {"LaunchProgram"}  # that one is Inno Setup's
    assert all(f"{language}.{name}=" in text for language in ("en", "de") for name in named)


# What is in it.


def test_nothing_unneeded_is_wanted():
    for path in (
        *("numpy/core/tests/test_x.py", "torch/bin/test_api", "torch/lib/libtorchbind_test.so"),
        *(
            "PySide6/Qt/plugins/platforms/libqvnc.so",
            "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        ),
        *("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "PySide6/Qt/lib/libQt6Quick.so.6"),
        *("PySide6/plugins/imageformats/qjpeg.dll", "PySide6\\plugins\\platforms\\qminimal.dll"),
        *("matplotlib/mpl-data/sample_data/x.npz", "scipy/x.pyi", "libmvec.so.1"),
        *("torch-2.13.0+cpu.dist-info/RECORD", "torch/__pycache__/x.pyc"),
        *("PySide6/Qt6Network.dll", "PySide6/opengl32sw.dll"),
        "PySide6/Qt/lib/QtQuick.framework/Versions/A/QtQuick",
    ):
        assert not is_wanted(path, cuda=True), path


def test_what_is_used_is_wanted():
    for path in (
        *("PySide6/Qt/plugins/platforms/libqxcb.so", "PySide6/Qt/plugins/platforms/libqwayland.so"),
        *(
            "PySide6/Qt/plugins/platforms/libqoffscreen.so",
            "PySide6/plugins/platforms/qwindows.dll",
        ),
        *(
            "PySide6/Qt/plugins/imageformats/libqsvg.so",
            "PySide6/plugins/styles/qmodernwindows.dll",
        ),
        *("PySide6/Qt/plugins/iconengines/libqsvgicon.so", "matplotlib/mpl-data/matplotlibrc"),
        *("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf", "torch/_inductor/config.py"),
        *("resources/guide/index.md", "resources/models/denoise-light.safetensors"),
        *("resources/version.txt", "training/recipes/denoise-light-4096.toml"),
        *("PySide6/Qt6Gui.dll", "PySide6/Qt/lib/QtGui.framework/Versions/A/QtGui"),
    ):
        assert is_wanted(path, cuda=False), path


def test_no_module_of_the_source_is_left_out():
    rooms = ("app", "engine", "training")
    files = [file for room in rooms for file in (REPOSITORY / room).rglob("*.py")]
    texts = (file.read_text(encoding="utf-8") for file in files)
    imported = {
        name for text in texts for name in re.findall(r"^ *(?:from|import) ([\w.]+)", text, re.M)
    }
    begun = tuple(f"{name}." for name in EXCLUDED_MODULES)
    left_out = {name for name in imported if f"{name}.".startswith(begun)}
    # Each of them is asked for in one place, which says what to install where it is missing.
    assert left_out <= {"accelerate", "ray"}


def test_libraries_that_nothing_links_to_any_more_are_left_out():
    links = {
        "qxcb.so": ["libQt6Gui.so.6", "libX11.so.6"],
        "QtLib/libQt6Gui.so.6": ["libQt6Core.so.6"],
        "py.so": ["libpython3.11.so.1.0"],
    }
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "qxcb.so", "BINARY"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "QtLib/libQt6Gui.so.6", "BINARY"),
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "core", "BINARY"),
        ("PySide6/Qt/lib/libQt6Network.so.6", "network", "BINARY"),
        ("libQt6Network.so.6", "PySide6/Qt/lib/libQt6Network.so.6", "SYMLINK"),
        ("libX11.so.6", "x11", "BINARY"),
        ("libgtk-3.so.0", "gtk", "BINARY"),
        ("libportaudio.so.2", "portaudio", "BINARY"),
        ("torch/lib/libc10.so", "c10", "EXTENSION"),
    ]
    kept = [entry[0] for entry in without_orphans(entries, lambda file: links.get(file, []))]
    gone = {"PySide6/Qt/lib/libQt6Network.so.6", "libQt6Network.so.6", "libgtk-3.so.0"}
    assert kept == [entry[0] for entry in entries if entry[0] not in gone]


def test_the_application_can_ask_what_it_was_built_with():
    files = [destination for destination, _, _ in metadata_files(["numpy", "PySide6_Essentials"])]
    assert [Path(file).name for file in files] == ["METADATA", "METADATA"]
    assert all(".dist-info/" in file for file in files)


# How large it is.


def fake_bundle(folder: Path, *more: str) -> Path:
    for path, size in {"runout": 5, "_internal/torch/lib/libtorch_cpu.so": 4_000_000}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(bytes(size))
    for path in more:
        (folder / "_internal" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "_internal" / path).write_bytes(b"x")
    return folder


def size_of(folder, monkeypatch, *modules: str) -> int:
    monkeypatch.setattr(bundle_size, "modules_in", lambda program: ["app.cli", *modules])
    monkeypatch.setattr(sys, "argv", ["bundle_size.py", str(folder)])
    return bundle_size.main()


def test_the_size_is_told_by_package(tmp_path, monkeypatch, capsys):
    assert size_of(fake_bundle(tmp_path, "libX11.so.6"), monkeypatch) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^ +4\.0 MB  torch$", printed, re.MULTILINE)
    assert re.search(r"^ +4\.0 MB  whole, 3 files$", printed, re.MULTILINE)


@pytest.mark.parametrize(
    "path", ["scipy/signal/tests/test_x.py", "PySide6/Qt/lib/libQt6Qml.so.6", "torch/x.pyi"]
)
def test_an_unwanted_file_fails_the_build(tmp_path, monkeypatch, capsys, path):
    assert size_of(fake_bundle(tmp_path, path), monkeypatch) == 1
    assert f"must not be in the bundle: {path}" in capsys.readouterr().err


def test_an_unwanted_module_fails_the_build(tmp_path, monkeypatch, capsys):
    assert size_of(fake_bundle(tmp_path), monkeypatch, "numba.core") == 1
    assert "must not be in the bundle: numba.core" in capsys.readouterr().err


def test_a_name_that_begins_alike_is_no_unwanted_module():
    assert unwanted([], ["requests_of_mine", "torch.testing._internal.common_dtype"]) == []


def test_a_folder_without_a_program_is_told(tmp_path, monkeypatch, capsys):
    assert size_of(tmp_path, monkeypatch) == 1
    assert "build it with: make bundle" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("_internal/PySide6/Qt/lib/libicudata.so.73", "Qt"),
        ("_internal/numpy.libs/libscipy_openblas64_-32a4b2a6.so", "numpy"),
        ("_internal/libX11.so.6", "libraries of the system"),
        ("_internal/torch-2.13.0+cpu.dist-info/METADATA", "torch"),
        ("runout", "Python"),
    ],
)
def test_files_are_counted_with_whom_they_belong_to(path, owner):
    assert owner_of(path) == owner
    assert owner in table({path: 1_000_000})
