"""The Player through PortAudio and a sound server, recorded and compared with what was played."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.mixer import FADE_S
from engine.audio import Samples
from tests.signals import noise, stack, sweep
from tests.sound import SoundServer, read_recorded, sound_server

Switch = tuple[float, str]
REPOSITORY = Path(__file__).resolve().parents[2]
RATE = 44100
DURATION_S = 4.0
SILENCE_S = 0.3
SWITCHES: list[Switch] = [
    (0.8, "result"),
    (1.4, "removed"),
    (2.0, "original"),
    (2.6, "removed"),
    (3.1, "result"),
]
FADE = round(FADE_S * RATE)


@pytest.fixture
def server() -> Iterator[SoundServer]:
    with sound_server(RATE) as server:
        yield server


def prepared(rng: np.random.Generator) -> tuple[Samples, Samples]:
    """An original, and a result that differs from it a little everywhere and a lot in places."""
    tone = sweep(DURATION_S, RATE, 40.0, 8000.0).samples
    original = 0.5 * stack(tone, -tone[:, ::-1]) + noise(rng, DURATION_S, RATE, 0.05, 2).samples
    change = rng.uniform(0.5e-3, 1e-3, original.shape) * rng.choice([-1.0, 1.0], original.shape)
    result = original - change.astype(np.float32)
    for start in range(RATE, int(DURATION_S - 1) * RATE, RATE // 3):
        result[:, start : start + 500] *= 0.5
    quiet = round(SILENCE_S * RATE)
    for samples in (original, result):
        samples[:, :quiet] = samples[:, -quiet:] = 0.0
    return original, result


def save(folder: Path, original: Samples, result: Samples, switches: list[Switch]) -> None:
    np.save(folder / "original.npy", original)
    np.save(folder / "result.npy", result)
    plan = {"sample_rate": RATE, "switches": switches}
    (folder / "plan.json").write_text(json.dumps(plan))


def player_of(server: SoundServer, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.sound_play", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=server.environment,
        cwd=REPOSITORY,
        text=True,
    )


def log_of(folder: Path) -> dict[str, Any]:
    log: dict[str, Any] = json.loads((folder / "played.json").read_text())
    if "pulse" not in log["devices"]:
        pytest.skip(f"PortAudio has no way to PulseAudio (Debian: libasound2-plugins): {log}")
    return log


def play_and_record(server: SoundServer, folder: Path) -> tuple[Samples, dict[str, Any]]:
    with player_of(server, folder) as player:
        with server.recorded(folder / "recorded.raw"):
            _, complaints = player.communicate("play\n", timeout=40)
        assert player.returncode == 0, complaints
    return read_recorded(folder / "recorded.raw"), log_of(folder)


def aligned(recorded: Samples, original: Samples) -> Samples:
    """The stretch of a recording that holds the original; it must hold all of it."""
    n_fft = 1 << int(np.ceil(np.log2(recorded.shape[1] + original.shape[1])))
    spectrum = np.fft.rfft(recorded[0], n_fft) * np.conj(np.fft.rfft(original[0], n_fft))
    start = int(np.argmax(np.fft.irfft(spectrum, n_fft)[: recorded.shape[1]]))
    return recorded[:, start : start + original.shape[1]]


def first_difference(heard: Samples, expected: Samples, start: int) -> int:
    differs = np.flatnonzero(np.any(heard[:, start:] != expected[:, start:], axis=0))
    return start + int(differs[0]) if differs.size else heard.shape[1]


def test_what_is_heard_is_what_was_played_to_the_bit_but_for_linear_fades(
    server: SoundServer, tmp_path: Path, rng: np.random.Generator, record_property: Any
) -> None:
    original, result = prepared(rng)
    save(tmp_path, original, result, SWITCHES)
    for _ in range(2):
        recorded, log = play_and_record(server, tmp_path)
        assert log["failed"] == ""
        if log["under_runs"] == 0:
            break
    record_property("under_runs", log["under_runs"])
    heard = aligned(recorded, original)
    assert heard.shape == original.shape, log
    assert log["notice"] == ""
    assert log["stopped_s"] == DURATION_S

    ways = {"original": original, "result": result, "removed": original - result}
    now, at = "original", 0
    ramp = (np.arange(FADE) + 1) / (FADE + 1)
    for (_, wanted), asked_s in zip(SWITCHES, log["switched_s"], strict=True):
        begin = first_difference(heard, ways[now], at)
        # not before it was asked for, and within the latency, a block and a tick
        assert asked_s <= begin / RATE < asked_s + 0.3, (wanted, log)
        fade = slice(begin, begin + FADE)
        ideal = (1 - ramp) * ways[now][:, fade] + ramp * ways[wanted][:, fade]
        assert np.abs(heard[:, fade] - ideal).max() < 1e-6, (wanted, log)
        now, at = wanted, begin + FADE
    assert first_difference(heard, ways[now], at) == original.shape[1], log


def test_a_sound_server_that_dies_stops_playing_with_one_sentence(
    server: SoundServer, tmp_path: Path, rng: np.random.Generator
) -> None:
    original, result = prepared(rng)
    save(tmp_path, original, result, [])
    with player_of(server, tmp_path) as player:
        assert player.stdin is not None
        assert player.stdout is not None
        player.stdin.write("play\n")
        player.stdin.flush()
        if player.stdout.readline():
            server.kill()
        player.communicate(timeout=40)
    log = log_of(tmp_path)
    assert log["failed"] == ("The sound device 'pulse' has gone; connect it again and press play.")
    assert log["heard_s"] <= log["stopped_s"] < DURATION_S - 1.0
