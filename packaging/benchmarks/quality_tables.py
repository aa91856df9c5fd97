"""The tables of the quality page, as Markdown; imported by quality.py."""

from collections.abc import Iterable, Mapping

from benchmarks import page
from benchmarks.damages import CLEAN, DAMAGES, Damage
from benchmarks.kept import Figures
from benchmarks.quality_figures import UNTOUCHED_DB

Found = Mapping[str, Mapping[str, Figures]]
Families = Mapping[str, str]

SPEED = "speed"
HEAD = (
    "method", "SI-SDR, dB", "LSD", "treble LSD", "clean music, dB", "x real time", "memory, MB",
    "clips",
)  # fmt: skip
SUMMARY = ("snr5", "snr10", "snr20", "clicks", "together10", "clip3db")


def best_of(rows: Mapping[str, Figures], families: Families) -> list[str]:
    """What is shown: all of Runout's, and of each family of peers the best by SI-SDR and by LSD."""
    shown = [name for name in rows if not families.get(name)]
    for family in dict.fromkeys(families.get(name, "") for name in rows):
        kin = [name for name in rows if family and families.get(name) == family]
        if kin:
            best = [
                max(kin, key=lambda name: rows[name].get("si_sdr", rows[name].get("clean", 0.0))),
                min(kin, key=lambda name: rows[name].get("lsd", 0.0)),
            ]
            shown += [name for name in dict.fromkeys(best)]
    return shown


def table_of(damage: Damage, found: Found, families: Families) -> str:
    """The table of a damage, with a line on what the clips were like before."""
    rows = found[damage.name]
    shown = best_of(rows, families)
    first = max(rows.values(), key=lambda each: each["clips"])
    treble = f"{damage.high_hz / 1000:g} kHz"
    before = (
        f"**{damage.title}.** Before: SI-SDR {first['si_sdr before']:.1f} dB, LSD "
        f"{first['lsd before']:.3f}, from {treble} on {first['hf_lsd before']:.3f}."
    )
    head = list(HEAD)
    if damage.is_gap:
        head[4] = "LSD in gaps"
    top = _best_values(rows[name] for name in shown)
    lines = [_line(name, rows[name], found, damage, top) for name in shown]
    return f"{before}\n\n{page.table(head, lines)}"


def speed_name(damage: Damage, name: str) -> str:
    """Under which name the speed of a contender is kept: of gaps it hangs on their length."""
    return f"{name}, {damage.name}" if damage.is_gap else name


def _best_values(rows: Iterable[Figures]) -> Figures:
    """The best of each column among those on most clips."""
    all_rows = list(rows)
    most = max(row["clips"] for row in all_rows)
    full = [row for row in all_rows if row["clips"] == most]
    return {
        "si_sdr": max(row["si_sdr"] for row in full),
        "lsd": min(row["lsd"] for row in full),
        "hf_lsd": min(row["hf_lsd"] for row in full),
        "clips": most,
    }


def _line(name: str, row: Figures, found: Found, damage: Damage, top: Figures) -> list[str]:
    cells = []
    for key, form in (("si_sdr", "+.2f"), ("lsd", "+.3f"), ("hf_lsd", "+.3f")):
        cell = format(row[key], form)
        is_best = row["clips"] == top["clips"] and row[key] == top[key]
        cells.append(f"**{cell}**" if is_best else cell)
    fifth = f"{row['lsd inside']:.3f}" if damage.is_gap else _clean(name, found)
    speed = found.get(SPEED, {}).get(speed_name(damage, name), {})
    fast = speed.get("times_real_time")
    memory = speed.get("memory_mb")
    return [
        name,
        *cells,
        fifth,
        "" if fast is None else _three_digits(fast),
        "" if memory is None else f"{memory:.0f}",
        f"{row['clips']:.0f}",
    ]


def _clean(name: str, found: Found) -> str:
    row = found.get(CLEAN.name, {}).get(name)
    if row is None:
        return ""
    return "untouched" if row["clean least"] >= UNTOUCHED_DB else f"{row['clean']:.1f}"


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100.0 else f"{value:.3g}"


def summary(found: Found, families: Families) -> str:
    """Runout's best and the best peer by damage."""
    lines = []
    for name in SUMMARY:
        rows = found[name]
        told = [each for each in rows if families.get(each)]
        own = [each for each in rows if not families.get(each)]
        cells = [_best(rows, own), _best(rows, told)]
        lines.append([DAMAGES[name].title, *cells])
    return page.table(("SI-SDR gain, dB / change of LSD", "Runout", "best peer"), lines)


def _best(rows: Mapping[str, Figures], names: Iterable[str]) -> str:
    most = max((rows[name]["clips"] for name in rows), default=0.0)
    full = [name for name in names if rows[name]["clips"] == most]
    if not full:
        return ""
    best = max(full, key=lambda name: rows[name]["si_sdr"])
    return f"{best} **{rows[best]['si_sdr']:+.1f}** / {rows[best]['lsd']:+.2f}"


def line(name: str, figures: Figures) -> str:
    """One contender, as it is told while the measuring goes on."""
    cells = [f"{key} {value:.3f}" for key, value in figures.items() if "before" not in key]
    return f"{name}: {', '.join(cells)}"
