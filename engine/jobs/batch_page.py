"""The page on a batch: one HTML file with everything in it, to be read on a screen or on paper.

No scripts, no links to elsewhere, no file beside it. All that comes from files is escaped.
"""

import base64
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from engine.jobs.side import DONE, SILENT_DB, Outcome, Side
from engine.jobs.survey import Survey

MOST_PICTURED = 1000
"""Sides that are shown with pictures; those after them only have figures."""
_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem; max-width: 72rem; color: #1d1d22; background: #fff;
  font: 14px/1.45 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
h1 { font-size: 1.7em; margin: 0 0 .25rem; }
h2 { font-size: 1.25em; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 1rem 0; }
dl div { min-width: 6rem; }
dt { color: #55555e; font-size: .88em; }
dd { margin: 0; font-size: 1.4em; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: #55555e; font-weight: 600; font-size: .88em; }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid #d9d9de; vertical-align: top; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.name { overflow-wrap: anywhere; min-width: 9rem; }
.note { color: #55555e; font-size: .88em; overflow-wrap: anywhere; }
.failed { color: #a01020; }
img { display: block; width: 176px; height: 56px; image-rendering: pixelated; }
caption { text-align: left; color: #55555e; padding-bottom: .5rem; }
@page { size: A4; margin: 14mm 12mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 8.5pt; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  tr, dl { break-inside: avoid; }
  img { width: 34mm; height: 11mm; print-color-adjust: exact; }
  td, th { padding-right: 2mm; }
}
"""

Pictures = Callable[[Side], tuple[bytes, bytes]]


def page(root: Path, told: Sequence[tuple[Side, Outcome]], pictures: Pictures) -> str:
    """The whole file.

    Args:
        root: the folder of the outputs.
        told: the sides that are over, in their order.
        pictures: thumbnails of a side, before and after.
    """
    is_survey = any(side.is_survey for side, _ in told)
    done = [each for each in told if each[1].state == DONE]
    failed = [each for each in told if each[1].state != DONE]
    title = f"{'Survey' if is_survey else 'Restoration'} of {_sides(len(told))}"
    parts = [
        "<!DOCTYPE html>\n",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n",
        f"<h1>{escape(title)}</h1>\n",
        _versions(told, is_survey),
        _totals(done, failed, is_survey),
        _failures(failed),
        _survey_table(done, pictures) if is_survey else _table(root, done, pictures),
        "</body></html>\n",
    ]
    return "".join(parts)


def _versions(told: Sequence[tuple[Side, Outcome]], is_survey: bool) -> str:
    versions = sorted({side.request.version for side, _ in told})
    presets = sorted({side.request.preset for side, _ in told if side.request.preset})
    words = [f"Runout {', '.join(versions)}"]
    if presets and not is_survey:
        words.append(f"preset {', '.join(presets)}")
    return f"<p>{escape('; '.join(words))}</p>\n"


def _totals(
    done: Sequence[tuple[Side, Outcome]], failed: Sequence[tuple[Side, Outcome]], is_survey: bool
) -> str:
    outcomes = [outcome for _, outcome in done]
    seconds = sum(each.duration_s for each in outcomes)
    figures = [
        ("Surveyed" if is_survey else "Restored", str(len(done))),
        ("Failed", str(len(failed))),
        ("Playing time", _long_time(seconds)),
    ]
    if not is_survey:
        figures.append(("Clicks repaired", f"{sum(each.clicks for each in outcomes):,}"))
    told = "".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in figures)
    return f"<dl>{told}</dl>\n"


def _failures(failed: Sequence[tuple[Side, Outcome]]) -> str:
    if not failed:
        return "<p>Nothing failed.</p>\n"
    rows = "".join(
        f'<tr><td class="name">{_text(side.source)}</td>'
        f'<td class="failed">{_text(outcome.error)}</td></tr>\n'
        for side, outcome in failed
    )
    return (
        f"<h2>{len(failed)} failed</h2>\n<table><thead><tr><th>File</th><th>Why</th></tr></thead>"
        f"<tbody>\n{rows}</tbody></table>\n"
    )


def _table(root: Path, done: Sequence[tuple[Side, Outcome]], pictures: Pictures) -> str:
    if not done:
        return ""
    heads = ("Side", "Before", "After")
    figures = ("Length", "Clicks", "Removed", "Peak")
    head = "".join(f"<th>{each}</th>" for each in heads)
    head += "".join(f'<th class="figure">{each}</th>' for each in figures)
    caption = (
        "Pictures: the whole side from left to right, 0 to 12 kHz from bottom to top, the same "
        "colours for the same levels. Removed: power of what was taken out, relative to the "
        "source. Peak: before and after, dBFS."
    )
    caption += _limit_of_pictures(done)
    rows = "".join(
        _side_row(root, side, outcome, pictures(side) if index < MOST_PICTURED else (b"", b""))
        for index, (side, outcome) in enumerate(done)
    )
    return (
        f"<h2>Sides</h2>\n<table><caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"
    )


def _limit_of_pictures(done: Sequence[tuple[Side, Outcome]]) -> str:
    is_beyond = len(done) > MOST_PICTURED
    return f" Only the first {MOST_PICTURED} sides have pictures." if is_beyond else ""


def _side_row(root: Path, side: Side, outcome: Outcome, pictures: tuple[bytes, bytes]) -> str:
    output = side.request.output.relative_to(root).as_posix()
    khz = f"{outcome.sample_rate / 1000:g} kHz"
    channels = "mono" if outcome.n_channels == 1 else f"{outcome.n_channels} channels"
    note = " ".join([f"{outcome.encoding}, {khz}, {channels}.", *outcome.notes])
    removed = "" if outcome.removed_db is None else f"{_signed(outcome.removed_db)} dB"
    if outcome.removed_db is not None and outcome.removed_db <= SILENT_DB:
        removed = "nothing"
    peaks = f"{_signed(outcome.peak_before_dbfs)} / {_signed(outcome.peak_after_dbfs)}"
    return (
        f'<tr><td class="name">{_text(output)}<div class="note">{_text(note)}</div></td>'
        f"<td>{_image(pictures[0], f'{output} before')}</td>"
        f"<td>{_image(pictures[1], f'{output} after')}</td>"
        + _figures(_time(outcome.duration_s), f"{outcome.clicks:,}", removed, peaks)
        + "</tr>\n"
    )


def _survey_table(done: Sequence[tuple[Side, Outcome]], pictures: Pictures) -> str:
    heads = ("Length", "Rate", "Bandwidth", "Clicks/s", "Noise", "Clipped", "Offset")
    head = "<th>Transfer</th><th>Picture</th>"
    head += "".join(f'<th class="figure">{each}</th>' for each in heads)
    rows = "".join(
        _survey_row(
            side, outcome, outcome.survey, pictures(side)[0] if index < MOST_PICTURED else b""
        )
        for index, (side, outcome) in enumerate(done)
        if outcome.survey is not None
    )
    caption = (
        "Bandwidth: up to where the partials of music stand out of the noise. Noise: the steady "
        "noise under the music, above 100 Hz, dBFS. Clipped: samples at a level that peaks were "
        "cut off at."
    )
    caption += _limit_of_pictures(done)
    return (
        f"<h2>Transfers</h2>\n<table><caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"
    )


def _survey_row(side: Side, outcome: Outcome, survey: Survey, picture: bytes) -> str:
    note = " ".join([f"{outcome.encoding}.", *outcome.notes])
    return (
        f'<tr><td class="name">{_text(side.source)}<div class="note">{_text(note)}</div></td>'
        f"<td>{_image(picture, side.source.name)}</td>"
        + _figures(
            _time(outcome.duration_s),
            f"{outcome.sample_rate / 1000:g} kHz",
            f"{survey.bandwidth_hz / 1000:.1f} kHz",
            f"{survey.clicks_per_s:.1f}",
            _signed(survey.noise_dbfs),
            f"{survey.n_clipped:,}",
            f"{_signed(survey.offset_db)} dB",
        )
        + "</tr>\n"
    )


def _figures(*cells: str) -> str:
    return "".join(f'<td class="figure">{escape(each)}</td>' for each in cells)


def _image(picture: bytes, name: str) -> str:
    if not picture:
        return ""
    told = base64.b64encode(picture).decode("ascii")
    return f'<img width="176" height="56" alt="{_text(name)}" src="data:image/png;base64,{told}">'


def _text(value: object) -> str:
    """Escaped; a byte of a file name that is no text is told as such."""
    told = str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    return escape("".join(each if each.isprintable() else ascii(each)[1:-1] for each in told))


def _signed(value: float | None) -> str:
    """A level with a proper minus sign."""
    return "" if value is None else f"{value:.1f}".replace("-", "\u2212")


def _sides(count: int) -> str:
    return "1 side" if count == 1 else f"{count:,} sides"


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _long_time(seconds: float) -> str:
    minutes = int(seconds) // 60
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else _time(seconds)
