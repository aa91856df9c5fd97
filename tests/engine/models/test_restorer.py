"""Networks run on recordings of any length, rate and number of channels."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.audio import Audio
from engine.device import Attempt
from engine.equipment import Estimate
from engine.errors import DeviceError
from engine.models import restorer as restorer_module
from engine.models.adapt import Adapted, Measured
from engine.models.restorer import Restorer, plan_segments
from engine.progress import Cancelled
from engine.transforms.overlap_add import Segments
from tests.engine.models.toys import Conv, Filter, Identity, PairIdentity, Squash, Toy, model
from tests.signals import music, noise, sine, stack

RATE = 22050


def whole(audio: Audio) -> slice:
    return slice(0, audio.n_samples)


def at_once(network: Toy, audio: Audio) -> np.ndarray:
    """What the network makes of a mono recording in one piece."""
    with torch.inference_mode():
        return network.restore(torch.from_numpy(audio.samples[None]))[0].numpy()


class Refusing(Conv):
    """Runs out of memory when it is given more samples than it allows."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def forward(self, samples: Tensor) -> Tensor:
        if samples.numel() > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().forward(samples)


@pytest.mark.parametrize("n_samples", [1, 2, 22050, 200000])
@pytest.mark.parametrize(("rate", "n_channels"), [(22050, 1), (44100, 2), (96000, 3)])
def test_a_network_that_changes_nothing_changes_no_bit(rng, n_samples, rate, n_channels):
    audio = noise(rng, n_samples / rate, rate, 0.1, n_channels)
    inner = slice(n_samples // 4, n_samples)
    restored = Restorer(model(Identity(), level=0.063), "cpu").restore(audio, inner)
    assert restored.sample_rate == rate
    np.testing.assert_array_equal(restored.samples, audio.samples)


@pytest.mark.parametrize("network", [Filter(), Conv()])
def test_segments_join_to_what_the_network_makes_of_the_whole(rng, network):
    """So there is no seam, in level or spectrum, where a network's sight is bounded."""
    audio = noise(rng, 15.0, RATE)
    restored = Restorer(model(network), "cpu").restore(audio, whole(audio))
    np.testing.assert_allclose(restored.samples, at_once(network, audio), atol=2e-6)


def test_steady_sound_keeps_its_level_across_joins():
    audio = sine(3000.0, 15.0, RATE)
    restored = Restorer(model(Filter()), "cpu").restore(audio, whole(audio)).samples[0, 100:-100]
    frames = restored[: len(restored) // 441 * 441].reshape(-1, 441)
    level_db = 10 * np.log10(np.mean(frames**2, axis=1))
    assert np.ptp(level_db) < 0.1


def test_outside_the_wanted_samples_nothing_changes(rng):
    audio = noise(rng, 3.0, 44100, n_channels=2)
    inner = slice(50001, 90002)
    restored = Restorer(model(Conv()), "cpu").restore(audio, inner).samples
    np.testing.assert_array_equal(restored[:, : inner.start], audio.samples[:, : inner.start])
    np.testing.assert_array_equal(restored[:, inner.stop :], audio.samples[:, inner.stop :])
    assert np.mean(restored[:, inner] != audio.samples[:, inner]) > 0.99


def test_what_is_made_of_the_wanted_samples_hangs_on_context_alone(rng):
    audio = noise(rng, 12.0, RATE)
    everything = Restorer(model(Conv()), "cpu").restore(audio, whole(audio))
    piece = Audio(audio.samples[:, 40000:140000], RATE)
    part = Restorer(model(Conv()), "cpu").restore(piece, slice(3000, 95000))
    np.testing.assert_allclose(
        part.samples[:, 3000:95000], everything.samples[:, 43000:135000], atol=2e-6
    )


def test_louder_recordings_come_back_as_much_louder(rng):
    audio = music(rng, 4.0, RATE)
    soft = Audio(0.05 * audio.samples, RATE)
    loud = Audio(10 * soft.samples, RATE)
    restorer = Restorer(model(Squash(), level=0.1), "cpu")
    levels = [np.std(restorer.restore(each, whole(each)).samples) for each in (soft, loud)]
    assert 20 * np.log10(levels[1] / levels[0]) == pytest.approx(20.0, abs=0.1)
    plain = Restorer(model(Squash()), "cpu")
    levels = [np.std(plain.restore(each, whole(each)).samples) for each in (soft, loud)]
    assert 20 * np.log10(levels[1] / levels[0]) < 19.5  # the network does hear the level


def test_pieces_of_a_measured_recording_are_fed_at_one_level(rng):
    audio = noise(rng, 6.0, RATE)
    known = Measured(0.2, is_dual_mono=False)
    restorer = Restorer(model(Squash(), level=0.1), "cpu")
    everything = restorer.restore(audio, whole(audio), measured=known).samples
    piece = Audio(audio.samples[:, 20000:70000], RATE)
    part = restorer.restore(piece, slice(0, 50000), measured=known).samples
    np.testing.assert_allclose(part, everything[:, 20000:70000], atol=1e-6)


def test_dual_mono_runs_once_and_a_pair_as_middle_and_side(rng):
    one = noise(rng, 1.0, RATE)
    network = Identity()
    dual = Audio(np.tile(one.samples, (2, 1)), RATE)
    Restorer(model(network), "cpu").restore(dual, whole(dual))
    assert {each.shape[0] for each in network.seen} == {1}
    network.seen.clear()
    pair = Audio(stack(one.samples, noise(rng, 1.0, RATE).samples), RATE)
    Restorer(model(network), "cpu").restore(pair, whole(pair))
    assert [each.shape[0] for each in network.seen[-2:]] == [1, 1]  # one by one, for less memory
    assert not torch.equal(*network.seen[-2:])


def test_a_network_with_two_channels_takes_mono(rng):
    network = PairIdentity()
    audio = noise(rng, 0.5, RATE)
    restored = Restorer(model(network), "cpu").restore(audio, whole(audio))
    assert network.seen[-1].shape[:2] == (1, 2)
    np.testing.assert_array_equal(restored.samples, audio.samples)


def test_digital_silence_stays(rng):
    network = Identity()
    silent = Audio(np.zeros((2, 30000), np.float32), 44100)
    restored = Restorer(model(network), "cpu").restore(silent, whole(silent))
    assert not restored.samples.any()
    assert not network.seen


def test_memory_that_runs_out_halves_the_segments_and_is_told(rng):
    audio = noise(rng, 10.0, RATE)
    expected = Restorer(model(Conv()), "cpu").restore(audio, whole(audio)).samples
    restorer = Restorer(model(Refusing(2 * RATE)), "cpu")
    restored = restorer.restore(audio, whole(audio)).samples
    np.testing.assert_allclose(restored, expected, atol=2e-6)
    assert restorer.notes == (
        "The memory of cpu ran out, so it goes on with half as much at once.",
        "The memory of cpu ran out, so it goes on with a quarter as much at once.",
    )
    restorer.restore(audio, whole(audio))
    assert len(restorer.notes) == 2  # what was found is kept for the next piece


def test_memory_of_a_gpu_that_runs_out_leads_to_the_cpu(rng, monkeypatch):
    audio = noise(rng, 5.0, RATE)
    tried: list[tuple[str, int]] = []
    move = Restorer._move

    def moved(self: Restorer, device: str) -> None:
        if device == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory")
        move(self, device)

    segments = Restorer._segments

    def cut(self: Restorer, now: Attempt, adapted: Adapted) -> Segments:
        tried.append((now.device, now.divisor))
        return segments(self, now, adapted)

    monkeypatch.setattr(restorer_module, "pick_device", lambda wanted: "cuda")
    monkeypatch.setattr(Restorer, "_move", moved)
    monkeypatch.setattr(Restorer, "_segments", cut)
    restorer = Restorer(model(Conv()), "cuda")
    restored = restorer.restore(audio, whole(audio)).samples
    np.testing.assert_allclose(restored, at_once(Conv(), audio), atol=2e-6)
    assert (restorer.device, tried) == ("cpu", [("cpu", 1)])
    assert [note.rpartition("with ")[2] for note in restorer.notes] == [
        "half as much at once.",
        "a quarter as much at once.",
        "the CPU, which is slower.",
    ]


def test_a_network_that_never_fits_is_refused_in_a_sentence(rng):
    audio = noise(rng, 5.0, RATE)
    with pytest.raises(DeviceError, match="not enough memory"):
        Restorer(model(Refusing(10)), "cpu").restore(audio, whole(audio))


def test_progress_runs_up_and_is_asked_inside_the_network_too(rng, monkeypatch):
    monkeypatch.setattr(restorer_module, "_TICK_S", 0.0)
    audio = noise(rng, 10.0, RATE)
    asked: list[float] = []
    Restorer(model(Conv()), "cpu").restore(
        audio, whole(audio), lambda fraction, message="": asked.append(fraction)
    )
    assert asked == sorted(asked)
    assert (asked[0], asked[-1]) == (0.0, 1.0)
    assert len(asked) > 4 * len(set(asked))


@pytest.mark.parametrize("after", [0.0, 0.5])
def test_it_can_be_stopped_and_goes_on_working(rng, after):
    audio = noise(rng, 10.0, RATE)

    def stop(fraction: float, message: str = "") -> None:
        if fraction >= after:
            raise Cancelled

    restorer = Restorer(model(Conv()), "cpu")
    with pytest.raises(Cancelled):
        restorer.restore(audio, whole(audio), stop)
    assert restorer.notes == ()
    assert all(not each._forward_pre_hooks for each in restorer._network.modules())


def test_what_is_restored_so_far_is_shown_where_it_lies(rng, monkeypatch):
    monkeypatch.setattr(restorer_module, "_PREVIEW_S", 0.0)
    audio = noise(rng, 20.0, 44100, n_channels=2)
    inner = slice(44100, 800000)
    shown: list[Estimate] = []
    restored = Restorer(model(Identity(), level=0.1), "cpu").restore(
        audio, inner, preview=shown.append
    )
    assert len(shown) >= 3
    margin = 44100 // 50
    assert shown[0].start == pytest.approx(inner.start - margin, abs=2)
    stop = shown[-1].start + shown[-1].audio.n_samples
    assert stop == pytest.approx(inner.stop + margin, abs=2)
    for estimate in shown:
        span = slice(estimate.start, estimate.start + estimate.audio.n_samples)
        np.testing.assert_array_equal(estimate.audio.samples, restored.samples[:, span])


def test_half_precision_is_taken_when_it_comes_near_enough(rng):
    restorer = Restorer(model(Conv()), "cpu")
    examples = torch.from_numpy(noise(rng, 0.2, RATE).samples[None])
    full = restorer._tried(examples)
    assert restorer._half is torch.float16
    error = (restorer._run_in(torch.float16, examples) - full).norm() / full.norm()
    assert 1e-6 < error < 1e-3


def test_a_half_precision_that_overflows_is_not_taken(rng):
    class Loud(Conv):
        def forward(self, samples: Tensor) -> Tensor:
            restored: Tensor = 1e-7 * super().forward(1e7 * samples)
            return restored

    restorer = Restorer(model(Loud()), "cpu")
    restorer._tried(torch.from_numpy(noise(rng, 0.2, RATE).samples[None]))
    assert restorer._half is torch.bfloat16  # which holds such numbers


CARD = model(Identity()).card


@pytest.mark.parametrize(
    ("n_wanted_s", "budget_s", "max_batch", "divisor", "seen_s", "batch"),
    [
        (10000, 1000, 1, 1, 8.0, 1),  # the trained second, doubled until it lasts eight
        (10000, 1000, 16, 1, 8.0, 16),
        (10000, 40, 16, 1, 8.0, 4),
        (10000, 5, 16, 1, 4.0, 1),
        (10000, 1000, 16, 2, 8.0, 8),
        (10000, 1000, 1, 4, 2.0, 1),
        (10000, 10, 16, 2, 4.0, 1),
        (2, 1000, 16, 1, 2.4, 1),
        (8, 1000, 16, 1, 4.6, 2),  # two halves of what one segment is too short for
        (10000, 0.001, 16, 4, 0.8, 1),  # the least that leaves two steps of the grid
    ],
)
def test_segments_fit_into_memory(n_wanted_s, budget_s, max_batch, divisor, seen_s, batch):
    cut = plan_segments(CARD, n_wanted_s * RATE, round(budget_s * RATE), max_batch, divisor)
    assert seen_s - 0.2 < cut.seen_samples / RATE <= seen_s
    assert (cut.batch, cut.context_samples) == (batch, 2205)


@pytest.mark.parametrize(("seconds", "count"), [(7.5, 1), (14.5, 2), (15.3, 3), (60.0, 9)])
def test_as_few_segments_are_cut_as_cover_all_and_alike(seconds, count):
    """Of eight seconds seen, 7.43 can be kept and joined on the grid."""
    n_wanted = round(seconds * RATE)
    cut = plan_segments(CARD, n_wanted, 1000 * RATE, 1)
    pieces = cut.cut(slice(0, n_wanted), n_wanted)
    assert len(pieces) == count
    lengths = [each.kept.stop - each.kept.start for each in pieces]
    assert max(lengths) - min(lengths) < len(pieces) * 4096
    assert all(each.seen.start % 4096 == 0 for each in pieces)


@pytest.mark.parametrize("n_wanted", [1, 2, 3, 1000])
def test_the_shortest_of_recordings_is_one_segment(n_wanted):
    cut = plan_segments(CARD, n_wanted, 1000 * RATE, 1)
    assert len(cut.cut(slice(0, n_wanted), n_wanted)) == 1


def restorer_of(make: Callable[[], Toy]) -> Restorer:
    return Restorer(model(make()), "cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_gives_what_the_cpu_gives(rng):
    audio = music(rng, 20.0, RATE)
    restorer = restorer_of(Conv)
    restored = restorer.restore(audio, whole(audio)).samples
    error = restored - at_once(Conv(), audio)
    assert np.linalg.norm(error) < 2e-3 * np.linalg.norm(restored)
    assert (restorer.device, restorer.notes) == ("cuda", ())
