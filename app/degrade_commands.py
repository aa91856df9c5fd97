"""`runout degrade`: a recording in, a copy with simulated damage out."""

from typing import Annotated

import typer

from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.task_commands import INPUT, JSON, OUTPUT, OVERWRITE
from app.version import VERSION
from engine.errors import SettingsError

_HIGHEST_SEED = 2**32 - 1


def add_degrade_commands(commands: typer.Typer) -> None:
    """Add the command."""
    commands.command("degrade", rich_help_panel="Training")(degrade)


def degrade(
    source: INPUT,
    output: OUTPUT,
    chain: Annotated[
        str,
        typer.Option(
            "--chain",
            metavar='"STEP ARGS[,STEP ARGS]..."',
            help="What befalls it: clip SDR_DB, lowpass HZ, gap START LENGTH, clicks RATE, "
            "crackle RATE, hum HZ LEVEL_DBFS, noise FILE|DIR SNR_DB, 78rpm SNR_DB, wow HZ PERCENT, "
            "sample LOW HIGH, whitenoise|pinknoise|brownnoise|tpdfnoise VARIANCE VOLUME, reverb "
            "VARIANCE REVERBERANCE HF_DAMPING ROOM_SCALE STEREO_DEPTH PRE_DELAY [WET_GAIN], or any "
            "degradation with NAME=VALUE for its settings.",
        ),
    ],
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=_HIGHEST_SEED, help="Of all that is drawn.")
    ] = 0,
    overwrite: OVERWRITE = False,
    as_json: JSON = False,
) -> None:
    """Write a damaged copy, and beside it OUT.degraded.json with all that was drawn."""
    from training.chain_text import draw_chain, read_chain_text
    from training.degrade_file import DegradeRequest, degrade_file

    try:
        steps = read_chain_text(chain)
        draw_chain(steps, seed)
    except SettingsError as error:
        raise UsageError(f"--chain: {error}") from error
    request = DegradeRequest(source, output, steps, seed, VERSION, overwrite)
    with progress_bar(source.name) as progress:
        done = degrade_file(request, progress)
    for note in done.notes:
        warn(f"{source.name}: {note}")
    if as_json:
        tell_json({"written": [str(path) for path in done.outputs], **done.facts})
    else:
        for path in done.outputs:
            tell(str(path))
