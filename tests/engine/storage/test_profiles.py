import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StorageError
from engine.jobs.keep import copy_history
from engine.jobs.restore import restore
from engine.noise_file import Grid, NoiseProfile, load_profile
from engine.project import State
from engine.region import Region
from engine.storage.disk import Damaged
from engine.storage.folder import create_project
from engine.storage.profiles import Profiles, fit_name
from engine.tasks.denoise import Denoise
from engine.tasks.gain import Gain
from tests.engine.storage.conftest import SOFTWARE, crash, done, heard

LEAD = Region(0.0, 0.2)
NAME = "side 0.00-0.20 s"


def profile_of(level: float) -> NoiseProfile:
    power = np.full(9, level, np.float32)
    now = datetime.now(UTC)
    return NoiseProfile(
        (power,), (Grid(4, 4),), 8000, 1, "x.wav", Region(0.0, 1.0), (), now, "1.2.3"
    )


def test_what_an_operation_has_learnt_is_kept_by_name(folder, reopen):
    operation = done(folder, Denoise(noise=LEAD, reduction_db=6.0))
    assert list(folder.profiles) == [NAME]
    kept = load_profile(folder.profiles[NAME])
    assert (kept.source, kept.region, kept.software) == ("side.wav", LEAD, SOFTWARE)
    expected = heard(folder)
    again = reopen(crash(folder))
    found = again.project.operation(operation.id)
    assert found.profile is not None
    assert found.profile.sha256 == kept.sha256
    assert found.task == operation.task
    state = State(again.source)
    repeated = restore(state, Denoise(profile=again.profiles[NAME], reduction_db=6.0), ())
    after = state.with_operation(repeated)
    np.testing.assert_array_equal(after.read(0, after.n_samples).samples, expected)


def test_noise_learnt_twice_is_kept_once(folder):
    for reduction_db in (3.0, 6.0):
        folder.keep(
            restore(State(folder.source), Denoise(noise=LEAD, reduction_db=reduction_db), ())
        )
    assert list(folder.profiles) == [NAME]
    done(folder, Gain(gain_db=-3.0))
    done(folder, Denoise(noise=LEAD))
    assert list(folder.profiles) == [NAME, f"{NAME} 2"]


def test_a_profile_that_was_used_is_kept_too(folder, tmp_path, reopen):
    outside = folder.add_profile(profile_of(1.0), "other").rename(tmp_path / "other.noise")
    path = shutil.copyfile(outside, tmp_path / "used.noise")
    with pytest.raises(StorageError, match=r"gone\.noise is not in"):
        done(folder, Denoise(profile=tmp_path / "gone.noise"))
    rate = folder.source.sample_rate
    wide = replace(profile_of(1e-9), sample_rate=rate)
    path.write_bytes(wide.to_bytes())
    operation = done(folder, Denoise(profile=path))
    path.unlink()
    again = reopen(crash(folder))
    found = again.project.operation(operation.id)
    assert found.task == Denoise(profile=path)
    assert found.profile is not None
    assert found.notes == (f"noise profile used.noise, SHA-256 {wide.sha256}",)
    assert load_profile(again.profiles["x 0.00-1.00 s"]).sha256 == wide.sha256


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_an_operation_whose_profile_is_lost_still_plays(folder, reopen, harm):
    operation = done(folder, Denoise(noise=LEAD))
    expected, path = heard(folder), folder.profiles[NAME]
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    again = reopen(crash(folder))
    assert again.notes[-1].startswith(
        f"Denoise plays, but the noise it has learnt is lost: {NAME}.noise is "
    )
    assert again.project.operation(operation.id).profile is None
    np.testing.assert_array_equal(heard(again), expected)


def test_profiles_go_where_the_project_goes(folder, side, tmp_path):
    done(folder, Denoise(noise=LEAD))
    folder.save_as(tmp_path / "Other.runout")
    assert folder.profiles[NAME].parent == tmp_path / "Other.runout" / "profiles"
    with create_project(tmp_path / "Third.runout", side, software=SOFTWARE) as third:
        copy_history(folder.project, third)
        assert list(third.profiles) == [NAME]


def test_a_project_that_is_closed_takes_no_profile(folder):
    folder.close()
    with pytest.raises(StorageError, match="nothing can be recorded in Title"):
        folder.add_profile(profile_of(1.0), "a")


def test_names_are_counted_unless_the_profile_is_there_already(tmp_path: Path):
    profiles = Profiles(tmp_path / "profiles")
    assert profiles.paths() == {}
    assert [profiles.add(profile_of(level), "a") for level in (1, 2, 1, 2, 3)] == [
        "a",
        "a 2",
        "a",
        "a 2",
        "a 3",
    ]
    assert profiles.load("a 2").powers[0][0] == 2
    assert list(profiles.paths()) == ["a", "a 2", "a 3"]
    names = [profiles.add(profile_of(level), "x" * 300) for level in (1, 2)]
    assert [fit_name(name) for name in names] == names
    with pytest.raises(Damaged, match=r"b\.noise is not there"):
        profiles.load("b")


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\x", "C--x"),
        ("..", "noise"),
        ("", "noise"),
        ("CON", "CON-"),
        ("a\nb.noise", "a-b"),
        ("x" * 300, "x" * 50),
        ("Täubchen 0.00-1.00 s", "Täubchen 0.00-1.00 s"),
    ],
)
def test_a_name_can_lie_nowhere_else(tmp_path: Path, name: str, fit: str):
    assert fit_name(name) == fit
    assert fit_name(fit) == fit
    assert Profiles(tmp_path).path(fit_name(name)).parent == tmp_path
