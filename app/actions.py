"""ACTIONS: every menu entry and shortcut as a row; the key reference is made from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app import commands as do
from app import review_commands as review
from app import saving
from app import settings as keys
from app.desk import Desk
from app.document import Monitored
from app.settings import Setting, T
from app.widgets.colours import COLOUR_MAPS
from engine.event import Decision
from engine.presets import Preset
from engine.tasks import TASKS

Check = Callable[[Desk], bool]


def _always(desk: Desk) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A menu entry.

    menu: where it stands, `Menu` or `Menu/Submenu`; rows of one group stand together.
    keys: shortcuts, the first of which the menu shows.
    release: what happens when the key is let go, for keys that are held.
    checked: for entries that are on or off.
    tip_now: for a tip that depends on how things stand; where it is empty `tip` stands.
    """

    id: str
    text: str
    menu: str
    run: Callable[[Desk], object]
    keys: tuple[str, ...] = ()
    tip: str = ""
    enabled: Check = _always
    checked: Check | None = None
    release: Callable[[Desk], object] | None = None
    group: int = 0
    icon: str = ""
    short: str = ""
    tip_now: Callable[[Desk], str] | None = None


def _file() -> tuple[Action, ...]:
    return (
        Action("open", "&Open Transfer…", "File", do.choose_file, ("Ctrl+O",),
               "Open a recording; it is only ever read", icon="open"),
        Action("open_project", "Open &Project…", "File", saving.choose_project, ("Ctrl+Shift+O",),
               "Open a project with its whole history"),
        Action("open_demo", "Open the &Demo Side", "File", do.open_demo,
               tip="A short side to try things on"),
        Action("save_project", "&Save Project…", "File", saving.save_project, ("Ctrl+S",),
               "Keep the whole history in a folder, to go on later", saving.can_save, group=1),
        Action("save_project_as", "Save Project &As…", "File", saving.save_project_as,
               ("Ctrl+Shift+S",), "Go on in another folder", saving.can_save, group=1),
        Action("clean_up", "Project Si&ze and Clean Up…", "File", saving.clean_up,
               tip="How large the project is, and what of it can go", enabled=saving.can_clean_up,
               group=1),
        Action("export", "&Export…", "File", do.export, ("Ctrl+Shift+E",),
               "Write the restored copy beside the source", do.has_document, group=2),
        Action("close", "&Close", "File", do.close, ("Ctrl+W",),
               "Close the recording", do.has_document, group=3),
        Action("quit", "&Quit", "File", do.quit_, ("Ctrl+Q",), group=3),
    )  # fmt: skip


def _edit() -> tuple[Action, ...]:
    return (
        Action("undo", "&Undo", "Edit", do.undo, ("Ctrl+Z",),
               "Take the last operation back; nothing is computed anew", do.can_undo, icon="undo"),
        Action("redo", "&Redo", "Edit", do.redo, ("Ctrl+Shift+Z", "Ctrl+Y"),
               "Put the next operation in force again", do.can_redo, icon="redo"),
    )  # fmt: skip


def _select() -> tuple[Action, ...]:
    return (
        Action("select_all", "&All", "Select", do.select_all, ("Ctrl+A",),
               "Select the whole side", do.has_document),
        Action("select_none", "Clear the Se&lection", "Select", do.select_none, ("Ctrl+Shift+A",),
               "Select nothing; a step then works on the whole side", do.has_selection),
        Action("select_visible", "&Visible Span", "Select", do.select_visible, ("Ctrl+Shift+V",),
               "Select what is on the screen", do.has_document),
        Action("edge_start", "&Start at the Playhead", "Select", do.start_at_playhead, ("[",),
               "Move the start of the selection to the playhead", do.has_document, group=1),
        Action("edge_stop", "S&top at the Playhead", "Select", do.stop_at_playhead, ("]",),
               "Move the stop of the selection to the playhead", do.has_document, group=1),
        Action("toggle_band", "Limit to a &Band", "Select", do.toggle_band, ("Q",),
               "Select some or all frequencies", do.has_selection, do.has_band, group=2),
        Action("mark_noise", "&Mark as Noise", "Select", do.mark_noise, ("Shift+P",),
               "Tell that the selection holds groove noise only and no music",
               do.has_selection, group=3),
        Action("clear_noise", "Take the Noise Mark A&way", "Select", do.clear_noise,
               tip="No span is marked as noise any more", enabled=do.has_noise, group=3),
    )  # fmt: skip


