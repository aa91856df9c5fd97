"""ACTIONS: every menu entry and shortcut as a row; the key reference is made from it."""

from collections.abc import Mapping

from app import commands as do
from app.action import Action
from app.rows import (
    candidates,
    edges,
    edit,
    file,
    help,
    listen,
    marks,
    models,
    playhead,
    process,
    review,
    select,
    view,
)
from engine.presets import Preset

ACTIONS: dict[str, Action] = {
    row.id: row
    for row in (
        *file.ROWS,
        *marks.FILE_ROWS,
        *edit.ROWS,
        *select.ROWS,
        *edges.ROWS,
        *marks.SELECT_ROWS,
        *marks.ROWS,
        *view.ROWS,
        *process.ROWS,
        *candidates.ROWS,
        *review.ROWS,
        *models.ROWS,
        *listen.ROWS,
        *playhead.ROWS,
        *help.ROWS,
    )
}


def preset_actions(presets: Mapping[str, Preset]) -> dict[str, Action]:
    """A row of the Process menu for each preset."""
    return {
        f"preset_{name}": Action(
            f"preset_{name}",
            f"{preset.title}…",
            "Process/&Presets",
            do.choose_preset(name),
            tip=preset.description,
            enabled=do.has_document,
        )
        for name, preset in presets.items()
    }
