"""Markdown is taken apart as forges do, and what breaks a rule for documents is found."""

import pytest

from tests.documents import links
from tests.documents.commands import commands_of
from tests.documents.house import known_files
from tests.documents.markdown import Link, read, slug
from tests.documents.mentions import _fault as mention_fault
from tests.documents.rewriting import arguments_here

TEXT = """# The `run` & its *Links*

See [here](other.md#a "title") and ![a picture](pictures/a.png), not `[code](x.md)`.

## Twice
## Twice

```sh
runout info side.wav        # exit 3, as told
runout restore side.wav \\
    -o out.wav
```

    runout devices
"""


def test_headings_become_anchors_and_equal_ones_are_numbered():
    assert read(TEXT).anchors == {"the-run--its-links", "twice", "twice-1"}
    assert slug("What [it](x.md) does, in short") == "what-it-does-in-short"


def test_links_are_found_outside_of_code():
    found = read(TEXT).links
    assert found == [Link(3, "other.md#a", "here"), Link(3, "pictures/a.png", "a picture", True)]


def test_commands_have_their_line_words_and_exit_code():
    fenced = TEXT.partition("    runout devices")[0]
    first, second = commands_of(fenced)
    assert (first.line, first.arguments, first.exit_code) == (9, ("info", "side.wav"), 3)
    assert second.arguments == ("restore", "side.wav", "-o", "out.wav")
    assert second.outputs == ("out.wav",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (TEXT, "stands in no block of sh"),
        ("```\nrunout info a.wav\n```\n", "does not say its language"),
        ("```sh\nrunout info a.wav && rm a.wav\n```\n", "one command a line, without &&"),
        ("```sh\nrunout info \\\n```\n", "the command has no end"),
    ],
)
def test_a_block_that_cannot_be_run_is_refused(text, fault):
    with pytest.raises(ValueError, match=fault):
        commands_of(text)


def test_long_work_is_made_short_and_placeholders_are_filled():
    (command,) = commands_of("```sh\nrunout train RECIPE.toml -o RUN_DIR --data DIR\n```\n")
    words = ("train", "recipe.toml", "-o", "runs/other", "--data", "data", "--max-steps", "2")
    assert arguments_here(command) == words


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("nowhere.md", "packaging/nowhere.md is not there"),
        ("../../etc/passwd", "../../etc/passwd leads out of the repository"),
        ("/etc/passwd", "/etc/passwd is neither relative nor a reference"),
        ("cluster.md#no-such-part", "packaging/cluster.md has no heading for #no-such-part"),
        ("https://example.org/x", "https://example.org/x is not among the references"),
        ("pictures/window.png", "pictures/window.png is a picture without words"),
        ("cluster.md#starting-one", ""),
    ],
)
def test_a_link_that_leads_nowhere_is_told(target, fault):
    link = Link(1, target, "", is_picture=target.endswith(".png"))
    found = links._fault("packaging/changelog.md", link, set(), known_files())
    assert found.startswith(fault)
    assert bool(found) == bool(fault)


@pytest.mark.parametrize(
    ("span", "fault"),
    [
        ("runout restor side.wav", "runout has no sub-command restor"),
        ("runout info --loudly", "`runout info --loudly` does not take --loudly"),
        ("packaging/benchmarks/decline.py", "there is no packaging/benchmarks/decline.py"),
        ("declick.py --loudly", "declick.py does not take --loudly"),
        ("engine/tasks/nothing", "engine/tasks/nothing is not there"),
        ("engine.tasks.Nothing", "engine.tasks.Nothing is not there"),
        ("make coffee", "there is no `make coffee`"),
        ("--loudly", "nothing takes --loudly"),
        ("runout denoise --method light", ""),
        ("engine.tasks.TASKS", ""),
        ("--noise", ""),
    ],
)
def test_what_is_named_and_not_there_is_told(span, fault):
    assert mention_fault("README.md", span) == fault
