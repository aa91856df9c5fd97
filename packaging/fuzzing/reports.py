"""What is told beside exports: reports, events and labels."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random

from app.event_commands import event_lines
from engine.export import ExportRequest
from engine.jobs.restore_file import RestoreFileJob
from engine.revert import RevertRequest, revert_events
from engine.saved_report import read_events, read_report
from engine.storage.label_file import read_labels
from engine.tasks.declick import Declick
from fuzzing.damage import damaged_bytes, damaged_json
from fuzzing.documents import Document, odd_or_damaged
from fuzzing.inputs import Files, Kind
from fuzzing.sounds import write_side

_NUMBERS = (1, 2)


class Labels(Document):
    """Labels of marks."""

    name = "labels"
    share = 4

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """Two forms."""
        return {
            "labels.txt": b"0.000000\t0.500000\tbegin\n1.5\t1.5\t[noise] hiss\n2,5\t3\t\xc3\xa9\n",
            "bands.txt": b"0.0\t0.5\tbegin\n\\\t100.0\t200.0\n1\t2\tend\n",
        }

    def taken(self, path: Path) -> bool:
        """As the menu does."""
        return bool(read_labels(path))


class Reports(Kind):
    """A report beside its export, from which repairs are put back."""

    name = "report"
    share = 15
    allowed = ("out",)

    def __init__(self, scratch: Path) -> None:
        side = write_side(scratch / "side.wav", 0.2)
        request = ExportRequest(
            scratch / "result.wav", "1", write_removed=True, events=scratch / "events.json"
        )
        RestoreFileJob(side, request, (Declick(),)).run()
        self._files: Files = {
            each.name: each.read_bytes() for each in scratch.iterdir() if each != side
        }

    def make(self, rng: Random, number: int) -> Files:
        """The report or the events damaged, now and then a sound file too."""
        files = dict(self._files)
        name = rng.choice(("result.runout.json", "result.runout.json", "events.json"))
        content = files[name]
        assert isinstance(content, bytes)
        files[name] = odd_or_damaged(rng, number, content, damaged_json)
        if rng.random() < 0.05:
            removed = files["result.removed.wav"]
            assert isinstance(removed, bytes)
            files["result.removed.wav"] = damaged_bytes(rng, removed)
        return files

    def read(self, folder: Path) -> bool:
        """Listed, and two repairs put back."""
        event_lines(read_events(folder / "events.json"))
        path = folder / "result.runout.json"
        json.dumps([each.to_mapping() for each in read_report(path).events])
        event_lines(read_events(path))
        (folder / "out").mkdir()
        export = ExportRequest(folder / "out" / "back.wav", "1", write_removed=True)
        restored, removed = folder / "result.wav", folder / "result.removed.wav"
        revert_events(RevertRequest(restored, removed, path, 1, _NUMBERS, export))
        return True
