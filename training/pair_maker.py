"""Pair maker: draws one pair of a data set, or takes it from a manifest, and writes its two files.

A pair that is drawn is written as a row first, and its files are made from that row; so what is
made again from a manifest goes the same way.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.audio import Audio, Samples
from engine.errors import EngineError, SettingsError, StorageError
from training.chain import apply_damage, draw_damage, judging_chain
from training.config import Recipe
from training.dataset_plan import Draft
from training.manifest import (
    Row,
    damage_from_tables,
    damage_to_tables,
    read_row,
    write_rows,
)
from training.noise_pairs import NoisePairs
from training.official_splits import TRAIN
from training.pair_file import gain_to_fit, write_pair_file
from training.recordings import decode

DEGRADED, CLEAN = "degraded", "clean"
NOISY = ("noisy_a", "noisy_b")
ROWS = ".rows"


@dataclass(frozen=True)
class Replay:
    """A row of a manifest and the recording it speaks of."""

    row: Row
    path: Path


@dataclass(frozen=True)
class Outcome:
    """A pair that was made, or a sentence on why it was not."""

    row: Row | None
    sentence: str = ""


@dataclass(frozen=True, eq=False)
class PairMaker:
    """Makes pairs in a folder; pickled for other processes.

    Attributes:
        output: the folder of the data set.
        folder: the data folder.
        cache: where decoded recordings are kept.
        recipe: what to draw by; None where all is in rows.
        noise_pairs: draws noises where the target is noisy.
    """

    output: Path
    folder: Path
    cache: Path
    recipe: Recipe | None = None
    noise_pairs: NoisePairs | None = None

    def make(self, work: Draft | Replay) -> Outcome:
        """Make a pair, unless it is there already.

        Raises:
            StorageError: nothing can be written.
        """
        name = work.name if isinstance(work, Draft) else work.row.name
        kept = self.output / ROWS / f"{name}.json"
        try:
            if (row := self._kept(kept)) is None:
                row = self._draw(work) if isinstance(work, Draft) else work.row
                path = work.source.path if isinstance(work, Draft) else work.path
                row = self._write(row, path)
            if isinstance(work, Replay) and row != work.row:
                self._remove(row)
                return Outcome(None, _changed(row))
        except EngineError as error:
            return Outcome(None, f"{name}: {error}")
        except OSError as error:
            reason = error.strerror or error
            raise StorageError(f"{self.output} cannot be written: {reason}") from error
        return Outcome(row)

    def _draw(self, draft: Draft) -> Row:
        assert self.recipe is not None
        data = self.recipe.data
        rng = draft.rng(data.seed)
        excerpt = self._excerpt(draft.source.path, draft.start, data.segment_samples)
        material = draw_damage(self.recipe.material, rng)
        row = Row(
            name=draft.name,
            split=draft.source.split,
            source=draft.source.name,
            source_sha256=draft.source.sha256,
            start=draft.start,
            n_samples=data.segment_samples,
            sample_rate=data.sample_rate,
            format=self.recipe.dataset.format,
            material=damage_to_tables(material, self.folder),
            damage={},
        )
        if row.split == TRAIN and self.noise_pairs is not None:
            clean = apply_damage(material, excerpt)
            pair = self.noise_pairs.draw(clean, draft.dynamics, rng)
            sides = (damage_to_tables(each, self.folder) for each in (pair.damage_a, pair.damage_b))
            damages = dict(zip(NOISY, sides, strict=True))
            return replace(row, damage=damages, correlation=pair.correlation)
        if self.noise_pairs is not None:
            damage = self.noise_pairs.draw_test(draft.dynamics, rng)
        else:
            chain = self.recipe.damage
            damage = draw_damage(chain if row.split == TRAIN else judging_chain(chain), rng)
        return replace(row, damage={DEGRADED: damage_to_tables(damage, self.folder), CLEAN: ()})

    def _write(self, row: Row, path: Path) -> Row:
        """Make and write both sides, and then the row, which says that they are whole."""
        excerpt = self._excerpt(path, row.start, row.n_samples, row.sample_rate)
        clean = apply_damage(damage_from_tables(row.material, self.folder), excerpt)
        sides: dict[str, Samples] = {
            name: apply_damage(damage_from_tables(tables, self.folder), clean).samples[0]
            for name, tables in row.damage.items()
        }
        peak = max(float(np.abs(each).max()) for each in sides.values())
        if not np.isfinite(peak):
            raise SettingsError("the damage makes samples that are no numbers")
        gain = gain_to_fit(peak, row.format)
        digests = {}
        for name, samples in sides.items():
            target = self.output / name / f"{row.name}.{row.format}"
            target.parent.mkdir(parents=True, exist_ok=True)
            digests[name] = write_pair_file(np.float32(gain) * samples, row.sample_rate, target)
        row = replace(row, gain=gain, sha256=digests)
        kept = self.output / ROWS / f"{row.name}.json"
        kept.parent.mkdir(exist_ok=True)
        write_rows([row], kept)
        return row

    def _kept(self, path: Path) -> Row | None:
        """The row of a pair that was made before a stop."""
        if not path.is_file():
            return None
        row = read_row(path)
        return row if all(each.is_file() for each in self._files(row)) else None

    def _remove(self, row: Row) -> None:
        for path in (*self._files(row), self.output / ROWS / f"{row.name}.json"):
            path.unlink()

    def _files(self, row: Row) -> list[Path]:
        return [self.output / name / f"{row.name}.{row.format}" for name in row.damage]

    def _excerpt(
        self, path: Path, start: int, n_samples: int, sample_rate: int | None = None
    ) -> Audio:
        """Part of a recording, of mean 0, so that noises are told from it."""
        if sample_rate is None:
            assert self.recipe is not None
            sample_rate = self.recipe.data.sample_rate
        samples = decode(path, sample_rate, self.cache).read(start, n_samples)
        return Audio((samples - samples.mean(dtype=np.float32))[None], sample_rate)


def _changed(row: Row) -> str:
    return (
        f"{row.name} is not what the manifest says; the noise it names has changed, "
        "or other versions of this program or its libraries made it"
    )
