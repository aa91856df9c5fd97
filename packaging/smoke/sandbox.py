"""Sandbox: a computer that has the built application and the system's libraries, and no Python.

Where Linux lets us, the program sees a root of its own: the system's folders read-only and without
Python, the application read-only in /opt/runout, an empty home, a working folder, and no network.
The repository is not there. Elsewhere, and for a program that is not built, it runs in the open
with an empty home, and without what Python reads from the environment.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_S = 600.0
SYSTEM_FOLDERS = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "sys")
MADE = ("dev", "proc", "opt/runout", "user", "sides", "tmp", "run/user", "run/sound",
        "var/cache/fontconfig")  # fmt: skip
X_SOCKETS = Path("/tmp/.X11-unix")
REPOSITORY = Path(__file__).resolve().parents[2]

# $1 the root, $2 the application, $3 home, $4 the working folder, $5 what lies in /tmp, $6 sockets,
# $7 the sound server's folder or nothing; then the command.
_SCRIPT = """
set -e
root=$1
mount --bind "$root" "$root"
for folder in SYSTEM; do
    [ -d "$root/$folder" ] && [ ! -L "$root/$folder" ] || continue
    mount --rbind "/$folder" "$root/$folder"
    mount -o remount,bind,ro "$root/$folder"
done
for python in "$root"/usr/lib/python* "$root"/usr/local/lib/python*; do
    [ -d "$python" ] && mount -t tmpfs -o ro none "$python"
