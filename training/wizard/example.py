"""Example: one excerpt of the user's music, clean and damaged as training does it, to see and hear.

Beside it stands an excerpt of the user's own transfer. All are brought to one loudness, clean and
damaged by the same gain, so that nothing but the damage is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine.audio import Audio, Samples
from engine.audio_file import open_audio
from engine.errors import SettingsError
from engine.progress import Progress, ignore, part
from engine.spectrogram import Values, values_of
from training.config import recipe_from_mapping
from training.degradations.base import Degradation
from training.examples import SIDES, ExampleMaker
from training.wizard.clean_excerpts import mono, music_files, read_excerpt
from training.wizard.cut_noise import cut_noise
from training.wizard.plan import Plan
from training.wizard.recipe import recipe_tables
from training.wizard.recipe_damage import uses_own_noise
from training.wizard.template import Template

DURATION_S = 8.0
LOUDNESS_LUFS = -23.0
_PEAK = 0.9
_N_FFT, _ROWS = 1024, 128
_QUIET_LUFS = -70.0


@dataclass(frozen=True, eq=False)
class Trial:
    """What an example is made from.

    Attributes:
        plan: what was said so far.
        template: of the base.
        folder: of the training, with the noise that was cut.
    """

    plan: Plan
    template: Template
    folder: Path

    def ready(self, progress: Progress = ignore) -> None:
        """Cut the noise that is ticked, unless that was done.

        Raises:
            EngineError: there is too little, or it cannot be read or written.
        """
        if uses_own_noise(self.plan, self.template):
            cut_noise(self.plan, self.folder, progress)


@dataclass(frozen=True, eq=False)
class HeardExample:
    """An example, each mono, of one rate and as loud.

    Attributes:
        clean, degraded: of the user's music.
        yours: of the transfer; None where none is named.
        source: of the music.
        damage: what befell it.
        yours_start_s: where the excerpt of the transfer begins.
        pictures: (bin frame) levels of each as a spectrogram has them, by name.
    """

    clean: Audio
    degraded: Audio
    yours: Audio | None
    source: Path
    damage: tuple[Degradation, ...]
    yours_start_s: float = 0.0
    pictures: Mapping[str, Values] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ExampleJob:
    """Makes one.

    Attributes:
        trial: what from.
        number: which; another number is another excerpt with other draws of the damage.
        duration_s: of it.
    """

    trial: Trial
    number: int
    duration_s: float = DURATION_S
    title: str = "Making an example"

    def run(self, progress: Progress = ignore) -> HeardExample:
        """Read, damage and level.

        Raises:
            EngineError: there is no music, it cannot be read, or the damage cannot be made.
            Cancelled: progress said so.
        """
        plan, template = self.trial.plan, self.trial.template
        rate = template.sample_rate
        rng = np.random.default_rng((self.number, 1))
        self.trial.ready(part(progress, 0.0, 0.2))
        progress(0.2, "reading music")
        excerpt = read_excerpt(music_files(plan.music), rate, self.duration_s, rng)
        if not len(excerpt.steps):
            raise SettingsError(f"{excerpt.path.name} is empty; leave it out")
        progress(0.3, "damaging it")
        recipe = recipe_from_mapping(
            recipe_tables(plan, template, self.trial.folder), self.trial.folder
        )
        data = replace(recipe.data, segment_samples=len(excerpt.steps), least_dbfs=-200.0)
        maker = ExampleMaker(replace(recipe, data=data), [excerpt], SIDES[0], self.trial.folder)
        example = maker[self.number]
        progress(0.7, "reading your transfer")
        yours, start_s = self._yours(rate, rng)
        gain = _gain(example.clean, rate)
        peak = max(float(np.abs(each).max()) for each in (example.clean, example.degraded))
        gain = min(gain, _PEAK / max(peak, 1e-9))
        clean, degraded = (
            Audio((gain * each)[None].astype(np.float32), rate)
            for each in (example.clean, example.degraded)
        )
        progress(0.9, "drawing it")
        sounds = {"clean": clean, "degraded": degraded, "yours": yours}
        pictures = {name: _picture(each) for name, each in sounds.items() if each is not None}
        return HeardExample(clean, degraded, yours, excerpt.path, example.damage, start_s, pictures)

    def _yours(self, rate: int, rng: np.random.Generator) -> tuple[Audio | None, float]:
        """Somewhere in the middle of the transfer, as loud as the others."""
        name = self.trial.plan.damage.transfer
        if not name:
            return None, 0.0
        with open_audio(Path(name)) as file:
            length = min(file.n_samples, round(self.duration_s * file.sample_rate))
            free = file.n_samples - length
            start = int(rng.integers(free // 8, free - free // 8 + 1))
            samples = mono(file.read(start, start + length).samples, file.sample_rate, rate)
            start_s = start / file.sample_rate
        samples = samples - samples.mean(dtype=np.float32)
        peak = float(np.abs(samples).max(initial=0.0))
        gain = min(_gain(samples, rate), _PEAK / max(peak, 1e-9))
        return Audio((gain * samples)[None].astype(np.float32), rate), start_s


def _picture(audio: Audio) -> Values:
    """Levels (row frame) up to half the rate, the largest of neighbouring bins and frames."""
    padded = np.pad(audio.samples[0], (0, max(0, _N_FFT - audio.n_samples)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[:: _N_FFT // 2]
    window = np.hanning(_N_FFT)
    power = np.square(2.0 / window.sum() * np.abs(np.fft.rfft(frames * window))).T[1:]
    rows = power.reshape(_ROWS, -1, power.shape[1]).max(axis=1)
    return values_of(rows.astype(np.float32))


def _gain(samples: Samples, sample_rate: int) -> float:
    """What brings samples (time) to the loudness of all; 1 for silence."""
    from engine.dsp.loudness import LoudnessMeter  # heavy: loads on first use

    meter = LoudnessMeter(sample_rate, 1)
    meter.add(samples[None])
    lufs = meter.lufs
    if lufs is None or lufs < _QUIET_LUFS:
        return 1.0
    return float(10.0 ** ((LOUDNESS_LUFS - lufs) / 20.0))
