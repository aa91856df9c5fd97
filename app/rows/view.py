"""The rows of the View menu."""

from app import commands as do
from app import playhead_commands as playhead
from app import settings as keys
from app import view_commands as view
from app.action import Action, choices
from app.layouts import LAYOUTS
from app.widgets.colours import COLOUR_MAPS
from engine.cqt_picture import BINS_PER_OCTAVE
from engine.spectrogram import N_FFTS
from engine.turns import SPEEDS_RPM

ROWS: tuple[Action, ...] = (
    Action("zoom_in", "Zoom &In", "View", view.zoom_in, ("Ctrl+=", "Ctrl++"),
           "See less time, larger", do.has_document, icon="zoom_in", repeats=True),
    Action("zoom_out", "Zoom &Out", "View", view.zoom_out, ("Ctrl+-",),
           "See more time", do.has_document, icon="zoom_out", repeats=True),
    Action("zoom_selection", "Zoom to &Selection", "View", view.zoom_to_selection, ("Ctrl+E",),
           "See the selection and a little around it", do.has_selection,
           icon="zoom_selection"),
    Action("zoom_fit", "&Fit the Side", "View", view.zoom_fit, ("Ctrl+F",),
           "See the whole side", do.has_document, icon="zoom_fit"),
    Action("zoom_toggle", "Zoom &Toggle", "View", view.zoom_toggle, ("Shift+Z",),
           "Swap with the span that was on the screen before", do.has_document),
    *(Action(name, text, "View", playhead.page(step), (key,), tip, do.has_document, repeats=True)
      for name, text, key, tip, step in (
          ("page_back", "Pa&ge Back", "PgUp", "See the span before", -1),
          ("page_on", "P&age On", "PgDown", "See the span after", 1))),
    *(Action(name, text, "View/A&xes", run, (key,), tip, do.has_document, group=0, repeats=True)
      for name, text, key, tip, run in (
          ("frequency_in", "Zoom Frequency &In", "Ctrl+Shift+Up",
           "See fewer frequencies, around the selected band", playhead.zoom_frequency(0.8)),
          ("frequency_out", "Zoom Frequency &Out", "Ctrl+Shift+Down",
           "See more frequencies", playhead.zoom_frequency(1.25)),
          ("frequency_up", "&Higher Frequencies", "Alt+Up",
           "Move what the spectrogram shows up", playhead.scroll_frequency(1)),
          ("frequency_down", "&Lower Frequencies", "Alt+Down",
           "Move what the spectrogram shows down", playhead.scroll_frequency(-1)),
          ("frequency_all", "&All Frequencies", "Ctrl+Shift+F",
           "See all frequencies there are", playhead.all_frequencies),
          ("level_in", "Waveform &Taller", "Shift+PgUp", "See the waveform larger",
           playhead.zoom_level(0.8)),
          ("level_out", "Waveform &Smaller", "Shift+PgDown", "See the waveform smaller",
           playhead.zoom_level(1.25)))),
    Action("note_names", "&Note Names", "View/A&xes", view.toggle_note_names, (),
           "Names of notes at the right edge of the spectrogram; a CQT always has them",
           view.is_stft, view.has_note_names, group=1),
    Action("stft", "ST&FT", "View", view.choose(keys.transform, "stft"), (),
           "Spectrogram with bins of equal width in hertz",
           checked=view.is_chosen(keys.transform, "stft"), group=1),
    Action("cqt", "&CQT", "View", view.choose(keys.transform, "cqt"), (),
           "Spectrogram with bins of equal width in pitch",
           checked=view.is_chosen(keys.transform, "cqt"), group=1),
    *choices("scale", "Fre&quency Scale", keys.frequency_scale,
              {"log": "&Logarithmic", "linear": "Li&near", "mel": "&Mel"}),
    *choices("window", "STFT &Window", keys.n_fft,
              {n: f"{n} samples" for n in N_FFTS}),
    *choices("shape", "STFT Window S&hape", keys.window,
              {"hann": "&Hann", "blackman-harris": "&Blackman-Harris", "kaiser": "&Kaiser",
               "gaussian": "&Gaussian"}),
    *choices("bins", "CQT &Bins", keys.bins_per_octave,
              {n: f"{n} per octave" for n in BINS_PER_OCTAVE}),
    *choices("colours", "Colour &Map", keys.colour_map,
              {name: name.capitalize() for name in COLOUR_MAPS}),
    *choices("range", "Spectrogram &Range", keys.spectrogram_range_db,
              {db: f"{db:.0f} dB" for db in (60.0, 75.0, 90.0, 110.0)}),
    *choices("top", "Spectrogram &Brightness", keys.spectrogram_top_db,
              {db: f"brightest at {db:.0f} dB" for db in (0.0, -10.0, -20.0, -30.0, -40.0)}),
    *choices("channels", "Channe&ls", keys.channels,
              {"all": "&All", "left": "&Left", "right": "&Right",
               "mid": "&Mid (L+R)/2: the Music of a Lateral Groove",
               "side": "&Side (L−R)/2: Its Vertical Noise"}, enabled=view.is_stereo),
    *choices("level", "Wa&veform Scale", keys.level_scale,
              {"linear": "Li&near", "db": "&dB"}),
    Action("turns", "Mark the &Turns", "View/Turns of the &Disc", view.toggle_turns, ("Ctrl+T",),
           "A line and a number where each turn of the disc begins: damage that comes once a turn "
           "stands in line with them",
           do.has_document, view.is_chosen(keys.show_turns, value=True), group=1),
    Action("turn_here", "&Set the Turn Here", "View/Turns of the &Disc", view.set_turn,
           ("Ctrl+Shift+T",), "A turn begins at the playhead", do.has_document, group=1),
    *choices("rpm", "Turns of the &Disc", keys.turn_rpm,
              dict(zip(SPEEDS_RPM, ("&78.26 rpm", "7&7.92 rpm", "&45 rpm", "&33⅓ rpm"),
                       strict=True)), group=2),
    Action("rpm_known", "&As the Speed Step Says", "View/Turns of the &Disc",
           view.choose(keys.turn_rpm, 0.0), (), "The speed that the last Speed step brought",
           view.has_known_speed, view.is_chosen(keys.turn_rpm, 0.0), group=2),
    Action("rpm_other", "&Other Speed…", "View/Turns of the &Disc", view.ask_speed, (),
           "Enter how fast the disc turns in this recording", do.has_document,
           view.is_other_speed, group=2),
    Action("follow", "Follow the &Playhead", "View", view.toggle_follow, ("Shift+F",),
           "Scroll along while playing",
           checked=view.is_chosen(keys.follow_playhead, value=True), group=2),
    Action("full_screen", "F&ull Screen", "View", view.toggle_full_screen, ("F11",),
           "Give the window all of the screen, or the room it had before",
           checked=view.is_full_screen, group=3),
    *choices("theme", "Th&eme", keys.theme,
              {"system": "&System", "dark": "&Dark", "light": "&Light"}, group=3),
    Action("next_panel", "&Next Panel", "View/Pa&nels", view.next_panel, ("F6",),
           "Go to the next panel with the keyboard"),
    Action("previous_panel", "Pre&vious Panel", "View/Pa&nels", view.previous_panel,
           ("Shift+F6",), "Go to the panel before"),
    *(Action(f"panel_{name}", text, "View/Pa&nels", view.toggle_panel(name),
             ("Ctrl+H",) if name == "history" else (),
             checked=view.is_panel_shown(name), group=1,
             icon="spectrum" if name == "spectrum" else "")
      for name, text in view.PANELS.items()),
    *(Action(f"layout_{name}", layout.text, "View/Pa&nels", view.arrange(layout),
             tip=layout.tip, group=2)
      for name, layout in LAYOUTS.items()),
    Action("reset_layout", "Reset the La&yout", "View/Pa&nels", view.reset_layout,
           tip="Put all panels where they belong", group=2),
)  # fmt: skip
