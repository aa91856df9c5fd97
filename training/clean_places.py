"""Clean places: folders of music as a recipe names them, made readable first where they must be.

"synth:FOLDER" is rendered by the synthesis kit in that folder; stems in MP4 files (MUSDB18) are
unpacked by ffmpeg, if that is installed. Both are kept in a cache.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from engine.errors import StorageError
from engine.progress import Progress, ignore, part
from training.config import DataConfig
from training.music_folders import MIXTURE, STEM_SUFFIX
from training.synthesis import PREFIX, Rendering, render


def clean_places(
    config: DataConfig,
    folder: Path,
    cache: Path,
    python: Path | None = None,
    progress: Progress = ignore,
) -> tuple[Path, ...]:
    """Folders and files that `find_music` can search.

    Args:
        config: names them.
        folder: the data folder, where its paths start.
        cache: for what is rendered and unpacked.
        python: to render with; None renders nothing that is not there yet.
        progress: of both.

    Raises:
        SettingsError, StorageError: there is no kit, it lacks something, or unpacking fails.
    """
    places: list[Path] = []
    for number, name in enumerate(config.clean):
        share = part(progress, number / len(config.clean), (number + 1) / len(config.clean))
        if name.startswith(PREFIX):
            kit = folder / name.removeprefix(PREFIX)
            wanted = Rendering(kit, config.synth_hours, config.sample_rate, config.seed)
            places.append(render(wanted, cache, python, share))
            continue
        place = folder / name
        packed = sorted(place.rglob(f"*{STEM_SUFFIX}")) if place.is_dir() else []
        places.append(place)
        if packed and (program := shutil.which("ffmpeg")):
            places.append(_unpack(packed, place, cache, program, share))
    return tuple(places)


def _unpack(
    packed: Sequence[Path], place: Path, cache: Path, program: str, progress: Progress
) -> Path:
    """A folder with the mixture of each song, sorted into sides as the packed songs are."""
    digest = hashlib.sha256(str(place.resolve()).encode()).hexdigest()[:16]
    target = cache / f"mixtures-{digest}"
    for number, path in enumerate(packed):
        progress(number / len(packed), f"unpacking {path.name}")
        song = path.name[: -len(STEM_SUFFIX)]
        output = target / path.parent.relative_to(place) / song / f"{MIXTURE}.flac"
        if place.name in ("train", "test") and path.parent == place:
            output = target / place.name / song / f"{MIXTURE}.flac"
        if not output.is_file() or output.stat().st_mtime_ns < path.stat().st_mtime_ns:
            _unpack_mixture(path, output, program)
    return target


def _unpack_mixture(path: Path, output: Path, program: str) -> None:
    """The first sound of a stem file is the mixture of the others."""
    partial = output.with_name(f".{secrets.token_hex(6)}.part.flac")
    command = [program, "-v", "error", "-nostdin", "-i", str(path), "-map", "0:a:0", str(partial)]
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
            raise StorageError(f"{path.name} cannot be unpacked by ffmpeg: {reason}")
        os.replace(partial, output)
    except OSError as error:
        raise StorageError(f"{output} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
