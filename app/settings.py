"""What is remembered between runs, typed by its default; the only QSettings keys."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

T = TypeVar("T", bool, int, float, str, QByteArray)

LARGEST = 1e6
"""No number that is remembered comes near it."""


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A key and its default; the default's type is the setting's."""

    key: str
    default: T


def _is_sound(value: object) -> bool:
    """Whether a value that somebody may have edited can be worked with, if it is a number."""
    return not isinstance(value, int | float) or abs(value) <= LARGEST


class Settings(QObject):
    """Reads and writes settings at once; there is no OK button."""

    changed = Signal(str)
    """The key of a setting that has another value now."""

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store

    def get(self, setting: Setting[T]) -> T:
        """The value remembered, or the default."""
        try:
            value = self._store.value(setting.key, setting.default, type=type(setting.default))
        except (OverflowError, ValueError):  # a whole number is asked for, and there is none
            return setting.default
        if not isinstance(value, type(setting.default)) or not _is_sound(value):
            return setting.default
        return value

    def set(self, setting: Setting[T], value: T) -> None:
        """Remember a value."""
        if value != self.get(setting):
            self._store.setValue(setting.key, value)
            self.changed.emit(setting.key)


theme = Setting("window/theme", "system")
"""system, dark or light."""
key_scheme = Setting("keys/scheme", "runout")
"""runout, or the name of a file in resources/keys without its suffix."""
edited_keys = Setting("keys/edited", "")
"""What was changed of the scheme: lists of keys by the ids of actions, as JSON."""
language = Setting("window/language", "system")
"""system, or one of app.language.LANGUAGES; read when Runout starts."""
geometry = Setting("window/geometry", QByteArray())
layout = Setting("window/layout", QByteArray())
own_panel_widths = Setting("window/own_panel_widths", False)
"""Whether the panels are as wide as the user has made them, not as suits the window."""
last_folder = Setting("files/last_folder", "")
recent_files = Setting("files/recent", "")
"""Paths, one a line, newest first."""
open_projects = Setting("files/open_projects", "")
"""Projects with a name that are open, one a line; those that are not were not closed properly."""
selection_tool = Setting("select/tool", "box")
"""box, time, band, lasso or brush: what a drag in the spectrogram draws."""
brush_size = Setting("select/brush_size", 24)
"""Diameter in pixels."""
feather_ms = Setting("select/feather_ms", 0.0)
"""How long a change fades in and out inside the selection; a task may take longer."""
follow_playhead = Setting("view/follow_playhead", True)
transform = Setting("view/transform", "stft")
"""stft or cqt: what the spectrogram shows."""
n_fft = Setting("view/n_fft", 2048)
"""Window of the stft in samples, a power of two from 512 to 8192."""
window = Setting("view/window", "hann")
"""Shape of that window: one of engine.spectrogram.WINDOWS."""
bins_per_octave = Setting("view/bins_per_octave", 24)
"""Bins of the cqt: one of engine.cqt_picture.BINS_PER_OCTAVE."""
frequency_scale = Setting("view/frequency_scale", "log")
"""log, linear or mel."""
note_names = Setting("view/note_names", False)
"""Whether notes are named beside the frequencies of the stft; those of the cqt always are."""
channels = Setting("view/channels", "all")
"""Which channels of a stereo recording the pictures show: one of engine.channels.CHANNELS."""
show_turns = Setting("view/turns", False)
"""Whether the beginning of each turn of the disc is marked."""
turn_rpm = Setting("view/turn_rpm", 78.26)
"""How fast the disc turns; 0: as the last Speed step says."""
turn_phase_s = Setting("view/turn_phase_s", 0.0)
"""When one of the turns begins."""
level_scale = Setting("view/level_scale", "linear")
"""linear or db: how the waveform shows amplitudes."""
colour_map = Setting("view/colour_map", "inferno")
spectrogram_range_db = Setting("view/spectrogram_range_db", 90.0)
spectrogram_top_db = Setting("view/spectrogram_top_db", -10.0)
output_device = Setting("sound/output_device", "")
loop = Setting("sound/loop", False)
removed_gain_db = Setting("sound/removed_gain_db", 0.0)
"""How much louder Removed is played than it is."""
around_before_s = Setting("sound/around_before_s", 0.5)
"""What is heard before an event or a selection that is played with what is around it."""
around_after_s = Setting("sound/around_after_s", 0.5)
"""What is heard after it."""
loop_before_s = Setting("sound/loop_before_s", 0.0)
"""What is heard before a selection each time a loop comes to it."""
loop_after_s = Setting("sound/loop_after_s", 0.0)
"""What is heard after it."""
mono = Setting("sound/mono", False)
"""Whether all channels are heard as one; changes no sample."""
match_loudness = Setting("sound/match_loudness", False)
"""Whether Original and Result are heard equally loud."""
history_hint = Setting("history/hint", True)
"""Whether what a click in the history does is still to be told: until the first one."""
operation = Setting("process/operation", "")
"""The preset or task the inspector showed last, as `preset:NAME` or `task:NAME`."""
compute_device = Setting("process/device", "auto")
chosen_models = Setting("process/models", "")
"""Names of models that are taken before others of their method, one a line, newest first."""
"""auto, cpu, cuda or mps: where networks run."""
first_steps = Setting("window/first_steps", True)
"""Whether the cards of the first start are still to be shown."""
open_check = Setting("files/open_check", True)
"""Whether a transfer that was opened is looked over, and what is odd is told."""
cache_folder = Setting("files/cache_folder", "")
"""Where pictures are kept; empty means the user's folder for caches."""
cache_limit_gb = Setting("files/cache_limit_gb", 4.0)
"""How much room they may take; 0 keeps none."""
operator = Setting("person/operator", "")
"""Who restores, as reports name them."""
institution = Setting("person/institution", "")
export_format = Setting("export/format", "")
"""A suffix with its dot; empty means that of the source."""
export_name = Setting("export/name", "{base} restored")
"""How a result is called, without its suffix; {base}, {steps} and {date} are filled in."""
export_depth = Setting("export/depth", "")
"""Bits of a sample, with an f behind them for floats; empty means those of the source."""
export_collision = Setting("export/collision", "number")
"""number, refuse or replace: what is done where a file exists."""
export_removed = Setting("export/removed", True)
export_report = Setting("export/report", True)
review_order = Setting("review/order", "time")
"""A column of the events, falling after a minus: time, -removed, confidence, ..."""
review_advance = Setting("review/advance", True)
"""Whether a decision goes on to the next event that nothing is decided on."""
batch_folder = Setting("batch/folder", "")
"""Where a batch writes; empty means beside the first source, in a folder of its own."""
batch_name = Setting("batch/name", "{base}")
"""How outputs are called, without suffix; {base} and {preset} are filled in."""
batch_preset = Setting("batch/preset", "78rpm")
"""What is done to files that are added."""
batch_existing = Setting("batch/existing", "skip")
"""skip, replace or anew: what is done where an output exists."""
batch_jobs = Setting("batch/jobs", 0)
"""Sides at once on the CPU; 0 leaves one processor to the window."""
batch_analyse = Setting("batch/analyse", False)
"""Whether nothing is restored, only looked at."""
batch_removed = Setting("batch/removed", False)
"""Whether what was taken out is written too."""
batch_sound = Setting("batch/sound", False)
"""Whether the end of a batch is heard."""
batch_geometry = Setting("batch/geometry", QByteArray())
wizard_geometry = Setting("wizard/geometry", QByteArray())
models_geometry = Setting("models/geometry", QByteArray())
help_geometry = Setting("help/geometry", QByteArray())
help_place = Setting("help/place", "")
"""The chapter and heading of the guide that were read last."""
help_zoom = Setting("help/zoom", 0)
"""Points by which the text of the guide is larger than usual."""
model_folder = Setting("models/folder", "")
"""Where a file of weights was chosen last."""
