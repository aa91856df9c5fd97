"""The sound device: one stream that calls a mixer; knows PortAudio and no Qt.

sounddevice is imported when the first stream is opened or devices are asked for.
"""

import sys
import threading
import time
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from app.mixer import BLOCK_SAMPLES, Mixer
from engine.audio import Samples
from engine.errors import DeviceError

LATENCY_S = 0.1
SWITCH_INTERVAL_S = 0.001
"""Between Python threads while playing: lets the callback in among busy ones."""

_PORTAUDIO = threading.Lock()
"""PortAudio is not made for several threads; devices are not listed where streams are opened."""


def devices(*, rescan: bool = False) -> list[str]:
    """Names of the sound devices that can play; with their interface where names are alike.

    rescan: begin anew, as PortAudio lists devices once; no stream may be open.

    Raises:
        DeviceError: PortAudio is missing.
    """
    sound = _sounddevice()
    with _PORTAUDIO:
        if rescan:
            _begin_anew(sound)
        found = [info for info in sound.query_devices() if info["max_output_channels"] > 0]
    names = [info["name"] for info in found]
    return [
        name
        if names.count(name) == 1
        else f"{name}, {sound.query_hostapis(info['hostapi'])['name']}"
        for name, info in zip(names, found, strict=True)
    ]


def default_device() -> str:
    """Name of the device that is used when none was chosen.

    Raises:
        DeviceError: PortAudio is missing, or there is no device.
    """
    return str(_find(_sounddevice(), "")["name"])


class Output(Protocol):
    """A stream that plays what a mixer mixes."""

    @property
    def notice(self) -> str:
        """One sentence if the recording is not played as it is."""

    @property
    def calls(self) -> int:
        """How many blocks the device has asked for."""

    @property
    def is_active(self) -> bool:
        """Whether the device still asks for sound."""

    @property
    def under_runs(self) -> int:
        """Blocks that came too late or had to be silence."""

    def close(self) -> None:
        """Stop at once and give the device back."""


class SoundOutput:
    """A stream that plays what a mixer mixes, until it is closed.

    Raises:
        DeviceError: there is no such device, or it cannot be opened.
    """

    def __init__(self, mixer: Mixer, device: str) -> None:
        self.notice = ""
        """One sentence if the recording is not played as it is."""
        self.calls = 0
        """Counts blocks, so that a device which asks for none is noticed."""
        self._mixer = mixer
        self._late = 0
        self._switch_interval_s = sys.getswitchinterval()
        sound = self._sound = _sounddevice()
        with _PORTAUDIO:
            try:
                self._stream = self._open(sound, device)
            except DeviceError:
                _begin_anew(sound)
                self._stream = self._open(sound, device)
        sys.setswitchinterval(SWITCH_INTERVAL_S)

    @property
    def is_active(self) -> bool:
        """Whether the device still asks for sound."""
        try:
            return bool(self._stream.active)
        except self._sound.PortAudioError:
            return False

    @property
    def under_runs(self) -> int:
        """Blocks that came too late or had to be silence."""
        return self._late + self._mixer.under_runs

    def close(self) -> None:
        """Stop at once and give the device back."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)
        sys.setswitchinterval(self._switch_interval_s)

    def _open(self, sound: ModuleType, device: str) -> Any:
        info = _find(sound, device)
        buffer = self._mixer.buffer
        n_outputs = min(info["max_output_channels"], 2)
        rate = _playable_rate(sound, info, n_outputs, buffer.sample_rate)
        self._fill = self._mixer.fill
        if rate != buffer.sample_rate:
            self._fill = Resampled(self._mixer, n_outputs, rate).fill
            self.notice = (
                f"'{info['name']}' does not play {buffer.sample_rate} Hz; "
                f"for listening alone the recording is converted to {rate} Hz."
            )
        try:
            stream = sound.OutputStream(
                samplerate=rate,
                blocksize=BLOCK_SAMPLES,
                device=info["index"],
                channels=n_outputs,
                dtype="float32",
                latency=LATENCY_S,
                callback=self._on_block,
            )
            self._latency_s = float(stream.latency)
            stream.start()
        except sound.PortAudioError as error:
            raise DeviceError(
                f"The sound device '{info['name']}' cannot be opened ({error.args[0]}); "
                "close what else uses it, or choose another under Listen, Output Device."
            ) from error
        return stream

    def _on_block(self, out: Samples, frames: int, times: Any, status: Any) -> None:
        self.calls += 1
        if status.output_underflow:
            self._late += 1
        delay_s = times.outputBufferDacTime - times.currentTime
        if not 0.0 < delay_s < 10.0:  # some drivers tell no times
            delay_s = self._latency_s
        self._fill(out, time.perf_counter() + delay_s)


class Resampled:
    """A mixer heard at another rate than the recording's."""

    def __init__(self, mixer: Mixer, n_outputs: int, sample_rate: int) -> None:
        import soxr

        self._mixer = mixer
        self._block = np.zeros((BLOCK_SAMPLES, n_outputs), np.float32)
        self._left = np.zeros((0, n_outputs), np.float32)
        self._stream = soxr.ResampleStream(mixer.buffer.sample_rate, sample_rate, n_outputs)

    def fill(self, out: Samples, time_s: float) -> None:
        """Fill out (time output_channel), whose first sample is heard at time_s."""
        while len(self._left) < len(out):
            self._mixer.fill(self._block, time_s)
            fresh = self._stream.resample_chunk(self._block)
            self._left = np.concatenate([self._left, fresh])
        out[:] = self._left[: len(out)]
        self._left = self._left[len(out) :]


def _sounddevice() -> ModuleType:
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(
            "Nothing can be played, as the PortAudio library is missing; "
            "install it (on Debian and Ubuntu: libportaudio2)."
        ) from error
    module: ModuleType = sounddevice
    return module


def _begin_anew(sound: ModuleType) -> None:
    """PortAudio lists devices once; one plugged in since is found by beginning anew."""
    sound._terminate()
    sound._initialize()


def _find(sound: ModuleType, device: str) -> dict[str, Any]:
    try:
        info: dict[str, Any] = sound.query_devices(device or None, "output")
    except (ValueError, sound.PortAudioError) as error:
        if device:
            raise DeviceError(
                f"The sound device '{device}' is not connected; "
                "connect it or choose another under Listen, Output Device."
            ) from error
        raise DeviceError(
            "Nothing can be played, as no sound device was found; connect one and try again."
        ) from error
    return info


def _playable_rate(
    sound: ModuleType, info: dict[str, Any], n_outputs: int, sample_rate: int
) -> int:
    """The recording's rate, or the device's own if it refuses that."""
    try:
        sound.check_output_settings(
            device=info["index"], channels=n_outputs, dtype="float32", samplerate=sample_rate
        )
    except sound.PortAudioError:
        return int(info["default_samplerate"])
    return sample_rate
