"""Says how large the built application is and by what, and fails on what must not be in it.

    .venv/bin/python packaging/bundle_size.py [FOLDER] [--compressed]

FOLDER is dist/runout unless given. --compressed packs it with zstd and xz, as a download would be,
which takes minutes; without it only the sizes on the disk are told.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BUNDLE = REPOSITORY / "dist" / "runout"
PACKERS = {"tar.zst": ("zstd", "-10", "-T0", "-q"), "tar.xz": ("xz", "-6", "-T0", "-q")}
N_ROWS = 12

UNWANTED_MODULES = (
    *("tests", "pytest", "hypothesis", "numba", "llvmlite", "librosa", "sklearn", "pandas"),
    *("tkinter", "mypy", "PyInstaller", "accelerate", "huggingface_hub", "requests", "ssl"),
    *("setuptools", "torchaudio", "triton", "torch.testing._internal.opinfo", "scipy.io"),
    *("torch._inductor.codegen", "matplotlib.pyplot", "PySide6.QtNetwork", "PySide6.QtQml"),
)
UNWANTED_FILES = (
    *("*.pyi", "*/__pycache__/*", "*.pyc", "*/tests/*", "tests/*", "*.dist-info/RECORD"),
    *("torch/include/*", "torch/test/*", "torch/bin/test_*", "torch/bin/protoc*"),
    *(f"*Qt6{part}*" for part in ("Qml", "Quick", "Sql", "Designer", "Help", "Network", "Pdf")),
    *(f"*Qt{part}.framework/*" for part in ("Qml", "Quick", "Sql", "Help", "Network", "Pdf")),
    *(f"*/platforms/*{name}.*" for name in ("eglfs", "linuxfb", "minimal", "vnc")),
    *(f"*/imageformats/*q{name}.*" for name in ("gif", "ico", "jpeg", "tiff", "webp")),
    *("*virtualkeyboard*", "*/translations/qtdeclarative*", "*/translations/qt_*", "*gtk-3*"),
    *("matplotlib/mpl-data/sample_data/*", "tcl*/*", "tk8*/*", "*libavif*", "*libsqlite3*"),
)

OWNERS = (
    ("Qt", r"PySide6|shiboken6|lib(Qt6|icu|pyside6|shiboken6)"),
    ("Python", r"python3|libpython|base_library\.zip|runout(-window)?(\.exe)?$"),
    ("scipy", r"scipy|libscipy_openblas-|libgfortran|libquadmath"),
    ("numpy", r"numpy|libscipy_openblas64"),
    ("matplotlib", r"matplotlib|mpl_toolkits|kiwisolver|contourpy|PIL|pillow|fontTools"),
    ("sound", r"_soundfile|soxr|lib(portaudio|asound|jack|sndfile)|_sounddevice"),
)
"""Who a file belongs to, by how its path begins; else its folder, or the system's libraries."""


def owner_of(path: str) -> str:
    """The package that a file of the bundle is counted with.

    Args:
        path: relative to the bundle, with slashes.
    """
    inside = path.removeprefix("_internal/")
    for name, pattern in OWNERS:
        if re.match(pattern, inside):
            return name
    if "/" in inside:
        return re.sub(r"(-[\d.+\w]+)?\.(dist-info|libs)$", "", inside.split("/", 1)[0])
    return "libraries of the system"


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of every file below a folder, by its path there; links count nothing."""
    return {
        file.relative_to(folder).as_posix(): file.stat().st_size
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def unwanted(paths: Iterable[str], modules: Iterable[str]) -> list[str]:
    """What must not be there, of files and of the modules inside the program."""
    inside = (path.removeprefix("_internal/") for path in paths)
    files = [path for path in inside if any(fnmatch(path, each) for each in UNWANTED_FILES)]
    begun = tuple(f"{name}." for name in UNWANTED_MODULES)
    return files + [name for name in modules if f"{name}.".startswith(begun)]


def modules_in(program: Path) -> list[str]:
    """The modules that a program made by PyInstaller holds."""
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(program))
    return sorted(archive.open_embedded_archive("PYZ.pyz").toc)


def packed_bytes(folder: Path, packer: tuple[str, ...]) -> int | None:
    """Bytes of the folder as a packed archive; None where the packer is not installed."""
    if not (shutil.which(packer[0]) and shutil.which("tar")):
        return None
    tar = ["tar", "--sort=name", "-C", str(folder.parent), "-cf", "-", folder.name]
    total = 0
    with (
        subprocess.Popen(tar, stdout=subprocess.PIPE) as plain,
        subprocess.Popen([*packer, "-c"], stdin=plain.stdout, stdout=subprocess.PIPE) as packed,
    ):
        assert packed.stdout is not None
        while part := packed.stdout.read(1 << 20):
            total += len(part)
    return total


def table(found: dict[str, int]) -> str:
    """Lines of a size and whose it is, the largest first, the rest in one, and the whole."""
    by_owner: Counter[str] = Counter()
    for path, size in found.items():
        by_owner[owner_of(path)] += size
    rows = by_owner.most_common(N_ROWS)
    rows.append(("all others", by_owner.total() - sum(size for _, size in rows)))
    rows.append((f"whole, {len(found)} files", by_owner.total()))
    return "\n".join(f"{size / 1e6:8.1f} MB  {name}" for name, size in rows)


def main() -> int:
    """Print the table, then what must not be there; returns the exit code."""
    parser = argparse.ArgumentParser(description="How large the built application is.")
    parser.add_argument("folder", type=Path, nargs="?", default=BUNDLE)
    parser.add_argument("--compressed", action="store_true", help="pack it, too (minutes)")
    given = parser.parse_args()
    folder = given.folder.resolve()
    programs = [folder / name for name in ("runout", "runout.exe") if (folder / name).is_file()]
    if not programs:
        print(f"{folder} holds no program; build it with: make bundle", file=sys.stderr)
        return 1
    found = sizes(folder)
    print(table(found))
    for suffix, packer in PACKERS.items() if given.compressed else ():
        packed = packed_bytes(folder, packer)
        told = "not measured, it is not installed" if packed is None else f"{packed / 1e6:.1f} MB"
        print(f"as {suffix} by {' '.join(packer[:2])}: {told}", flush=True)
    wrong = unwanted(found, modules_in(programs[0]))
    for name in wrong[:N_ROWS]:
        print(f"must not be in the bundle: {name}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
