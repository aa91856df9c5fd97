"""Figure table: what was measured of all versions, as people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.wizard.contest import BASE, CLASSICAL, YOURS, Row
from training.wizard.exam import CLEAN, GENERAL, OWN, SNRS_DB
from training.wizard.result import LSD, SI_SDR, Result, gains_of, main_figure

SHOWN = (YOURS, BASE, CLASSICAL)
ERROR = "error"


@dataclass(frozen=True)
class FigureRow:
    """A mean over clips.

    Attributes:
        kind: set of the clips.
        snr_db: those of this noise alone; None for all.
        figure: SI_SDR or LSD, by how much it is better than that of the untouched clip; or ERROR,
            clean music to what is done to it. All in dB, and the higher the better.
        values: by version; a version that was not tried has none.
    """

    kind: str
    snr_db: float | None
    figure: str
    values: Mapping[str, float]


def figure_rows(result: Result) -> tuple[FigureRow, ...]:
    """The table of a result, from the user's own discs to clean music."""
    main = main_figure(result.task)
    other = LSD if main == SI_SDR else SI_SDR
    rows = []
    for kind in (OWN, GENERAL):
        rows.append(_row(result, kind, None, main))
        rows += [_row(result, kind, snr_db, main) for snr_db in SNRS_DB]
        rows.append(_row(result, kind, None, other))
    clean = {who: _mean(_errors(result.rows, who)) for who in SHOWN}
    rows.append(FigureRow(CLEAN, None, ERROR, _known(clean)))
    return tuple(row for row in rows if row.values)


def _row(result: Result, kind: str, snr_db: float | None, figure: str) -> FigureRow:
    found = {}
    for who in SHOWN:
        gains = gains_of(result.rows, figure, who, kind)
        numbers = {
            row.number
            for row in result.rows
            if row.kind == kind and (snr_db is None or row.snr_db == snr_db)
        }
        found[who] = _mean([gain for number, gain in gains.items() if number in numbers])
    return FigureRow(kind, snr_db, figure, _known(found))


def _errors(rows: Sequence[Row], who: str) -> list[float]:
    return [row.error_db for row in rows if row.kind == CLEAN and row.version == who]


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}
