import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document, Monitored
from app.mixer import BLOCK_SAMPLES, Mixer
from app.player import LINGER_MS, Player
from engine.audio import MemoryRecording, Samples
from engine.dsp.level import Level
from engine.errors import DeviceError
from engine.tasks.replay_eq import ReplayEq
from tests.signals import noise

RATE = 44100


class FakeOutput:
    """A device that asks for sound when the test says so, and plays it in no time."""

    def __init__(self, mixer: Mixer, device: str) -> None:
        self.mixer, self.device = mixer, device
        self.notice = "It is converted." if device == "odd" else ""
        self.calls = 0
        self.is_active = True
        self.is_closed = False
        if device == "none":
            raise DeviceError("There is no such device.")

    @property
    def under_runs(self) -> int:
        return self.mixer.under_runs

    def play(self, n_blocks: int) -> Samples:
        blocks = np.zeros((n_blocks * BLOCK_SAMPLES, 2), np.float32)
        for start in range(0, len(blocks), BLOCK_SAMPLES):
            self.calls += 1
            self.mixer.fill(blocks[start : start + BLOCK_SAMPLES], time.perf_counter() - 1.0)
        return blocks.T

    def close(self) -> None:
        self.is_closed = True


class Room:
    """A player with fake devices and all it has told."""

    def __init__(self) -> None:
        self.outputs: list[FakeOutput] = []
        self.player = Player(open_output=self.open_output)
        self.told = SimpleNamespace(playing=[], positions=[], levels=[], failed=[], notices=[])
        self.player.playing_changed.connect(self.told.playing.append)
        self.player.position_changed.connect(self.told.positions.append)
        self.player.levels_changed.connect(self.told.levels.append)
        self.player.failed.connect(self.told.failed.append)
        self.player.notice.connect(self.told.notices.append)

    def open_output(self, mixer: Mixer, device: str) -> FakeOutput:
        self.outputs.append(FakeOutput(mixer, device))
        return self.outputs[-1]

    def is_buffered(self) -> bool:
        mixer = self.outputs[-1].mixer
        reel = mixer.buffer.reel
        return reel is not None and reel.cue is mixer.cue


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    room = Room()
    yield room
    room.player.close()


@pytest.fixture
def document(rng: np.random.Generator) -> Document:
    return Document(Path("side.wav"), MemoryRecording(noise(rng, 1.0, RATE, 0.1, 2)))


def buffer_threads() -> int:
    return sum(thread.name == "playback buffer" for thread in threading.enumerate())


