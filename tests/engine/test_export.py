"""Exporting a state as one exact set of files."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine.audio_file import open_audio
from engine.export import ExportRequest, export_set
from engine.project import Operation, Patch, State
from engine.tasks.gain import Gain
from tests.engine.test_audio_file import DEPTHS, write


def operation(*patches: Patch) -> Operation:
    changed = sum(patch.samples.size for patch in patches)
    return Operation(Gain(), "Gain", (), patches, (), changed, 0, datetime.now(UTC), 0.5)


def request(output: Path, **options) -> ExportRequest:
    return ExportRequest(output, "1.2.3", **options)


@pytest.mark.parametrize(("container", "subtype"), DEPTHS)
def test_an_export_without_operations_keeps_every_bit(rng, tmp_path, container, subtype):
    samples = rng.uniform(-1, 1, (2, 3000))
    suffix = {"WAVEX": ".wav", "AIFF": ".aif"}.get(container, "." + container.lower())
    path = write(tmp_path / f"side{suffix}", samples, 48000, container, subtype)
    with open_audio(path) as source:
        done = export_set(State(source), source, request(tmp_path / f"out{suffix}"))
        with open_audio(done.result) as result:
            assert result.format == source.format
            everything = (0, source.n_samples)
            assert np.array_equal(result.read_native(*everything), source.read_native(*everything))
    assert done.balance.sum_exact
    assert done.balance.outside_changed == 0
