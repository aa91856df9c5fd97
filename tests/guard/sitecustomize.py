"""Guards every interpreter that starts with this folder and the repository in PYTHONPATH."""

from tests.guard.net_guard import install

install()
