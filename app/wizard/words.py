"""Words of the wizard's frame: what its steps are called."""

from PySide6.QtCore import QCoreApplication

from training.run_status import ENDED, KILLED, PAUSED, RUNNING, RunStatus

BEFORE_TRAINING = "before-you-train"
GUIDE_SECTIONS = {
    "goal": "goal",
    "music": "clean-music",
    "noise": "noise-of-your-discs",
    "damage": "damage",
    "split": "kept-for-judging",
    "machine": "time-and-machine",
    "run": "training",
    "judge": "judge",
    "publish": "publish",
}
"""The sections of the guide's chapter on training that tell of the pages."""


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


def told_run(run: RunStatus) -> str:
    """How a run stands, in the list of trainings; empty while there is none."""
    told = {
        RUNNING: _translated("training now, {share} % done"),
        PAUSED: _translated("paused at {share} %"),
        KILLED: _translated("cut off at {share} %"),
        ENDED: _translated("trained"),
    }.get(run.condition, "")
    return told.format(share=round(100 * run.share))


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
