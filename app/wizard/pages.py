"""The pages of the wizard in their order; a page is one file, and one row here."""

from app.wizard.damage_page import DamagePage
from app.wizard.goal_page import GoalPage
from app.wizard.judge_page import JudgePage
from app.wizard.machine_page import MachinePage
from app.wizard.music_page import MusicPage
from app.wizard.noise_page import NoisePage
from app.wizard.page import Page
from app.wizard.publish_page import PublishPage
from app.wizard.run_page import RunPage
from app.wizard.split_page import SplitPage

_ALL: tuple[type[Page], ...] = (
    GoalPage, MusicPage, NoisePage, DamagePage, SplitPage, MachinePage, RunPage, JudgePage,
    PublishPage,
)  # fmt: skip
PAGES: dict[str, type[Page]] = {page.name: page for page in _ALL}
"""By the names of training.wizard.plan."""