def _view() -> tuple[Action, ...]:
    return (
        Action("zoom_in", "Zoom &In", "View", do.zoom_in, ("Ctrl+=", "Ctrl++"),
               "See less time, larger", do.has_document, icon="zoom_in"),
        Action("zoom_out", "Zoom &Out", "View", do.zoom_out, ("Ctrl+-",),
               "See more time", do.has_document, icon="zoom_out"),
        Action("zoom_selection", "Zoom to &Selection", "View", do.zoom_to_selection, ("Ctrl+E",),
               "See the selection and a little around it", do.has_selection,
               icon="zoom_selection"),
        Action("zoom_fit", "&Fit the Side", "View", do.zoom_fit, ("Ctrl+F",),
               "See the whole side", do.has_document, icon="zoom_fit"),
        Action("zoom_toggle", "Zoom &Toggle", "View", do.zoom_toggle, ("Shift+Z",),
               "Swap with the span that was on the screen before", do.has_document),
        Action("stft", "ST&FT", "View", do.choose(keys.transform, "stft"), (),
               "Spectrogram with bins of equal width in hertz",
               checked=do.is_chosen(keys.transform, "stft"), group=1),
        Action("cqt", "&CQT", "View", do.choose(keys.transform, "cqt"), (),
               "Spectrogram with bins of equal width in pitch",
               checked=do.is_chosen(keys.transform, "cqt"), group=1),
        *_choices("scale", "Fre&quency Scale", keys.frequency_scale,
                  {"log": "&Logarithmic", "linear": "Li&near", "mel": "&Mel"}),
        *_choices("window", "STFT &Window", keys.n_fft,
                  {n: f"{n} samples" for n in (512, 1024, 2048, 4096, 8192)}),
        *_choices("colours", "Colour &Map", keys.colour_map,
                  {name: name.capitalize() for name in COLOUR_MAPS}),
        *_choices("range", "Spectrogram &Range", keys.spectrogram_range_db,
                  {db: f"{db:.0f} dB" for db in (60.0, 75.0, 90.0, 110.0)}),
        *_choices("top", "Spectrogram &Brightness", keys.spectrogram_top_db,
                  {db: f"brightest at {db:.0f} dB" for db in (0.0, -10.0, -20.0, -30.0, -40.0)}),
        *_choices("level", "Waveform S&cale", keys.level_scale,
                  {"linear": "Li&near", "db": "&dB"}),
        Action("follow", "Follow the &Playhead", "View", do.toggle_follow, ("F",),
               "Scroll along while playing",
               checked=do.is_chosen(keys.follow_playhead, value=True), group=2),
        *_choices("theme", "T&heme", keys.theme,
                  {"system": "&System", "dark": "&Dark", "light": "&Light"}, group=3),
        Action("next_panel", "&Next Panel", "View/Pa&nels", do.next_panel, ("F6",),
               "Go to the next panel with the keyboard"),
        Action("previous_panel", "Pre&vious Panel", "View/Pa&nels", do.previous_panel,
               ("Shift+F6",), "Go to the panel before"),
        *(Action(f"panel_{name}", text, "View/Pa&nels", do.toggle_panel(name),
                 checked=do.is_panel_shown(name), group=1)
          for name, text in do.PANELS.items()),
        Action("reset_layout", "&Reset the Layout", "View/Pa&nels", do.reset_layout,
               tip="Put all panels where they belong", group=2),
    )  # fmt: skip


def _choices(
    prefix: str,
    title: str,
    setting: Setting[T],
    values: Mapping[T, str],
    group: int = 1,
    menu: str = "View",
) -> Iterator[Action]:
    """A submenu that chooses one value of a setting."""
    for value, text in values.items():
        yield Action(
            f"{prefix}_{value}".replace(" ", "_"),
            text,
            f"{menu}/{title}",
            do.choose(setting, value),
            checked=do.is_chosen(setting, value),
            group=group,
        )


def _process() -> tuple[Action, ...]:
    return (
        *(Action(f"task_{name}", f"{task.title}…", "Process", do.choose_task(name),
                 tip=(task.__doc__ or "").splitlines()[0], enabled=do.has_document, group=1)
          for name, task in TASKS.items()),
        Action("run", "&Run", "Process", do.run, ("R",),
               "Run what the inspector shows, on the selection or the whole side",
               do.can_run, group=2),
        Action("repeat", "Repeat &Last", "Process", do.repeat_last, ("Ctrl+R",),
               "The last operation with the same settings, on what is selected now",
               do.can_repeat, group=2),
        Action("cancel", "&Cancel", "Process", do.cancel, ("Esc",),
               "Stop the job; if none runs, stop playing; if nothing plays, select nothing",
               do.can_cancel, group=2),
    )  # fmt: skip


