"""Licences of all that the built application is made of: checked, and written down.

    .venv/bin/python packaging/licences.py            writes resources/licences/third_party.md
    .venv/bin/python packaging/licences.py --check    compares it with what would be written
    .venv/bin/python packaging/licences.py --bundle [DIR]   looks through a built application

Everything in a bundle has to be in licences.toml, under a licence that ALLOWED has, with its text
in the bundle. ALLOWED holds what may be passed on with a program of any licence: Runout has none
yet, so nothing may be in it that would choose one for it. That rules out libraries under the GPL
without an exception (readline), and under Sleepycat's licence (Berkeley DB, which JACK's library
wants).
"""

import argparse
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_suffix(".toml")
FOLDER = REPOSITORY / "resources" / "licences"
TEXTS = FOLDER / "texts"
WRITTEN = FOLDER / "third_party.md"
BUNDLE = REPOSITORY / "dist" / "runout"

FREE, REPLACEABLE, SHARED = "free", "replaceable", "shared"
ALLOWED = {
    **dict.fromkeys(
        (
            *("MIT", "MIT-0", "MIT-CMU", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Zlib"),
            *("libpng-2.0", "libtiff", "FTL", "bzip2-1.0.6", "PSF-2.0", "Apache-2.0", "AFL-2.1"),
            *("Unicode-3.0", "CC0-1.0", "Bitstream-Vera", "OFL-1.1", "LicenseRef-Public-Domain"),
            *("Apache-2.0 WITH LLVM-exception", "GPL-3.0-or-later WITH GCC-exception-3.1"),
            *("GPL-2.0-or-later WITH Bootloader-exception", "LicenseRef-Intel-Simplified"),
            *("LicenseRef-NVIDIA-Redistributable", "LicenseRef-Microsoft-Redistributable"),
            "LicenseRef-Runout",
        ),
        FREE,
    ),
    **dict.fromkeys(
        ("LGPL-2.0-or-later", "LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0"), REPLACEABLE
    ),
    "CC-BY-SA-4.0": SHARED,
}
REASONS = {
    FREE: "may be passed on with a program of any licence, with its notice",
    REPLACEABLE: "may be used by a program of any licence, as long as the library can be replaced",
    SHARED: "binds what is made of the material itself, not the program that uses it",
}

INTRODUCTION = """\
# What Runout is built on

The application carries what is below; Linux, Windows and macOS each have a part of it. The full
texts are in the folder `texts`, in a folder for each package of Python, and on Linux in `system`,
with the names of those who hold the rights. Nothing of it chooses a licence for Runout itself,
which has none yet.

"""
CLOSING = """
Libraries under the GNU LGPL are separate files in the application's folder: each may be replaced by
a changed version with the same interface, and be taken apart to see how that is done. Their sources
are those of the projects, unchanged, in the versions that Runout's `requirements.txt` names, or in
those of the system the application was built on.

The models that ship are under CC BY-SA 4.0. What a model restores belongs to whoever restores it; a
model that is trained further from one of them is shared alike.
"""


@dataclass(frozen=True)
class Component:
    """A row of the table."""

    name: str
    licence: str
    purpose: str
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    note: str = ""

    @property
    def licences(self) -> list[str]:
        """The parts of its expression; all of them bind."""
        return re.split(r" AND ", self.licence)

    def has_file(self, path: str) -> bool:
        """Whether a file of the bundle is of it."""
        name = path.rpartition("/")[2]
        return any(fnmatch(path, each) or fnmatch(name, each) for each in self.files)

    def has_package(self, name: str) -> bool:
        """Whether a package of Python is of it."""
        return any(fnmatch(_plain(name), _plain(each)) for each in self.packages)


def read_table() -> tuple[Component, ...]:
    """All components."""
    rows: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["component"]
    return tuple(Component(**_tuples(row)) for row in rows)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def table_problems(components: Iterable[Component]) -> Iterator[str]:
    """What is wrong with the table: a licence that is not allowed, a text that is missing."""
    for each in components:
        for licence in each.licences:
            if licence not in ALLOWED:
                yield f"{each.name}: {licence} is not among the licences that are allowed"
            if licence.startswith(("LGPL", "MPL", "CC-BY")) and not each.texts:
                yield f"{each.name}: the text of {licence} has to go along"
        for text in each.texts:
            if not (TEXTS / text).is_file():
                yield f"{each.name}: {text} is not in {TEXTS.relative_to(REPOSITORY)}"


def markdown(components: Iterable[Component]) -> str:
    """What is written down."""
    lines = ["| what | licence | for |", "|---|---|---|"]
    for each in components:
        licence = each.licence.replace("LicenseRef-", "").replace(" AND ", ", ")
        texts = ", ".join(f"[{Path(text).stem}](texts/{text})" for text in each.texts)
        purpose = "; ".join(filter(None, (each.purpose, each.note, texts and f"text: {texts}")))
        lines.append(f"| {each.name} | {licence} | {purpose} |")
    return INTRODUCTION + "\n".join(lines) + "\n" + CLOSING


def bundle_problems(bundle: Path, components: tuple[Component, ...]) -> Iterator[str]:
    """What is in a bundle and not in the table, and texts that are not in it."""
    inside = bundle / "_internal"
    licences = inside / "resources" / "licences"
    seen = set()
    for path in sorted(bundle.rglob("*")):
        if path.is_dir() or path.is_symlink():
            continue
        name = path.relative_to(inside if path.is_relative_to(inside) else bundle).as_posix()
        owner = next((each for each in components if each.has_file(name)), None)
        seen.add(owner)
        if owner is None:
            yield f"{name} is in the bundle and not in {TABLE.name}"
    for package in packages_in(bundle):
        owner = next((each for each in components if each.has_package(package)), None)
        seen.add(owner)
        if owner is None:
            yield f"the package {package} is in the bundle and not in {TABLE.name}"
        elif not owner.texts and not any((licences / package).rglob("*")):
            yield f"the licence of the package {package} is not in the bundle"
    for owner in seen - {None}:
        for text in owner.texts if owner else ():
            if not (licences / "texts" / text).is_file():
                yield f"{text} of {owner.name if owner else ''} is not in the bundle"


def packages_in(bundle: Path) -> list[str]:
    """The packages of Python whose modules are in a bundle's program."""
    from PyInstaller.archive.readers import CArchiveReader

    program = bundle / ("runout.exe" if sys.platform == "win32" else "runout")
    modules = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc
    tops = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    owners = importlib.metadata.packages_distributions()
    return sorted({owners[top][0] for top in tops if top in owners})


def system_notices(libraries: Iterable[Path]) -> list[tuple[str, str]]:
    """The notices of Debian packages that libraries come from, for the bundle.

    Returns:
        Pairs of a file and the folder of the bundle that it goes to, with its name there; none
        where the system has no dpkg.
    """
    if not shutil.which("dpkg"):
        return []
    patterns = [f"*/{library.resolve().name}" for library in libraries]
    asked = subprocess.run(["dpkg", "-S", *patterns], capture_output=True, text=True, check=False)
    found = {}
    for line in asked.stdout.splitlines() if patterns else ():
        package = line.partition(":")[0].strip()
        notice = Path("/usr/share/doc", package, "copyright")
        if package and notice.is_file():
            found[package] = (f"resources/licences/system/{package}.txt", str(notice.resolve()))
    return sorted(found.values())


def in_system(file: Path) -> bool:
    """Whether a file belongs to the system, and not to Python or an environment of it."""
    folder = file.resolve().as_posix()
    return folder.startswith(("/usr/lib/", "/lib/")) and "/python3" not in folder


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def main() -> int:
    """Do what was asked; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="write nothing")
    options.add_argument("--bundle", nargs="?", type=Path, const=BUNDLE, help="look through this")
    chosen = options.parse_args()
    components = read_table()
    problems = list(table_problems(components))
    text = markdown(components)
    if chosen.bundle:
        problems += bundle_problems(chosen.bundle, components)
    elif chosen.check:
        if WRITTEN.read_text(encoding="utf-8") != text:
            problems.append(f"{WRITTEN.name} is not as this program writes it; run it")
    else:
        WRITTEN.write_text(text, encoding="utf-8")
    for each in problems:
        print(each, file=sys.stderr)
    if not problems:
        print(f"{len(components)} components, all under licences that are allowed")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
