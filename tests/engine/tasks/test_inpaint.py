import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog
from engine.equipment import Equipment
from engine.errors import ModelError, SettingsError
from engine.jobs.restore import restore
from engine.progress import Cancelled
from engine.project import State
from engine.region import Region
from engine.tasks.inpaint import Inpaint
from tests.engine.tasks.toy_models import toy_entry
from tests.signals import music, noise, sine, snr_db, stack


def fill(clean: Audio, gap: slice, method: str = "auto") -> Audio:
    degraded = clean.samples.copy()
    degraded[:, gap] = 0.0
    return Inpaint(method=method).apply(Audio(degraded, clean.sample_rate), gap).audio


@pytest.mark.parametrize("frequency_hz", [60.0, 440.0, 5000.0])
def test_a_gap_of_10_ms_in_a_sine_is_filled_within_60_db(frequency_hz):
    clean = sine(frequency_hz, 1.0)
    gap = slice(20000, 20441)
    assert snr_db(clean.samples[:, gap], fill(clean, gap).samples[:, gap]) > 60.0


def test_a_gap_of_10_ms_in_notes_is_filled_within_20_db(rng):
    clean = music(rng, 2.0)
    for start in (25000, 40000, 61000):
        gap = slice(start, start + 441)
        assert snr_db(clean.samples[:, gap], fill(clean, gap).samples[:, gap]) > 20.0


def test_samples_outside_the_gap_keep_their_bits(rng):
    clean = music(rng, 1.0)
    gap = slice(20000, 20441)
    filled = fill(clean, gap).samples
    np.testing.assert_array_equal(filled[:, :20000], clean.samples[:, :20000])
    np.testing.assert_array_equal(filled[:, 20441:], clean.samples[:, 20441:])


def test_what_stands_in_the_gap_is_not_looked_at(rng):
    clean = music(rng, 1.0)
    gap = slice(20000, 20441)
    noisy = Audio(clean.samples.copy(), 44100)
    noisy.samples[:, gap] = noise(rng, 441 / 44100, level=1.0).samples
    once = Inpaint().apply(noisy, gap).audio.samples
    np.testing.assert_array_equal(once, fill(clean, gap).samples)


@pytest.mark.parametrize("gap", [slice(0, 221), slice(44100 - 221, 44100)])
def test_a_gap_at_an_end_runs_on_from_the_side_there_is(gap):
    clean = sine(440.0, 1.0)
    assert snr_db(clean.samples[:, gap], fill(clean, gap).samples[:, gap]) > 30.0


def test_each_channel_is_filled_from_itself():
    low, high = sine(300.0, 1.0).samples, sine(1000.0, 1.0).samples
    clean = Audio(stack(low, high), 44100)
    gap = slice(20000, 20441)
    filled = fill(clean, gap).samples
    for channel in range(2):
        assert snr_db(clean.samples[channel, gap], filled[channel, gap]) > 60.0


@pytest.mark.parametrize("level", [0.0, 1e-40, 0.25])
def test_a_gap_in_a_constant_is_filled_with_it(level):
    clean = Audio(np.full((1, 44100), level, np.float32), 44100)
    filled = fill(clean, slice(20000, 20441)).samples
    assert np.abs(filled - clean.samples).max() < 1e-3


