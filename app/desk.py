"""Desk: what the window lends to an action."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.batch.desk import BatchDesk
from app.candidates import Candidates
from app.help.desk import HelpDesk
from app.key_bindings import KeyBindings
from app.models.desk import ModelDesk
from app.panel_docks import PanelDocks
from app.panels.inspector import Inspector
from app.project_desk import ProjectDesk
from app.review import Review
from app.session import Session
from app.theme import Theme
from app.views.stack import ViewStack
from app.widgets.transport_bar import TransportBar
from app.wizard.desk import TrainingDesk

if TYPE_CHECKING:
    from app.mark_desk import MarkDesk
    from app.menus import Menus  # made for a desk, of rows that are functions of one


class Desk(Protocol):
    """The session and the panels around it; the main window is one."""

    session: Session
    theme: Theme
    bindings: KeyBindings
    menus: "Menus"
    marks: "MarkDesk"
    inspector: Inspector
    review: Review
    candidates: Candidates
    docks: PanelDocks
    projects: ProjectDesk
    batch: BatchDesk
    trainings: TrainingDesk
    models: ModelDesk
    help: HelpDesk
    views: ViewStack
    transport: TransportBar

    def open(self, path: Path) -> bool:
        """Open a recording in place of the present one."""

    def close_recording(self) -> None:
        """Close the recording."""

    def choose_file(self) -> None:
        """Ask for a file and open it."""

    def export(self, only: str = "") -> None:
        """Ask where to and write the restored copy; only: what alone is to come with it."""

    def show_about(self) -> None:
        """Show name, version and licence."""

    def quit(self) -> None:
        """Close the window."""

    def next_panel(self, step: int) -> None:
        """Move the focus among the panels."""

    def focus_views(self) -> None:
        """Hand the keys to the pictures."""

    def tell(self, sentence: str) -> None:
        """A passing word in the status bar."""
