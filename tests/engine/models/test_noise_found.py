from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.audio import Audio, MemoryRecording
from engine.card import Card
from engine.models.adapt import measure
from engine.models.informed import Informed, InformedConfig
from engine.models.light import Light
from engine.models.noise_found import NoiseFinder
from engine.progress import Cancelled
from tests.signals import noise

CONFIG = InformedConfig(512, 128, 128, (4, 8), (256, 512), (1, 1), (4, 8))
RATE = 8000
CARD = Card("informed", CONFIG.to_mapping(), RATE, 16384, context_s=0.1, level=0.1)


def finder(recording: MemoryRecording) -> NoiseFinder:
    torch.manual_seed(78)
    network = Informed(CONFIG).eval()
    with torch.no_grad():  # looks that take half of everything out
        for member in network.first.members:
            assert isinstance(member, Light)
            assert member.leave.bias is not None
            member.leave.bias[0] = -1.0
    return NoiseFinder(network, CARD, "cpu", measure(recording))


def test_marked_noise_is_measured_at_the_level_of_the_network(rng):
    recording = MemoryRecording(noise(rng, 3.0, sample_rate=RATE, level=0.01))
    told = finder(recording).marked(recording.read(0, RATE))
    window_power = 512 * 3 / 8
    assert told.shape == (1, 2, 257)
    assert float(told[0, 1, 20:-20].mean()) == pytest.approx(0.1**2 * window_power, rel=0.1)


def test_a_mark_shorter_than_a_frame_is_measured_too(rng):
    recording = MemoryRecording(noise(rng, 3.0, sample_rate=RATE, level=0.01))
    found = finder(recording)
    long, short = (found.marked(recording.read(0, n)) for n in (RATE, 450))
    ratio_db = 10.0 * torch.log10(short[0, 1].mean() / long[0, 1].mean())
    assert abs(float(ratio_db)) < 1.5


def test_middle_and_side_have_noise_of_their_own(rng):
    left, right = rng.standard_normal((2, 3 * RATE)).astype(np.float32) * 0.02
    recording = MemoryRecording(Audio(np.stack((left + right, left - right)), RATE))
    told = finder(recording).marked(recording.read(0, 2 * RATE))
    assert told.shape[0] == 2
    loud = MemoryRecording(Audio(np.stack((left + right, left + 0.5 * right)), RATE))
    sides = finder(loud).marked(loud.read(0, 2 * RATE))[:, 1].mean(-1)
    assert float(sides[0] / sides[1]) > 5.0


def test_unmarked_noise_follows_from_pieces_of_any_number(rng):
    short = MemoryRecording(noise(rng, 1.0, sample_rate=RATE, level=0.05))
    found = finder(short).found(short)
    assert found.shape == (1, 2, 257)
    assert torch.isfinite(found).all()
    assert float(found.mean()) > 0.0
    calls = []
    long = MemoryRecording(noise(rng, 100.0, sample_rate=RATE, level=0.05))
    finder(long).found(long, lambda fraction, message="": calls.append(fraction))
    assert len(calls) == 8 * 3  # the looks, the second and the third guess
    assert calls == sorted(calls)


def test_silence_and_one_sample_have_no_noise():
    silence = MemoryRecording(Audio(np.zeros((1, RATE), np.float32), RATE))
    assert float(finder(silence).found(silence).max()) < 1e-12
    one = MemoryRecording(Audio(np.full((1, 1), 0.5, np.float32), RATE))
    assert torch.isfinite(finder(one).found(one)).all()


def test_finding_can_be_stopped(rng):
    recording = MemoryRecording(noise(rng, 2.0, sample_rate=RATE))

    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        finder(recording).found(recording, stop)


def test_another_rate_is_brought_to_that_of_the_network(rng):
    card = replace(CARD, sample_rate=RATE // 2)
    recording = MemoryRecording(noise(rng, 2.0, sample_rate=RATE, level=0.05))
    torch.manual_seed(78)
    found = NoiseFinder(Informed(CONFIG).eval(), card, "cpu", measure(recording))
    assert torch.isfinite(found.found(recording)).all()
