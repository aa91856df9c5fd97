"""The pages of the wizard in their order; a page is one file, and one row here."""

from app.wizard.machine_page import MachinePage
from app.wizard.page import Page
from app.wizard.run_page import RunPage

_ALL: tuple[type[Page], ...] = (MachinePage, RunPage)
PAGES: dict[str, type[Page]] = {page.name: page for page in _ALL}
"""By the names of training.wizard.plan."""
