from datetime import UTC, datetime

from engine.storage.trash import KEPT_DAYS, empty_trash

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


def test_only_what_was_given_up_long_ago_is_deleted(tmp_path):
    names = [
        "side 20260228-115900.runout",
        "side 20260301-130000.runout",
        "a b 20250101-000000 2.runout",
        "side 99999999-000000.runout",
        "mine.runout",
        "20250101-000000",
    ]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "project.json").touch()
    (tmp_path / "file 20250101-000000.runout").touch()
    assert KEPT_DAYS == 30
    assert empty_trash(tmp_path, NOW) == 2
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {*names, "file 20250101-000000.runout"} - {names[0], names[2]}


def test_a_trash_that_is_not_there_is_empty(tmp_path):
    assert empty_trash(tmp_path / "none", NOW) == 0
