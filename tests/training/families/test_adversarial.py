import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch
from torch import Tensor, nn

from engine.errors import SettingsError
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.critic import Critic
from engine.models.discriminator import Discriminator, DiscriminatorConfig
from engine.models.network import Network
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig
from engine.models.waveform_autoencoder import WaveformAutoencoder, WaveformAutoencoderConfig
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig
from tests.signals import snr_db
from tests.training.families.grounds import assert_goes_on_alike, batch, ground, run
from training.dataset import Batch
from training.families.adversarial import Adversarial, AdversarialSettings

WINDOWED = DiscriminatorConfig((4, 8), (9, 5), window=256, has_norm=True)
MAKERS: dict[str, Callable[[], Critic]] = {
    "plain": lambda: Discriminator(WINDOWED),
    "conditional": lambda: ConditionalDiscriminator(WINDOWED),
    "patch": lambda: PatchDiscriminator(PatchDiscriminatorConfig((4, 8), 2)),
}


def make(kind: str = "conditional", has_autoencoder: bool = True, **settings: Any) -> Adversarial:
    torch.manual_seed(5)
    network = WaveformUNet(WaveformUNetConfig((8, 16), (9, 5)))
    others: dict[str, Network] = {"critic": MAKERS[kind]()}
    if has_autoencoder:
        config = WaveformAutoencoderConfig((4, 8), (9, 5), has_norm=True)
        others["autoencoder"] = WaveformAutoencoder(config)
    chosen = AdversarialSettings(**{"apart_steps": 1, "spectrum": 0.0, **settings})
    return Adversarial(network, chosen, ground("adversarial", others))


