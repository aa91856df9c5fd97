"""What the entries of the Models menu do."""

from app.desk import Desk


def show(desk: Desk) -> None:
    """Show the model manager."""
    desk.models.show()


def compare(desk: Desk) -> None:
    """Show the window that compares two models."""
    desk.models.compare()


def import_model(desk: Desk) -> None:
    """Ask for a file of weights."""
    desk.models.import_model()


def verify_all(desk: Desk) -> None:
    """Verify all models."""
    desk.models.verify_all()


def train(desk: Desk) -> None:
    """Show the window in which models are trained."""
    desk.trainings.show()


def show_devices(desk: Desk) -> None:
    """Show where networks can run."""
    desk.models.show_devices()
