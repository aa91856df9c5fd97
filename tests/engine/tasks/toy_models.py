"""Models with fresh weights and few of them: enough to run every method that needs one."""

from pathlib import Path
from typing import Any

import torch

from engine.card import Card
from engine.catalog import Entry
from engine.models.weights import build_network, save_weights
from engine.tasks import TASKS

RATE = 22050
_CQT: dict[str, Any] = {"channels": [8] * 7, "layers": [1] * 7}
_WAVEFORM: dict[str, Any] = {"channels": [4, 8, 8, 8, 8]}
_CRITIC: dict[str, Any] = {"channels": [4, 8], "kernels": [9, 5], "emphasis": 0.9}
_TWO_STAGE: dict[str, Any] = {"channels": [4, 4, 8, 8, 8, 8, 8], "convs_per_block": 2}
_INFORMED: dict[str, Any] = {"channels": [4, 8], "first_channels": [4, 8]}
_NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "informed": ("informed", _INFORMED),
    "light": ("light", {}),
    "two-stage": ("two_stage_unet", _TWO_STAGE),
    "dcunet": ("dcunet", {}),
    "cnn": ("cnn_autoencoder", {}),
    "cqt-net": ("cqt_unet", _CQT),
    "network": ("click_finder", {}),
    "envelope": ("treble", {"channels": [4, 8]}),
    "waveform": ("waveform_unet", _WAVEFORM),
    "waveform-critic": ("conditional_discriminator", _CRITIC),
}
METHODS = [(task.name, method) for task in TASKS.values() for method in task.model_methods]
"""Every task with every method of it that needs a model."""


def toy_entry(
    folder: Path, task: str, method: str, context_s: float = 0.1, level: float = 0.06
) -> Entry:
    """One model, its weights written into the folder."""
    network, config = _NETWORKS.get(method, ("cqt_unet", _CQT))
    torch.manual_seed(78)
    built = build_network(network, config)
    path = folder / f"{task}-{method}.safetensors"
    is_prior = method not in _NETWORKS
    card = Card(
        network,
        built.config.to_mapping(),
        RATE,
        segment_samples=16384,
        context_s=context_s,
        level=level,
        sigma_data=0.06 if is_prior else 0.0,
        sigma_min=1e-4 if is_prior else 0.0,
        sigma_max=1.0 if is_prior else 0.0,
    )
    sha256 = save_weights(path, built, card)
    return Entry(
        name=f"toy-{task}-{method}",
        title="Toy",
        tasks=(task,),
        method=TASKS[task].model_method(method),
        network=network,
        sample_rate=RATE,
        path=path,
        sha256=sha256,
        licence="CC0-1.0",
    )
