"""LAYOUTS: what is to be seen for one kind of work, as a row each of View > Panels."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """Which panels are shown, and how the pictures share their room.

    panels: by their names; of those at the right the first comes to the front.
    waveform: the waveform's share of the height it has in common with the spectrogram.
    """

    text: str
    tip: str
    panels: tuple[str, ...]
    waveform: float


LAYOUTS = {
    "inspect": Layout(
        "Arrange to Inspec&t",
        "Large pictures, what the file tells of itself, and its average spectrum",
        ("recording", "spectrum"),
        0.3,
    ),
    "repair": Layout(
        "Arrange to Re&pair",
        "The inspector beside the pictures, history and file on the other side",
        ("inspector", "events", "marks", "history", "recording"),
        0.4,
    ),
    "review": Layout(
        "Arrange to Revie&w",
        "The events that were found beside a large waveform",
        ("events", "inspector", "marks", "history"),
        0.6,
    ),
}
