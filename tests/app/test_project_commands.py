"""`runout project`, `runout review` and events of projects, called as `main(words)`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli import main
from app.version import VERSION
from engine.storage.folder import open_project
from tests.signals import clicks, music

Tell = Callable[..., list[str]]


@pytest.fixture
def side(tmp_path: Path, rng: np.random.Generator) -> Path:
    audio, _ = clicks(rng, music(rng, 1.0, 22050), per_second=6.0)
    path = tmp_path / "side.wav"
    soundfile.write(path, audio.samples.T * 0.8, 22050, subtype="PCM_16")
    return path


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Runs a command that has to succeed; what it printed, line by line."""

    def run(*words: str | Path) -> list[str]:
        capsys.readouterr()
        assert main([str(word) for word in words]) == 0, capsys.readouterr().err
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that has to fail; the one sentence it said."""

    def run(*words: str | Path, code: int = 1) -> str:
        capsys.readouterr()
        assert main([str(word) for word in words]) == code
        told = capsys.readouterr()
        assert told.out == ""
        if code == 1:
            assert len(told.err.splitlines()) == 1
        assert "Traceback" not in told.err
        return told.err

    return run


@pytest.fixture
def project(side: Path, tell: Tell) -> Path:
    """A project with a declick and a softer gain."""
    place = side.with_suffix(".runout")
    assert tell("project", "create", side) == [str(place)]
    tell("project", "run", place, "--task", "declick", "--set", "sensitivity=0.6")
    tell("project", "run", place, "--task", "gain", "--set", "gain-db=-6")
    return place


def facts(tell: Tell, project: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads("\n".join(tell("project", "info", project, "--json")))
    return told


def integers(path: Path) -> np.ndarray:
    stored: np.ndarray = soundfile.read(path, dtype="int32")[0]
    return stored >> 16


def test_a_project_tells_its_source_and_operations(project: Path, side: Path, tell: Tell):
    told = json.loads("\n".join(tell("project", "info", project, "--json")))
    assert (told["title"], told["head"], told["locked_by"]) == ("side", 2, None)
    assert told["source"]["found"] == str(side)
    assert len(told["source"]["audio_sha256"]) == 64
    assert [each["task"] for each in told["operations"]] == ["declick", "gain"]
    assert [each["number"] for each in told["operations"]] == [1, 2]
    assert [each["after"] for each in told["operations"]] == [None, 1]
    assert told["operations"][0]["settings"]["sensitivity"] == 0.6
    assert told["bytes"] > 22050 * 4
    lines = tell("project", "info", project)
    assert lines[0].split() == ["project", "side"]
    assert lines[-1].startswith("> 2 Gain, ")
    assert "  source" in lines


def test_undo_redo_and_jump_move_the_head_and_branches_stay(project: Path, tell: Tell):
    assert tell("project", "undo", project)[0].startswith("1 Declick, ")
    tell("project", "run", project, "--task", "gain", "--set", "gain_db=-1")
    told = json.loads("\n".join(tell("project", "info", project, "--json")))
    assert told["head"] == 3
    assert [each["in_force"] for each in told["operations"]] == [True, False, True]
    assert told["bytes_not_in_force"] > 22050 * 4
    assert tell("project", "jump", project, "2")[0].startswith("2 Gain, ")
    assert tell("project", "jump", project, "source") == ["source"]
    assert tell("project", "redo", project)[0].startswith("1 Declick, ")
    assert facts(tell, project)["head"] == 1


def test_a_project_exports_what_a_restoration_of_the_file_makes(
    project: Path, side: Path, tell: Tell, tmp_path: Path
):
    tell("project", "undo", project)
    written = tell("project", "export", project, "-o", tmp_path / "a.wav", "--removed")
    assert [Path(each).name for each in written] == ["a.wav", "a.removed.wav", "a.runout.json"]
    tell("declick", side, "-o", tmp_path / "b.wav", "--sensitivity", "0.6")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    np.testing.assert_array_equal(
        integers(tmp_path / "a.wav") + integers(tmp_path / "a.removed.wav"), integers(side)
    )


def test_decisions_are_made_listed_and_exported(
    project: Path, side: Path, tell: Tell, tmp_path: Path
):
    tell("project", "undo", project)
    events = json.loads("\n".join(tell("events", project, "--json")))["events"]
    assert len(events) >= 4
    done = tell("review", project, "--reject", "1,3", "--accept", "2")
    assert len(done) == 2
    again = json.loads("\n".join(tell("events", project, "--json")))["events"]
    decisions = [each["decision"] for each in again]
    assert decisions[:4] == ["rejected", "accepted", "rejected", "pending"]
    assert len(tell("events", project, "--decision", "rejected")) == 3
    tell("project", "export", project, "-o", tmp_path / "out.wav")
    out, source = integers(tmp_path / "out.wav"), integers(side)
    for event, decision in zip(events, decisions, strict=True):
        span = slice(event["start"], event["stop"])
        assert np.array_equal(out[span], source[span]) == (decision == "rejected")
    report = json.loads((tmp_path / "out.runout.json").read_text())
    assert [each["decision"] for each in report["operations"][0]["events"]] == decisions
    tell("review", project, "--reopen", "1", "--task", "declick")
    again = json.loads("\n".join(tell("events", project, "--json")))["events"]
    assert [each["decision"] for each in again][:2] == ["pending", "accepted"]


def test_a_preset_learns_from_the_noise_marked_in_the_project(project: Path, tell: Tell):
    from engine.region import Region

    with open_project(project, software=VERSION) as folder:
        folder.set_noise(Region(0.1, 0.4))
    tell("project", "jump", project, "source")
    tell("project", "run", project, "--preset", "78rpm")
    told = json.loads("\n".join(tell("project", "info", project, "--json")))
    denoise = next(each for each in told["operations"] if each["task"] == "denoise")
    assert denoise["settings"]["noise"]["region"][:2] == [0.1, 0.4]
    assert facts(tell, project)["profiles"] == ["side 0.10-0.40 s"]
    assert f"{'noise profile':16} side 0.10-0.40 s" in tell("project", "info", project)


def test_marks_are_told_and_written_as_cue_points(project: Path, tell: Tell, tmp_path: Path):
    from engine.audio_file import open_audio
    from engine.storage.contents import Mark
    from engine.storage.label_file import cue_marks

    with open_project(project, software=VERSION) as folder:
        folder.set_marks([Mark(0.25, 0.25, "Solo"), Mark(0.3, 0.4, "", "music")])
    told = tell("project", "info", project)
    assert f"{'mark':16} marker 0:00.250 Solo" in told
    assert f"{'mark':16} music 0:00.300-0:00.400" in told
    output = tmp_path / "out.wav"
    tell("project", "export", project, "-o", output)
    with open_audio(output) as file:
        (found,) = cue_marks(file)
        assert found.name == "Solo"
        assert found.start_s == pytest.approx(0.25, abs=1 / 22050)


def test_verify_finds_what_was_changed_behind_its_back(
    project: Path,
    side: Path,
    tell: Tell,
    refuse: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
):
    assert "2 operations are as they were written" in tell("project", "verify", project)[0]
    render = max((project / "renders").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(render.read_bytes())
    content[-1] ^= 1
    render.write_bytes(content)
    assert main(["project", "verify", str(project)]) == 1
    assert (
        capsys.readouterr().err.splitlines()[-1]
        == "side.runout is not as written; damaged in it are: Gain"
    )
    content[-1] ^= 1
    render.write_bytes(content)
    changed = bytearray(side.read_bytes())
    changed[-1] ^= 1
    side.write_bytes(changed)
    assert main(["project", "verify", str(project)]) == 1
    assert "has changed since this project was made" in capsys.readouterr().err


def test_a_source_that_moved_is_relinked_by_its_audio(
    project: Path, side: Path, tell: Tell, refuse: Callable[..., str], tmp_path: Path
):
    (tmp_path / "there").mkdir()
    moved = side.rename(tmp_path / "there" / "moved.wav")
    told = refuse("project", "undo", project)
    assert "there is no side.wav" in told
    assert (
        json.loads("\n".join(tell("project", "info", project, "--json")))["source"]["found"] is None
    )
    other = tmp_path / "other.wav"
    soundfile.write(other, np.zeros(22050), 22050, subtype="PCM_16")
    assert "other audio" in refuse("project", "relink", project, other)
    assert tell("project", "relink", project, moved) == [str(moved)]
    assert tell("project", "undo", project)[0].startswith("1 Declick")


def test_a_copied_source_goes_along(side: Path, tell: Tell, tmp_path: Path):
    place = tmp_path / "Box.runout"
    tell("project", "create", side, "-o", place, "--copy")
    before = side.read_bytes()
    side.unlink()
    shutil.move(place, tmp_path / "moved.runout")
    tell("project", "export", tmp_path / "moved.runout", "-o", tmp_path / "same.wav")
    assert (tmp_path / "same.wav").read_bytes() == before


def test_a_project_open_elsewhere_is_read_and_not_written(
    project: Path, tell: Tell, refuse: Callable[..., str], tmp_path: Path
):
    with open_project(project, software=VERSION):
        assert "is open in process" in str(facts(tell, project)["locked_by"])
        assert "is open in process" in refuse("project", "undo", project)
        assert "is open in process" in refuse("review", project, "--accept", "1")
        assert len(tell("events", project)) >= 4
        tell("project", "export", project, "-o", tmp_path / "out.wav")
    assert facts(tell, project)["head"] == 2


def text(path: Path) -> None:
    path.write_text("no project")


def damaged(path: Path) -> None:
    path.mkdir()
    (path / "project.json").write_bytes(b"\xff{")


def missing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize("make", [text, Path.mkdir, damaged, missing])
@pytest.mark.parametrize("command", ["info", "verify", "undo", "export"])
def test_hostile_projects_get_one_sentence(
    make: Callable[[Path], None], command: str, refuse: Callable[..., str], tmp_path: Path
):
    path = tmp_path / "Side A.runout"
    make(path)
    more = ["-o", str(tmp_path / "out.wav")] if command == "export" else []
    assert "Side A.runout" in refuse("project", command, path, *more)
    assert not (tmp_path / "out.wav").exists()


def test_a_project_that_may_not_be_looked_into_is_told(
    project: Path, refuse: Callable[..., str], monkeypatch: pytest.MonkeyPatch
):
    def refuse_to_look(path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse_to_look)
    monkeypatch.setattr("os.access", lambda *_: False)
    for command in ("info", "verify", "undo"):
        assert "no permission to look into it" in refuse("project", command, project)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["project", "run", "P"], 2, "either --preset NAME or --task NAME"),
        (["project", "run", "P", "--task", "magic"], 2, "there is no task 'magic'"),
        (["project", "run", "P", "--task", "gain", "--set", "gain_db"], 2, "is no setting"),
        (["project", "run", "P", "--task", "gain", "--set", "gain_db=99"], 2, "outside -60"),
        (["project", "run", "P", "--preset", "none", "--set", "a=1"], 2, "goes with --task"),
        (["project", "jump", "P", "9"], 1, "has no operation 9"),
        (["project", "redo", "P"], 1, "nothing to redo"),
        (["project", "create", "S"], 1, "exists already"),
        (["review", "P"], 2, "say what to decide"),
        (["review", "P", "--accept", "999"], 1, "has no event 999"),
        (["review", "P", "--accept", "0"], 2, "names no events"),
        (["review", "P", "--accept", "1", "--operation", "5"], 2, "there is no operation 5"),
    ],
)
def test_what_cannot_be_done_is_said(
    project: Path,
    side: Path,
    refuse: Callable[..., str],
    tell: Tell,
    words: list[str],
    code: int,
    sentence: str,
):
    named = {"P": str(project), "S": str(side)}
    assert sentence in refuse(*(named.get(word, word) for word in words), code=code)
    assert facts(tell, project)["head"] == 2


def test_sources_are_never_written(project: Path, side: Path, tell: Tell):
    before = side.read_bytes()
    tell("review", project, "--reject", "1", "--task", "declick")
    tell("project", "run", project, "--task", "gain")
    assert side.read_bytes() == before
