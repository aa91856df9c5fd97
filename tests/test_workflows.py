"""Workflows for a public forge: what they call is there, and they may do no more than they must."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import commands
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
SYSTEMS = {"ubuntu", "macos", "windows"}
IN_ENVIRONMENT = re.compile(r"(?:^|\s)\"?(?:\$python|\.venv/bin/python)\"? (packaging/\S+\.py)")

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def workflow(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return told


def runs(file: Path) -> list[str]:
    steps = (step for job in workflow(file)["jobs"].values() for step in job["steps"])
    return [step["run"] for step in steps if "run" in step]


def test_tests_bundles_and_fuzzing_have_a_workflow_each():
    assert [file.stem for file in FILES] == ["bundle", "fuzz", "test"]


@each_file
def test_a_workflow_may_read_and_nothing_else(file: Path):
    told = workflow(file)
    assert told["permissions"] == {"contents": "read"}
    more = {name for name, job in told["jobs"].items() if "permissions" in job}
    assert more <= {"release"}


@each_file
def test_a_workflow_ends_in_time_and_not_twice_at_once(file: Path):
    told = workflow(file)
    assert "concurrency" in told
    assert all(5 <= job["timeout-minutes"] <= 360 for job in told["jobs"].values())


@each_file
def test_actions_are_pinned_by_their_major_version_and_of_the_forge_itself(file: Path):
    steps = (step for job in workflow(file)["jobs"].values() for step in job["steps"])
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert [each for each in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", each)] == []


@each_file
def test_what_a_workflow_calls_is_there(file: Path):
    called = 0
    for text in runs(file):
        for command in re.findall(r"packaging/bootstrap\.py (\w+)", text):
            assert command in commands.COMMANDS, command
            called += 1
        for program in IN_ENVIRONMENT.findall(text):
            assert (REPOSITORY / program).is_file(), program
            called += 1
    assert called >= 1


@each_file
def test_no_host_is_named(file: Path):
    assert "://" not in file.read_text(encoding="utf-8")


def test_every_check_runs_on_three_systems_and_three_pythons():
    matrix = workflow(FOLDER / "test.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert {each.partition("-")[0] for each in matrix["system"]} == SYSTEMS
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    matrix = workflow(FOLDER / "bundle.yml")["jobs"]["bundle"]["strategy"]["matrix"]
    assert {each.partition("-")[0] for each in matrix["system"]} == SYSTEMS


def test_a_tag_makes_a_draft_of_a_release_once_everything_was_tried():
    release = workflow(FOLDER / "bundle.yml")["jobs"]["release"]
    assert release["if"] == "startsWith(github.ref, 'refs/tags/v')"
    assert release["needs"] == ["bundle", "debian"]
    assert "--draft" in release["steps"][-1]["run"]
    called = "\n".join(runs(FOLDER / "bundle.yml"))
    for program in ("bootstrap.py bundle", "chroot_test.py", "wheel_test.py"):
        assert program in called


@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is not installed")
def test_actionlint_has_nothing_to_say():
    command = ["actionlint", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
