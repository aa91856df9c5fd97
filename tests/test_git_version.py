"""The version of what is built: that of the tag, or the commit it was made from."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

from git_version import declared_version, git_version

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


@pytest.fixture
def git(tmp_path: Path, monkeypatch):
    """Runs git in a checkout of one commit, whose project declares 1.2.3."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "nobody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "nobody@example.org")
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*words: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)

    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', encoding="utf-8")
    run("init", "-q")
    run("add", "pyproject.toml")
    run("commit", "-q", "-m", "first")
    return run


def test_a_tag_is_the_version(git, tmp_path):
    git("tag", "-a", "v1.2.3", "-m", "Runout 1.2.3")
    assert git_version(tmp_path) == "1.2.3"


def test_without_a_tag_it_is_on_the_way_to_what_is_declared(git, tmp_path):
    found = git_version(tmp_path)
    assert re.fullmatch(r"1\.2\.3\.dev1\+g[0-9a-f]{9}", found)
    assert Version(found) < Version("1.2.3")


def test_a_changed_checkout_of_a_tag_is_no_release(git, tmp_path):
    git("tag", "v1.2.3")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nversion = "1.2.3"\n# x\n', encoding="utf-8"
    )
    assert ".dev1+g" in git_version(tmp_path)


def test_a_tag_that_names_no_version_is_none(git, tmp_path):
    git("tag", "before-the-summer")
    assert ".dev1+g" in git_version(tmp_path)


def test_without_a_checkout_it_is_what_is_declared(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', encoding="utf-8")
    assert git_version(tmp_path) == declared_version(tmp_path) == "1.2.3"
