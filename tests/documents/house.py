"""Which documents there are, and what of the house they are checked against."""

import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PATTERNS = (
    "README.md",
    "packaging/*.md",
    "packaging/developing/*.md",
    "resources/**/*.md",
    "training/**/*.md",
)
PICTURES = ("packaging/pictures", "resources/guide/pictures")
PROGRAMS = sorted(
    str(file.relative_to(REPOSITORY).as_posix())
    for folder in ("packaging", "packaging/benchmarks")
    for file in (REPOSITORY / folder).glob("*.py")
    if 'if __name__ == "__main__"' in file.read_text(encoding="utf-8")
)


def documents() -> list[str]:
    """All documents, as paths from the top of the repository."""
    found = {file for pattern in PATTERNS for file in REPOSITORY.glob(pattern)}
    return sorted(file.relative_to(REPOSITORY).as_posix() for file in found)


def text_of(document: str) -> str:
    """What stands in a document."""
    return (REPOSITORY / document).read_text(encoding="utf-8")


def known_files() -> set[str]:
    """Files that git knows, or would take; in a tree without git, all that lie there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        every = (file for file in REPOSITORY.rglob("*") if file.is_file())
        return {file.relative_to(REPOSITORY).as_posix() for file in every}
    return {name for name in done.stdout.split("\0") if (REPOSITORY / name).is_file()}
