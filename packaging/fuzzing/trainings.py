"""The folder of a training: plan, status, control, curve, result and what was measured."""

import json
from pathlib import Path
from random import Random

from app.wizard.found import FindTrainingsJob
from fuzzing.damage import damaged_bytes, damaged_json, damaged_text
from fuzzing.documents import odd_or_damaged
from fuzzing.inputs import Files, Kind
from fuzzing.sounds import encoded
from training.run_control import asked
from training.run_curve import CurveReader, append_curve, shorten_curve
from training.run_status import RunStatus, read_status, write_status
from training.wizard.find_stretches import search
from training.wizard.plan import Damage, Goal, Music, Noise, Plan, Stretch, load_plan, save_plan
from training.wizard.result import load_result
from training.wizard.scan import look_at

_DAMAGED = {
    "one/plan.json": damaged_json,
    "one/run/status.json": damaged_json,
    "one/run/curve.csv": damaged_text,
    "one/run/wish": damaged_text,
    "one/run/lock": damaged_json,
    "one/judge/result.json": damaged_json,
}


class Trainings(Kind):
    """Everything that the wizard reads of a training."""

    name = "training"
    share = 10
    allowed = ("one/run",)

    def __init__(self, scratch: Path) -> None:
        folder, run = scratch / "one", scratch / "one" / "run"
        run.mkdir(parents=True)
        stretch = Stretch("/t/a.wav", 0.0, 2.5, "lead-in", True, "lot 3", -41.0)
        plan = Plan(
            goal=Goal("denoise", "denoise-light", name="mine", title="Mine"),
            music=Music(("/music",), (), True, "CC0-1.0"),
            noise=Noise(("/t",), (), (stretch,)),
            damage=Damage(({"name": "surface", "snr_db": [0, 20]},)),
        )
        save_plan(plan, folder)
        write_status(run, RunStatus("training", 3, 10, 0.3, 5.0, losses={"loss": 0.5}, pid=1))
        for step in (1, 2):
            append_curve(run, {"step": step, "seconds": 0.5 * step, "loss": 0.1})
        (run / "wish").write_text("pause")
        holder = {"pid": 1, "host": "x", "since": "2026-01-01T00:00:00+00:00", "is_opening": False}
        (run / "lock").write_text(json.dumps(holder))
        row = {"kind": "usual", "number": 0, "source": "a", "version": "base", "snr_db": 5.0,
               "si_sdr_db": 3.0, "lsd_db": 1.0, "error_db": 4.0}  # fmt: skip
        heard = {"name": "a", "origin": "held", "start_s": 0.0, "snr_db": 5.0, "duration_s": 2.0,
                 "files": {"base": "a.wav"}}  # fmt: skip
        result = {"task": "denoise", "base": "Light", "weights": "0" * 64, "kept": "0" * 64,
                  "share": 1.0, "rows": [row], "trials": [[1.0, 2.0, 0.1, None]],
                  "heard": [heard], "notes": ["x"]}  # fmt: skip
        (folder / "judge").mkdir()
        (folder / "judge" / "result.json").write_text(json.dumps(result))
        assert load_result(folder) is not None
        self._files: Files = {name: (scratch / name).read_bytes() for name in _DAMAGED}

    def make(self, rng: Random, number: int) -> Files:
        """One of the files, each in turn."""
        files = dict(self._files)
        name = sorted(files)[number % len(files)]
        content = files[name]
        assert isinstance(content, bytes)
        files[name] = odd_or_damaged(rng, number // len(files), content, _DAMAGED[name])
        return files

    def read(self, folder: Path) -> bool:
        """As the wizard's list and its pages do."""
        one = folder / "one"
        FindTrainingsJob(folder).run()
        _ = read_status(one / "run").condition
        asked(one / "run")
        curve = CurveReader(one / "run")
        curve.read()
        shorten_curve(one / "run", 1)
        curve.read()
        load_result(one)
        load_plan(one)
        return True


class Measured(Kind):
    """What was measured of recordings and is kept: not trusted, but measured again."""

    name = "measured"
    share = 4
    allowed = ("cache",)

    def __init__(self, scratch: Path) -> None:
        self._wav = encoded("WAV", "PCM_16", seconds=0.5)

    def make(self, rng: Random, number: int) -> Files:
        """A recording; what is kept of it is damaged when it is there."""
        return {"side.wav": self._wav, "damage": rng.randbytes(8)}

    def read(self, folder: Path) -> bool:
        """Measure, damage what was kept, measure again: it must come to the same."""
        side, cache = folder / "side.wav", folder / "cache"
        rng = Random((folder / "damage").read_bytes())
        first = look_at(side, cache), search(str(side), cache)
        for each in sorted(cache.rglob("*")):
            if each.is_file():
                meaning = damaged_json if each.suffix == ".json" else damaged_bytes
                each.write_bytes(meaning(rng, each.read_bytes()))
        look_at(side, cache)
        search(str(side), cache)
        return bool(first)
