"""Preview: what a network makes of one example as it learns, to see and to hear.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
"""

import io
from pathlib import Path

import numpy as np
import soundfile
from torch import Tensor

from engine.audio import Samples
from engine.sync import write_whole
from training.dataset import Batch

_PEAK = 0.9


class Preview:
    """Files of one folder: step-001000-degraded.wav, -restored.wav, -clean.wav and a picture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, step: int, batch: Batch, restored: Tensor, sample_rate: int) -> None:
        """Write the first example of a batch and what was made of it; the picture comes last.

        Raises:
            StorageError: it cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        sounds: dict[str, Samples] = {
            "degraded": batch.degraded[0, 0].cpu().numpy(),
            "restored": restored[0, 0].numpy(),
            "clean": batch.clean[0, 0].cpu().numpy(),
        }
        peak = max(float(np.abs(each).max()) for each in sounds.values()) or 1.0
        stem = self._folder / f"step-{step:06d}"
        for name, samples in sounds.items():
            scaled, sound = samples * min(1.0, _PEAK / peak), io.BytesIO()
            soundfile.write(sound, scaled, sample_rate, format="WAV", subtype="PCM_16")
            write_whole(Path(f"{stem}-{name}.wav"), sound.getvalue())
        draw(Path(f"{stem}.png"), sounds, sample_rate)


def draw(path: Path, sounds: dict[str, Samples], sample_rate: int) -> None:
    """Spectrograms side by side as PNG, on one scale."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # heavy: loads on first use
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.0 * len(sounds), 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(sounds), sharey=True, squeeze=False)[0]
    for axis, (name, samples) in zip(axes, sounds.items(), strict=True):
        axis.specgram(
            samples + 1e-9 * np.sin(np.arange(len(samples))),
            NFFT=1024, noverlap=768, Fs=sample_rate, vmin=-140, vmax=-40, cmap="magma",
        )  # fmt: skip
        axis.set_title(name)
        axis.set_xlabel("s")
    axes[0].set_ylabel("Hz")
    picture = io.BytesIO()
    figure.savefig(picture, dpi=80)
    write_whole(path, picture.getvalue())
