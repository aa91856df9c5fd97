import numpy as np
import pytest

from engine.audio import MemoryRecording
from engine.errors import SettingsError
from engine.jobs.preview import PreviewJob
from engine.jobs.restore import RestoreJob
from engine.progress import Cancelled
from engine.project import State
from engine.region import Region
from engine.tasks.declick import Declick
from engine.tasks.denoise import Denoise
from engine.tasks.gain import Gain
from engine.tasks.rumble import Rumble
from engine.tasks.speed import Speed
from tests.signals import clicks, music, noise

RATE = 22050
DURATION_S = 4.0


@pytest.fixture
def state(rng):
    clean = music(rng, DURATION_S, RATE, 2)
    noisy = type(clean)(clean.samples + noise(rng, DURATION_S, RATE, 0.01, 2).samples, RATE)
    degraded, _ = clicks(rng, noisy, per_second=8.0)
    return State(MemoryRecording(degraded))


def previewed(state, tasks, regions, start, stop):
    return PreviewJob("Preview", state, tasks, regions, start, stop, 7).run()


@pytest.mark.parametrize(
    "task",
    [
        Gain(gain_db=-6.0),
        Declick(),
        Denoise(method="spectral", noise=Region(0.0, 0.5)),
        Denoise(method="spectral", reduction_db=12.0),
    ],
    ids=["gain", "declick", "denoise", "denoise-blind"],
)
@pytest.mark.parametrize(
    ("regions", "segment_s"),
    [((), 0.75), ((Region(0.5, 3.5),), 0.75), ((Region(0.5, 3.5, 200.0, 4000.0),), None)],
    ids=["whole", "span", "band"],
)
def test_a_preview_has_the_samples_of_the_run(state, task, regions, segment_s, monkeypatch):
    if segment_s is not None:  # many pieces, of which the preview makes some
        monkeypatch.setattr(type(task), "segment_s", segment_s)
    start, stop = round(1.3 * RATE), round(2.1 * RATE)
    made = previewed(state, (task,), regions, start, stop)
    (operation,) = RestoreJob("Run", state, (task,), regions).run()
    run = state.with_operation(operation)
    heard = made.state.read(start, stop).samples
    assert np.array_equal(heard, run.read(start, stop).samples)
    assert not np.array_equal(heard, state.read(start, stop).samples)
    assert np.array_equal(
        made.state.read(stop, state.n_samples).samples, state.read(stop, state.n_samples).samples
    )
    assert np.array_equal(made.state.read(0, start).samples, state.read(0, start).samples)
    assert (made.token, made.start, made.stop) == (7, start, stop)


def test_a_preview_of_several_steps_is_the_run_but_for_what_filters_ring_on(state):
    tasks = (Declick(), Gain(gain_db=-3.0), Rumble())
    start, stop = round(1.3 * RATE), round(2.1 * RATE)
    made = previewed(state, tasks, (), start, stop).state.read(start, stop).samples
    run = state
    for operation in RestoreJob("Run", state, tasks).run():
        run = run.with_operation(operation)
    wanted = run.read(start, stop).samples
    assert np.abs(made - wanted).max() < 10 ** (-90 / 20)


def test_pieces_outside_the_excerpt_are_not_made(state, monkeypatch):
    made = []
    apply = Gain.apply

    def noted(self, *given):
        made.append(given[1])
        return apply(self, *given)

    monkeypatch.setattr(Gain, "segment_s", 0.5)
    monkeypatch.setattr(Gain, "apply", noted)
    previewed(state, (Gain(gain_db=1.0),), (), round(1.1 * RATE), round(1.4 * RATE))
    assert len(made) == 1


def test_a_step_that_makes_the_recording_anew_has_no_preview(state):
    with pytest.raises(SettingsError, match="has no preview"):
        previewed(state, (Speed(),), (), 0, 1000)


def test_a_preview_stops_when_it_is_asked_to(state):
    def stop(fraction, message=""):
        raise Cancelled

    job = PreviewJob("Preview", state, (Declick(),), (), 0, RATE, 1)
    with pytest.raises(Cancelled):
        job.run(stop)
