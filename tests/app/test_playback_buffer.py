import threading
import time
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.playback_buffer import AHEAD_S, PAGE_SAMPLES, Cue, PlaybackBuffer
from engine.audio import Audio
from engine.errors import StorageError

RATE = 44100


@dataclass(eq=False)
class Counted:
    """An hour of silence that logs what is read of it."""

    sample_rate: int = RATE
    n_channels: int = 1
    n_samples: int = 3600 * RATE
    reads: list[tuple[int, int]] = field(default_factory=list)

    def read(self, start: int, stop: int) -> Audio:
        assert 0 <= start < stop <= self.n_samples
        self.reads.append((start, stop))
        return Audio(np.zeros((1, stop - start), np.float32), RATE)


@dataclass(eq=False)
class Lost(Counted):
    def read(self, start: int, stop: int) -> Audio:
        raise StorageError("'side.wav' cannot be read: the disk has gone.")


@pytest.fixture
def buffer() -> PlaybackBuffer:
    return PlaybackBuffer(Counted(), Counted())


def test_an_hour_is_never_held_beyond_a_few_seconds(buffer: PlaybackBuffer) -> None:
    buffer.play(Cue(0, buffer.n_samples))
    most = 0
    for position in range(0, 100 * RATE, RATE // 4):
        buffer.pump()
        assert buffer.reel is not None
        buffer.reel.position = position
        held = sorted(buffer.reel.pages)
        assert position // PAGE_SAMPLES in held
        most = max(most, len(held))
    assert most <= AHEAD_S * RATE / PAGE_SAMPLES + 5


def test_each_page_is_read_once_on_the_way() -> None:
    original = Counted()
    buffer = PlaybackBuffer(original, Counted())
    buffer.play(Cue(0, buffer.n_samples))
    for position in range(0, 20 * RATE, 1000):
        buffer.pump()
        assert buffer.reel is not None
        buffer.reel.position = position
    assert len(original.reads) == len(set(original.reads))


def test_a_loop_holds_its_start_before_its_end_is_reached(buffer: PlaybackBuffer) -> None:
    buffer.loop = True
    buffer.play(Cue(0, 60 * RATE))
    buffer.pump()
    assert buffer.reel is not None
    buffer.reel.position = 60 * RATE - 1000
    buffer.pump()
    wanted = set(range(round(AHEAD_S * RATE) // PAGE_SAMPLES))
    assert wanted <= buffer.reel.pages.keys()


def test_a_changed_result_is_read_again_only_where_it_changed() -> None:
    original, result, changed = Counted(), Counted(), Counted()
    buffer = PlaybackBuffer(original, result)
    buffer.play(Cue(0, buffer.n_samples))
    buffer.pump()
    before = buffer.reel
    buffer.replace_result(changed, PAGE_SAMPLES, PAGE_SAMPLES + 1)
    buffer.pump()
    assert changed.reads == [(PAGE_SAMPLES, 2 * PAGE_SAMPLES)]
    assert buffer.reel is not before
    buffer.replace_result(changed, 1000 * PAGE_SAMPLES, 1001 * PAGE_SAMPLES)
    after = buffer.reel
    buffer.pump()
    assert buffer.reel is after
    assert len(changed.reads) == 1


def test_a_new_cue_keeps_the_pages_it_has_in_common_with_the_old() -> None:
    original = Counted()
    buffer = PlaybackBuffer(original, Counted())
    buffer.play(Cue(0, buffer.n_samples))
    buffer.pump()
    n_reads = len(original.reads)
    buffer.play(Cue(100, 20000))
    buffer.pump()
    assert len(original.reads) == n_reads


def test_of_several_cues_only_the_last_is_read() -> None:
    original = Counted()
    buffer = PlaybackBuffer(original, Counted())
    for second in range(100, 200, 10):
        buffer.play(Cue(second * RATE, second * RATE + 1000))
    buffer.pump()
    assert {start // RATE for start, _ in original.reads} <= {189, 190}


def test_a_recording_that_cannot_be_read_is_told_in_a_sentence() -> None:
    buffer = PlaybackBuffer(Counted(), Lost())
    buffer.start()
    buffer.play(Cue(0, 1000))
    stop_s = time.monotonic() + 10.0
    while buffer.failure is None and time.monotonic() < stop_s:
        time.sleep(0.005)
    buffer.close()
    assert str(buffer.failure) == "'side.wav' cannot be read: the disk has gone."


def test_closing_joins_the_thread_while_it_waits_and_while_it_reads() -> None:
    for cue in (None, Cue(0, 1000)):
        buffer = PlaybackBuffer(Counted(), Counted())
        buffer.start()
        if cue is not None:
            buffer.play(cue)
        buffer.close()
        assert "playback buffer" not in {thread.name for thread in threading.enumerate()}
