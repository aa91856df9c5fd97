"""The user guide: every task is in it, pictures are made by the program, figures are met."""

import re
from functools import cache

import numpy as np
import pytest
from PIL import Image

from app import paths
from app.actions import ACTIONS
from app.guide_commands import ON_PRESETS, place_of
from app.help.chapters import Chapter, read_guide, split
from engine.audio_file import open_audio
from engine.dsp.replay_curves import CURVES
from engine.jobs.restore import restore
from engine.presets import load_preset
from engine.project import State
from engine.tasks import TASKS
from engine.tasks.declick import Declick
from guide.keeping import LARGEST, WIDEST, reduced
from guide.place import made_place
from guide.table import PICTURES

GUIDE = paths.guide()
KEPT = 2_000_000
"""Bytes that all pictures may take."""


@cache
def chapters() -> dict[str, Chapter]:
    return {each.name: each for each in read_guide(GUIDE)}


def section(place: str) -> str:
    """The Markdown below a heading, with the sections below it."""
    name, anchor = split(place)
    chapter = chapters()[name]
    (title,) = (each.title for each in chapter.sections if each.anchor == anchor)
    _, _, rest = chapter.markdown.partition(f"\n## {title}\n")
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_a_section_that_says_when_and_how_and_what_to_listen_for(name):
    text = section(place_of(f"task:{name}"))
    for part in ("For ", "**Not for**", "**Set it**", "**Listen in ", "Removed", f"runout {name} "):
        assert part in text, part


@pytest.mark.parametrize("name", TASKS)
def test_every_method_of_a_task_is_named_in_its_section(name):
    methods = [each.choices for each in TASKS[name].params() if each.name in ("method", "mode")]
    text = section(place_of(f"task:{name}")).casefold().replace("quieter wall", "quieter-wall")
    if name != "denoise":
        wanted = [each for choices in methods for each in choices]
    else:
        wanted = list(methods[0])
    assert [each for each in wanted if each not in text] == []


def test_every_preset_is_named():
    text = section(ON_PRESETS)
    for path in paths.presets().glob("*.toml"):
        preset = load_preset(path)
        if preset.tasks:
            assert f"| {preset.title} | `{preset.name}` |" in text


def test_every_replay_curve_is_in_the_table():
    text = section("tasks.md#replay-eq")
    for name, curve in CURVES.items():
        assert name == "flat" or f"| `{name}` | {curve.title} |" in text


def test_pictures_are_those_that_the_program_makes_and_all_are_shown():
    shown = {name for each in chapters().values() for name in each.pictures}
    assert shown == {f"pictures/{name}.png" for name in PICTURES}
    assert {path.stem for path in (GUIDE / "pictures").iterdir()} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_has_a_palette(name):
    raw = (GUIDE / "pictures" / f"{name}.png").read_bytes()
    width, colour_type = int.from_bytes(raw[16:20]), raw[25]
    assert len(raw) <= LARGEST
    assert width <= WIDEST
    assert colour_type == 3  # of a PNG: with a palette


def test_what_is_plain_in_a_picture_keeps_its_colour(rng):
    shown = rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)
    shown[:30] = (34, 38, 44)
    few = reduced(Image.fromarray(shown), 32)
    assert len(few.getcolors() or ()) <= 32
    assert few.convert("RGB").getpixel((5, 5)) == (34, 38, 44)
    off = np.abs(np.asarray(few.convert("RGB")).astype(int) - shown)[30:].mean()
    assert off < 45.0  # 85 by one colour


def test_all_pictures_together_are_small():
    assert sum(path.stat().st_size for path in (GUIDE / "pictures").iterdir()) <= KEPT


def test_keys_that_the_first_chapters_name_do_what_is_said():
    said = {
        "Shift+P": "mark_noise", "Ctrl+Shift+R": "try_another", "Del": "run_inpaint",
        "Ctrl+Shift+E": "export", "Ctrl+S": "save_project", "Shift+Space": "play_selection",
        "Ctrl+Shift+Space": "play_band", "Ctrl+L": "lock", "Shift+E": "monitor_eq",
        "Shift+M": "mark_music", "Shift+V": "preview_render", "Ctrl+F": "zoom_fit",
        "Ctrl+E": "zoom_selection", "Shift+Z": "zoom_toggle", "Alt+Left": "candidate_previous",
        "Ctrl+O": "open", "F2": "keys", "F6": "next_panel",
    }  # fmt: skip
    text = "".join(chapters()[name].markdown for name in ("first_side.md", "window.md", "tasks.md"))
    for key, name in said.items():
        assert key in ACTIONS[name].keys
        assert f"{key}" in text


@pytest.mark.parametrize(("sensitivity", "n_events"), [(0.5, 136), (0.7, 270)])
def test_the_first_side_finds_as_many_clicks_as_its_chapter_says(sensitivity, n_events):
    text = chapters()["first_side.md"].markdown
    state = State(open_audio(paths.demo()))
    operation = restore(state, Declick(sensitivity=sensitivity), ())
    assert len(operation.events) == n_events
    assert f"*{n_events} events" in text
    if sensitivity == 0.5:
        (told,) = re.findall(r"events · ([\d ]+) samples changed", text)
        assert int(told.replace(" ", "")) == operation.changed


def test_the_folder_that_pictures_show_is_deleted_and_never_one_that_was_there(tmp_path):
    with made_place(tmp_path / "78rpm") as folder:
        (folder / "side.flac").write_bytes(b"")
    assert not folder.exists()
    with pytest.raises(SystemExit, match="cannot be made"), made_place(tmp_path):
        pass
    assert tmp_path.is_dir()
