"""Previews: those that are whole, and their pictures on one scale."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from training.run_folder import PREVIEWS
from training.wizard.previews import SOUNDS, PreviewJob, preview_steps

RATE = 16_000


def written(run: Path, step: int, level: float = 0.5) -> None:
    folder = run / PREVIEWS
    folder.mkdir(parents=True, exist_ok=True)
    tone = np.sin(2 * np.pi * 4000 * np.arange(RATE) / RATE)
    for number, name in enumerate(SOUNDS):
        samples = level * 10.0 ** (-number) * tone
        soundfile.write(folder / f"step-{step:06d}-{name}.wav", samples, RATE)
    (folder / f"step-{step:06d}.png").write_bytes(b"")


def test_previews_are_told_once_their_picture_is_there(tmp_path: Path):
    assert preview_steps(tmp_path) == ()
    for step in (100, 20):
        written(tmp_path, step)
    soundfile.write(tmp_path / PREVIEWS / "step-000300-clean.wav", np.zeros(9), RATE)
    (tmp_path / PREVIEWS / "step-x.png").write_bytes(b"")
    assert preview_steps(tmp_path) == (20, 100)


def test_pictures_have_one_scale(tmp_path: Path):
    written(tmp_path, 7)
    shown = PreviewJob(tmp_path, 7).run()
    assert shown.sounds["clean"].n_samples == RATE
    tops = [int(shown.pictures[name].max()) for name in SOUNDS]
    assert tops == pytest.approx([255, 255 - 57, 255 - 113], abs=1)  # 20 dB each of 90
    rows = shown.pictures["degraded"].max(axis=1)
    assert abs(int(rows.argmax()) - 128) <= 1  # half of the way up


def test_one_that_is_gone_is_told(tmp_path: Path):
    with pytest.raises(StorageError, match="is not there any more"):
        PreviewJob(tmp_path, 7).run()
