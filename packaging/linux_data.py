"""What a Linux desktop knows an application by: menu entry, icons, file types, manual page."""

import gzip
import subprocess
import time
from pathlib import Path

from icons import LINUX_SIZES, SVG, png_picture
from man_page import manual_page

REPOSITORY = Path(__file__).resolve().parent.parent
LINUX = REPOSITORY / "packaging" / "linux"
APPLICATION = "org.runout.Runout"


def source_time() -> int:
    """Seconds since 1970 of the last commit; of the newest pin where there is no git."""
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0 and asked.stdout.strip():
        return int(asked.stdout)
    return int((REPOSITORY / "requirements.txt").stat().st_mtime)


def write_file(file: Path, content: str | bytes) -> None:
    """Write a file and the folders above it; text ending in .gz is packed, without a time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = content.encode() if isinstance(content, str) else content
    file.write_bytes(gzip.compress(raw, 9, mtime=0) if file.suffix == ".gz" else raw)


def write_desktop_data(share: Path, version: str, seconds: int) -> None:
    """Write all of it.

    Args:
        share: the folder `share` of a prefix, such as usr/share of a package.
        version: what is told there.
        seconds: when this version was made, since 1970.
    """
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    for entry in LINUX.glob("*.desktop"):
        write_file(share / "applications" / entry.name, entry.read_bytes())
    types = LINUX / f"{APPLICATION}.mime.xml"
    write_file(share / "mime" / "packages" / f"{APPLICATION}.xml", types.read_bytes())
    told = (LINUX / f"{APPLICATION}.metainfo.xml").read_text(encoding="utf-8")
    told = told.replace("@VERSION@", version).replace("@DATE@", date)
    write_file(share / "metainfo" / f"{APPLICATION}.metainfo.xml", told)
    write_file(share / "man" / "man1" / "runout.1.gz", manual_page(version, date))
    icons = share / "icons" / "hicolor"
    write_file(icons / "scalable" / "apps" / f"{APPLICATION}.svg", SVG.read_bytes())
    for size in LINUX_SIZES:
        write_file(icons / f"{size}x{size}" / "apps" / f"{APPLICATION}.png", png_picture(size))
