"""Documents that anybody may have written: reading ends, in a value or in one of two errors."""

import os

import pytest

from engine.documents import (
    is_deep,
    parse_json,
    parse_toml,
    read_content,
    read_json,
    read_text,
    read_toml,
    reason,
)


def test_what_is_sound_is_read(tmp_path):
    (tmp_path / "a.json").write_text('{"a": [1, 2.5, null, "ü"]}', encoding="utf-8")
    (tmp_path / "a.toml").write_text('a = [1, 2.5]\nb = "ü"', encoding="utf-8")
    assert read_json(tmp_path / "a.json") == {"a": [1, 2.5, None, "ü"]}
    assert read_toml(tmp_path / "a.toml") == {"a": [1, 2.5], "b": "ü"}
    assert read_text(tmp_path / "a.toml").startswith("a =")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, '{"a":' * 100_000, "NaN", "[Infinity]", "1e999", "9" * 5000,
     '{"\\ud800": 1}', '["\\uDBFF"]', "[" + "9" * 400 + "]", "-" + "9" * 400],
)  # fmt: skip
def test_json_that_is_none_or_holds_what_no_work_can_be_done_with_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


def test_json_may_name_files_whose_names_are_no_utf_8_and_any_character():
    assert parse_json(r'["\udcff", "\ud83c\udfb5"]') == ["\udcff", "\U0001f3b5"]
    assert parse_json(rb'["\udcff"]') == ["\udcff"]


@pytest.mark.parametrize(
    "text",
    ["[", "a = " + "[" * 100_000, "a = " + "{a=" * 100_000, "a = nan", "a = -inf", "a = 1e999",
     "a = " + "9" * 5000, "a = [{b = " + "9" * 400 + "}]"],
)  # fmt: skip
def test_toml_that_is_none_or_holds_what_no_work_can_be_done_with_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse_toml(text)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on Unix alone")
def test_pipes_devices_and_folders_are_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    for name, said in (("pipe", "a pipe"), ("endless", "a device"), (".", "a folder")):
        with pytest.raises(OSError, match=said) as caught:
            read_content(tmp_path / name)
        assert said in reason(caught.value)


def test_what_is_too_large_or_has_a_name_that_no_file_has_cannot_be_read(tmp_path):
    (tmp_path / "large").write_bytes(bytes((2 << 20) + 1))
    assert len(read_content(tmp_path / "large", 3 << 20)) == (2 << 20) + 1
    with pytest.raises(OSError, match="larger than the 2 MB"):
        read_content(tmp_path / "large", 2 << 20)
    with pytest.raises(OSError, match="no file can have that name"):
        read_content(tmp_path / "a\0b")


def test_a_document_that_is_nested_deep_is_known_without_walking_down():
    shallow = [[{"a": [1]}]] * 1000
    deep: list[object] = []
    for _ in range(500):
        deep = [deep, {"a": 1}]
    assert not is_deep(shallow)
    assert is_deep(deep)
