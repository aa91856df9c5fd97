"""`runout profile ...`: noise learnt from one side, kept for others."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from app.console import UsageError, progress_bar, tell, tell_json
from app.task_commands import JSON, OVERWRITE
from app.version import VERSION
from engine.audio_file import open_audio
from engine.errors import SettingsError
from engine.jobs.learn_noise import LearnNoiseJob
from engine.noise_file import SUFFIX, NoiseProfile, load_profile
from engine.region import Region
from engine.report import iso_time

OCTAVES_HZ = tuple(31.25 * 2**step for step in range(11))
"""Middles of the octaves in which the level of a noise is told."""

profiles = typer.Typer(
    help="Noise profiles: noise learnt from one side, kept for others.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def add_profile_commands(commands: typer.Typer) -> None:
    """Add the group."""
    commands.add_typer(profiles, name="profile", rich_help_panel="Restoration")


def noise_of(text: str | None) -> Region | Path | None:
    """What `--noise` names: a stretch of the recording, or the file of a profile.

    Raises:
        UsageError: it is neither.
        EngineError: it is a file that is no profile; better now than after the first tasks.
    """
    if not text:
        return None
    if text.endswith(SUFFIX) or Path(text).is_file():
        load_profile(Path(text))
        return Path(text)
    return _region(text)


@profiles.command("learn")
def learn(
    source: Annotated[
        Path, typer.Argument(readable=False, metavar="SOURCE", help="The recording; only read.")
    ],
    region: Annotated[
        str, typer.Option("--region", metavar="A-B", help="Where there is groove noise alone.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", readable=False, metavar=f"FILE{SUFFIX}", help="The file to write."
        ),
    ],
    overwrite: OVERWRITE = False,
) -> None:
    """Learn the noise of a stretch of a recording, for `denoise --profile` on this or others."""
    marked = _region(region)
    with open_audio(source) as recording, progress_bar(source.name) as progress:
        LearnNoiseJob(recording, marked, output, VERSION, overwrite).run(progress)
    tell(str(output))


@profiles.command("show")
def show(
    file: Annotated[Path, typer.Argument(readable=False, metavar=f"FILE{SUFFIX}")],
    as_json: JSON = False,
) -> None:
    """Where a profile was learnt, how loud the noise is in each octave, and its checksum."""
    facts = profile_facts(load_profile(file))
    if as_json:
        tell_json({"file": str(file), **facts})
    else:
        tell("\n".join(profile_lines(facts)))


def profile_facts(profile: NoiseProfile) -> dict[str, Any]:
    """All that is known of it, fit for JSON; levels are those of one channel."""
    nyquist_hz = profile.sample_rate / 2
    octaves = [
        {"middle_hz": middle, "level_dbfs": _level(profile.band_dbfs(*_edges(middle)))}
        for middle in OCTAVES_HZ
        if middle < nyquist_hz
    ]
    return {
        "source": profile.source,
        "region": str(profile.region),
        "operations": list(profile.operations),
        "learnt": iso_time(profile.learnt),
        "software": profile.software,
        "sample_rate": profile.sample_rate,
        "n_channels": profile.n_channels,
        "level_dbfs": _level(profile.level_dbfs),
        "octaves": octaves,
        "sha256": profile.sha256,
    }


def profile_lines(facts: dict[str, Any]) -> list[str]:
    """The facts for people."""
    rows = [
        ("learnt from", f"{facts['source'] or 'a recording without a name'}, {facts['region']}"),
        *(("after", operation) for operation in facts["operations"]),
        ("learnt", f"{facts['learnt']}, Runout {facts['software'] or 'of unknown version'}"),
        ("sample rate", f"{facts['sample_rate']} Hz"),
        ("channels", str(facts["n_channels"])),
        ("level", _told(facts["level_dbfs"])),
        *((f"{each['middle_hz']:.5g} Hz", _told(each["level_dbfs"])) for each in facts["octaves"]),
        ("SHA-256", facts["sha256"]),
    ]
    return [f"{name:16} {text}" for name, text in rows]


def _edges(middle_hz: float) -> tuple[float, float]:
    return middle_hz / math.sqrt(2), middle_hz * math.sqrt(2)


def _level(level_dbfs: float) -> float | None:
    """Two decimals; None for silence, as JSON has no infinity."""
    return round(level_dbfs, 2) if math.isfinite(level_dbfs) else None


def _told(level_dbfs: float | None) -> str:
    return "silent" if level_dbfs is None else f"{level_dbfs:.1f} dBFS"


def _region(text: str) -> Region:
    try:
        return Region.parse(text)
    except SettingsError as error:
        raise UsageError(str(error)) from error
