"""A region in words short enough to read at a glance."""

from PySide6.QtCore import QCoreApplication

from engine.region import Region
from engine.units import format_time


def region_text(region: Region) -> str:
    """Times to the millisecond and hertz to the unit: 0:12.300 – 0:12.420, 800 – 6000 Hz."""
    text = f"{format_time(region.start_s)} – {format_time(region.stop_s)}"
    if region.low_hz is None or region.high_hz is None:
        return text
    text = f"{text}, {region.low_hz:.0f} – {region.high_hz:.0f} Hz"
    drawn = QCoreApplication.translate("regions", "{region}, drawn")
    return drawn.format(region=text) if region.shape else text


def region_bounds(region: Region) -> str:
    """What other programs read: 0:47.0990-0:48.2248, 1892.5-7179.5 Hz."""
    text = f"{format_time(region.start_s, 4)}-{format_time(region.stop_s, 4)}"
    if region.low_hz is None or region.high_hz is None:
        return text
    return f"{text}, {region.low_hz:.1f}-{region.high_hz:.1f} Hz"
