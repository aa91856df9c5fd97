import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.mixer import BLOCK_SAMPLES, Mixer
from app.playback_buffer import Cue, PlaybackBuffer
from app.sound_output import Resampled, SoundOutput, devices
from engine.audio import MemoryRecording
from engine.errors import DeviceError
from tests.signals import sine, snr_db

REPOSITORY = Path(__file__).resolve().parents[2]


class PortAudioError(Exception):
    pass


class FakeStream:
    latency = 0.125
    active = True

    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.log: list[str] = []

    def start(self) -> None:
        self.log.append("start")

    def abort(self, ignore_errors: bool) -> None:
        self.log.append("abort")

    def close(self, ignore_errors: bool) -> None:
        self.log.append("close")


class FakeSound:
    """Stands where sounddevice stands: devices by name, with the one rate each can play."""

    PortAudioError = PortAudioError

    def __init__(self, **rates: int) -> None:
        self.rates = rates
        self.begun = 0
        self.busy = False
        self.streams: list[FakeStream] = []

    def _terminate(self) -> None:
        self.begun -= 1

    def _initialize(self) -> None:
        self.begun += 2

    def query_devices(self, device: str | None = None, kind: str | None = None) -> Any:
        found = [
            {
                "name": name,
                "index": index,
                "hostapi": index,
                "max_output_channels": 0 if name == "microphone" else 6,
                "default_samplerate": float(rate),
            }
            for index, (name, rate) in enumerate(self.rates.items())
        ]
        if kind is None:
            return found
        if device is None and not found:
            raise PortAudioError("Error querying device -1")
        named = [info for info in found if device in (None, info["name"])]
        if not named:
            raise ValueError(f"No output device matching {device!r}")
        return named[0]

    def check_output_settings(self, device: int, samplerate: int, **_: Any) -> None:
        if samplerate != list(self.rates.values())[device]:
            raise PortAudioError("Invalid sample rate")

    def OutputStream(self, **settings: Any) -> FakeStream:
        if self.busy:
            raise PortAudioError("Device unavailable", -9985)
        self.streams.append(FakeStream(**settings))
        return self.streams[-1]


def sound(monkeypatch: pytest.MonkeyPatch, **rates: int) -> FakeSound:
    fake = FakeSound(**rates)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


@pytest.fixture
def mixer() -> Mixer:
    tone = MemoryRecording(sine(1000.0, 1.0, 44100))
    return Mixer(PlaybackBuffer(tone, tone))


def test_a_stream_is_opened_at_the_rate_of_the_recording_and_given_back(
    monkeypatch: pytest.MonkeyPatch, mixer: Mixer
) -> None:
    fake = sound(monkeypatch, speakers=44100)
    interval_s = sys.getswitchinterval()
    output = SoundOutput(mixer, "")
    assert sys.getswitchinterval() == pytest.approx(0.001)
    settings = fake.streams[0].settings
    assert (settings["samplerate"], settings["channels"], settings["device"]) == (44100, 2, 0)
    assert output.notice == ""
    output.close()
    assert fake.streams[0].log == ["start", "abort", "close"]
    assert sys.getswitchinterval() == interval_s


def test_a_refused_rate_is_converted_for_listening_and_told(
    monkeypatch: pytest.MonkeyPatch, mixer: Mixer
) -> None:
    fake = sound(monkeypatch, speakers=48000)
    output = SoundOutput(mixer, "speakers")
    output.close()
    assert fake.streams[0].settings["samplerate"] == 48000
    assert output.notice == (
        "'speakers' does not play 44100 Hz; "
        "for listening alone the recording is converted to 48000 Hz."
    )


def test_blocks_are_heard_when_the_device_says_or_else_after_the_latency(
    monkeypatch: pytest.MonkeyPatch, mixer: Mixer
) -> None:
    fake = sound(monkeypatch, speakers=44100)
    output = SoundOutput(mixer, "")
    callback = fake.streams[0].settings["callback"]
    block = np.zeros((BLOCK_SAMPLES, 2), np.float32)
    for dac_s, late in [(50.05, False), (0.0, True)]:
        times = SimpleNamespace(currentTime=50.0, outputBufferDacTime=dac_s)
        now_s = time.perf_counter()
        callback(block, len(block), times, SimpleNamespace(output_underflow=late))
        expected_s = 0.125 if late else 0.05
        assert 0.0 <= mixer.marks[-1].time_s - now_s - expected_s < 0.02
    output.close()
    assert output.calls == 2
    assert output.under_runs == 1


def test_a_device_that_is_not_there_is_looked_for_twice_then_told(
    monkeypatch: pytest.MonkeyPatch, mixer: Mixer
) -> None:
    fake = sound(monkeypatch, speakers=44100)
    with pytest.raises(DeviceError, match=r"'headphones' is not connected; connect it or choose"):
        SoundOutput(mixer, "headphones")
    assert fake.begun == 1
    sound(monkeypatch)
    with pytest.raises(DeviceError, match="no sound device was found; connect one"):
        SoundOutput(mixer, "")


def test_a_busy_device_is_told(monkeypatch: pytest.MonkeyPatch, mixer: Mixer) -> None:
    sound(monkeypatch, speakers=44100).busy = True
    with pytest.raises(
        DeviceError, match=r"'speakers' cannot be opened \(Device unavailable\); close"
    ):
        SoundOutput(mixer, "")


def test_a_missing_library_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mixer: Mixer
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DeviceError, match="PortAudio library is missing; install it"):
        SoundOutput(mixer, "")


def test_devices_are_those_that_play(monkeypatch: pytest.MonkeyPatch) -> None:
    sound(monkeypatch, speakers=44100, microphone=44100, headphones=48000)
    assert devices() == ["speakers", "headphones"]


def test_a_rescan_begins_anew_as_devices_are_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = sound(monkeypatch, speakers=44100)
    devices()
    assert fake.begun == 0
    fake.rates["headphones"] = 48000
    assert devices(rescan=True) == ["speakers", "headphones"]
    assert fake.begun == 1


def test_a_tone_is_heard_the_same_at_another_rate(mixer: Mixer) -> None:
    mixer.cue = Cue(0, 44100)
    mixer.buffer.play(mixer.cue)
    mixer.buffer.pump()
    resampled = Resampled(mixer, 1, 48000)
    heard = np.zeros((48000, 1), np.float32)
    for start in range(0, len(heard), 1000):
        resampled.fill(heard[start : start + 1000], 0.0)
    wanted = sine(1000.0, 1.0, 48000).samples[0]
    inner = slice(2000, -2000)
    delays = [snr_db(np.roll(wanted, delay)[inner], heard[inner, 0]) for delay in range(-48, 48)]
    assert max(delays) > 60.0


def test_importing_the_player_loads_no_sound_library() -> None:
    question = "import sys, app.player; print(*{'sounddevice', 'soxr'} & sys.modules.keys())"
    loaded = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert loaded.stdout.split() == []
