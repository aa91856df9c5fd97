from app.application import make_window, read_presets
from app.theme import Theme


def test_a_preset_that_cannot_be_read_is_told_and_the_others_are_there(tmp_path):
    (tmp_path / "broken.toml").write_text("title = ", encoding="utf-8")
    (tmp_path / "fine.toml").write_text('title = "Fine"\n[[task]]\nname = "gain"\n', "utf-8")
    presets, problems = read_presets((tmp_path, tmp_path / "missing"))
    assert list(presets) == ["fine"]
    assert len(problems) == 1
    assert "broken.toml" in problems[0]


def test_the_window_leaves_out_presets_that_do_nothing(qapp, qtbot, settings):
    window = make_window(qapp, settings, Theme(qapp, "dark"))
    qtbot.addWidget(window)
    assert "preset_78rpm" in window.actions_by_id
    assert "preset_none" not in window.actions_by_id
    window.close()
    window.theme.setParent(None)
    qapp.setStyleSheet("")
