from app.help.chapters import anchors, is_outside, plain, read_guide, split

TEXT = """# The *tasks*

See [the window](window.md#keys) and ![a click](pictures/click.png).

## Declick

```sh
# no heading
runout declick side.wav
```

## Declick
"""


def test_chapters_come_in_the_order_in_which_the_first_one_names_them(tmp_path):
    (tmp_path / "index.md").write_text("# Guide\n\n[b](b.md) [a](a.md#x) [web](https://x.org)\n")
    for name in ("a", "b", "z"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n")
    assert [each.name for each in read_guide(tmp_path)] == ["index.md", "b.md", "a.md", "z.md"]


def test_a_folder_without_a_guide_has_no_chapters(tmp_path):
    assert read_guide(tmp_path / "none") == ()


def test_headings_in_code_are_none_and_equal_ones_are_numbered(tmp_path):
    (tmp_path / "tasks.md").write_text(TEXT)
    (chapter,) = read_guide(tmp_path)
    told = [(each.title, each.level, each.anchor) for each in chapter.sections]
    assert told == [("The tasks", 1, "the-tasks"), ("Declick", 2, "declick"),
                    ("Declick", 2, "declick-1")]  # fmt: skip
    assert chapter.title == "The tasks"
    assert chapter.sections[0].text == "See the window and a click."
    assert chapter.links == ("window.md#keys",)
    assert chapter.pictures == ("pictures/click.png",)


def test_anchors_are_those_of_public_forges():
    titles = ("Replay EQ", "What `Removed` tells", "Keys, mouse & touch", "78 rpm")
    assert anchors(titles) == ("replay-eq", "what-removed-tells", "keys-mouse--touch", "78-rpm")


def test_a_table_is_plain_text_without_its_lines():
    table = "| word | means |\n|---|---|\n| side | **one** transfer |\n"
    assert plain(table) == "word means side one transfer"
    assert plain("1. Press **1**, `2` and *3*, then:\n") == "Press 1, 2 and 3, then:"


def test_a_place_is_a_chapter_and_an_anchor():
    assert split("tasks.md#declick") == ("tasks.md", "declick")
    assert split("tasks.md") == ("tasks.md", "")
    assert split("#declick") == ("", "declick")
    assert is_outside("https://example.org/a#b")
    assert is_outside("mailto:someone")
    assert not is_outside("tasks.md#a:b")
