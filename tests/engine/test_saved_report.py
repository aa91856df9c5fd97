"""Reports that somebody has edited: read as they were written, or refused by their name."""

import json

import pytest
import soundfile

from engine.errors import StorageError
from engine.export import ExportRequest
from engine.jobs.restore_file import RestoreFileJob
from engine.saved_report import read_events, read_report
from engine.tasks.declick import Declick
from tests.signals import clicks, music

RATE = 22050


@pytest.fixture
def report(tmp_path, rng):
    """The report of an export with some clicks taken out."""
    degraded, _ = clicks(rng, music(rng, 0.6, RATE), per_second=20.0)
    soundfile.write(tmp_path / "side.wav", degraded.samples.T, RATE, subtype="PCM_16")
    request = ExportRequest(tmp_path / "out.wav", "1", write_removed=True)
    RestoreFileJob(tmp_path / "side.wav", request, (Declick(),)).run()
    assert len(read_report(request.report).events) > 2
    return request.report


def nested(depth):
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.pop("sum_errors"),
        lambda told: told.update(sum_errors="1"),
        lambda told: told.update(seconds=True),
        lambda told: told.update(notes=3),
        lambda told: told.update(notes=nested(400)),
        lambda told: told.update(headroom_db=None),
        lambda told: told.update(outputs=["result"]),
        lambda told: told["source"].update(sample_rate=44100.5),
        lambda told: told["operations"][0].pop("stage"),
        lambda told: told["operations"][0].update(title=[1]),
        lambda told: told["operations"][0]["events"][0].update(start=1e300, stop=1e301),
        lambda told: told["operations"][0]["events"][0].update(confidence=float("inf")),
        lambda told: told["operations"][0]["events"][0].update(time_s="nan"),
        lambda told: told["operations"][0]["events"].append("event"),
    ],
)
def test_a_report_of_other_kinds_is_refused_by_its_name(report, change):
    told = json.loads(report.read_bytes())
    change(told)
    report.write_text(json.dumps(told))
    with pytest.raises(StorageError, match=rf"{report.name} is not a report of Runout"):
        read_report(report)
    with pytest.raises(StorageError, match=report.name):
        read_events(report)
