"""What a Linux desktop, Debian and pip are told about Runout, against what it really is."""

import configparser
import gzip
import os
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from email.parser import Parser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.main import get_command

import bare_debian
import build_wheel
import deb
import debian_libraries
from app.cli import commands
from debian_libraries import LIBRARIES, Needs, leave_to_debian
from engine.collection import AUDIO_SUFFIXES
from faults import Fault
from linux_data import APPLICATION, LINUX, write_desktop_data
from man_page import escaped, manual_page

REPOSITORY = Path(__file__).resolve().parent.parent
TYPES = {
    ".wav": "audio/x-wav", ".wave": "audio/x-wav", ".bwf": "audio/x-bwf", ".rf64": "audio/x-rf64",
    ".w64": "audio/x-w64", ".aif": "audio/x-aiff", ".aiff": "audio/x-aiff", ".aifc": "audio/x-aifc",
    ".flac": "audio/flac", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".mp3": "audio/mpeg",
}  # fmt: skip
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")


@pytest.fixture(scope="module")
def share(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("usr") / "share"
    write_desktop_data(folder, "1.2.3", 1_700_000_000)
    return folder


class WithCapitals(configparser.ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        return optionstr


def entry(name: str) -> configparser.SectionProxy:
    parser = WithCapitals(interpolation=None, delimiters=("=",))
    parser.read(LINUX / name, encoding="utf-8")
    return parser["Desktop Entry"]


def list_commands() -> list[str]:
    group: Any = get_command(commands)
    return list(group.list_commands(None))


def check(program: str, *words: str) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not there")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_menu_entry_offers_runout_for_every_kind_of_file_it_reads():
    assert TYPES.keys() == AUDIO_SUFFIXES
    offered = set(entry(f"{APPLICATION}.desktop")["MimeType"].strip(";").split(";"))
    assert set(TYPES.values()) <= offered
    assert "inode/directory" not in offered


def test_project_folders_are_offered_last_and_in_no_menu():
    folder = entry("zz-runout-project.desktop")
    assert folder["MimeType"] == "inode/directory;"
    assert folder["NoDisplay"] == "true"
    # xfce4-file-manager is the last of the known file managers by name
    assert sorted(["zz-runout-project.desktop", "xfce4-file-manager.desktop"])[-1][:2] == "zz"


def test_the_window_is_known_by_the_name_of_the_menu_entry():
    source = (REPOSITORY / "app" / "application.py").read_text(encoding="utf-8")
    assert f'setDesktopFileName("{APPLICATION}")' in source
    name = re.search(r'setApplicationName\("(\w+)"\)', source)
    assert name is not None  # Qt makes it the class of X11
    assert entry(f"{APPLICATION}.desktop")["StartupWMClass"] == name[1]


def test_entries_and_metainfo_speak_german_too(share):
    keys = ("GenericName", "Comment", "Keywords")
    main = entry(f"{APPLICATION}.desktop")
    assert all(main[f"{key}[de]"] != main[key] for key in keys)
    told = (share / "metainfo" / f"{APPLICATION}.metainfo.xml").read_text(encoding="utf-8")
    assert f'<summary xml:lang="de">{main["Comment[de]"]}</summary>' in told
    assert told.count('xml:lang="de"') == told.count("<p>") + told.count("<li>") + 1


def test_the_metainfo_agrees_with_the_entry_and_the_version(share):
    told = ElementTree.parse(share / "metainfo" / f"{APPLICATION}.metainfo.xml").getroot()
    assert told.findtext("id") == APPLICATION
    assert told.findtext("launchable") == f"{APPLICATION}.desktop"
    main = entry(f"{APPLICATION}.desktop")
    assert told.findtext("summary") == main["Comment"]
    assert {each.text for each in told.iter("mediatype")} == set(TYPES.values())
    assert [each.text for each in told.iter("category")] == main["Categories"].split(";")[:-1]
    release = next(told.iter("release"))
    assert release.attrib == {"version": "1.2.3", "date": "2023-11-14"}
    assert told.findall("url") == []


@pytest.mark.parametrize("name", [f"{APPLICATION}.desktop", "zz-runout-project.desktop"])
def test_the_menu_entries_are_valid(name):
    assert check("desktop-file-validate", str(LINUX / name)) == ""


def test_the_metainfo_is_valid(share):
    file = share / "metainfo" / f"{APPLICATION}.metainfo.xml"
    assert "E:" not in check("appstreamcli", "validate", "--no-net", str(file))


def test_the_file_types_are_valid_and_known_by_their_suffix(tmp_path, share):
    shutil.copytree(share / "mime", tmp_path / "mime")
    printed = check("update-mime-database", str(tmp_path / "mime"))
    assert "error" not in printed.lower()
    globs = (tmp_path / "mime" / "globs").read_text(encoding="utf-8").splitlines()
    assert {"audio/x-w64:*.w64", "audio/x-rf64:*.rf64", "audio/x-bwf:*.bwf"} <= set(globs)


def matches(rule: ElementTree.Element, content: bytes) -> bool:
    value = rule.attrib["value"].encode().decode("unicode_escape").encode("latin-1")
    start = int(rule.attrib["offset"])
    below = rule.findall(f"{MIME}match")
    here = content[start : start + len(value)] == value
    return here and (not below or any(matches(each, content) for each in below))


@pytest.mark.parametrize(("container", "kind"), [("W64", "audio/x-w64"), ("RF64", "audio/x-rf64")])
def test_a_file_of_a_type_is_known_by_its_first_bytes(tmp_path, container, kind):
    soundfile.write(tmp_path / "side", np.zeros(10), 44100, "PCM_16", format=container)
    content = (tmp_path / "side").read_bytes()
    types = ElementTree.parse(LINUX / f"{APPLICATION}.mime.xml").getroot()
    hits = [
        each.attrib["type"]
        for each in types
        for rule in each.findall(f"{MIME}magic/{MIME}match")
        if matches(rule, content)
    ]
    assert hits == [kind]


def test_every_icon_is_a_png_of_the_size_of_its_folder(share):
    folders = list((share / "icons" / "hicolor").iterdir())
    assert {"48x48", "256x256", "scalable"} <= {folder.name for folder in folders}
    for folder in folders:
        if folder.name != "scalable":
            head = (folder / "apps" / f"{APPLICATION}.png").read_bytes()[:24]
            assert head[:8] == b"\x89PNG\r\n\x1a\n"
            assert folder.name.split("x")[0] == str(int.from_bytes(head[16:20], "big"))


def test_the_manual_page_has_every_command_of_the_help(share):
    page = gzip.decompress((share / "man" / "man1" / "runout.1.gz").read_bytes()).decode()
    names = [str(name).replace("-", "\\-") for name in list_commands()]
    assert len(names) > 20
    sections = set(re.findall(r"^\.SS runout (\S+)", page, re.MULTILINE))
    assert sections == set(names)
    assert ".SS runout models verify" in page
    assert "\\-\\-quit" not in page


def test_the_manual_page_is_clean_roff(tmp_path):
    (tmp_path / "runout.1").write_text(manual_page("1.2.3", "2023-11-14"), encoding="utf-8")
    assert check("mandoc", "-T", "lint", str(tmp_path / "runout.1")) == ""


def test_text_is_no_request_of_roff():
    assert escaped(".so etc") == "\\&.so etc"
    assert escaped("'a --b\\c") == "\\&'a \\-\\-b\\ec"


def test_the_control_file_says_what_dpkg_asks_for():
    text = deb.control("1.2.3", ["libc6 (>= 2.35)", "libgl1"], 1234)
    fields = Parser().parsestr(text)
    assert fields["Package"] == "runout"
    assert fields["Depends"] == "libc6 (>= 2.35), libgl1"
    assert fields["Installed-Size"] == "1234"
    assert set(fields["Architecture"].split()) <= set(deb.ARCHITECTURES.values())
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_development_version_comes_before_its_release():
    version = deb.debian_version("0.1.0.dev12+gabc")
    assert version == "0.1.0~dev12+gabc"
    assert deb.debian_version("0.1.0") == "0.1.0"
    check("dpkg", "--compare-versions", version, "lt", "0.1.0")
    check("dpkg", "--compare-versions", version, "lt", deb.debian_version("0.1.0.dev100+g012"))


def test_the_changelog_is_one_that_debian_reads(tmp_path):
    (tmp_path / "changelog").write_text(deb.changelog("0.1.0~dev1", 1_700_000_000))
    told = check("dpkg-parsechangelog", "-l", str(tmp_path / "changelog"))
    assert "Version: 0.1.0~dev1" in told
    assert "Tue, 14 Nov 2023 22:13:20 +0000" in told
    assert "warning" not in told


@pytest.fixture
def bundle(tmp_path, monkeypatch) -> Path:
    """A program that needs a library of Debian's, which alone needs another one."""
    needs = {
        "runout": {"libc.so.6", "libdl.so.2"},
        "libQt6Core.so.6": {"libglib-2.0.so.0", "libicu.so.73"},
        "libicu.so.73": {"libstdc++.so.6"},
        "libglib-2.0.so.0": {"libpcre2-8.so.0"},
        "libpcre2-8.so.0": set[str](),
        "libpython3.11.so.1.0": {"libm.so.6"},
        "libstdc++.so.6": {"libc.so.6"},
        "_queue.so": set[str](),
    }
    folder: Path = tmp_path / "bundle"
    (folder / "_internal").mkdir(parents=True)
    for name in needs:
        (folder / ("" if name == "runout" else "_internal") / name).write_bytes(b"\x7fELF")
    (folder / "_internal" / "libQt6Core.so.6").rename(folder / "_internal" / "core")
    (folder / "_internal" / "Qt").mkdir()
    (folder / "_internal" / "core").rename(folder / "_internal" / "Qt" / "libQt6Core.so.6")

    def read_needs(file: Path) -> Needs:
        return Needs(frozenset(needs[file.name]), (2, 36) if file.name == "runout" else (2, 4))

    monkeypatch.setattr(debian_libraries, "read_needs", read_needs)
    return folder


def test_what_debian_has_is_left_to_it_with_what_only_that_needed(bundle):
    packages = leave_to_debian(bundle)
    left = {path.name for path in bundle.rglob("*") if path.is_file()}
    kept = {"runout", "libQt6Core.so.6", "libicu.so.73", "libpython3.11.so.1.0", "_queue.so"}
    assert left == kept
    glib = LIBRARIES["libglib-2.0.so.0"]
    assert packages == sorted(["libc6 (>= 2.36)", glib, "libstdc++6", "libportaudio2"])


def test_a_library_that_nobody_is_known_to_bring_stops_the_package(bundle):
    (bundle / "_internal" / "libicu.so.73").unlink()
    with pytest.raises(Fault, match=r"^libicu\.so\.73, needed by libQt6Core\.so\.6, is neither"):
        leave_to_debian(bundle)


def test_the_headers_of_a_real_program_are_read():
    check("objdump", "--version")
    needs = debian_libraries.read_needs(Path(shutil.which("sh") or "/bin/sh").resolve())
    assert "libc.so.6" in needs.libraries
    assert needs.glibc >= (2, 2, 5)


def test_a_package_without_a_bundle_says_what_to_do(tmp_path):
    with pytest.raises(Fault, match=r"runout is not there; build it with: make bundle$"):
        deb.told_version(tmp_path)


def test_a_debian_in_a_folder_is_refused_to_a_user_without_rights(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Fault, match=r"by root alone; call this with sudo$"):
        bare_debian.hidden_from_the_system()


def test_what_is_mounted_below_a_folder_is_found():
    assert [place for place in bare_debian.mounts_below(Path("/nowhere")) if place] == []
    assert all(place.startswith("/dev/") for place in bare_debian.mounts_below(Path("/dev")))


def test_the_wheel_has_every_package_and_nothing_else_at_the_top():
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)["tool"]["setuptools"]
    found = {
        file.parent.relative_to(REPOSITORY).as_posix().replace("/", ".")
        for room in ("app", "engine", "training")
        for file in (REPOSITORY / room).rglob("*.py")
    }
    assert set(settings["packages"]) == found | {"runout_resources"}
    assert settings["package-dir"] == {"runout_resources": "resources"}
    assert set(settings["package-data"]) == {"runout_resources", "training"}


def test_a_wheel_is_built_of_the_last_commit_and_tells_its_version(tmp_path):
    build_wheel.copy_tree(tmp_path, "1.2.3.dev4+gabc")
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == "1.2.3.dev4+gabc"
    assert "urls" not in project  # none that exists
    assert {path.name for path in tmp_path.iterdir()} == {*build_wheel.ROOMS, *build_wheel.BESIDE}
    program = "from app.version import VERSION; print(VERSION)"
    told = subprocess.check_output([sys.executable, "-c", program], cwd=tmp_path, text=True)
    assert told.strip() == "1.2.3.dev4+gabc"


def test_resources_of_an_installed_wheel_are_found_under_their_own_name(tmp_path):
    shutil.copytree(REPOSITORY / "app", tmp_path / "app", ignore=build_wheel.COMPILED)
    for name in ("resources", "runout_resources"):  # the first is another one's package
        (tmp_path / name).mkdir()
    program = "from app import paths; print(paths.resources())"
    told = subprocess.check_output([sys.executable, "-c", program], cwd=tmp_path, text=True)
    assert told.strip() == str(tmp_path / "runout_resources")
