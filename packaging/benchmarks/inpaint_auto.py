"""What Inpaint's method `auto` goes by: prediction against the prior, by the length of the gap.

    .venv/bin/python packaging/benchmarks/inpaint_auto.py [--shared DIR]

One gap lies 3 s into each clean clip of DIR/data/dev/clean; a box of 1 to 3 kHz holds noise
instead. Prediction is that of engine/dsp/gap.py over all of the gap, however long, as nothing else
that invents nothing can fill it. LSD is that of DIR/tools/score.py, the mean over the frames whose
middle lies inside, in a box over its own bins.

Exits with 1 where the method that `auto` takes has the higher LSD.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt, stft

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from app.equipment import load_equipment  # noqa: E402 - the repository is not installed
from engine.audio import Audio, MemoryRecording  # noqa: E402
from engine.dsp.gap import fill_gap  # noqa: E402
from engine.jobs.blend import keep_band  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.project import State  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.tasks.inpaint import AR, DIFFUSION, Inpaint  # noqa: E402

Wave = NDArray[np.float64]

START_S, AROUND_S = 3.0, 3.0
BAND_HZ = (1000.0, 3000.0)
NOISE = 0.2
N_FFT, HOP = 2048, 512


@dataclass(frozen=True)
class Damage:
    """What is damaged in each clip: a gap, or a box."""

    length_s: float
    is_box: bool = False

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"{'box' if self.is_box else 'gap'} of {1000 * self.length_s:.0f} ms"

    @property
    def region(self) -> Region:
        """Where it is."""
        plain = Region(START_S, START_S + self.length_s)
        return replace(plain, low_hz=BAND_HZ[0], high_hz=BAND_HZ[1]) if self.is_box else plain


DAMAGES = (Damage(0.1), Damage(0.1, is_box=True), Damage(0.2), Damage(0.3), Damage(1.0))


def damaged(clean: Wave, rate: int, damage: Damage) -> Wave:
    """Silence in a gap, noise in a box."""
    samples, at = clean.copy(), damage.region.to_samples(rate, len(clean))
    if not damage.is_box:
        samples[at] = 0.0
        return samples
    noise = np.random.default_rng(78).standard_normal(len(clean))
    samples[at] += NOISE * sosfiltfilt(butter(6, BAND_HZ, "band", fs=rate, output="sos"), noise)[at]
    return samples


def predicted(samples: Wave, rate: int, damage: Damage) -> Wave:
    """Prediction from both sides, of a box within its band."""
    restored, at = samples.copy(), damage.region.to_samples(rate, len(samples))
    restored[at] = fill_gap(samples, at, rate)
    if damage.is_box:
        before, after = (x[None, at].astype(np.float32) for x in (samples, restored))
        restored[at] = keep_band(before, after, damage.region, rate)[0]
    return restored


def invented(samples: Wave, rate: int, damage: Damage) -> Wave:
    """What the prior that ships makes up."""
    state = State(MemoryRecording(Audio(samples[None].astype(np.float32), rate)))
    task, equipment = Inpaint(method=DIFFUSION), load_equipment("cpu")
    operation = restore(state, task, (damage.region,), equipment=equipment)
    restored = state.with_operation(operation).read(0, state.n_samples).samples[0]
    return np.asarray(restored, np.float64)


def lsd(clean: Wave, restored: Wave, rate: int, damage: Damage) -> float:
    """Mean log-spectral distance inside the damage."""
    spectra = [
        np.log10(np.abs(stft(x, nperseg=N_FFT, noverlap=N_FFT - HOP)[2]) ** 2 + 1e-10)
        for x in (clean, restored)
    ]
    hz, at = np.fft.rfftfreq(N_FFT, 1 / rate), damage.region.to_samples(rate, len(clean))
    counted = (hz >= BAND_HZ[0]) & (hz < BAND_HZ[1]) if damage.is_box else np.ones(len(hz), bool)
    distances = np.sqrt(((spectra[0] - spectra[1]) ** 2)[counted].mean(axis=0))
    middles = HOP * np.arange(len(distances))
    return float(distances[(middles >= at.start) & (middles < at.stop)].mean())


def main() -> int:
    """Measure and print; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    folder = options.parse_args().shared / "data" / "dev" / "clean"
    torch.set_num_threads(1)
    clips = [soundfile.read(path, always_2d=True) for path in sorted(folder.iterdir())]
    missed = 0
    print(
        f"| LSD inside, {len(clips)} clips | prediction | prior | auto takes |\n|---|---|---|---|"
    )
    for damage in DAMAGES:
        found: dict[str, list[float]] = {AR: [], DIFFUSION: []}
        for samples, rate in clips:
            clean = samples.mean(axis=1)[: round((START_S + damage.length_s + AROUND_S) * rate)]
            degraded = damaged(clean, rate, damage)
            for method, fill in ((AR, predicted), (DIFFUSION, invented)):
                found[method].append(lsd(clean, fill(degraded, rate, damage), rate, damage))
        mean = {method: float(np.mean(each)) for method, each in found.items()}
        taken = Inpaint().suited((damage.region,)).method
        missed += mean[taken] > min(mean.values())
        cells = " | ".join(f"{each:.3f}" for each in mean.values())
        print(f"| {damage.name} | {cells} | {taken} |", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
