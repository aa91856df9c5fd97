"""A user's folder for tests of the wizard: clean music, and a side with damage that is known."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from engine.audio import Audio, Samples
from engine.catalog_file import load_catalog
from tests.conftest import REPOSITORY
from tests.signals import music
from training.degradations import DEGRADATIONS
from training.degradations.surface import Surface
from training.wizard.plan import Damage, Music, Noise, Plan, Stretch
from training.wizard.template import Template, template_of

RATE = 16000
SEGMENT = 32768
LEAD_S, PIECE_S, PIECES = 4.0, 3.0, 5


class Known(NamedTuple):
    """A side and what is known of it: noise alone, and music alone where there is some."""

    plan: Plan
    path: Path
    noise: Samples
    music: Samples


def light_template() -> Template:
    """The light denoiser, as it would be at a low rate, so that tests are quick."""
    catalog = load_catalog([REPOSITORY / "resources" / "models"])
    entry = next(each for each in catalog.entries if each.name == "denoise-light")
    template = template_of(entry, REPOSITORY / "training" / "recipes")
    tables = dict(template.tables)
    data = {**tables["data"], "sample_rate": RATE, "segment_samples": SEGMENT}
    tables.update(data=data, material=[])
    recipe = replace(
        template.recipe,
        data=replace(template.recipe.data, sample_rate=RATE, segment_samples=SEGMENT),
    )
    card = replace(template.card, sample_rate=RATE)
    return replace(template, tables=tables, recipe=recipe, card=card)


def known_side(folder: Path, snr_db: float = 12.0, clicks: float = 8.0) -> Known:
    """Write music, a side that begins with noise alone, and that noise where training looks."""
    for number in range(2):
        _write(folder / "music" / f"piece{number}.wav", _played(1 + number, 2))
    played = _played(3, PIECES)
    n_lead = round(LEAD_S * RATE)
    noise = _hissed(n_lead + len(played))
    noise = noise * np.float32(
        np.sqrt(np.mean(played**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    )
    side = noise.copy()
    side[n_lead:] += played
    struck = Audio(side[None], RATE)
    if clicks:
        step = {"per_second": clicks, "level_db": -3.0, "seed": 6}
        struck = DEGRADATIONS["clicks"].from_mapping(step).apply(struck)
        struck.samples[:, :n_lead] = side[None, :n_lead]
    _write(folder / "side.wav", struck.samples[0])
    _write(folder / "noise" / "lead.wav", noise[:n_lead])
    path = folder / "side.wav"
    plan = Plan(
        music=Music((str(folder / "music"),)),
        noise=Noise(stretches=(Stretch(str(path), 0.0, LEAD_S, "lead-in", True),)),
        damage=Damage(transfer=str(path)),
    )
    return Known(plan, path, noise, played)


@lru_cache
def _played(seed: int, pieces: int) -> Samples:
    """Music of some length; long pieces take far longer to make than many short ones."""
    rng = np.random.default_rng(seed)
    return np.concatenate([music(rng, PIECE_S, RATE).samples[0] for _ in range(pieces)])


@lru_cache
def _hissed(n_samples: int) -> Samples:
    disc = Surface(
        seed=5, crackle=0.0, clicks_per_second=0.0, pops_per_second=0.0, scratches=0,
        groove="vinyl", turn_db=0.0, rumble_db=-20.0,
    )  # fmt: skip
    return disc.noise(n_samples, RATE)


def _write(path: Path, samples: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE, subtype="FLOAT")
