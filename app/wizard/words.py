"""Words of the wizard's frame: what its steps are called."""

from PySide6.QtCore import QCoreApplication


def step_titles() -> tuple[tuple[str, str], ...]:
    """Names and titles of the pages in their order."""
    return (
        ("goal", _translated("Goal")),
        ("music", _translated("Clean music")),
        ("noise", _translated("Noise of your discs")),
        ("damage", _translated("Damage")),
        ("split", _translated("Kept for judging")),
        ("machine", _translated("Time and machine")),
        ("run", _translated("Training")),
        ("judge", _translated("Judge")),
        ("publish", _translated("Publish")),
    )


def page_title(name: str) -> str:
    """What one of them is called."""
    return dict(step_titles())[name]


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
