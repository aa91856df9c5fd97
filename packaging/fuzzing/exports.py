"""Exports of sound files that are damaged and open all the same: exact, or refused."""

import json
from pathlib import Path
from random import Random

import numpy as np

from engine.audio_file import AudioFile, open_audio
from engine.export import ExportRequest
from engine.jobs.restore_file import RestoreFileJob
from engine.region import Region
from engine.tasks.gain import Gain
from fuzzing.audio import damaged_sound
from fuzzing.inputs import Files, Kind
from fuzzing.sounds import sound_files

_BLOCK = 1 << 18


class Exports(Kind):
    """Result, removed part and report of whatever opens."""

    name = "export"
    share = 15
    allowed = ("out",)

    def __init__(self, scratch: Path) -> None:
        self._sounds = sound_files()

    def make(self, rng: Random, number: int) -> Files:
        """One file; more of them open than of those that are only read."""
        name, content = damaged_sound(rng, number * 2 + 1, self._sounds)
        return {name: content}

    def read(self, folder: Path) -> bool:
        """Make a part of it softer, and see that `result + removed` is the source."""
        (path,) = folder.iterdir()
        out = folder / "out"
        suffix = path.suffix if path.suffix not in (".ogg", ".mp3", ".aifc") else ".wav"
        request = ExportRequest(out / f"result{suffix}", "0", write_removed=True)
        regions = (Region(0.01, 0.05),)
        done = RestoreFileJob(path, request, (Gain(gain_db=-6.0),), regions).run()
        assert done.removed is not None
        assert done.report_path is not None
        report = json.loads(done.report_path.read_bytes())
        assert {each["role"] for each in report["outputs"]} >= {"result", "removed"}, report
        with (
            open_audio(path) as source,
            open_audio(done.result) as result,
            open_audio(done.removed) as removed,
        ):
            check_sum(source, result, removed, done.balance.sum_exact)
        return True


def check_sum(source: AudioFile, result: AudioFile, removed: AudioFile, told_exact: bool) -> None:
    """See that two files add up to a third as they were said to."""
    assert source.n_samples == result.n_samples == removed.n_samples
    assert source.n_channels == result.n_channels == removed.n_channels
    if source.encoding.is_float or source.format.is_lossy:
        return  # what is rounded there, the report tells sample by sample
    assert told_exact
    for start in range(0, source.n_samples, _BLOCK):
        stop = min(source.n_samples, start + _BLOCK)
        parts = [
            each.read_native(start, stop).astype(np.int64) for each in (source, result, removed)
        ]
        assert np.array_equal(parts[0], parts[1] + parts[2]), (start, stop)