def _review() -> tuple[Action, ...]:
    return (
        Action("event_next", "&Next Event", "Review", review.go(1), ("N",),
               "Go to the next event of the list and select it", review.can_go),
        Action("event_previous", "&Previous Event", "Review", review.go(-1), ("Shift+N",),
               "Go to the event before", review.can_go),
        Action("play_around", "Play A&round", "Review", review.play_around, ("P",),
               "Hear the event, or the selection, and half a second on both sides",
               review.can_play_around),
        Action("accept", "&Accept", "Review", review.decide(Decision.ACCEPTED), ("A",),
               "The repair of the event is right", review.can_decide, group=1),
        Action("reject", "Re&ject", "Review", review.decide(Decision.REJECTED), ("X",),
               "The event is no damage: put the original samples back", review.can_decide, group=1),
        Action("revert", "Re&vert", "Review", review.decide(Decision.REVERTED), ("Shift+X",),
               "The event is damage, but its repair is worse: put the original back",
               review.can_decide, group=1),
        Action("reopen", "Re&open", "Review", review.decide(Decision.PENDING), ("Shift+A",),
               "Decide nothing on the event: its repair is in force again",
               review.can_decide, group=1),
        *_choices("order", "Revie&w Order", keys.review_order,
                  {"time": "By &time", "-removed": "&Most removed first",
                   "confidence": "&Least sure first"}, group=2, menu="Review"),
        Action("review_advance", "&Go On After a Decision", "Review", review.toggle_advance,
               tip="A decision goes on to the next event that is still to be decided on",
               checked=do.is_chosen(keys.review_advance, value=True), group=2),
    )  # fmt: skip


def _listen() -> tuple[Action, ...]:
    return (
        Action("play", "&Play or Stop", "Listen", do.play_or_stop, ("Space",),
               "Play from the playhead, or stop", do.has_document, icon="play", short="Play"),
        Action("play_selection", "Play the &Selection", "Listen", do.play_selection,
               ("Shift+Space",), "Play what is selected and stop", do.has_selection),
        Action("loop", "&Loop", "Listen", do.toggle_loop, ("L",),
               "Begin anew at the end; a selection is then played over and over",
               checked=do.is_looping, icon="loop"),
        Action("go_start", "Go to the S&tart", "Listen", do.go_to_start, ("Home",),
               "Playhead to the start", do.has_document, group=1),
        Action("go_end", "Go to the &End", "Listen", do.go_to_end, ("End",),
               "Playhead to the end", do.has_document, group=1),
        Action("monitor_original", "&Original", "Listen", do.monitor(Monitored.ORIGINAL), ("1",),
               "Hear and see the transfer as it is", do.has_document,
               do.is_monitored(Monitored.ORIGINAL), group=2, short="1  Original",
               tip_now=do.stage_tip),
        Action("monitor_result", "&Result", "Listen", do.monitor(Monitored.RESULT), ("2",),
               "Hear and see the restored recording", do.has_document,
               do.is_monitored(Monitored.RESULT), group=2, short="2  Result"),
        Action("monitor_removed", "Re&moved", "Listen", do.monitor(Monitored.REMOVED), ("3",),
               "Hear and see what was taken out", do.has_document,
               do.is_monitored(Monitored.REMOVED), group=2, short="3  Removed",
               tip_now=do.stage_tip),
        Action("hold_original", "&Hold for Original", "Listen", do.hold_original, ("B",),
               "Hear and see the original while the key is down", do.has_document,
               release=do.release_original, group=2),
        Action("monitor_eq", "Monitor Replay &EQ", "Listen", do.toggle_equaliser, ("E",),
               "Hear everything through the curves of the Replay EQ, rendering nothing",
               do.can_equalise, do.is_equalised, group=2, short="EQ"),
    )  # fmt: skip


def _help() -> tuple[Action, ...]:
    return (
        Action("keys", "&Keys and Mouse", "Help", do.show_keys, ("F2",),
               "Every key and every gesture"),
        Action("copy_diagnostics", "Copy &Diagnostics", "Help", do.copy_diagnostics,
               tip="Versions, system and settings, to send with a report", group=1),
        Action("open_log", "Open the &Log Folder", "Help", do.open_log_folder,
               tip="Where Runout writes what went wrong", group=1),
        Action("about", "&About Runout", "Help", do.show_about, group=2),
    )  # fmt: skip


ACTIONS: dict[str, Action] = {
    row.id: row
    for row in (
        *_file(),
        *_edit(),
        *_select(),
        *_view(),
        *_process(),
        *_review(),
        *_listen(),
        *_help(),
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
