"""Installs the .deb on a bare Debian as its user would, tries it there, and removes it again.

    sudo .venv/bin/python packaging/chroot_test.py [DEB] [--release bookworm] [--picture FILE.png]

Without DEB, the newest one of dist. The Debian is made by debootstrap, holds no Python, and is
deleted in the end. The window is started without a screen and, where Xvfb is there, with one.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bare_debian import CACHE, BareDebian, bare_debian, hidden_from_the_system, mount
from faults import Fault, say
from linux_data import APPLICATION, REPOSITORY

PROGRAM = "usr/lib/runout"
DEMO = f"/{PROGRAM}/_internal/resources/demo/air_1920.flac"
DISPLAY = ":93"
SOCKETS = "/tmp/.X11-unix"
# shared-mime-info calls WAV by another name from 2.3 on.
TYPES = {
    "side.wav": {"audio/x-wav", "audio/vnd.wave"},
    "side.flac": {"audio/flac"},
    "side.aiff": {"audio/x-aiff"},
    "side.bwf": {"audio/x-bwf"},
    "side.rf64": {"audio/x-rf64"},
    "side.w64": {"audio/x-w64"},
}


def demand(holds: bool, otherwise: str) -> None:
    """Stop unless something holds.

    Raises:
        Fault: it does not; the sentence says what is wrong.
    """
    if not holds:
        raise Fault(otherwise)


def install(debian: BareDebian, deb: Path) -> None:
    """Install the package by its file, as a user would."""
    pythons = [name for name in debian.files() if Path(name).name.startswith("python3")]
    demand(not pythons, f"this Debian is not bare, it has {pythons[:1]}")
    shutil.copyfile(deb, debian.root / "tmp" / deb.name)
    started = time.monotonic()
    printed = debian.apt("install", f"/tmp/{deb.name}")
    count = printed.count("\nSetting up ")
    say(f"installed with {count - 1} packages it needs: {time.monotonic() - started:.0f} s")


def try_commands(debian: BareDebian) -> None:
    """Try the command line as a user without rights who has an empty home."""
    commands = (
        ("--version",),
        ("info", DEMO, "--json"),
        ("restore", DEMO, "-o", "out.flac", "--preset", "78rpm", "--removed"),
        ("models", "verify"),
        ("devices",),
        ("gui", "--quit-after", "5", DEMO),
    )
    printed = {}
    for words in commands:
        started = time.monotonic()
        printed[words[0]] = debian.run("runout", *words)
        say(f"runout {' '.join(words)}: {time.monotonic() - started:.1f} s")
    demand(printed["--version"].startswith("runout "), "--version names no version")
    say(f"  {printed['--version'].strip()}")
    demand(json.loads(printed["info"])["n_channels"] == 1, "info does not know the demo side")
    for name in ("out.flac", "out.removed.flac", "out.runout.json"):
        path = debian.root / debian.home.lstrip("/") / name
        demand(path.is_file() and path.stat().st_size > 1000, f"restore wrote no {name}")


def photograph(display: str, picture: Path) -> None:
    """Keep what a display shows, as soon as that is a window at work.

    Raises:
        Fault: it cannot be seen, or is not in time.
    """
    picture.parent.mkdir(parents=True, exist_ok=True)
    command = ["import", "-display", display, "-window", "root", str(picture)]
    for _ in range(10):
        time.sleep(2)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        demand(done.returncode == 0, f"no picture of the window: {done.stderr}")
        # A spectrogram has thousands of details; PNG packs an empty screen into few kilobytes.
        if picture.stat().st_size > 200_000:
            return
    raise Fault(f"{picture} shows no window at work")


def try_window(debian: BareDebian, picture: Path) -> None:
    """Start the window on an X server outside, and keep a picture of it."""
    if not shutil.which("Xvfb") or not shutil.which("import"):
        say("the window was tried without a screen only, as Xvfb or ImageMagick is not here")
        return
    server = ["Xvfb", DISPLAY, "-screen", "0", "1600x900x24", "-ac", "-nolisten", "tcp"]
    # Its socket alone is to be seen inside, not those of other displays of this machine.
    Path(SOCKETS).mkdir(mode=0o1777, exist_ok=True)
    mount("tmpfs", "tmpfs", Path(SOCKETS))
    with subprocess.Popen(server, stderr=subprocess.DEVNULL) as running:
        try:
            wait_for(Path(SOCKETS, f"X{DISPLAY[1:]}"))
            debian.mount("bind", SOCKETS)
            started = time.monotonic()
            words = ("runout", "gui", "--quit-after", "25", DEMO)
            with ThreadPoolExecutor() as pool:
                shown = pool.submit(debian.run, *words, display=DISPLAY)
                photograph(DISPLAY, picture)
                say(f"window on a screen: {time.monotonic() - started:.1f} s, {picture}")
                shown.result()
        finally:
            running.terminate()


def wait_for(file: Path) -> None:
    """Wait until a file is there.

    Raises:
        Fault: it is not after ten seconds.
    """
    for _ in range(100):
        if file.exists():
            return
        time.sleep(0.1)
    raise Fault(f"{file} did not come up")


def try_desktop(debian: BareDebian) -> None:
    """Ask the desktop's own programs which application opens what."""
    before = debian.files()
    debian.apt("install", "desktop-file-utils", "shared-mime-info", "libglib2.0-bin", "man-db")
    entry = f"usr/share/applications/{APPLICATION}.desktop"
    demand(entry in before, "there is no menu entry")
    for name, kinds in TYPES.items():
        file = f"{debian.home}/{name}"
        debian.run("sh", "-c", f"echo sound > {file}")  # an empty file is text to gio
        asked = debian.run("gio", "info", "-a", "standard::content-type", file)
        kind = asked.rpartition("content-type: ")[2].strip()
        demand(kind in kinds, f"{name} is taken for {kind}, not for {' or '.join(sorted(kinds))}")
        opened = debian.run("gio", "mime", kind)
        demand(f"{APPLICATION}.desktop" in opened, f"Runout is not offered for {kind}")
    folders = debian.run("gio", "mime", "inode/directory")
    demand("zz-runout-project.desktop" in folders, "Runout is not offered for project folders")
    page = debian.run("man", "--pager=cat", "runout")
    demand("78rpm" in page, "there is no manual page")
    say(f"menu entry, manual page and {len(TYPES) + 1} file types: known to the desktop")


