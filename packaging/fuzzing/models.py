"""Files of weights and catalogues of models, as they are passed on."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from engine.catalog_file import load_catalog, read_entries
from engine.errors import ModelError
from engine.jobs.models import ImportModelJob, InspectModelJob, ListModelsJob, VerifyModelJob
from engine.model_folder import Told
from fuzzing.documents import Document
from fuzzing.inputs import Files
from fuzzing.presets import damaged_safetensors

_TOLD = Told(tasks=("dereverb",), method="waveform", licence="CC0-1.0")
_SMALL: Mapping[str, Mapping[str, Any]] = {
    "waveform_unet": {"channels": [4, 8, 8], "kernels": [9, 5, 5]},
    "light": {"n_fft": 512, "hop_length": 128, "channels": [4, 8],
              "time_dilations": [1, 2], "bin_dilations": [2, 1]},
    "dcunet": {"n_fft": 256, "hop_length": 64, "width": 2},
    "cnn_autoencoder": {"n_fft": 256, "hop_length": 64, "channels": [4, 6, 8]},
    "cqt_unet": {"channels": [8] * 4, "layers": [1] * 4, "bins_per_octave": [8],
                 "grid_samples": 3072},
    "discriminator": {"channels": [4, 8], "kernels": [9, 5], "window": 64},
}  # fmt: skip


class Weights(Document):
    """Safetensors with a card, and what only calls itself so."""

    name = "weights"
    share = 12
    allowed = ("models",)
    meaning = damaged_safetensors

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """A small one of several networks, and a pickle."""
        found = {}
        for network in _SMALL:
            path = scratch / f"{network}.safetensors"
            _save(path, network)
            found[path.name] = path.read_bytes()
        return found

    def make(self, rng: Random, number: int) -> Files:
        """A file; every fortieth is a pickle that would tell of itself."""
        if number % 40 == 39:
            return {"pickled.safetensors": pickle.dumps(_Loud(), protocol=rng.randrange(5))}
        return super().make(rng, number)

    def taken(self, path: Path) -> bool:
        """Looked at, imported, and loaded as a task does."""
        from engine.models.weights import load_weights

        InspectModelJob(path).run()
        entry = ImportModelJob(path, path.parent / "models", _TOLD).run()
        VerifyModelJob(entry).run()
        load_weights(path)
        return True


class Checkpoints(Document):
    """What a training goes on from."""

    name = "checkpoint"
    share = 5
    meaning = damaged_safetensors

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """A small one."""
        import torch

        from training.checkpoint import save_checkpoint

        path = scratch / "checkpoint.safetensors"
        state = {"step": 3, "modules": {"network": {"a": torch.ones(3)}}, "list": [1.5, None, "x"]}
        save_checkpoint(path, state)
        return {path.name: path.read_bytes()}

    def taken(self, path: Path) -> bool:
        """As a trainer does."""
        from training.checkpoint import load_checkpoint

        return bool(load_checkpoint(path))


class Catalogues(Document):
    """The TOML beside weights."""

    name = "catalogue"
    share = 8

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """One that ships, and one of an import."""
        from app import paths

        _save(scratch / "mine.safetensors", "waveform_unet")
        ImportModelJob(scratch / "mine.safetensors", scratch / "models", _TOLD).run()
        (own,) = (scratch / "models").glob("*.toml")
        return {
            "mine.toml": own.read_bytes(),
            "catalog.toml": (paths.models() / "catalog.toml").read_bytes(),
        }

    def taken(self, path: Path) -> bool:
        """As the window, the model manager and a task do."""
        told: list[ModelError] = []
        load_catalog((path.parent,), told.append)
        listing = ListModelsJob(path.parent, path.parent, ()).run()
        for each in listing.models:
            VerifyModelJob(each.entry).run()
        for error in told:
            raise error
        return bool(read_entries(path))


class _Loud:
    """What runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.mkdir, (Path("unpickled"),)


def _save(path: Path, network: str) -> None:
    import torch

    from engine.card import Card
    from engine.models.weights import build_network, save_weights

    torch.manual_seed(78)
    built = build_network(network, _SMALL[network])
    card = Card(network, built.config.to_mapping(), 22_050, 22_050, 0.1, training={"steps": 3})
    save_weights(path, built, card)
