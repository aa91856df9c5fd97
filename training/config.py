"""Config: a recipe, read from TOML: material, damage, network, family and schedule.

Everything that a training or a data set is made from stands in one file:

    name = "denoise-light"

    [data]
    clean = ["train/music"]          # folders or files below the data folder
    sample_rate = 44100
    segment_samples = 65536
    level = 0.06                     # root mean square that degraded excerpts are brought to

    [[material]]                     # befalls the music, and is what the network should give
    name = "low_pass"
    probability = 0.2

    [[damage]]                       # befalls that, and is what the network should take away
    name = "surface"
    snr_db = [4.0, 26.0]

    [network]
    name = "light"                   # in NETWORKS
    preset = "standard"              # or config = {...}, or start = "weights.safetensors"

    [training]
    family = "supervised"            # in FAMILIES; its own settings stand in [family]
    max_minutes = 60.0

    [family]
    ...
"""

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engine.documents import read_toml, reason
from engine.errors import SettingsError, StorageError
from training.chain import Step, read_chain

TARGETS = ("clean", "noisy")
PAIR_KINDS = ("", "classes", "class", "mixed", "white")
CHOICES = ("random", "diverse")
FORMATS = ("flac", "wav")
_LIMIT_BYTES = 1 << 20
_Section = TypeVar("_Section")


@dataclass(frozen=True)
class DataConfig:
    """Where examples come from and what form they have.

    Attributes:
        clean: folders and files of music, below the data folder; "synth:FOLDER" is music that the
            synthesis kit in a folder renders.
        left_out: files among them that are not used.
        sample_rate: in Hz, of the examples.
        segment_samples: length of an example.
        level: root mean square that a degraded excerpt is brought to, and its target with it;
            0 leaves levels alone.
        level_spread_db: by how much that level varies, up and down.
        target: clean, or noisy: the music under another draw of the damage.
        validation_share: of the recordings, kept for validation.
        validation: words in the names of recordings that are kept for validation as well; "=air"
            is a whole name.
        least_dbfs: excerpts below it are silence and are not taken.
        seed: of all that is drawn.
        synth_hours: how much the synthesis kit renders.
    """

    clean: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    sample_rate: int = 44100
    segment_samples: int = 65536
    level: float = 0.06
    level_spread_db: float = 6.0
    target: str = "clean"
    validation_share: float = 0.1
    validation: tuple[str, ...] = ()
    least_dbfs: float = -50.0
    seed: int = 0
    synth_hours: float = 2.0

    def __post_init__(self) -> None:
        _positive(self, "sample_rate", "segment_samples", "synth_hours")
        _one_of("target", self.target, TARGETS)
        if not 0.0 <= self.validation_share < 1.0:
            raise SettingsError(f"validation_share = {self.validation_share:g} is outside 0 .. 1")


@dataclass(frozen=True)
class PairConfig:
    """Noises of the pairs that stand for clean targets where target = "noisy".

    Attributes:
        kind: classes: real noises of two classes; class: of one class, and of any other; mixed: as
            classes, but each is white noise half the time; white; "" draws the damage twice.
        folder: of noise in classes, below the data folder.
        noise_class: of kind class, the class of the first noise.
        snr_db: range [low, high] of both; 2 to 27 dB if it is not said.
        adapt: shift that range by the dynamics of each recording.
        held_out: about that share of the files of noise, by their names, is kept for tests.
    """

    kind: str = ""
    folder: str = ""
    noise_class: str = ""
    snr_db: tuple[float, ...] = ()
    adapt: bool = True
    held_out: float = 0.0

    def __post_init__(self) -> None:
        _one_of("kind", self.kind, PAIR_KINDS)
        if self.snr_db and (len(self.snr_db) != 2 or self.snr_db[0] > self.snr_db[1]):
            raise SettingsError(f"snr_db = {list(self.snr_db)} is no range [low, high]")


@dataclass(frozen=True)
class DatasetConfig:
    """What is written when a recipe is made into a data set of files.

    Attributes:
        count: of pairs.
        choice: random, or diverse: those excerpts of each recording in which most happens.
        format: flac (24 bits; levels are taken down where they would clip) or wav (floats).
    """

    count: int = 1000
    choice: str = "random"
    format: str = "flac"

    def __post_init__(self) -> None:
        _positive(self, "count")
        _one_of("choice", self.choice, CHOICES)
        _one_of("format", self.format, FORMATS)