def remove(debian: BareDebian, installed: set[str]) -> None:
    """Purge the package; nothing of it may stay, and its use must have left the system alone."""
    used = {name for name in debian.files() - installed if not name.startswith("home/")}
    owned = {name.lstrip("/") for name in debian.run("dpkg", "-L", "runout").split("\n")}
    demand(not any("runout" in name.lower() for name in used), f"using it wrote {sorted(used)[:5]}")
    debian.apt("purge", "runout")
    left = debian.files()
    demand(not owned & left, f"purge leaves {sorted(owned & left)[:5]}")
    named = [name for name in left if "runout" in name.lower() and not name.startswith("home/")]
    demand(not named, f"purge leaves {named[:5]}")
    for cache in ("usr/share/applications/mimeinfo.cache", "usr/share/mime/globs2"):
        told = (debian.root / cache).read_text(encoding="utf-8").lower()
        demand("runout" not in told and "w64" not in told, f"{cache} still knows Runout")
    say(f"purged: none of {len(owned & installed)} files is left")


def try_package(deb: Path, release: str, picture: Path) -> None:
    """Go through all of it on a fresh system.

    Raises:
        Fault: something does not work.
    """
    with bare_debian(release) as debian:
        say(f"{deb.name} on a bare Debian, {release}, without Python")
        install(debian, deb)
        installed = debian.files()
        try_commands(debian)
        try_window(debian, picture)
        try_desktop(debian)
        remove(debian, installed)


def main() -> int:
    """Try the package; returns the exit code."""
    parser = argparse.ArgumentParser(description="Try the .deb on a bare Debian.")
    parser.add_argument("deb", type=Path, nargs="?")
    parser.add_argument("--release", default="bookworm")
    parser.add_argument("--picture", type=Path, default=CACHE / "window.png")
    options = parser.parse_args()
    # The first process of a namespace ignores it otherwise, and would not clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    built = sorted(
        (REPOSITORY / "dist").glob("runout_*.deb"), key=lambda file: file.stat().st_mtime
    )
    try:
        demand(bool(options.deb or built), "There is no dist/runout_*.deb; build it with: make deb")
        hidden_from_the_system()
        try_package(options.deb or built[-1], options.release, options.picture)
    except (Fault, OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 1
    say("The package installs, works and goes without a trace")
    return 0


if __name__ == "__main__":
    sys.exit(main())
