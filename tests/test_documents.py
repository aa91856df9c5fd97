"""Every document: its links lead somewhere, its commands run, what it names is there.

One document alone, with the CPU seconds of each command:

    .venv/bin/pytest -q tests/test_documents.py -k first_side --log-cli-level=INFO

Commands stand one a line in blocks of ```sh and run in order, in a copy of the folder that
tests/documents/sandbox.py describes. A comment that says `exit 3` announces that exit code. What is
replaced, shortened or run by somebody else stands in the tables of tests/documents/rewriting.py.
"""

import logging
import shlex
import shutil

import pytest

from tests.documents.commands import Command, commands_of
from tests.documents.house import PROGRAMS, documents, text_of
from tests.documents.links import link_faults, unshown_pictures, unused_references
from tests.documents.mentions import mention_faults
from tests.documents.menus import menu_faults
from tests.documents.rewriting import ELSEWHERE, arguments_here, runner_faults, runner_of
from tests.documents.sandbox import build_sandbox
from tests.documents.shell import Shell

log = logging.getLogger(__name__)
DOCUMENTS = documents()
WITH_COMMANDS = [each for each in DOCUMENTS if "```sh" in text_of(each)]


@pytest.fixture(scope="session")
def shell(tmp_path_factory):
    with Shell(tmp_path_factory.mktemp("shell")) as shell:
        yield shell


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    build_sandbox(folder)
    return folder


def run_here(command: Command, shell: Shell, folder) -> str:
    """Run a command; a sentence when it does not end as it should."""
    if command.arguments is not None:
        words = arguments_here(command)
        ended = shell.run(words, folder)
    elif command.words[0].endswith("python") and command.words[1] in PROGRAMS:
        words = command.words[2:]
        ended = shell.run(words, folder, command.words[1])
    else:
        return f"line {command.line}: nobody runs `{command}`"
    log.info("%5.1f s  %s", ended.cpu_s, shlex.join(words))
    if ended.exit_code == command.exit_code and "Traceback (most" not in ended.output:
        return ""
    return f"line {command.line}: exit {ended.exit_code}: {' '.join(words)}\n{ended.output}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("document", WITH_COMMANDS)
def test_the_commands_of_a_document_run(document, shell, sandbox, tmp_path):
    folder = tmp_path / "work"
    shutil.copytree(sandbox, folder)
    here = [each for each in commands_of(text_of(document)) if runner_of(each) is None]
    for made in {name for each in here for name in each.outputs}:
        (folder / made).unlink(missing_ok=True)  # it has a like in the sandbox, for other documents
    faults = [fault for each in here if (fault := run_here(each, shell, folder))]
    assert not faults, "\n".join([document, *faults])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_somewhere(document):
    assert link_faults(document) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document):
    assert mention_faults(document) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_menus_and_keys_in_a_document_are_those_of_the_window(document):
    assert menu_faults(document) == []


def test_every_picture_of_the_documents_is_shown_in_one():
    assert unshown_pictures() == []


def test_no_reference_outside_is_allowed_that_no_document_needs():
    assert unused_references() == []


def test_what_cannot_run_in_a_test_is_run_elsewhere():
    assert runner_faults() == []


def test_commands_are_called_run_elsewhere_only_where_a_document_has_them():
    used = {runner_of(each) for document in DOCUMENTS for each in commands_of(text_of(document))}
    assert [row.pattern for row in ELSEWHERE if row not in used] == []


def has_options(program: str) -> bool:
    return "benchmarks/" in program or "argparse" in text_of(program)


@pytest.mark.timeout(600)
def test_every_benchmark_and_every_program_with_options_tells_them(shell, tmp_path):
    (tmp_path / "work").mkdir()
    silent = []
    for program in filter(has_options, PROGRAMS):
        ended = shell.run(("--help",), tmp_path / "work", program)
        log.info("%5.1f s  %s --help", ended.cpu_s, program)
        if ended.exit_code or "usage:" not in ended.output.lower():
            silent.append(f"{program}: exit {ended.exit_code}: {ended.output[-300:]}")
    assert silent == []
