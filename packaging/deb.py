"""Builds the package for Debian and Ubuntu, dist/runout_VERSION_ARCHITECTURE.deb, from the bundle.

    .venv/bin/python packaging/deb.py [--bundle dist/runout] [--compression zstd|xz]

The program lies in /usr/lib/runout and is linked to from /usr/bin. Menus, file types and icons are
brought up to date by triggers of the packages that they belong to, so there is no script in it.

Every system that is new enough for its C library reads zstd, which takes seconds. xz, for a
release, makes the file 28 % smaller and takes far longer: 120 MB of it become 28.2 MB in 51 s of
one core, and 39.5 MB in 0.6 s.

There is no AppImage beside it: the bundle itself runs from wherever it is unpacked, and a file that
has to be mounted to run would need FUSE, which a bare system has not.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from debian_libraries import is_elf, leave_to_debian
from faults import Fault, say
from linux_data import REPOSITORY, source_time, write_desktop_data, write_file

STAGE = REPOSITORY / "build" / "deb"
MAINTAINER = "The Runout authors <authors@runout.invalid>"
SUMMARY = "restores transfers of 78 rpm records and other damaged music"
DESCRIPTION = (
    "Runout takes clicks, crackle, hum and groove noise out of transfers of old records, fills "
    "gaps and mends clipped peaks, by classical methods and by neural networks, in a window and "
    "from the command line. What is removed can be heard by itself, every operation can be "
    "undone, and restored and removed add up to the source, sample for sample."
)
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
RECOMMENDS = ("hicolor-icon-theme", "pipewire-alsa | libasound2-plugins")
COPYRIGHT = """\
Runout restores transfers of 78 rpm records and other damaged music.

Copyright (C) 2026 The Runout authors. All rights reserved by them until a licence is chosen.

Works of others lie in /usr/lib/runout, under licences of their own. Their texts are in
/usr/lib/runout/_internal/resources/licences. Qt and PySide6, and some others, are under the GNU
Lesser General Public License; Debian has its text in /usr/share/common-licenses/LGPL-3. What is
in the package, and under which licence:

"""
OVERRIDES = """\
# Built by PyTorch, Qt, SciPy and others for one another, and used as they were built: taking their
# symbols out breaks those whose search paths were changed after linking.
runout: unstripped-binary-or-object
runout: custom-library-search-path
runout: embedded-library
runout: hardening-no-pie
runout: library-not-linked-against-libc
runout: shared-library-lacks-prerequisites
# zstd, which Debian's own archive does not take and dpkg reads.
runout: malformed-deb-archive
# Parts of modules that are imported, and run by nobody.
runout: wrong-path-for-interpreter
runout: duplicate-font-file
"""


def debian_version(version: str) -> str:
    """A version of Python's kind as Debian orders it: a development version before its release."""
    return version.replace(".dev", "~dev")


def told_version(bundle: Path) -> str:
    """The version that a built program tells.

    Raises:
        Fault: there is no such program, or it does not run.
    """
    program = bundle / "runout"
    if not program.is_file():
        raise Fault(f"{program} is not there; build it with: make bundle")
    done = subprocess.run(
        [str(program), "--version"], capture_output=True, text=True, timeout=120, check=False
    )
    words = done.stdout.split()
    if done.returncode or len(words) != 2:
        raise Fault(f"{program} does not tell its version: {done.stderr.strip()}")
    return words[1]


def changelog(version: str, seconds: int) -> str:
    """The changes of packaging/changelog.md that this version makes, in Debian's form."""
    text = (REPOSITORY / "packaging" / "changelog.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1].partition("\n")[2]
    lines = [f"runout ({version}) unstable; urgency=low", ""]
    for change in newest.split("\n- ")[1:]:
        words = " ".join(change.replace("`", "'").split())
        lines += textwrap.wrap(words, 78, initial_indent="  * ", subsequent_indent="    ")
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(seconds))
    return "\n".join([*lines, "", f" -- {MAINTAINER}  {when}", ""])


