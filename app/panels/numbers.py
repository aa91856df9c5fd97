"""Numbers as panels tell them: counts with their thousands apart, seconds that are never 0.0."""

SHORTEST_TOLD_S = 0.1


def counted(number: int) -> str:
    """A count with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def told_seconds(seconds: float) -> str:
    """How long something took, to a tenth of a second."""
    if seconds < SHORTEST_TOLD_S:
        return f"under {SHORTEST_TOLD_S:.1f} s"
    return f"{seconds:.1f} s"
