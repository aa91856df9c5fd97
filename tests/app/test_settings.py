"""Settings that somebody has edited: what cannot be worked with counts as not remembered."""

import pytest

from app import settings as keys
from app.application import make_window
from app.settings import Settings
from app.theme import Theme


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "1e308", "-1e308", "x", "[]", ""])
def test_a_number_that_no_work_can_be_done_with_is_the_default(store, settings, value):
    for setting in (keys.removed_gain_db, keys.cache_limit_gb):
        store.setValue(setting.key, value)
        found = settings.get(setting)
        assert isinstance(found, float)
        assert found == setting.default or found == 0.0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**31, "9" * 30, "inf", "x"])
def test_a_whole_number_that_is_none_or_too_large_is_the_default_or_zero(store, settings, value):
    store.setValue(keys.brush_size.key, value)
    assert settings.get(keys.brush_size) in (keys.brush_size.default, 0)


def test_a_window_starts_whatever_is_remembered(store, qapp, tmp_path):
    for setting in (each for each in vars(keys).values() if isinstance(each, keys.Setting)):
        others = {str: "", float: "nan", int: "1e999"}
        store.setValue(setting.key, others.get(type(setting.default)))
    store.setValue(keys.cache_folder.key, str(tmp_path))
    store.sync()
    theme = Theme(qapp, "dark")
    window = make_window(qapp, Settings(store, qapp), theme)
    window.show()
    assert window.windowTitle()
    window.close()
    window.session.stop()
    window.deleteLater()
    theme.setParent(None)
    qapp.setStyleSheet("")