def test_a_span_is_played_to_its_end_and_told(room: Room, document: Document, qtbot: QtBot) -> None:
    room.player.open(document)
    room.player.play(0.25, 0.5)
    assert room.player.is_playing
    assert room.player.position_s == 0.25
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].play(20)
    qtbot.waitUntil(lambda: not room.player.is_playing)
    assert room.told.playing == [True, False]
    assert room.player.position_s == 0.5
    peaks = np.abs(document.source.read(0, RATE).samples[:, RATE // 4 : RATE // 2]).max(axis=1)
    told = [[level.peak_dbfs for level in levels] for levels in room.told.levels]
    assert np.max(told, axis=0) == pytest.approx(20 * np.log10(peaks), abs=0.01)
    assert room.told.levels[-1] == (Level(), Level())


def test_the_device_is_kept_for_the_next_play_and_given_back_a_while_after_the_end(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    room.player.open(document)
    room.player.play(0.0)
    room.player.stop()
    room.player.play(0.5)
    room.player.monitored = Monitored.ORIGINAL
    assert len(room.outputs) == 1
    room.player.stop()
    assert not room.outputs[0].is_closed
    qtbot.waitUntil(lambda: room.outputs[0].is_closed, timeout=LINGER_MS + 2000)
    assert buffer_threads() == 0


def test_closing_leaves_no_thread_and_no_device(room: Room, document: Document) -> None:
    room.player.open(document)
    room.player.play(0.0)
    assert buffer_threads() == 1
    room.player.close()
    assert buffer_threads() == 0
    assert room.outputs[0].is_closed
    assert room.told.playing == [True, False]
    room.player.play(0.0)
    assert not room.player.is_playing


def test_what_was_chosen_before_playing_is_heard_from_the_first_block(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    room.player.open(document)
    room.player.monitored = Monitored.REMOVED
    room.player.removed_gain_db = 100.0
    room.player.loop = True
    room.player.play(0.0)
    qtbot.waitUntil(room.is_buffered)
    assert not room.outputs[0].play(3).any()
    assert room.player.removed_gain_db == 30.0
    gain = room.outputs[0].mixer.gains[Monitored.REMOVED]
    assert gain == pytest.approx(31.6228, abs=1e-4)
    assert room.outputs[0].mixer.buffer.loop


def test_toggling_goes_on_from_the_position_and_from_the_start_after_the_end(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    room.player.open(document)
    room.player.toggle()
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].play(10)
    qtbot.waitUntil(lambda: room.player.position_s == 10 * BLOCK_SAMPLES / RATE)
    room.player.toggle()
    assert not room.player.is_playing
    room.player.toggle()
    assert room.player.position_s == pytest.approx(10 * BLOCK_SAMPLES / RATE)
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].play(45)
    qtbot.waitUntil(lambda: not room.player.is_playing)
    assert room.player.position_s == 1.0
    room.player.toggle()
    assert room.player.position_s == 0.0


def test_a_missing_device_is_one_sentence_and_nothing_plays(room: Room, document: Document) -> None:
    room.player.open(document)
    room.player.device = "none"
    room.player.play(0.0)
    assert room.told.failed == ["There is no such device."]
    assert not room.player.is_playing
    room.player.device = ""
    room.player.play(0.0)
    assert room.player.is_playing


@pytest.mark.parametrize("breaks", ["stops", "stalls"])
def test_a_lost_device_stops_with_one_sentence_and_the_position_kept(
    room: Room, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    monkeypatch.setattr("app.player.STALL_TICKS", 5)
    room.player.open(document)
    room.player.play(0.0)
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].play(10)
    room.outputs[0].is_active = breaks == "stalls"
    qtbot.waitUntil(lambda: not room.player.is_playing)
    assert room.told.failed == ["The sound device has gone; connect it again and press play."]
    assert room.player.position_s == 10 * BLOCK_SAMPLES / RATE
    assert buffer_threads() == 0


def test_another_device_goes_on_where_the_last_one_was(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    room.player.open(document)
    room.player.play(0.0, 0.75)
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].play(10)
    qtbot.waitUntil(lambda: room.player.position_s > 0)
    room.player.device = "odd"
    assert room.outputs[0].is_closed
    assert room.told.notices == ["It is converted."]
    cue = room.outputs[1].mixer.cue
    assert cue is not None
    assert (cue.start, cue.stop) == (10 * BLOCK_SAMPLES, round(0.75 * RATE))


def test_an_under_run_is_counted_and_playing_goes_on(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    counts: list[int] = []
    room.player.open(document)
    room.player.under_ran.connect(counts.append)
    room.player.play(0.0)
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].mixer.under_runs += 3
    qtbot.waitUntil(lambda: counts == [3])
    assert room.player.under_runs == 3
    assert room.player.is_playing
    room.player.give_back()
    room.player.take_up()
    room.player.play(0.0)
    qtbot.waitUntil(room.is_buffered)
    room.outputs[1].mixer.under_runs += 2
    qtbot.waitUntil(lambda: counts == [3, 5])
    room.player.open(document)
    assert counts[-1] == room.player.under_runs == 0


def test_what_changed_is_heard_at_once(room: Room, document: Document, qtbot: QtBot) -> None:
    room.player.open(document)
    room.player.play(0.0)
    qtbot.waitUntil(room.is_buffered)
    before = room.outputs[0].mixer.buffer.reel
    room.player.forget(0, 100)
    qtbot.waitUntil(lambda: room.outputs[0].mixer.buffer.reel is not before)
    assert room.player.is_playing


def test_what_is_played_goes_through_the_equaliser_and_stays_as_it_is(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    task = ReplayEq(replay="RIAA_500R-13.7")
    room.player.equaliser = task
    room.player.open(document)
    room.player.play(0.0)
    qtbot.waitUntil(room.is_buffered)
    heard = room.outputs[0].play(4)
    source = document.source.read(0, 4 * BLOCK_SAMPLES).samples
    expected = task.stream(RATE, 2).process(source)
    np.testing.assert_allclose(
        heard[:, BLOCK_SAMPLES:], expected[:, BLOCK_SAMPLES:], atol=1e-5
    )  # the first block is faded into
    room.player.equaliser = None
    room.outputs[0].play(1)
    np.testing.assert_array_equal(
        room.outputs[0].play(2), document.source.read(5 * 1024, 7 * 1024).samples
    )


def test_a_band_is_heard_alone_and_the_next_play_is_whole_again(
    room: Room, document: Document, qtbot: QtBot
) -> None:
    room.player.open(document)
    room.player.play(0.25, 0.75, (4000.0, 8000.0))
    qtbot.waitUntil(room.is_buffered)
    heard = room.outputs[0].play(8)[0]
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    below = power[: round(3000 / RATE * len(heard))].sum()
    assert 10 * np.log10(below / power.sum()) < -40.0
    room.player.play(0.25)
    assert room.player.band_hz is None
    qtbot.waitUntil(room.is_buffered)
    room.outputs[0].play(1)
    whole = room.outputs[0].play(2)
    start = RATE // 4 + BLOCK_SAMPLES - round(0.008 * RATE)
    np.testing.assert_array_equal(
        whole, document.source.read(start, start + 2 * BLOCK_SAMPLES).samples
    )
