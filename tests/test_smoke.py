"""The smoke test of the built application: what it refuses, and the bare computer it makes."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import smoke_test
from smoke.facts import see_no_python, shipped_hash, tell_version
from smoke.restoring import RATE, check_restored
from smoke.sandbox import Sandbox, SmokeError, listing
from smoke.unseen import check_log

MODEL = "denoise-light"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a root of its own is Linux's")
Change = Callable[[np.ndarray, dict[str, Any]], None]


def restored(folder: Path, rng: np.random.Generator, change: Change) -> tuple[Path, Path]:
    """A source and what a restoration by a network writes; change: what is wrong with it."""
    source = rng.integers(-9000, 9000, 2000).astype(np.int16)
    removed = rng.integers(-50, 50, 2000).astype(np.int16)
    result = source - removed
    report = {
        "operations": [{}],
        "sum_exact": True,
        "models": [{"name": MODEL, "sha256": shipped_hash(MODEL)}],
    }
    change(removed, report)
    for name, samples in (("in", source), ("out", result), ("out.removed", removed)):
        soundfile.write(folder / f"{name}.flac", samples, RATE, "PCM_16")
    (folder / "out.runout.json").write_text(json.dumps(report))
    return folder / "in.flac", folder / "out.flac"


def test_a_restoration_that_adds_up_and_names_its_model_is_taken(tmp_path, rng):
    files = restored(tmp_path, rng, lambda removed, report: None)
    assert check_restored(*files, (MODEL,))["sum_exact"] is True


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda removed, report: removed.__setitem__(1000, 77), "restored .* is not the source"),
        (lambda removed, report: report.update(operations=[]), "names no operation"),
        (lambda removed, report: report.update(sum_exact=False), "does not say the sum is exact"),
        (lambda removed, report: report.update(models=[]), "does not name denoise-light with"),
        (lambda removed, report: report["models"][0].update(sha256="0"), "with its SHA-256: .*'0'"),
    ],
)
def test_a_restoration_that_is_not_what_it_says_is_refused(tmp_path, rng, change, complaint):
    with pytest.raises(SmokeError, match=complaint):
        check_restored(*restored(tmp_path, rng, change), (MODEL,))


def test_a_restoration_that_did_nothing_is_refused(tmp_path, rng):
    source, result = restored(tmp_path, rng, lambda removed, report: None)
    samples, _ = soundfile.read(source, dtype="int16")
    soundfile.write(result, samples, RATE, "PCM_16")
    soundfile.write(tmp_path / "out.removed.flac", np.zeros_like(samples), RATE, "PCM_16")
    with pytest.raises(SmokeError, match="nothing was removed"):
        check_restored(source, result)


def program(folder: Path, script: str) -> Path:
    """A built application that is a script of the shell."""
    path = folder / "application" / "runout"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def bare(folder: Path, script: str) -> Sandbox:
    place = folder / "bare"
    place.mkdir()
    sandbox = Sandbox([str(program(folder, script))], place)
    if not sandbox.is_confined:
        pytest.skip("mounts of its own are not permitted here")
    return sandbox


@on_linux
def test_the_bare_computer_has_no_python_no_repository_and_no_network(tmp_path):
    sandbox = bare(tmp_path, 'echo "$HOME $PWD"; ls -A "$HOME"; cat /proc/net/dev | grep -c :')
    assert "no network" in see_no_python(sandbox)
    assert not sandbox.sees(tmp_path)
    # what the loopback counts as; an empty home says nothing
    assert sandbox.run("x").out.split() == ["/user", "/sides", "1"]


@on_linux
def test_the_bare_computer_can_be_written_to_in_the_home_and_the_working_folder_alone(tmp_path):
    tries = "; ".join(
        f"(echo x > {place}/new) 2> /dev/null && echo {place}"
        for place in ("/user", "/sides", "/opt/runout", "/usr", "/etc", "/opt", "/tmp")
    )
    sandbox = bare(tmp_path, tries)
    before = listing(tmp_path / "application")
    assert sandbox.run("x").out.split() == ["/user", "/sides", "/tmp"]
    assert listing(tmp_path / "application") == before
    assert sandbox.litter() == ["new"]  # which the smoke test complains of
    with pytest.raises(SmokeError, match="left in /tmp: new"):
        smoke_test.check_traces(sandbox, before)


@on_linux
def test_a_program_that_fails_is_told_with_its_own_words(tmp_path):
    sandbox = bare(tmp_path, 'echo "cannot $1" >&2; exit 3')
    with pytest.raises(SmokeError, match=r"restore ended with 3:\n\ncannot restore"):
        sandbox.run("restore")


@on_linux
def test_a_traceback_is_a_failure_whatever_the_exit_code(tmp_path):
    sandbox = bare(tmp_path, 'echo "Traceback (most recent call last)" >&2')
    with pytest.raises(SmokeError, match="ended with 0"):
        sandbox.run("info")


@on_linux
def test_another_version_than_the_one_it_was_built_from_is_refused(tmp_path):
    sandbox = bare(tmp_path, "echo runout 1.2.3")
    assert tell_version(sandbox, "1.2.3") == "runout 1.2.3"
    with pytest.raises(SmokeError, match=r"'runout 1\.2\.3', not 'runout 1\.2\.4'"):
        tell_version(sandbox, "1.2.4")


@on_linux
def test_what_the_window_has_logged_is_a_failure(tmp_path):
    sandbox = bare(tmp_path, "")
    check_log(sandbox)
    log = sandbox.home / ".local" / "runout.log"
    log.parent.mkdir()
    log.write_text("ERROR app.errors: unhandled\n")
    with pytest.raises(SmokeError, match="ERROR app.errors: unhandled"):
        check_log(sandbox)


def test_a_listing_sees_a_file_that_is_new_changed_or_gone(tmp_path):
    (tmp_path / "kept").write_text("a")
    before = listing(tmp_path)
    os.utime(tmp_path / "kept", ns=(0, 1))
    assert listing(tmp_path)["kept"] != before["kept"]
    (tmp_path / "new").touch()
    assert set(listing(tmp_path)) - set(before) == {"new"}


def test_the_first_step_that_fails_ends_the_walk_and_is_named(capsys):
    done = []

    def fail() -> str:
        raise SmokeError("the sum is wrong")

    def go_on() -> str:
        done.append(3)
        return "well"

    steps = {"first": lambda: "well", "second": fail, "third": go_on}
    with pytest.raises(SmokeError, match="second: the sum is wrong"):
        smoke_test.walk(steps, "")
    assert capsys.readouterr().out.split()[0] == "first"
    assert done == []


def test_a_program_that_was_not_built_is_told_with_what_builds_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["smoke_test.py", "--program", str(tmp_path / "runout")])
    assert smoke_test.main() == 1
    assert "build it with: make bundle" in capsys.readouterr().err
