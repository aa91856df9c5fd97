import pytest

from hour.conductor import conduct
from hour.screen import missing_programs

pytestmark = pytest.mark.slow


@pytest.mark.timeout(300)
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_an_hour_comes_out_right(by, tmp_path):
    missing = missing_programs()
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    out = tmp_path / "pictures"
    out.mkdir()
    assert conduct(by, 0, 78, out, tmp_path) == 0
    assert {path.name for path in out.glob("*.png")} >= {"01-open.png", "17-export-again.png"}
