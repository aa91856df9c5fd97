"""LearnNoiseJob: measure the noise of a marked stretch and keep it in a file."""

from dataclasses import dataclass
from pathlib import Path

from engine.audio import Recording
from engine.noise_file import NoiseProfile, save_profile
from engine.progress import Progress, ignore
from engine.region import Region


@dataclass(frozen=True, eq=False)
class LearnNoiseJob:
    """Learns the noise of a region of a recording and writes its profile."""

    recording: Recording
    region: Region
    path: Path
    software: str
    overwrite: bool = False

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return f"Keep {self.path.name}"

    def run(self, progress: Progress = ignore) -> NoiseProfile:
        """Learn and write it.

        Raises:
            SettingsError: the region lies outside the recording or is too short.
            StorageError: the file is there already, or cannot be written.
            Cancelled: progress said so.
        """
        from engine.dsp.learnt_noise import learn_profile  # heavy: loads on first use

        progress(0.0, "learning the noise")
        profile = learn_profile(self.recording, self.region, self.software)
        progress(0.9)
        save_profile(profile, self.path, overwrite=self.overwrite)
        progress(1.0)
        return profile
