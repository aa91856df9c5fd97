"""The pages of the wizard in their order; a page is one file, and one row here."""

from app.wizard.page import Page

_ALL: tuple[type[Page], ...] = ()
PAGES: dict[str, type[Page]] = {page.name: page for page in _ALL}
"""By the names of training.wizard.plan."""
