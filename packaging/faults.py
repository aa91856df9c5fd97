"""How the set-up speaks: lines at once, and faults that are one sentence."""


class Fault(Exception):
    """What the user can act on; str() is the sentence shown."""


def say(text: str) -> None:
    """Print a line at once, so that it stands before whatever a child process prints."""
    print(text, flush=True)