def control(version: str, packages: list[str], installed_kib: int) -> str:
    """The control file.

    Args:
        version: as Debian writes it.
        packages: what to depend on.
        installed_kib: size when unpacked.
    """
    fields = {
        "Package": "runout",
        "Version": version,
        "Architecture": ARCHITECTURES[os.uname().machine],
        "Maintainer": MAINTAINER,
        "Installed-Size": str(installed_kib),
        "Depends": ", ".join(packages),
        "Recommends": ", ".join(RECOMMENDS),
        "Section": "sound",
        "Priority": "optional",
        "Description": SUMMARY,
    }
    lines = [f"{name}: {value}" for name, value in fields.items()]
    lines += [f" {line}" for line in textwrap.wrap(DESCRIPTION, 76)]
    return "\n".join(lines) + "\n"


def set_modes(root: Path) -> None:
    """Give every file the rights it needs: all may read, and run what is a program."""
    for path in (root, *root.rglob("*")):
        if path.is_symlink():
            continue
        runs = path.is_dir() or (is_elf(path) and ".so" not in path.name)
        path.chmod(0o755 if runs else 0o644)


def write_control(root: Path, version: str, packages: list[str]) -> None:
    """Write DEBIAN/control and DEBIAN/md5sums for all that lies there by now."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    sums = []
    for file in files:
        with file.open("rb") as handle:
            digest = hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False))
        sums.append(f"{digest.hexdigest()}  {file.relative_to(root)}")
    size_kib = sum(-(-file.stat().st_size // 1024) for file in files)
    write_file(root / "DEBIAN" / "control", control(version, packages, size_kib))
    write_file(root / "DEBIAN" / "md5sums", "\n".join(sums) + "\n")


def stage(bundle: Path, root: Path) -> str:
    """Lay out the package below a folder; returns its version.

    Raises:
        Fault: the bundle does not run, or needs a library that nobody is known to bring.
    """
    told, seconds = told_version(bundle), source_time()
    version = debian_version(told)
    shutil.rmtree(root, ignore_errors=True)
    program = root / "usr" / "lib" / "runout"
    shutil.copytree(bundle, program, symlinks=True)
    packages = leave_to_debian(program)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "runout").symlink_to("../lib/runout/runout")
    share = root / "usr" / "share"
    write_desktop_data(share, told, seconds)
    licences = REPOSITORY / "resources" / "licences" / "third_party.md"
    copyright_text = COPYRIGHT + licences.read_text(encoding="utf-8")
    write_file(share / "doc" / "runout" / "copyright", copyright_text)
    write_file(share / "doc" / "runout" / "changelog.gz", changelog(version, seconds))
    write_file(share / "lintian" / "overrides" / "runout", OVERRIDES)
    write_control(root, version, packages)
    set_modes(root)
    os.environ["SOURCE_DATE_EPOCH"] = str(seconds)  # the newest time that dpkg-deb writes
    return version


def build(bundle: Path, dist: Path, compression: str) -> Path:
    """Build the package; returns its file.

    Raises:
        Fault: the bundle or dpkg-deb is missing, or one of them fails.
    """
    if shutil.which("dpkg-deb") is None:
        raise Fault("dpkg-deb is missing; build the package on Debian or Ubuntu")
    version = stage(bundle, STAGE)
    file = dist / f"runout_{version}_{ARCHITECTURES[os.uname().machine]}.deb"
    command = ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build"]
    done = subprocess.run(
        [*command, str(STAGE), str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Fault(f"dpkg-deb failed: {done.stderr.strip()}")
    return file


def main() -> int:
    """Build the package and tell its size; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the package for Debian and Ubuntu.")
    parser.add_argument("--bundle", type=Path, default=REPOSITORY / "dist" / "runout")
    parser.add_argument("--dist", type=Path, default=REPOSITORY / "dist")
    parser.add_argument("--compression", choices=("zstd", "xz"), default="zstd")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        file = build(options.bundle, options.dist, options.compression)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 1
    size_mb = file.stat().st_size / 1e6
    say(f"{file}: {size_mb:.0f} MB, {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
