"""Noise profiles that are kept in a project folder, by name, so that they outlive its source."""

import contextlib
import os
from pathlib import Path

from engine.errors import SettingsError
from engine.file_name import cleaned, is_device
from engine.noise_file import SUFFIX, NoiseProfile, parse_profile
from engine.storage.disk import Damaged, read_file, write_failed, write_file

FOLDER = "profiles"
_LIMIT_BYTES = 1 << 25
_NAME_LIMIT = 50
"""Characters; of four bytes each they still make a name that file systems take."""
_MOST_ALIKE = 1000


def fit_name(name: str) -> str:
    """The name as every file system takes it; it can lie nowhere but in the folder itself."""
    fit = cleaned(name).removesuffix(SUFFIX)[:_NAME_LIMIT].strip(" .")
    return f"{fit}-" if is_device(fit) else fit or "noise"


class Profiles:
    """The noise profiles in a folder, which is made with the first one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def paths(self) -> dict[str, Path]:
        """All there are, by name."""
        found: dict[str, Path] = {}
        with contextlib.suppress(OSError):
            for path in sorted(self.folder.iterdir(), key=lambda each: each.stem):
                if path.suffix == SUFFIX and path.is_file() and not path.name.startswith("."):
                    found[path.stem] = path
        return found

    def add(self, profile: NoiseProfile, name: str) -> str:
        """Keep a profile, unless one of that name says the same.

        Returns:
            The name it has; a number is added where another one has it.

        Raises:
            StorageError: it cannot be written.
        """
        fit = fit_name(name)[: _NAME_LIMIT - len(f" {_MOST_ALIKE}")].rstrip(" .")
        for number in range(1, _MOST_ALIKE):
            wanted = fit if number == 1 else f"{fit} {number}"
            if not os.path.lexists(self.path(wanted)):
                break
            with contextlib.suppress(Damaged):
                if self.load(wanted).is_alike(profile):
                    return wanted
        try:
            self.folder.mkdir(exist_ok=True)
            write_file(self.path(wanted), profile.to_bytes())
        except OSError as error:
            raise write_failed(self.folder.parent, len(profile.to_bytes()), error) from error
        return wanted

    def load(self, name: str) -> NoiseProfile:
        """A profile by its name.

        Raises:
            Damaged: it is not there, or not as it was written.
        """
        path = self.path(name)
        try:
            return parse_profile(read_file(path, _LIMIT_BYTES), path.name)
        except FileNotFoundError as error:
            raise Damaged(f"{path.name} is not there") from error
        except OSError as error:
            raise Damaged(f"{path.name} cannot be read: {error.strerror}") from error
        except SettingsError as error:
            raise Damaged(str(error)) from error

    def path(self, name: str) -> Path:
        """Where a profile of that name lies."""
        return self.folder / f"{name}{SUFFIX}"


def profile_name(profile: NoiseProfile) -> str:
    """What a profile is called that nobody has named: after the stretch it was learnt from."""
    stem = Path(profile.source).stem[: _NAME_LIMIT - 20] or "noise"
    return f"{stem} {profile.region.start_s:.2f}-{profile.region.stop_s:.2f} s"
