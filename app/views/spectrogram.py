"""SpectrogramView: STFT or CQT in tiles, on a log, linear or mel axis; drags select rectangles."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import settings as keys
from app.session import Session
from app.views.selecting import SelectingView
from app.views.tile_cache import TileCache
from app.views.words import band_words
from app.widgets.colours import colour_table
from app.widgets.frequency_axis import (
    FREQUENCY_SCALES,
    FrequencyScale,
    frequency_ticks,
    note_name,
    with_unit,
)
from app.widgets.mark_flags import paint_mark_names
from app.widgets.note_axis import paint_notes
from app.widgets.selection_box import DRAG_THRESHOLD
from app.widgets.spectrogram_picture import RowMap
from app.widgets.time_axis import LEFT_AXIS
from app.widgets.wave_picture import to_image
from engine.cqt_picture import BINS_PER_OCTAVE, CqtPicture
from engine.spectrogram import (
    FLOOR_DB,
    N_FFTS,
    TILE_FRAMES,
    WINDOWS,
    Analysis,
    StftPicture,
    TileKey,
    Values,
    hop_of,
    level_for,
    value_to_db,
)
from engine.tile_store import TileStore
from engine.units import format_time

_SETTLE_MS = 80
"""How long a zoom rests before new tiles are asked for."""
_SMOOTH_FROM_PIXELS = 2.5
_LOWEST_HZ = 10.0
_LABEL_RIM = 2
"""Pixels that stay between a label of the axis and the frame."""
_EDGE = 2
"""A drag from so near the top to so near the bottom, in pixels, selects all frequencies."""
_SETTINGS = (
    keys.transform,
    keys.n_fft,
    keys.window,
    keys.bins_per_octave,
    keys.frequency_scale,
    keys.colour_map,
    keys.spectrogram_top_db,
    keys.spectrogram_range_db,
    keys.note_names,
)


@dataclass(frozen=True, eq=False)
class _Shown:
    """The last whole picture of the plot, to be drawn until there are tiles."""

    picture: QImage
    start_s: float
    stop_s: float
    scale: FrequencyScale


@dataclass(eq=False)
class _Picture:
    """A tile as rows of the axis; coloured, unless the colours have changed."""

    values: Values
    rows: Values
    image: QImage | None


class SpectrogramView(SelectingView):
    """Levels over time and frequency; never blank: coarser tiles stand in for missing ones.

    Attributes:
        tiles: where they come from.
    """

    def __init__(
        self, session: Session, parent: QWidget | None = None, tiles: TileCache | None = None
    ) -> None:
        self._row_map: tuple[object, RowMap] | None = None
        self._pictures: dict[TileKey, _Picture] = {}
        self._shown: _Shown | None = None
        self._span_s = 0.0
        self._session, self._state = session, session.view_state
        self.tiles = tiles or TileCache(session, self._analysis())
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("Spectrogram"))
        self._settle_timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle_timer.timeout.connect(self._want)
        self._state.span_changed.connect(self._on_span_changed)
        self._state.band_changed.connect(self.redraw)
        self._state.band_changed.connect(self._speaker.change)
        self.tiles.changed.connect(self.redraw)
        session.settings.changed.connect(self._on_setting_changed)

    @property
    @override
    def band_scale(self) -> FrequencyScale:
        kind = self._session.settings.get(keys.frequency_scale)
        kind = kind if kind in FREQUENCY_SCALES else FREQUENCY_SCALES[0]
        return FrequencyScale(kind, self._state.low_hz, self._state.high_hz, 0, self.height())

    @property
    @override
    def playhead_colour(self) -> QColor:
        return self.colours.playhead_on_picture

    @property
    def _shows_notes(self) -> bool:
        """Whether notes are named: always where bins are of equal width in pitch."""
        settings = self._session.settings
        return settings.get(keys.transform) == "cqt" or settings.get(keys.note_names)

    # Painting.

    @override
    def paint_picture(self, painter: QPainter) -> None:
        store = self.tiles.store(self._state.monitored)
        table = self._colour_table()
        painter.fillRect(self.plot, Qt.GlobalColor.black)
        if store is not None:
            if not self._settle_timer.isActive():
                self._want()
            self._paint_tiles(painter, store, table)
            if self._shows_notes:
                paint_notes(painter, self.band_scale, self.plot)
        self._paint_axis(painter)

    def _paint_tiles(self, painter: QPainter, store: TileStore, table: NDArray[np.uint32]) -> None:
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.plot.width() * ratio), round(self.plot.height() * ratio))
        canvas = QImage(size, QImage.Format.Format_RGB32)
        canvas.fill(int(table[0]))
        found = [store.nearest(key) for key in self._visible(store.analysis)]
        is_whole = None not in found
        row_map = self._rows(store.analysis, size.height())
        drawn = {each[0]: each[1].values for each in found if each is not None}
        with QPainter(canvas) as brush:
            if not is_whole and self._shown is not None:
                self._paint_shown(brush, size, self._shown)
            for key in sorted(drawn, reverse=True):  # coarse ones first: finer ones lie over them
                picture = self._coloured(key, drawn[key], row_map, table)
                self._paint_tile(brush, size, hop_of(store.analysis, key.level), key, picture)
        self._pictures = {key: self._pictures[key] for key in drawn}
        if is_whole:
            state = self._state
            self._shown = _Shown(canvas, state.start_s, state.stop_s, self.band_scale)
        canvas.setDevicePixelRatio(ratio)
        painter.drawImage(self.plot.topLeft(), canvas)
        if not drawn and self._shown is None:
            painter.setPen(Qt.GlobalColor.white if table[0] & 0xFF < 128 else Qt.GlobalColor.black)
            words = self.tr("The spectrogram is being drawn")
            painter.drawText(self.plot, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_tile(
        self, painter: QPainter, size: QSize, hop: int, key: TileKey, picture: QImage
    ) -> None:
        """Paint the frames of a tile that are visible, at whole pixels so that no seam is seen."""
        start, per_pixel = self._start_sample(), self._samples_per_pixel()
        origin = key.place * TILE_FRAMES * hop
        first = max(0, math.floor((start - origin) / hop) - 1)
        last = min(TILE_FRAMES, math.ceil((start + size.width() * per_pixel - origin) / hop) + 1)
        if first >= last:
            return
        x0, x1 = (round((origin + frame * hop - start) / per_pixel) for frame in (first, last))
        is_wide = hop / per_pixel >= _SMOOTH_FROM_PIXELS
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_wide)
        source = QRectF(first, 0, last - first, picture.height())
        painter.drawImage(QRectF(x0, 0, max(1, x1 - x0), size.height()), picture, source)

    def _paint_shown(self, painter: QPainter, size: QSize, shown: _Shown) -> None:
        """Paint the last whole picture where its times and frequencies are now."""
        scale = self.band_scale
        if scale.kind != shown.scale.kind:
            return  # frequencies at the wrong place tell less than none
        per_second = size.width() / (self._state.stop_s - self._state.start_s)
        x0 = (shown.start_s - self._state.start_s) * per_second
        width = (shown.stop_s - shown.start_s) * per_second
        per_row = size.height() / scale.height
        y0, y1 = scale.y_of(shown.scale.high_hz), scale.y_of(shown.scale.low_hz)
        place = QRectF(x0, per_row * (y0 - scale.top), width, per_row * (y1 - y0))
        painter.drawImage(place, shown.picture)

    def _paint_axis(self, painter: QPainter) -> None:
        colours, scale = self.colours, self.band_scale
        height = painter.fontMetrics().height()
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        ticks = frequency_ticks(scale)
        last = max(ticks, key=lambda tick: tick.value, default=None)
        for tick in ticks:
            y = round(scale.y_of(tick.value))
            painter.setPen(colours.grid)
            painter.drawLine(LEFT_AXIS - 5, y, LEFT_AXIS - 1, y)
            painter.setPen(colours.text)
            top = min(max(y - height // 2, _LABEL_RIM), self.height() - height - _LABEL_RIM)
            label = QRect(0, top, LEFT_AXIS - 8, height)
            painter.drawText(
                label, alignment, with_unit(tick.label) if tick is last else tick.label
            )

    def _coloured(
        self, key: TileKey, values: Values, row_map: RowMap, table: NDArray[np.uint32]
    ) -> QImage:
        kept = self._pictures.get(key)
        if kept is None or kept.values is not values:
            kept = _Picture(values, row_map.rows(values), None)
            self._pictures[key] = kept
        if kept.image is None:
            kept.image = to_image(table[kept.rows])
        return kept.image

    def _rows(self, analysis: Analysis, height: int) -> RowMap:
        scale = self.band_scale
        key = (analysis, scale, height)
        if self._row_map is None or self._row_map[0] != key:
            self._pictures.clear()
            self._row_map = key, RowMap(analysis.bins_hz, scale.edges_hz(height))
        return self._row_map[1]

    def _colour_table(self) -> NDArray[np.uint32]:
        settings = self._session.settings
        return colour_table(
            settings.get(keys.colour_map),
            settings.get(keys.spectrogram_top_db),
            max(1.0, settings.get(keys.spectrogram_range_db)),
        )

    # Which tiles.

    def _start_sample(self) -> float:
        return self._state.start_s * self._state.sample_rate

    def _samples_per_pixel(self) -> float:
        pixels = self.plot.width() * self.devicePixelRatioF()
        return (self._state.stop_s - self._state.start_s) * self._state.sample_rate / pixels

    def _visible(self, analysis: Analysis, beyond: int = 0) -> list[TileKey]:
        """Tiles on screen, and `beyond` more at both sides, from left to right."""
        level = level_for(analysis, self._samples_per_pixel())
        length = TILE_FRAMES * hop_of(analysis, level)
        first = math.floor(self._start_sample() / length)
        last = math.ceil(self._state.stop_s * self._state.sample_rate / length)
        return [
            TileKey(level, place) for place in range(max(0, first - beyond), max(1, last + beyond))
        ]

    @Slot()
    def _want(self) -> None:
        visible = self._visible(self.tiles.analysis)
        around = self._visible(self.tiles.analysis, beyond=1)
        wanted = [*visible, *(key for key in around if key not in visible)]
        self.tiles.want(self._state.monitored, wanted)

    @Slot()
    def _on_span_changed(self) -> None:
        span_s = self._state.stop_s - self._state.start_s
        # panning keeps the level, so its tiles are asked for at once; a zoom may pass many levels
        if not math.isclose(span_s, self._span_s, rel_tol=1e-9) and self._span_s:
            self._settle_timer.start()
        self._span_s = span_s
        self.redraw()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key not in {setting.key for setting in _SETTINGS}:
            return
        self.tiles.set_analysis(self._analysis())
        for picture in self._pictures.values():
            picture.image = None
        self.redraw()

    def _analysis(self) -> Analysis:
        settings, rate = self._session.settings, self._state.sample_rate
        if settings.get(keys.transform) == "cqt":
            bins = settings.get(keys.bins_per_octave)
            known = bins in BINS_PER_OCTAVE
            return CqtPicture(rate, bins if known else keys.bins_per_octave.default)
        n_fft, window = settings.get(keys.n_fft), settings.get(keys.window)
        return StftPicture(
            rate,
            n_fft if n_fft in N_FFTS else keys.n_fft.default,
            window if window in WINDOWS else keys.window.default,
        )

    @override
    def _on_document_changed(self) -> None:
        self._shown = None
        self._pictures.clear()
        self.tiles.set_analysis(self._analysis())
        super()._on_document_changed()

    @override
    def _on_stage_changed(self) -> None:
        self._shown = None
        self._pictures.clear()
        self.tiles.set_analysis(self._analysis())
        super()._on_stage_changed()

    # Pointer.

    @override
    def paint_overlays(self, painter: QPainter) -> None:
        self.paint_marks(painter)
        if self._document is not None:
            paint_mark_names(painter, self._document.marks.items, self.time_scale)
        self.paint_selection(painter)
        self.paint_drag(painter)

    @override
    def spoken(self) -> tuple[str, ...]:
        return (*super().spoken(), band_words(self._state)) if self._document is not None else ()

    @override
    def readout(self, position: QPoint) -> str:
        time_s, hz = self.time_at(position.x()), self.band_scale.hz_at(position.y())
        parts = [format_time(time_s), f"{hz:.0f} Hz" if hz >= 100 else f"{hz:.1f} Hz"]
        parts.append(note_name(hz))
        level_db = self._level_db(time_s, hz)
        if level_db is not None:
            parts.append(f"{level_db:.0f} dB" if level_db > FLOOR_DB else f"< {FLOOR_DB:.0f} dB")
        return "   ".join(parts)

    def _level_db(self, time_s: float, hz: float) -> float | None:
        """Level of the picture at a point, if its tile is at hand."""
        analysis = self.tiles.analysis
        store = self.tiles.store(self._state.monitored)
        sample = time_s * self._state.sample_rate
        level = level_for(analysis, self._samples_per_pixel())
        key = TileKey(level, int(sample / (TILE_FRAMES * hop_of(analysis, level))))
        found = store.nearest(key) if store is not None else None
        if found is None:
            return None
        key, tile = found
        frame = int(sample / hop_of(analysis, key.level)) - key.place * TILE_FRAMES
        nearest = int(np.abs(analysis.bins_hz - hz).argmin())
        return value_to_db(float(tile.values[nearest, min(max(frame, 0), TILE_FRAMES - 1)]))

    @override
    def _is_time_only(self, origin: QPoint, position: QPoint) -> bool:
        top, bottom = sorted((origin.y(), position.y()))
        is_flat = bottom - top < 2 * DRAG_THRESHOLD
        is_full = top <= _EDGE and bottom >= self.height() - 1 - _EDGE
        return is_flat or is_full

    @override
    def zoom_axis(self, y: float, factor: float) -> None:
        """Zoom frequency, keeping what lies at y."""
        scale = self.band_scale
        low_hz, high_hz = scale.zoomed(scale.hz_at(y), factor)
        self._state.set_band(max(low_hz, _LOWEST_HZ), min(high_hz, self._state.nyquist_hz))

    @override
    def move_axis(self, pixels: int) -> None:
        """Move the band with the pointer, as far as there are frequencies."""
        low_hz, high_hz = self.band_scale.moved(-pixels)
        if low_hz >= _LOWEST_HZ and high_hz <= self._state.nyquist_hz:
            self._state.set_band(low_hz, high_hz)

    @override
    def sizeHint(self) -> QSize:
        return QSize(800, 360)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT_AXIS + 100, 80)
