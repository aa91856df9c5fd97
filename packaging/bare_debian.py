"""A bare Debian in a folder, made by debootstrap, to try packages in.

The first one of a release is kept as an archive below build/chroot; each trial gets a copy, which
is deleted after it. apt works in it as it does on this machine: its configuration and certificates
are copied, and its sources are the first ones of apt here. Everything mounted is mounted in a
namespace of its own (see `hidden_from_the_system`), so that it is gone with the program.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults import Fault, say
from linux_data import REPOSITORY

CACHE = REPOSITORY / "build" / "chroot"
HIDDEN = "RUNOUT_CHROOT_HIDDEN"
USER, USER_ID = "listener", 1000
PROXIES = ("http_proxy", "https_proxy", "no_proxy")
VOLATILE = ("proc", "dev", "sys", "tmp", "run", "var/lib/apt", "var/cache", "var/log")
LIMIT_S = 900


def hidden_from_the_system() -> None:
    """Start this program again where its mounts are seen by nobody and end with it.

    Raises:
        Fault: the caller is not root, or a program is missing.
    """
    if os.geteuid() != 0:
        raise Fault("A Debian in a folder can be made by root alone; call this with sudo")
    missing = [name for name in ("debootstrap", "unshare", "chroot") if not shutil.which(name)]
    if missing:
        raise Fault(f"This needs {', '.join(missing)}; install debootstrap and util-linux")
    if HIDDEN not in os.environ:
        options = ("--mount", "--propagation", "private", "--pid", "--fork", "--kill-child")
        command = ["unshare", *options, sys.executable, *sys.argv]
        os.execvpe("unshare", command, os.environ | {HIDDEN: "1"})


def first_source() -> str:
    """Where apt of this machine gets Debian itself from.

    Raises:
        Fault: apt names nothing.
    """
    options = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]
    listed = subprocess.run(options, capture_output=True, text=True, check=False).stdout.split()
    found = [site for site in listed if site.rstrip("/").endswith("/debian")]
    if not found:
        raise Fault("apt of this machine names no source of Debian; debootstrap needs one")
    return found[0]


def archive_of(release: str) -> Path:
    """The archive of a fresh system, made when it is first asked for.

    Raises:
        Fault: debootstrap fails.
    """
    archive = CACHE / f"{release}.tar"
    if archive.is_file():
        return archive
    CACHE.mkdir(parents=True, exist_ok=True)
    say(f"Making a bare Debian, {release} (a minute) ...")
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        root, packed = Path(name, "root"), Path(name, "packed.tar")
        made = ["debootstrap", "--variant=minbase", release, str(root), first_source()]
        done = subprocess.run(made, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Fault(f"debootstrap failed: {(done.stdout + done.stderr)[-600:]}")
        subprocess.run(["tar", "-C", str(root), "-cf", str(packed), "."], check=True)
        packed.rename(archive)
    return archive


class BareDebian:
    """A Debian with a user without rights."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = f"/home/{USER}"

    def run(self, *words: str, display: str = "", as_root: bool = False) -> str:
        """Run a command in it, with an environment that holds next to nothing.

        Args:
            words: program and arguments.
            display: the X display; without one Qt paints nowhere.
            as_root: not as the user without rights.

        Returns:
            What it printed.

        Raises:
            Fault: it failed.
        """
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TMPDIR": "/tmp"}
        environment |= {"HOME": "/root" if as_root else self.home}
        environment |= {"DISPLAY": display} if display else {"QT_QPA_PLATFORM": "offscreen"}
        if as_root:
            kept = {name: os.environ[name] for name in PROXIES if name in os.environ}
            environment |= kept | {"DEBIAN_FRONTEND": "noninteractive"}
        who = [] if as_root else [f"--userspec={USER_ID}:{USER_ID}"]
        done = subprocess.run(
            ["chroot", *who, str(self.root), "sh", "-c", 'cd "$HOME" && exec "$@"', "sh", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if done.returncode or "Traceback" in done.stderr:
            told = (done.stdout + done.stderr)[-2000:]
            raise Fault(f"{' '.join(words)} ended with {done.returncode}:\n{told}")
        return done.stdout

    def apt(self, *words: str) -> str:
        """Run apt-get as root; packages that are only recommended stay out."""
        return self.run("apt-get", "-y", "--no-install-recommends", *words, as_root=True)

    def files(self) -> set[str]:
        """Every file that lies in it, those aside that any program of the system may write."""
        found = set()
        for folder, below, names in os.walk(self.root):
            place = Path(folder).relative_to(self.root)
            below[:] = [name for name in below if (place / name).as_posix() not in VOLATILE]
            found |= {(place / name).as_posix() for name in names}
        return found

    def prepare(self, release: str) -> None:
        """Let apt work as it does outside, and add the user."""
        for place in ("etc/apt/apt.conf.d", "etc/ssl/certs"):
            shutil.copytree(Path("/", place), self.root / place, dirs_exist_ok=True)
        for place in ("etc/resolv.conf", "etc/hosts"):
            shutil.copyfile(Path("/", place), self.root / place)
        source = f"deb {first_source()} {release} main\n"
        (self.root / "etc" / "apt" / "sources.list").write_text(source)
        self.run("useradd", "--create-home", "--uid", str(USER_ID), USER, as_root=True)
        self.apt("update")

    def mount(self, kind: str, place: str) -> None:
        """Mount something of the machine's own, or bind a folder of it, at the same place."""
        target = self.root / place.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        mount(kind, place, target)


def mount(kind: str, what: str, target: Path) -> None:
    """Mount a file system of a kind, or bind a folder, seen by this program and its children."""
    options = ["--rbind", what] if kind == "bind" else ["-t", kind, what]
    subprocess.run(["mount", *options, str(target)], check=True)


@contextmanager
def bare_debian(release: str) -> Iterator[BareDebian]:
    """A fresh system for as long as the block lasts.

    Args:
        release: its name, such as bookworm.

    Raises:
        Fault: it cannot be made.
    """
    archive = archive_of(release)
    root = Path(tempfile.mkdtemp(prefix="runout-chroot-"))
    debian = BareDebian(root)
    try:
        subprocess.run(["tar", "-C", str(root), "-xf", str(archive)], check=True)
        root.chmod(0o755)
        debian.mount("proc", "/proc")
        debian.mount("bind", "/dev")
        debian.prepare(release)
        yield debian
    finally:
        remove_system(root)


def mounts_below(folder: Path) -> list[str]:
    """Where something is mounted below a folder, the innermost first."""
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    places = [line.split()[1] for line in lines]
    return sorted((place for place in places if place.startswith(f"{folder}/")), reverse=True)


def remove_system(root: Path) -> None:
    """Unmount and delete; what cannot be unmounted is never walked into, it may be /dev itself."""
    for place in mounts_below(root):
        subprocess.run(["umount", "--lazy", place], check=False)
    if mounts_below(root):
        say(f"{root} is left: something in it cannot be unmounted")
    else:
        shutil.rmtree(root)