def copied(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def unmoved(network: nn.Module, before: dict[str, Tensor]) -> list[str]:
    return [name for name, each in network.named_parameters() if torch.equal(each, before[name])]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_first_batch_moves_network_and_critic_and_nothing_else(kind):
    family = make(kind, objective="least_squares" if kind == "patch" else "cross_entropy")
    before = {name: copied(each) for name, each in family.modules().items()}
    first, second = run(family, 0, 2)
    assert unmoved(family.network, before["network"]) == []
    assert unmoved(family.critic, before["critic"]) == []
    now = copied(family.modules()["autoencoder"])
    assert all(torch.equal(each, now[name]) for name, each in before["autoencoder"].items())
    assert first["adversarial"] == 0.0
    assert second["adversarial"] > 0.01
    assert family.n_steps == 2


def test_it_learns_to_restore_with_all_terms_on():
    family = make(adversarial=0.05, feature=0.05, apart_steps=20)
    before = family.validate(family.network.eval(), batch(1000, 8))
    run(family, 0, 80)
    after = family.validate(family.network.eval(), batch(1000, 8))
    assert (before["loss"] - after["loss"]).mean() > 0.15
    assert after["si_sdr_gain"].mean() > 3.0


def test_the_terms_add_up_with_their_weights():
    family = make(adversarial=0.3, feature=0.7, apart_steps=0)
    (cost,) = run(family, 0, 1)
    expected = cost["distance"] + 0.3 * cost["adversarial"] + 0.7 * cost["feature"]
    assert cost["loss"] == pytest.approx(expected)
    assert cost["adversarial"] > 0.1
    assert cost["feature"] > 0.0


@pytest.mark.parametrize(("distance", "power"), [("squared", 2), ("absolute", 1)])
def test_the_distance_can_be_the_plain_mean(distance, power):
    family = make(has_autoencoder=False, distance=distance, adversarial=0.0)
    given = batch(0)
    with torch.no_grad():
        restored = family.network.train()(given.degraded)
    cost = family.step(given)
    expected = (restored - given.clean).abs().pow(power).mean()
    assert cost["loss"] == cost["distance"] == pytest.approx(expected.item(), rel=1e-5)
    assert cost["adversarial"] == cost["feature"] == 0.0


@pytest.mark.parametrize("name", ["adversarial", "feature"])
def test_each_term_moves_the_network(name):
    moved = []
    for weight in (0.0, 10.0):
        weights: dict[str, Any] = {"adversarial": 0.0, "feature": 0.0, name: weight}
        family = make(apart_steps=0, **weights)
        run(family, 0, 1)
        assert isinstance(family.network, WaveformUNet)
        moved.append(family.network.ups[0].state_dict()["convolution.weight"].clone())
    assert (moved[0] - moved[1]).abs().max() > 1e-5


def test_the_networks_own_step_leaves_the_norms_of_the_critic_alone():
    family = make(apart_steps=0, critic_steps=3)
    run(family, 0, 1)
    counts = [each for name, each in family.critic.state_dict().items() if name.endswith("tracked")]
    assert [int(count) for count in counts] == [3, 3]
    assert family.critic.training
    assert all(each.requires_grad for each in family.critic.parameters())


def test_it_goes_on_from_its_state_bit_for_bit():
    one, other = (make(apart_steps=4) for _ in range(2))
    assert_goes_on_alike(one, other, 3, 7)
    assert one.n_steps == other.n_steps == 7


def test_the_critic_learns_at_its_own_share_of_the_rate():
    family = make(critic_rate=0.25)
    family.set_learning_rate(0.5)
    rates = {name: each.param_groups[0]["lr"] for name, each in family.optimisers.items()}
    assert rates == {"network": 2.5e-3, "critic": 0.25 * 2.5e-3}


def test_what_is_not_a_number_is_told_and_teaches_neither():
    family = make(apart_steps=0)
    before = {name: copied(each) for name, each in family.modules().items()}
    given = batch(0)
    cost = family.step(given._replace(target=torch.full_like(given.target, math.nan)))
    assert not math.isfinite(cost["loss"] + cost["slope"])
    assert len(unmoved(family.network, before["network"])) == len(before["network"])
    for name, each in family.critic.named_parameters():
        assert torch.equal(each, before["critic"][name])


def test_it_is_judged_by_the_log_spectral_distance():
    family = make()
    figures = family.validate(family.network.eval(), batch(7, 3))
    gain = figures["lsd_gain"]
    nothing: Any = nn.Identity()  # not a network of ours, and alike enough
    untouched = family.validate(nothing, batch(7, 3))
    assert family.best == "lsd_gain"
    assert untouched["lsd_gain"].abs().max() == 0.0
    assert torch.allclose(figures["lsd"] + gain, untouched["lsd"])
    assert list(family.companions()) == ["critic"]


def test_settings_and_companions_that_mean_nothing_are_refused():
    with pytest.raises(SettingsError, match="distance = 'cubed' is none of: logarithmic, squared"):
        AdversarialSettings(distance="cubed")
    with pytest.raises(SettingsError, match="adversarial = -1"):
        AdversarialSettings(adversarial=-1.0)
    with pytest.raises(SettingsError, match="critic_steps = 0 must be at least 1"):
        AdversarialSettings(critic_steps=0)
    with pytest.raises(SettingsError, match="objective = 'hinge'"):
        AdversarialSettings(objective="hinge")
    network = WaveformUNet(WaveformUNetConfig((4, 8), (9, 5)))
    with pytest.raises(SettingsError, match=r"adversarial needs the table \[family.critic\]"):
        Adversarial(network, AdversarialSettings(), ground("adversarial"))
    with pytest.raises(SettingsError, match=r"\[family.critic\] is a restorer"):
        Adversarial(network, AdversarialSettings(), ground("adversarial", {"critic": network}))


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
    noise = torch.from_numpy(0.1 * 10 ** (-10 / 20) * rng.standard_normal(clean.shape)).float()
    given = Batch(clean + noise, clean, clean)
    torch.manual_seed(7)
    network = WaveformUNet(WaveformUNetConfig((16, 32, 48), (17, 9, 9)))
    critic = ConditionalDiscriminator(DiscriminatorConfig((8, 16, 16), (17, 9, 9), window=4096))
    settings = AdversarialSettings(distance="squared", adversarial=1e-4, apart_steps=200)
    here = ground("adversarial", {"critic": critic}, learning_rate=2e-3)
    family = Adversarial(network, settings, here)
    for _ in range(230):
        cost = family.step(given)
    assert cost["adversarial"] > 0.0
    with torch.no_grad():
        restored = network.eval()(given.degraded)
    assert snr_db(clean.numpy(), given.degraded.numpy()) == pytest.approx(10.0, abs=0.2)
    assert snr_db(clean.numpy(), restored.numpy()) > 25.0
