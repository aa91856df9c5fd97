"""Unseen: the window without a screen, opened on the demo side and closed by itself."""

from smoke.facts import SIDE, check
from smoke.sandbox import Sandbox

OPEN_S = 6
LOG = "runout.log"


def check_log(sandbox: Sandbox) -> None:
    """The log of the window, if there is one, holds nothing: it is for warnings and worse.

    Raises:
        SmokeError: it does.
    """
    said = read_log(sandbox)
    check(not said, f"the log of the window says:\n{said}")


def read_log(sandbox: Sandbox) -> str:
    """What the window has logged."""
    logs = sorted(sandbox.home.rglob(LOG))
    return "\n".join(each.read_text(encoding="utf-8", errors="replace") for each in logs).strip()


def open_unseen(sandbox: Sandbox) -> str:
    """Open the demo side; its pictures are drawn, kept in the cache, and nothing is logged."""
    sandbox.run("gui", "--quit-after", str(OPEN_S), SIDE)
    check_log(sandbox)
    pictures = [each for each in sandbox.home.rglob("*.tiles") if each.stat().st_size]
    check(bool(pictures), "no picture of the demo side was drawn")
    return f"{len(pictures)} pictures drawn, nothing logged"
