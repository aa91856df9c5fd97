"""Recipes of trainings, manifests of data sets, and tables of listening tests."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from app import paths
from fuzzing.damage import damaged_bytes, damaged_json, damaged_json_lines, damaged_text
from fuzzing.documents import Document, odd_or_damaged
from fuzzing.inputs import Files, Kind
from fuzzing.sounds import encoded, write_side
from training.chain_text import read_chain_text
from training.config import read_recipe
from training.degradations.noise_bank import NoiseBank
from training.degradations.white_noise import WhiteNoise
from training.evaluate import read_gaps
from training.families import FAMILIES
from training.manifest import Row, damage_from_tables, damage_to_tables, read_manifest, write_rows
from training.music_folders import group_recordings
from training.official_splits import official_split
from training.panel import read_panel


class Recipes(Document):
    """TOML that says how a network is trained."""

    name = "recipe"
    share = 8

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """Those that ship."""
        return {each.name: each.read_bytes() for each in paths.recipes().glob("*.toml")}

    def taken(self, path: Path) -> bool:
        """As the start of a training does, as far as it needs no music."""
        from training.config import section

        recipe = read_recipe(path, path.parent)
        family = FAMILIES.get(recipe.training.family)
        if family is not None:
            plain = {key: each for key, each in recipe.family.items() if not isinstance(each, dict)}
            section(family.settings_type, plain, path.name)
        return True


class Manifests(Document):
    """Lines of JSON that say what pairs are made of."""

    name = "manifest"
    share = 8
    meaning = damaged_json_lines

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """One of two rows."""
        noise = (WhiteNoise(seed=3, snr_db=5.0), NoiseBank(seed=1, path=scratch / "rain.wav"))
        damage = {"degraded": damage_to_tables(noise, scratch), "clean": ()}
        row = Row("000_a", "train", "a.wav", "0" * 64, 7, 100, 8000, "wav", (), damage)
        path = scratch / "manifest.jsonl"
        write_rows((row, replace(row, name="001_b", gain=0.5, sha256={"clean": "0" * 64})), path)
        return {path.name: path.read_bytes()}

    def taken(self, path: Path) -> bool:
        """As a data set that is made again does."""
        for row in read_manifest(path):
            for tables in row.damage.values():
                damage_from_tables(tables, path.parent)
        return True


class Panels(Kind):
    """The table of a listening test beside its recordings."""

    name = "panel"
    share = 5

    def __init__(self, scratch: Path) -> None:
        self._wav = encoded("WAV", "PCM_16")
        self._tables = (
            "file,snr-panel-2,noise-gain-panel-2\na.wav,12.5,0.01\nb.wav,,0.02\n",
            "arquivo;snr-painel-2;noise-gain-painel-2\r\na.wav;12,5;0,01\r\nb.wav;;0,02\r\n",
        )

    def make(self, rng: Random, number: int) -> Files:
        """The table damaged, now and then a recording too."""
        table = rng.choice(self._tables).encode()
        wav = damaged_bytes(rng, self._wav) if rng.random() < 0.2 else self._wav
        return {
            "sample-info.csv": odd_or_damaged(rng, number, table, damaged_text),
            "panel-2/noisy/a.wav": wav,
            "panel-2/noisy/b.wav": self._wav,
        }

    def read(self, folder: Path) -> bool:
        """As `runout panel` does before it restores."""
        return bool(read_panel(folder, 2).samples)


class Indexes(Kind):
    """Tables that sets of music bring along: who plays what, and on which side it is."""

    name = "index"
    share = 4

    def __init__(self, scratch: Path) -> None:
        write_side(scratch / "a.wav")
        self._files = {
            "maestro-v1.csv": b"audio_filename,split\na.wav,train\nb.wav,test\n",
            "maestro-v3.json": json.dumps(
                {"audio_filename": {"0": "a.wav"}, "split": {"0": "train"}}
            ).encode(),
            "index.csv": b"file,midi\na.wav,one.mid\nb.wav,one.mid\n",
            "gaps.json": b'{"a": [[0.1, 0.2], [0.5, 1]], "b": []}',
        }

    def make(self, rng: Random, number: int) -> Files:
        """One of them."""
        name = sorted(self._files)[number % len(self._files)]
        meaning = damaged_json if name.endswith("json") else damaged_text
        content = odd_or_damaged(rng, number // 4, self._files[name], meaning)
        return {name: content, "a.wav": b"", "b.wav": b""}

    def read(self, folder: Path) -> bool:
        """As the choice of music for a training does."""
        group_recordings([folder / "a.wav", folder / "b.wav"])
        official_split(folder / "a.wav")
        if (folder / "gaps.json").exists():
            read_gaps(folder / "gaps.json")
        return True


class ChainTexts(Kind):
    """Damage told in words, as `runout degrade` takes it."""

    name = "chain"
    share = 3

    def __init__(self, scratch: Path) -> None:
        self._texts = (
            b"hiss at -40 dBFS, clicks 20/s, hum 50 Hz", b"white_noise snr_db=10, hiss",
            b"noise at 10 dB, low-pass 5000 Hz",
        )  # fmt: skip

    def make(self, rng: Random, number: int) -> Files:
        """A text."""
        return {"chain.txt": odd_or_damaged(rng, number, rng.choice(self._texts), damaged_text)}

    def read(self, folder: Path) -> bool:
        """Read it; it has no file that a sentence could name."""
        path = folder / "chain.txt"
        if not path.is_file() or path.is_symlink():
            return False
        from engine.errors import EngineError

        try:
            return bool(read_chain_text(path.read_text("utf-8", "replace")))
        except EngineError as error:
            if not str(error).isprintable() or len(str(error)) > 500:
                raise
            return False
