from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from torch import Tensor, nn

from engine.errors import SettingsError
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.critic import Critic
from engine.models.discriminator import Discriminator, DiscriminatorConfig
from engine.models.objective import CROSS_ENTROPY, LEAST_SQUARES
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig
from engine.models.waveform_autoencoder import WaveformAutoencoder, WaveformAutoencoderConfig
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig
from tests.signals import snr_db
from training.adversarial_loss import GeneratorTerms
from training.adversarial_step import AdversarialSettings, AdversarialStep

WINDOWED = DiscriminatorConfig((4, 8), (9, 5), window=64, has_norm=True)
MAKERS: dict[str, Callable[[], Critic]] = {
    "plain": lambda: Discriminator(WINDOWED),
    "conditional": lambda: ConditionalDiscriminator(WINDOWED),
    "patch": lambda: PatchDiscriminator(PatchDiscriminatorConfig((4, 8), 2)),
}


def noise(rng: np.random.Generator, *shape: int) -> Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


def generator() -> WaveformUNet:
    torch.manual_seed(5)
    return WaveformUNet(WaveformUNetConfig((4, 8), (9, 5)))


def autoencoder() -> WaveformAutoencoder:
    return WaveformAutoencoder(WaveformAutoencoderConfig((4, 8), (9, 5), has_norm=True))


def state(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def unmoved(network: nn.Module, before: dict[str, Tensor]) -> list[str]:
    return [name for name, each in network.named_parameters() if torch.equal(each, before[name])]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_first_batch_moves_generator_and_critic_and_nothing_else(rng, kind):
    torch.manual_seed(6)
    networks = generator(), MAKERS[kind](), autoencoder()
    before = [state(network) for network in networks]
    objective = LEAST_SQUARES if kind == "patch" else CROSS_ENTROPY
    settings = AdversarialSettings(GeneratorTerms(objective=objective), n_batches_apart=1)
    step = AdversarialStep(*networks, settings)
    clean, degraded = noise(rng, 2, 1, 128), noise(rng, 2, 1, 128)
    first = step(clean, degraded)
    assert unmoved(networks[0], before[0]) == []
    assert unmoved(networks[1], before[1]) == []
    assert all(torch.equal(before[2][name], x) for name, x in networks[2].state_dict().items())
    assert first.adversarial == 0.0
    assert step(clean, degraded).adversarial > 0.01
    assert step.n_batches == 2


def test_the_critics_doubt_moves_the_generator_once_it_counts(rng):
    moved = []
    for n_batches_apart in (0, 1):
        torch.manual_seed(6)
        network, critic = generator(), Discriminator(WINDOWED)
        settings = AdversarialSettings(
            GeneratorTerms(adversarial=10.0), n_batches_apart=n_batches_apart
        )
        local = np.random.default_rng(1)
        AdversarialStep(network, critic, None, settings)(
            noise(local, 2, 1, 128), noise(local, 2, 1, 128)
        )
        moved.append(network.ups[0].state_dict()["convolution.weight"])
    assert (moved[0] - moved[1]).abs().max() > 1e-5


def test_the_generators_own_step_leaves_the_norms_of_the_critic_alone(rng):
    torch.manual_seed(6)
    critic = Discriminator(WINDOWED)
    settings = AdversarialSettings(n_batches_apart=0, critic_steps=3)
    AdversarialStep(generator(), critic, None, settings)(
        noise(rng, 2, 1, 128), noise(rng, 2, 1, 128)
    )
    counts = [value for name, value in critic.state_dict().items() if name.endswith("tracked")]
    assert [int(count) for count in counts] == [3, 3]


def test_a_critic_that_never_learns_is_refused():
    with pytest.raises(SettingsError, match="critic_steps = 0 must be at least 1"):
        AdversarialSettings(critic_steps=0)


def real_second(shared_data: Path) -> Tensor:
    """One second of piano, every second sample of it, at an even level."""
    path = sorted((shared_data / "dev" / "clean").glob("ishizaka_garden*"))[0]
    with soundfile.SoundFile(path) as file:
        file.seek(3 * file.samplerate)
        samples = file.read(file.samplerate, dtype="float32", always_2d=True)[:, 0]
    halved = torch.from_numpy(samples).reshape(1, 1, -1, 2).mean(-1)
    return 0.1 * halved / halved.std()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_overfits_a_real_second_and_the_adversarial_terms_do_no_harm(shared_data, rng):
    clean = real_second(shared_data)
    degraded = clean + noise(rng, *clean.shape) * 10 ** (-10 / 20)
    torch.manual_seed(7)
    network = WaveformUNet(WaveformUNetConfig((16, 32, 48), (17, 9, 9)))
    critic = ConditionalDiscriminator(DiscriminatorConfig((8, 16, 16), (17, 9, 9), window=4096))
    settings = AdversarialSettings(
        GeneratorTerms(feature=0.0), generator_rate=2e-3, n_batches_apart=200
    )
    step = AdversarialStep(network, critic, None, settings)
    assert snr_db(clean.numpy(), degraded.numpy()) == pytest.approx(10.0, abs=0.2)
    for _ in range(settings.n_batches_apart):
        step(clean, degraded)
    for _ in range(30):
        losses = step(clean, degraded)
    assert losses.adversarial > 0.0
    with torch.no_grad():
        restored = network.eval()(degraded)
    assert snr_db(clean.numpy(), restored.numpy()) > 25.0
