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
