"""Project folders: every file of one damaged, replaced, linked elsewhere or taken away."""

import hashlib
import json
from pathlib import Path
from random import Random

from engine.jobs.restore import restore
from engine.region import Region
from engine.storage.contents import Mark
from engine.storage.folder import ProjectFolder, create_project, open_project
from engine.storage.lock import is_locked
from engine.storage.recovery import find_unclosed
from engine.tasks.declick import Declick
from engine.tasks.gain import Gain
from fuzzing.damage import ENDLESS, ESCAPE, damaged_any, damaged_json, damaged_json_lines
from fuzzing.inputs import FOLDER, LINK, PIPE, Files, Kind, Odd
from fuzzing.sounds import write_side

_LINKS = (
    "../outside/secret.txt", "../../outside/secret.txt", f"../../outside/{ENDLESS}", "..", ".",
    f"{ESCAPE}/x", "journal.jsonl",
)  # fmt: skip
_NAME = "side.runout"


class Projects(Kind):
    """Opened, changed and saved, as a window does."""

    name = "project"
    share = 30
    allowed = (_NAME,)

    def __init__(self, scratch: Path) -> None:
        self._folders = [_project(scratch / "named", False), _project(scratch / "left", True)]

    def make(self, rng: Random, number: int) -> Files:
        """A project of which one file, now and then two, is not as it was."""
        files: Files = dict(rng.choice(self._folders))
        for _ in range(rng.choice((1, 1, 1, 2))):
            # journals and documents say the most
            telling = [each for each in files if "json" in each]
            name = rng.choice(telling if telling and rng.random() < 0.75 else sorted(files))
            content = files[name]
            pick = rng.random()
            if pick < 0.04:
                del files[name]
            elif pick < 0.1:
                files[name] = Odd(LINK, rng.choice(_LINKS))
            elif pick < 0.12:
                files[name] = Odd(rng.choice((PIPE, FOLDER)))
            elif pick < 0.15:
                files = _linked_folder(rng, files)
            elif isinstance(content, bytes):
                files[name] = _damaged(rng, number, name, content)
        return files

    def read(self, folder: Path) -> bool:
        """Look at it from outside, open it, do something more, close it and open it again."""
        path = folder / _NAME
        find_unclosed(folder)
        is_locked(path)
        with open_project(path, software="1") as project:
            project.generations()
            project.sizes()
            _ = project.profiles, project.view, project.noise
            project.check_renders()
            state = project.project.state
            state.read(0, state.n_samples)
            if not project.is_read_only:
                _go_on(project)
        with open_project(path, software="1") as project:
            state = project.project.state
            state.read(0, state.n_samples)
        return True


def _go_on(project: ProjectFolder) -> None:
    gain = Gain(gain_db=-3.0)
    done = project.keep(restore(project.project.state, gain, (Region(0.2, 0.3),)))
    project.commit(done)
    project.set_remark(done, "a word")
    project.set_marks((*project.marks, Mark(0.1, 0.2, "here"))[:10])
    project.set_view({"zoom": 2})
    project.move_head(None)
    project.save()
    project.clean_up()


def _damaged(rng: Random, number: int, name: str, content: bytes) -> bytes:
    by_lines = name.endswith(".jsonl") or ".jsonl" in name
    meaning = damaged_json_lines if by_lines else damaged_json
    if name.endswith(".json") and rng.random() < 0.7:
        return _signed(rng, number, content)
    return damaged_any(rng, number, content, meaning)


def _signed(rng: Random, number: int, content: bytes) -> bytes:
    """A damaged document whose checksum is right, as whoever means harm would make it."""
    damaged = damaged_any(rng, number, content, damaged_json)
    try:
        document = json.loads(damaged)
        document.pop("sha256")
        body = json.dumps(document, separators=(",", ":"))[:-1]
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return damaged
    digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
    return f'{body},\n"sha256":"{digest}"}}\n'.encode("utf-8", "replace")


def _linked_folder(rng: Random, files: Files) -> Files:
    """One of the folders within led elsewhere."""
    below = f"{_NAME}/{rng.choice(('renders', 'generations', 'profiles', 'source'))}"
    kept = {name: each for name, each in files.items() if not name.startswith(below)}
    target = rng.choice(("../../outside", ESCAPE, "..", "nowhere"))
    return {**kept, below: Odd(LINK, target)}


def _project(scratch: Path, is_left: bool) -> Files:
    """The files of a project with a few operations, closed or left as by a loss of power."""
    scratch.mkdir()
    side = write_side(scratch / "side.wav")
    path = scratch / _NAME
    project = create_project(path, side, software="1", copy_source=True)
    first = project.keep(restore(project.project.state, Declick(), ()))
    project.commit(first)
    project.set_marks((Mark(0.0, 0.1, "begin"), Mark(0.2, 0.2, "", "noise")))
    project.set_noise(Region(0.0, 0.05))
    project.set_view({"zoom": 1.5, "span": [0.0, 0.4]})
    if not is_left:
        project.save()
    quieter = restore(project.project.state, Gain(gain_db=-6.0), (Region(0.1, 0.2),))
    project.commit(project.keep(quieter))
    project.move_head(first.id)
    project.set_remark(first, "a remark")
    lock = (path / "lock").read_bytes()
    left = _files(path)
    project.close()
    return {**left, f"{_NAME}/lock": lock} if is_left else _files(path)


def _files(path: Path) -> Files:
    return {
        f"{_NAME}/{each.relative_to(path).as_posix()}": each.read_bytes()
        for each in sorted(path.rglob("*"))
        if each.is_file()
    }