@dataclass(frozen=True)
class NetworkConfig:
    """Which network, and what it starts from.

    Attributes:
        name: in NETWORKS.
        preset: one of its presets; "" for the default.
        config: settings that differ from the preset.
        start: weights to start from, below the data folder; "" for fresh ones.
        sha256: of the file of those weights, in hexadecimal; "" takes any.
    """

    name: str = ""
    preset: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    start: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class TrainingConfig:
    """How the loop runs.

    Attributes:
        family: in FAMILIES.
        batch: examples of a step, over all processes together.
        learning_rate: at its highest.
        final_share: of it that is left at the end; half a cosine leads there.
        warm_up_steps: over which it rises from 0.
        weight_decay: of AdamW.
        max_steps: after which training is done.
        max_minutes: after which it is done as well, all runs together; 0 for no such limit.
        largest_slope: norm that the gradient is held to.
        ema_decay: of the averaged weights, which are what is kept.
        half: compute in bfloat16 where that is safe.
        validate_steps: between validations; each is also a checkpoint.
        validate_s: seconds after which there is one as well; 0 for no such limit.
        n_validation: examples of a validation.
        checkpoint_s: between checkpoints besides.
        preview_steps: between pictures and sounds of an example; 0 makes none.
        seed: of the fresh weights and of what networks draw.
    """

    family: str = "supervised"
    batch: int = 8
    learning_rate: float = 1e-3
    final_share: float = 0.01
    warm_up_steps: int = 100
    weight_decay: float = 0.0
    max_steps: int = 10_000
    max_minutes: float = 0.0
    largest_slope: float = 1.0
    ema_decay: float = 0.999
    half: bool = False
    validate_steps: int = 250
    validate_s: float = 0.0
    n_validation: int = 24
    checkpoint_s: float = 120.0
    preview_steps: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        _positive(self, "batch", "learning_rate", "max_steps", "validate_steps", "n_validation")
        if not 0.0 <= self.ema_decay < 1.0:
            raise SettingsError(f"ema_decay = {self.ema_decay:g} is outside 0 .. 1")


@dataclass(frozen=True)
class Recipe:
    """All of one training.

    Attributes:
        name: of the model it makes.
        title: what menus call that.
        data, network, training, pairs, dataset: see there.
        material: befalls the music before it is damaged.
        damage: befalls it then.
        family: settings of the family, which reads them itself.
        model: what the catalogue says of the model besides: tasks, method, licence, sources.
    """

    name: str
    title: str = ""
    data: DataConfig = field(default_factory=DataConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    material: tuple[Step, ...] = ()
    damage: tuple[Step, ...] = ()
    family: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    pairs: PairConfig = field(default_factory=PairConfig)
    dataset: DatasetConfig = field(default_factory=DatasetConfig)

    def changed(self, **training: Any) -> "Recipe":
        """The same with other settings of [training]."""
        return dataclasses.replace(self, training=dataclasses.replace(self.training, **training))


def read_recipe(path: Path, folder: Path) -> Recipe:
    """Read a recipe whose paths start from a folder of data.

    Raises:
        StorageError: the file cannot be read.
        SettingsError: it is no TOML, or something in it is unknown or out of range; the sentence
            names the file.
    """
    try:
        tables = read_toml(path, _LIMIT_BYTES)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {reason(error)}") from error
    except ValueError as error:
        raise SettingsError(f"{path.name} is not a recipe: {error}") from error
    try:
        return recipe_from_mapping(tables, folder)
    except SettingsError as error:
        raise SettingsError(f"{path.name}: {error}") from error


def recipe_from_mapping(tables: Mapping[str, Any], folder: Path) -> Recipe:
    """Read a recipe from the tables of a TOML file.

    Raises:
        SettingsError: something in it is unknown, of the wrong kind or out of range.
    """
    known = {each.name for each in dataclasses.fields(Recipe)}
    if unknown := sorted(set(tables) - known):
        raise SettingsError(f"a recipe has no entry '{unknown[0]}'")
    if not isinstance(tables.get("name"), str) or not tables["name"]:
        raise SettingsError("the recipe has no name")
    return Recipe(
        tables["name"],
        tables.get("title", ""),
        section(DataConfig, tables.get("data", {}), "data"),
        section(NetworkConfig, tables.get("network", {}), "network"),
        section(TrainingConfig, tables.get("training", {}), "training"),
        read_chain(tables.get("material", ()), folder),
        read_chain(tables.get("damage", ()), folder),
        tables.get("family", {}),
        tables.get("model", {}),
        section(PairConfig, tables.get("pairs", {}), "pairs"),
        section(DatasetConfig, tables.get("dataset", {}), "dataset"),
    )


def section(kind: type[_Section], values: Mapping[str, Any], name: str) -> _Section:
    """Read one table of a recipe into a dataclass; what it does not name keeps its default.

    Raises:
        SettingsError: an unknown name, or a value of another kind.
    """
    hints = typing.get_type_hints(kind)
    if unknown := sorted(set(values) - set(hints)):
        raise SettingsError(f"[{name}] has no setting '{unknown[0]}'")
    read = {key: _typed(f"[{name}] {key}", value, hints[key]) for key, value in values.items()}
    try:
        return kind(**read)
    except SettingsError as error:
        raise SettingsError(f"[{name}] {error}") from error


def _typed(name: str, value: Any, hint: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple and isinstance(value, list):
        item = typing.get_args(hint)[0]
        return tuple(_typed(name, each, item) for each in value)
    if origin is not None and isinstance(value, dict):
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is hint:
        return value
    raise SettingsError(f"{name} = {value!r} is not of the kind it must be")


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SettingsError(f"{name} = '{value}' is none of: {', '.join(filter(None, choices))}")


def _positive(config: Any, *names: str) -> None:
    for name in names:
        if not getattr(config, name) > 0:
            raise SettingsError(f"{name} = {getattr(config, name):g} must be above 0")
