"""The rows of the Listen menu."""

from app import commands as do
from app import listen_commands as listen
from app import select_commands as select
from app import settings as keys
from app import view_commands as view
from app.action import Action, choices
from app.document import Monitored

ROLLS_S = {0.0: "&None", 0.25: "0.25 s", 0.5: "0.5 s", 1.0: "1 s", 2.0: "2 s"}
ROLLS = (
    (keys.around_before_s, "around_before", "Before Play &Around"),
    (keys.around_after_s, "around_after", "A&fter Play Around"),
    (keys.loop_before_s, "loop_before", "Before a Loo&p"),
    (keys.loop_after_s, "loop_after", "After a Loop"),
)

ROWS: tuple[Action, ...] = (
    Action("play", "&Play or Stop", "Listen", listen.play_or_stop, ("Space",),
           "Play from the playhead, or stop", do.has_document, icon="play", short="Play"),
    Action("play_selection", "Play the &Selection", "Listen", listen.play_selection,
           ("Shift+Space",), "Play what is selected and stop", do.has_selection),
    Action("play_band", "Play the &Band", "Listen", listen.play_band, ("Ctrl+Shift+Space",),
           "Hear the selected band alone, through a steep filter; nothing is rendered",
           select.has_band),
    Action("loop", "&Loop", "Listen", listen.toggle_loop, ("L",),
           "Begin anew at the end; a selection is then played over and over",
           checked=listen.is_looping, icon="loop"),
    Action("go_start", "Go to the S&tart", "Listen", listen.go_to_start, ("Home",),
           "Playhead to the start", do.has_document, group=1),
    Action("go_end", "Go to the &End", "Listen", listen.go_to_end, ("End",),
           "Playhead to the end", do.has_document, group=1),
    Action("monitor_original", "&Original", "Listen", listen.monitor(Monitored.ORIGINAL), ("1",),
           "Hear and see the transfer as it is", do.has_document,
           listen.is_monitored(Monitored.ORIGINAL), group=2, short="{key}  Original",
           tip_now=listen.stage_tip),
    Action("monitor_result", "&Result", "Listen", listen.monitor(Monitored.RESULT), ("2",),
           "Hear and see the restored recording", do.has_document,
           listen.is_monitored(Monitored.RESULT), group=2, short="{key}  Result"),
    Action("monitor_removed", "Re&moved", "Listen", listen.monitor(Monitored.REMOVED), ("3",),
           "Hear and see what was taken out", do.has_document,
           listen.is_monitored(Monitored.REMOVED), group=2, short="{key}  Removed",
           tip_now=listen.stage_tip),
    Action("hold_original", "&Hold for Original", "Listen", listen.hold_original, ("B",),
           "Hear and see the original while the key is down", do.has_document,
           release=listen.release_original, group=2),
    Action("monitor_eq", "Mo&nitor Replay EQ", "Listen", listen.toggle_equaliser, ("Shift+E",),
           "Hear everything through the curves of the Replay EQ, rendering nothing",
           listen.can_equalise, listen.is_equalised, group=2, short="EQ"),
    Action("mono", "Mono S&um", "Listen", listen.toggle(keys.mono),
           tip="Hear all channels as one, as a lateral-cut record is meant; changes no sample",
           checked=view.is_chosen(keys.mono, value=True), group=2, short="Mono"),
    Action("match_loudness", "Match the Lou&dness", "Listen", listen.toggle(keys.match_loudness),
           tip="Hear Original and Result equally loud: the louder one is turned down by the gain "
           "that is shown; changes no sample",
           checked=view.is_chosen(keys.match_loudness, value=True), group=2, short="Match"),
    Action("meter_anew", "Begin the Meter Ane&w", "Listen", listen.begin_meter,
           tip="True peak and clipped samples are counted from now on", group=2),
    *(row for setting, prefix, title in ROLLS
      for row in choices(prefix, title, setting, ROLLS_S, group=3, menu="Listen")),
    Action("rescan_devices", "Re&scan", "Listen/Output De&vice", listen.rescan_devices,
           tip="Look for sound devices that were connected since; playing stops for it", group=4),
)  # fmt: skip
