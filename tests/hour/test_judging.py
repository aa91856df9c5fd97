import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.export import ExportRequest, export_set
from engine.jobs.restore import restore
from engine.project import Project
from engine.region import Region
from engine.storage.folder import create_project
from engine.tasks.gain import Gain
from hour.judging import Wrong, audio_bytes, partial_exports, read_export, read_project
from hour.side import make_side


@pytest.fixture(scope="module")
def side(tmp_path_factory):
    return make_side(tmp_path_factory.mktemp("side"), 11.0)


@pytest.fixture
def exported(side, tmp_path):
    with open_audio(side.path) as source:
        project = Project(source)
        project.commit(restore(project.state, Gain(gain_db=-6.0), [Region(1.0, 2.0)]))
        path = tmp_path / "result.wav"
        export_set(project.state, source, ExportRequest(path, "test", write_removed=True))
    return path


def test_what_was_exported_is_read_as_it_is_stored(exported, side):
    found = read_export(exported)
    source = soundfile.read(side.path, dtype="int32")[0] >> 8
    np.testing.assert_array_equal(found.result[0] + found.removed[0], source)
    assert found.report["sum_exact"] is True
    assert partial_exports(exported.parent, source.size) == []
    assert len(audio_bytes(exported)) == 3 * source.size


def test_a_result_that_is_cut_short_is_told(exported, side):
    n_samples = soundfile.info(side.path).frames
    exported.write_bytes(exported.read_bytes()[:-3000])
    assert partial_exports(exported.parent, n_samples) == [
        "result.wav is cut short",
        "result.wav is not what its report tells of",
    ]


def test_a_project_is_read_from_a_copy(side, tmp_path):
    with create_project(tmp_path / "Side", side.path, software="test") as project:
        done = project.keep(restore(project.project.state, Gain(gain_db=-6.0), [Region(1.0, 2.0)]))
        project.commit(done)
        held = read_project(project.path, tmp_path)
        assert held.ids == (done.id,)
        expected = project.project.state.read(0, held.samples.shape[1]).samples
        np.testing.assert_array_equal(held.samples, expected)
        files = [path for path in (project.path / "renders").rglob("*") if path.is_file()]
        render = max(files, key=lambda path: path.stat().st_size)
        stored = bytearray(render.read_bytes())
        stored[len(stored) // 2] ^= 1
        render.write_bytes(bytes(stored))
        with pytest.raises(Wrong, match="damaged renders"):
            read_project(project.path, tmp_path)