@pytest.mark.parametrize("n_samples", [2, 9, 100, 2000])
def test_a_gap_in_very_little_sound_is_filled_with_numbers(rng, n_samples):
    short = noise(rng, n_samples / 44100)
    filled = fill(short, slice(n_samples // 2, n_samples // 2 + 1)).samples
    assert np.isfinite(filled).all()
    assert np.abs(filled).max() < 1.0


def test_the_longest_gap_is_filled_and_one_sample_more_is_refused(rng):
    clean = music(rng, 1.5)
    filled = fill(clean, slice(30000, 34410)).samples
    assert np.isfinite(filled).all()
    assert np.abs(filled).max() < 1.0
    with pytest.raises(SettingsError, match="100 ms; choose method auto or"):
        fill(clean, slice(30000, 34412), "ar")


def test_a_gap_with_nothing_around_it_is_refused(rng):
    with pytest.raises(SettingsError, match="whole recording"):
        fill(noise(rng, 0.05), slice(0, 2205))


@pytest.mark.parametrize(
    ("regions", "method"),
    [
        ((Region(0.5, 0.55),), "ar"),
        ((Region(0.5, 0.55, 1000.0, 3000.0),), "ar"),
        ((Region(0.5, 0.56),), "spectral"),
        ((Region(0.5, 2.5, 1000.0, 3000.0),), "spectral"),
        ((Region(0.5, 0.51), Region(0.7, 0.9)), "spectral"),
        ((Region(0.5, 2.6),), "diffusion"),
        ((Region(0.5, 0.51), Region(0.7, 3.9)), "hybrid"),
        ((), "auto"),
    ],
)
def test_auto_predicts_holds_the_spectrum_and_asks_the_prior_by_length(regions, method):
    chosen = Inpaint(steps=9, seed=4).suited(regions)
    assert (chosen.method, chosen.steps, chosen.seed) == (method, 9, 4)
    assert bool(chosen.invents) == (method != "ar")
    assert Inpaint(method="ar").suited(regions).method == "ar"


def test_the_operation_has_the_method_that_auto_took(rng):
    state = State(MemoryRecording(music(rng, 1.0)))
    operation = restore(state, Inpaint(), (Region(0.4, 0.42),))
    assert operation.task == Inpaint(method="ar")
    assert not operation.task.invents
    operation = restore(state, Inpaint(), (Region(0.4, 0.6),))
    assert operation.task == Inpaint(method="spectral")
    assert operation.task.invents
    with pytest.raises(ModelError, match="inpaint by method diffusion needs a model"):
        restore(state, Inpaint(method="diffusion"), (Region(0.4, 0.6),))


def test_a_box_above_all_that_the_prior_knows_is_emptied_of_what_was_there(rng, tmp_path):
    clean = music(rng, 1.5)
    squeak = 0.1 * sine(15_000.0, 1.5).samples
    degraded, gap = clean.samples.copy(), slice(22050, 39690)
    degraded[:, gap] += squeak[:, gap]
    state = State(MemoryRecording(Audio(degraded, 44100)))
    equipment = Equipment(Catalog((toy_entry(tmp_path, "inpaint", "diffusion"),)), "cpu")
    box = Region(0.5, 0.9, 12_000.0, 18_000.0)
    task = Inpaint(method="diffusion", steps=2)
    operation = restore(state, task, (box,), equipment=equipment)
    restored = state.with_operation(operation).read(0, state.n_samples).samples
    middle = slice(gap.start + 1500, gap.stop - 1500)  # beside them it fades
    assert snr_db(clean.samples[:, middle], restored[:, middle]) > 40.0
    assert isinstance(operation.task, Inpaint)
    assert operation.task.method == "diffusion"


@pytest.mark.parametrize(
    ("method", "region", "why"),
    [
        ("auto", Region(0.2, 0.3), ""),
        ("ar", Region(0.2, 0.35), "the gap of 150 ms is too long for method ar"),
        ("auto", Region(0.2, 0.35), ""),
        ("auto", Region(0.2, 2.35), "a gap this long is filled by a model"),
        ("hybrid", Region(0.2, 0.22), "the method hybrid needs a model"),
        ("auto", Region(0.0, 1.0), "the gap is the whole recording"),
    ],
)
def test_why_it_cannot_run_is_known_before_it_runs(rng, method, region, why):
    recording = MemoryRecording(music(rng, 1.0 if region.stop_s <= 1.0 else 2.5))
    told = Inpaint(method=method).objection((region,), recording, Catalog())
    assert told.startswith(why)
    assert bool(told) == bool(why)


def test_spectral_predicts_short_gaps_and_draws_long_ones_by_the_seed(rng):
    clean = music(rng, 1.5)
    short, long = slice(30000, 32205), slice(30000, 36000)
    for gap, are_alike in ((short, True), (long, False)):
        one, other = (
            Inpaint(method="spectral", seed=seed).apply(clean, gap).audio.samples for seed in (0, 1)
        )
        assert np.array_equal(one, other) is are_alike
        np.testing.assert_array_equal(one[:, : gap.start], clean.samples[:, : gap.start])
        assert np.isfinite(one).all()
    predicted = Inpaint(method="ar").apply(clean, short).audio.samples
    spectral = Inpaint(method="spectral").apply(clean, short).audio.samples
    np.testing.assert_array_equal(spectral, predicted)


def test_it_stops_when_progress_raises(rng):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Inpaint().apply(music(rng, 1.0), slice(20000, 20441), stop)
