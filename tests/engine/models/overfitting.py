"""Training a network on one second of music until it knows it by heart."""

import numpy as np
import soundfile
import torch
from torch import Tensor

from engine.models import Network
from tests.conftest import SHARED_DATA
from tests.signals import music, snr_db

LEVEL = 0.06


def one_second(rng: np.random.Generator, sample_rate: int) -> Tensor:
    """Real music where there is some, else made; (1 1 time) at the usual level."""
    files = sorted((SHARED_DATA / "dev" / "clean").glob("*.flac"))
    if files:
        samples, rate = soundfile.read(files[0], start=5 * 44100, frames=44100, dtype="float32")
        samples = samples[:: rate // sample_rate]
    else:
        samples = music(rng, 1.0, sample_rate).samples[0]
    clean = torch.from_numpy(np.ascontiguousarray(samples))[None, None]
    return LEVEL * clean / clean.std()


def degraded_by_noise(clean: Tensor, rng: np.random.Generator, snr_in_db: float) -> Tensor:
    """With white noise at a given distance."""
    noise = torch.from_numpy(rng.standard_normal(clean.shape).astype(np.float32))
    return clean + noise * clean.std() * 10 ** (-snr_in_db / 20)


def overfit(
    network: Network, degraded: Tensor, clean: Tensor, learning_rate: float, n_steps: int
) -> float:
    """SNR in dB of what the network makes of the degraded second once it has been trained on it."""
    optimizer = torch.optim.Adam(network.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, n_steps, pct_start=0.1)
    network.train()
    for _ in range(n_steps):
        loss = torch.log10((network(degraded) - clean).square().sum())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    network.eval()
    with torch.inference_mode():
        return snr_db(clean.numpy(), network(degraded).numpy())
