import numpy as np
import pytest

from app.mixer import Mark, Mixer
from app.play_clock import PlayClock
from app.playback_buffer import Cue, PlaybackBuffer
from engine.audio import Audio, MemoryRecording

RATE = 1000
QUIET = np.zeros((1, 100), np.float32)


@pytest.fixture
def mixer() -> Mixer:
    silence = MemoryRecording(Audio(np.zeros((1, 10 * RATE), np.float32), RATE))
    return Mixer(PlaybackBuffer(silence, silence))


def test_the_position_is_what_is_heard_now_not_what_is_mixed(mixer: Mixer) -> None:
    cue, clock = Cue(0, 5000), PlayClock(mixer)
    mixer.marks.append(Mark(10.0, cue, 0, 100, False, QUIET))
    mixer.marks.append(Mark(10.1, cue, 100, 100, False, QUIET))
    assert clock.heard(cue, 9.95).position is None
    assert clock.heard(cue, 10.02).position == 20
    assert clock.heard(cue, 10.13).position == 130
    assert clock.heard(cue, 11.0).position == 200


def test_blocks_are_those_that_have_begun_since_the_last_look(mixer: Mixer) -> None:
    cue, clock = Cue(0, 5000), PlayClock(mixer)
    blocks = [np.full((1, 100), level, np.float32) for level in (0.25, 0.75, 0.5)]
    for start, block in enumerate(blocks):
        mixer.marks.append(Mark(0.1 * start, cue, 100 * start, 100, False, block))
    assert clock.heard(cue, 0.15).blocks == blocks[:2]
    assert clock.heard(cue, 0.25).blocks == blocks[2:]
    assert clock.heard(cue, 0.26).blocks == []


def test_a_cue_has_ended_once_its_last_sample_was_heard(mixer: Mixer) -> None:
    cue, clock = Cue(0, 150), PlayClock(mixer)
    mixer.marks.append(Mark(10.0, cue, 0, 100, False, QUIET))
    mixer.marks.append(Mark(10.1, cue, 100, 58, True, QUIET))
    assert not clock.heard(cue, 10.15).ended
    end = clock.heard(cue, 10.16)
    assert end.ended
    assert end.position == 150


def test_the_position_wraps_inside_a_block_as_the_loop_does(mixer: Mixer) -> None:
    cue, clock = Cue(1000, 1050), PlayClock(mixer)
    mixer.buffer.loop = True
    mixer.marks.append(Mark(10.0, cue, 1040, 100, False, QUIET))
    positions = [clock.heard(cue, 10.0 + 0.001 * i).position for i in range(0, 80, 10)]
    assert positions == [1040, 1000, 1010, 1020, 1030, 1040, 1000, 1010]


def test_marks_of_another_cue_tell_nothing(mixer: Mixer) -> None:
    clock = PlayClock(mixer)
    mixer.marks.append(Mark(10.0, Cue(0, 5000), 0, 100, True, QUIET))
    heard = clock.heard(Cue(0, 5000), 10.5)
    assert heard.position is None
    assert not heard.ended
