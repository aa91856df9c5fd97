"""The version of what is built: git's tag, or which commit it was made from.

A source tree calls itself by pyproject.toml. A built thing (folder, .deb, wheel) carries the
version below in `resources/version.txt`, which app/version.py reads; nothing asks git at run time.

    .venv/bin/python packaging/git_version.py
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VERSION_FILE = "version.txt"
"""In the folder of the resources of a built thing."""
_RELEASE = re.compile(r"v(\d+\.\d+\.\d+)")


def declared_version(repository: Path = REPOSITORY) -> str:
    """What pyproject.toml says: the release that is being worked on."""
    text = (repository / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def git_version(repository: Path = REPOSITORY) -> str:
    """The version of a checkout, as PEP 440 writes it.

    Args:
        repository: the checkout.

    Returns:
        X.Y.Z of an unchanged checkout of the tag vX.Y.Z. Else X.Y.Z.devN+gHASH: on the way to the
        declared release, N commits in all, the last one being HASH. Where there is no git, or what
        lies here is no checkout, the declared version.
    """
    declared = declared_version(repository)
    commit = _git(repository, "rev-parse", "--short=9", "HEAD")
    if not commit:
        return declared
    if not _git(repository, "status", "--porcelain", "--untracked-files=no"):
        tags = _git(repository, "tag", "--points-at", "HEAD").split()
        releases = [found[1] for found in map(_RELEASE.fullmatch, tags) if found]
        if releases:
            return max(releases, key=version_numbers)
    return f"{declared}.dev{_git(repository, 'rev-list', '--count', 'HEAD')}+g{commit}"


def version_numbers(version: str) -> tuple[int, int, int, int]:
    """Major, minor, patch and commits (0 of a release), for systems that know numbers alone."""
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]
    first, second, third, fourth = (numbers + [0] * 4)[:4]
    return first, second, third, fourth


def _git(repository: Path, *words: str) -> str:
    """What git says, stripped; nothing where it fails or is not there."""
    command = ["git", "-C", str(repository), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    print(git_version())
    sys.exit(0)
