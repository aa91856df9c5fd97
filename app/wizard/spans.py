"""Spans: times and amounts of memory as people say them."""

from PySide6.QtCore import QCoreApplication

_MINUTE_S, _HOUR_S = 60.0, 3600.0
_GB, _MB = 1e9, 1e6


def span_text(seconds: float) -> str:
    """A time in the units that fit it: 40 s, 12 min, 3 h 20 min."""
    if seconds < 0.95:
        return _translated("{n} s").format(n=f"{seconds:.2g}")
    if seconds < 10.0 and round(seconds, 1) != round(seconds):
        return _translated("{n} s").format(n=f"{seconds:.1f}")
    if seconds < 100.0:
        return _translated("{n} s").format(n=round(seconds))
    if seconds < 2.0 * _HOUR_S:
        return _translated("{n} min").format(n=round(seconds / _MINUTE_S))
    hours, minutes = divmod(round(seconds / _MINUTE_S), 60)
    if not minutes:
        return _translated("{n} h").format(n=hours)
    return _translated("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


def amount_text(n_bytes: int) -> str:
    """An amount of memory or disk: 3.1 GB, 240 MB."""
    if n_bytes >= 0.1 * _GB:
        return _translated("{n} GB").format(n=f"{n_bytes / _GB:.1f}")
    return _translated("{n} MB").format(n=f"{max(1.0, n_bytes / _MB):.0f}")


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