done
for python in "$root"/usr/bin/*python* "$root"/usr/local/bin/*python*; do
    [ -e "$python" ] && [ ! -L "$python" ] && mount --bind /dev/null "$python"
done
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
mount --bind "$2" "$root/opt/runout"
mount -o remount,bind,ro "$root/opt/runout"
mount --bind "$3" "$root/user"
mount --bind "$4" "$root/sides"
mount --bind "$5" "$root/tmp"
if [ -d /var/cache/fontconfig ]; then
    mount --bind /var/cache/fontconfig "$root/var/cache/fontconfig"
    mount -o remount,bind,ro "$root/var/cache/fontconfig"
fi
if [ -d "$root/tmp/.X11-unix" ]; then mount --bind X_SOCKETS "$root/tmp/.X11-unix"; fi
mount --bind "$6" "$root/run/user"
if [ -n "$7" ]; then mount --bind "$7" "$root/run/sound"; fi
mount -o remount,bind,ro "$root"
shift 7
exec CHROOT "$root" /bin/sh -c 'cd /sides && exec "$@"' sh "$@"
""".replace("SYSTEM", " ".join(SYSTEM_FOLDERS)).replace("X_SOCKETS", str(X_SOCKETS))
_PLACES = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"


class SmokeError(Exception):
    """The built application does not do what it must."""


@dataclass(frozen=True)
class Ran:
    """What a program has printed: out by itself, errors, and how long it took."""

    out: str
    errors: str
    seconds: float


class Sandbox:
    """A bare computer in a folder; home and the working folder can be seen from here.

    Attributes:
        home: the home of whoever uses the application; empty at first.
        work: the folder that it runs in.
        is_confined: whether it has a root of its own.
    """

    def __init__(self, program: Sequence[str], folder: Path) -> None:
        self._words = list(program)
        self.home, self.work, self._tmp, self._sockets = (
            folder / each for each in ("home", "sides", "tmp", "sockets")
        )
        for each in (self.home, self.work, self._tmp, self._sockets):
            each.mkdir(mode=0o700)
        self._sound = ""
        self._root = folder / "root"
        self._unshare = [] if len(self._words) > 1 else _unshare()
        self.is_confined = bool(self._unshare)
        if self.is_confined:
            _make_root(self._root)

    @property
    def application(self) -> Path | None:
        """The folder of the built application; None where it is not built."""
        return None if len(self._words) > 1 else Path(self._words[0]).parent

    def told(self, path: Path) -> str:
        """A path in the working folder or the home, as the program sees it."""
        if not self.is_confined:
            return str(path)
        for real, seen in ((self.work, "/sides"), (self.home, "/user")):
            if path.is_relative_to(real):
                return f"{seen}/{path.relative_to(real)}"
        raise AssertionError(path)

    def share_screen(self) -> None:
        """Let the program reach the X servers here."""
        if self.is_confined:
            (self._tmp / X_SOCKETS.name).mkdir(exist_ok=True)

    def share_sound(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Let the program reach a sound server; environment: what clients of it here are given.

        Returns:
            What the program is given.
        """
        kept = {name: value for name, value in environment.items() if name.startswith("PULSE_")}
        if not self.is_confined:
            return kept
        self._sound = environment["PULSE_RUNTIME_PATH"]
        return {name: value.replace(self._sound, "/run/sound") for name, value in kept.items()}

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """What the program finds in its environment."""
        if self.is_confined:
            kept = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
            # a session of a desktop gives such a folder; Qt would make one in /tmp
            kept |= {"HOME": "/user", "XDG_RUNTIME_DIR": "/run/user"}
        else:
            kept = _without_python(os.environ) | {"HOME": str(self.home)}
        if len(self._words) > 1:
            kept["PYTHONPATH"] = str(REPOSITORY)
        return kept | {"QT_QPA_PLATFORM": "offscreen"} | dict(extra or {})

    def command(self, *words: str) -> list[str]:
        """The command that runs a program of the bare computer."""
        if not self.is_confined:
            return list(words)
        application = self.application
        assert application is not None
        script = _SCRIPT.replace("CHROOT", str(shutil.which("chroot", path=_PLACES)))
        places = (
            self._root,
            application,
            self.home,
            self.work,
            self._tmp,
            self._sockets,
            self._sound,
        )
        return [*self._unshare, "/bin/sh", "-c", script, "sandbox", *map(str, places), *words]

    def start(
        self, *arguments: str, extra: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[str]":
        """Start the application and let it run; its words come through pipes."""
        program = ["/opt/runout/" + Path(self._words[0]).name] if self.is_confined else self._words
        return subprocess.Popen(
            self.command(*program, *arguments),
            cwd=self.work,
            env=self.environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, extra: Mapping[str, str] | None = None) -> Ran:
        """Run the application to its end.

        Raises:
            SmokeError: it failed, or told of a defect.
        """
        began = time.monotonic()
        process = self.start(*arguments, extra=extra)
        try:
            out, errors = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired as error:
            process.kill()
            out, errors = process.communicate()
            raise SmokeError(
                f"{' '.join(arguments)} has not ended in {LONGEST_S:.0f} s:\n{out}\n{errors}"
            ) from error
        if process.returncode or "Traceback" in errors:
            raise SmokeError(
                f"{' '.join(arguments)} ended with {process.returncode}:\n{out}\n{errors}"
            )
        return Ran(out, errors, time.monotonic() - began)

    def finds(self, program: str) -> bool:
        """Whether a program can be found there."""
        if not self.is_confined:
            return shutil.which(program, path=self.environment()["PATH"]) is not None
        asked = self.command("/bin/sh", "-c", f"command -v {program}")
        done = subprocess.run(asked, env=self.environment(), capture_output=True, check=False)
        return done.returncode == 0

    def sees(self, path: Path) -> bool:
        """Whether a path can be seen there."""
        if not self.is_confined:
            return path.exists()
        asked = self.command("/bin/sh", "-c", f"[ -e '{path}' ]")
        return subprocess.run(asked, env=self.environment(), check=False).returncode == 0

    def litter(self) -> list[str]:
        """What lies where nothing should, but for the home and the working folder."""
        return sorted(
            str(each.relative_to(self._tmp))
            for each in self._tmp.rglob("*")
            if X_SOCKETS.name not in each.parts
        )


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and moment of the last change of each file and folder."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        facts = path.lstat()
        found[str(path.relative_to(folder))] = (facts.st_size, facts.st_mtime_ns)
    return found


def _unshare() -> list[str]:
    """The command that gives a program mounts and a network of its own; empty if none may."""
    if sys.platform != "linux" or not shutil.which("chroot", path=_PLACES):
        return []
    program = shutil.which("unshare")
    if program is None:
        return []
    asked = ["-mn"] if os.geteuid() == 0 else ["-rmn"]
    command = [program, *asked, "--propagation", "private"]
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else []


def _make_root(root: Path) -> None:
    """The folders that everything is mounted on; links such as /bin are made again."""
    for name in (*SYSTEM_FOLDERS, *MADE):
        real = Path("/", name)
        if real.is_symlink():
            root.mkdir(exist_ok=True)
            (root / name).symlink_to(real.readlink())
        elif name in MADE or real.is_dir():
            (root / name).mkdir(parents=True)


def _without_python(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without Python's variables, and without folders of programs that hold it."""
    drop = ("PYTHON", "VIRTUAL_ENV", "XDG_", "QT_", "LD_LIBRARY_PATH", "DISPLAY", "WAYLAND")
    kept = {name: value for name, value in environment.items() if not name.startswith(drop)}
    folders = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(
        each for each in folders if each and not any(Path(each).glob("python*"))
    )
    return kept
