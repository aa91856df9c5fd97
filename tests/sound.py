"""A private PulseAudio daemon with a null sink, and a recorder of what that sink is sent."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Samples

SINK = "runout_test"
N_CHANNELS = 2
TIMEOUT_S = 15.0


def skip_without_sound() -> None:
    """Skip the test, with the reason, where no private sound server can be started."""
    missing = [name for name in ("pulseaudio", "pactl", "parec") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (Debian: pulseaudio, pulseaudio-utils)")
    try:
        import sounddevice  # noqa: F401
    except OSError:
        pytest.skip("PortAudio not installed (Debian: libportaudio2)")


@dataclass(frozen=True)
class SoundServer:
    """A running daemon: play through it with `environment` set before PortAudio is loaded."""

    sample_rate: int
    environment: dict[str, str]
    _daemon: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """Take the device away, as pulling its plug does."""
        self._daemon.kill()
        self._daemon.wait()

    @contextmanager
    def recorded(self, path: Path) -> Iterator[None]:
        """Record all that the sink is sent, from before the body begins, into a raw file."""
        command = ["parec", f"--device={SINK}.monitor", "--format=float32le", "--raw"]
        command += [f"--rate={self.sample_rate}", f"--channels={N_CHANNELS}", "--latency-msec=20"]
        with (
            path.open("wb") as file,
            subprocess.Popen(command, stdout=file, env=self.environment) as recorder,
        ):
            try:
                # a null sink begins with a latency of two seconds
                _wait_until(lambda: path.stat().st_size > 0, "the recorder gets no data")
                yield
            finally:
                recorder.terminate()


def read_recorded(path: Path) -> Samples:
    """What was recorded, (channel time)."""
    samples = np.fromfile(path, np.float32)
    return samples[: len(samples) // N_CHANNELS * N_CHANNELS].reshape(-1, N_CHANNELS).T


@contextmanager
def sound_server(sample_rate: int) -> Iterator[SoundServer]:
    """Start a daemon whose only sink keeps samples of this rate as they are."""
    skip_without_sound()
    # a folder with a short name, as the path of a socket has 107 characters at most
    with tempfile.TemporaryDirectory(prefix="sound.", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = _environment(folder)
        with subprocess.Popen(
            _command(folder, sample_rate), stderr=subprocess.DEVNULL, env=environment
        ) as daemon:
            try:
                _wait_until(lambda: _answers(environment), "the sound server does not answer")
                yield SoundServer(sample_rate, environment, daemon)
            finally:
                daemon.terminate()


def _environment(folder: Path) -> dict[str, str]:
    state = folder / "state"
    state.mkdir()
    return os.environ | {
        "PULSE_RUNTIME_PATH": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_STATE_PATH": str(state),
        "PULSE_COOKIE": str(folder / "cookie"),
        "PULSE_SERVER": f"unix:{folder / 'native'}",
    }


def _command(folder: Path, sample_rate: int) -> list[str]:
    script = folder / "start.pa"
    script.write_text(
        "load-module module-native-protocol-unix\n"
        f"load-module module-null-sink sink_name={SINK} rate={sample_rate} "
        f"channels={N_CHANNELS} format=float32le\n"
        f"set-default-sink {SINK}\nset-default-source {SINK}.monitor\n"
    )
    command = ["pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1"]
    command += ["--disallow-exit=yes", "--use-pid-file=no"]
    return [*command, f"--log-target=file:{folder / 'log'}"]


def _answers(environment: dict[str, str]) -> bool:
    asked = subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False)
    return asked.returncode == 0


def _wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    stop_s = time.monotonic() + TIMEOUT_S
    while not is_so():
        assert time.monotonic() < stop_s, complaint
        time.sleep(0.05)
