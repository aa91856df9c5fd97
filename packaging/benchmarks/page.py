"""Tables that programs write into documents themselves, between two comments; imported by others.

<!-- made: NAME -->
... what stands here is replaced ...
<!-- end of NAME -->
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BENCHMARKS = REPOSITORY / "packaging" / "benchmarks.md"
README = REPOSITORY / "README.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown, its first column to the left and the others to the right."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def ends(name: str) -> tuple[str, str]:
    """The comments that a table of that name stands between."""
    return f"<!-- made: {name} -->", f"<!-- end of {name} -->"


def put(path: Path, name: str, text: str) -> bool:
    """Replace what a document has under a name; whether anything changed.

    Raises:
        SystemExit: the document has no such place.
    """
    first, last = ends(name)
    whole = path.read_text(encoding="utf-8")
    if whole.count(first) != 1 or last not in whole.partition(first)[2]:
        raise SystemExit(
            f"{path.name} has no place for the table {name}; write {first} and {last} where it is "
            "to stand"
        )
    before, _, rest = whole.partition(first)
    after = rest.partition(last)[2]
    made = f"{before}{first}\n\n{text.strip()}\n\n{last}{after}"
    if made == whole:
        return False
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(made, encoding="utf-8")
    os.replace(beside, path)
    return True
