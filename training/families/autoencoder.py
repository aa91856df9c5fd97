"""Autoencoder: the network learns to give back clean music through its bottleneck.

What the bottleneck holds then is what adversarial training compares recordings by.
"""

from torch import Tensor
from typing_extensions import override

from engine.models.network import Network
from training.dataset import Batch
from training.families.base import Figures
from training.families.supervised import Supervised, si_sdr_db


class Autoencoder(Supervised):
    """For autoencoders; what a recipe says of damage does not reach them."""

    name = "autoencoder"
    kinds = ("autoencoder",)

    @override
    def step(self, batch: Batch) -> Figures:
        return super().step(_undamaged(batch))

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        restored = self.restored(network, batch)
        assert restored is not None
        loss = self.loss(restored, batch.clean)
        return {"loss": loss, "agreement": -loss, "si_sdr": si_sdr_db(batch.clean, restored)}

    @override
    def restored(self, network: Network, batch: Batch) -> Tensor | None:
        return super().restored(network, _undamaged(batch))


def _undamaged(batch: Batch) -> Batch:
    return Batch(batch.clean, batch.clean, batch.clean)
