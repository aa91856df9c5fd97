"""Numbers as panels tell them: counts with thousands apart, seconds never 0.0, sizes."""

from app.language import translated

SHORTEST_TOLD_S = 0.1
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def counted(number: int) -> str:
    """A count with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def told_seconds(seconds: float) -> str:
    """How long something took, to a tenth of a second."""
    if seconds < SHORTEST_TOLD_S:
        return translated("under {seconds:.1f} s").format(seconds=SHORTEST_TOLD_S)
    return f"{seconds:.1f} s"


def told_bytes(count: int) -> str:
    """A size in the unit that suits it."""
    size, unit = float(count), 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size, unit = size / 1000.0, unit + 1
    told = translated(_UNITS[unit])
    return f"{size:.0f} {told}" if unit < 2 else f"{size:.1f} {told}"


def told_rate(sample_rate: int) -> str:
    """A sample rate in kHz."""
    return f"{sample_rate / 1000:g} kHz"
