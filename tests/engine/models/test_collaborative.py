import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.errors import ModelError, SettingsError
from engine.models.collaborative import Collaboration, refine
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.critic import Critic
from engine.models.discriminator import Discriminator, DiscriminatorConfig
from engine.models.objective import CROSS_ENTROPY, LEAST_SQUARES
from engine.models.patch_discriminator import PatchDiscriminator, PatchDiscriminatorConfig
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig
from engine.progress import Cancelled

WINDOWED = DiscriminatorConfig((4, 8), (9, 5), window=64, dropout=0.5, has_norm=True)
PATCHES = PatchDiscriminatorConfig((4, 8), 2)
MAKERS: dict[str, Callable[[], Critic]] = {
    "plain": lambda: Discriminator(WINDOWED),
    "conditional": lambda: ConditionalDiscriminator(WINDOWED),
    "patch": lambda: PatchDiscriminator(PATCHES),
    "patch_squares": lambda: PatchDiscriminator(PATCHES),
}
MEETING = pytest.mark.parametrize("kind", MAKERS)


def noise(rng: np.random.Generator, *shape: int) -> Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


def generator() -> WaveformUNet:
    torch.manual_seed(11)
    network = WaveformUNet(WaveformUNetConfig((4, 8, 8), (9, 5, 5), dropout=0.5))
    torch.nn.init.normal_(network.output.convolution.weight, std=0.1)
    return network


def critic(kind: str) -> tuple[Critic, Collaboration]:
    torch.manual_seed(12)
    objective = LEAST_SQUARES if kind == "patch_squares" else CROSS_ENTROPY
    made = MAKERS[kind]()
    with torch.no_grad():
        for name, bias in made.named_parameters():
            if name.endswith(("verdict.bias", "layers.6.bias")):
                bias.fill_(0.2 if objective is LEAST_SQUARES else -1.0)
    return made, Collaboration(objective=objective, n_iterations=24)


def doubts(critic: Critic, degraded: Tensor, n_accepted: int) -> None:
    """Shift the critic's verdicts so that it takes some items for real at once."""
    assert isinstance(critic, Discriminator)
    verdicts = critic.eval()(generator().eval()(degraded)).detach().sort(descending=True).values
    middle = 0.5 * (verdicts[n_accepted - 1] + verdicts[n_accepted])
    with torch.no_grad():
        critic.judge.verdict.bias.sub_(middle)


@MEETING
def test_the_probability_of_no_item_ever_falls(rng, kind):
    judge, settings = critic(kind)
    degraded = noise(rng, 4, 1, 150)
    reached = []
    for n_iterations in (0, 1, 4, 30):
        few = replace(settings, threshold=0.6, n_iterations=n_iterations)
        reached.append(refine(generator(), judge, degraded, few).after)
    for earlier, later in itertools.pairwise(reached):
        assert (later >= earlier).all()
    assert (reached[0] < 0.5).all()
    assert (reached[-1] >= 0.6).all()
    assert (reached[-1] < 0.62).all()


@MEETING
def test_what_it_reports_is_what_the_critic_says_of_the_samples(rng, kind):
    judge, settings = critic(kind)
    degraded = noise(rng, 3, 1, 150)
    refined = refine(generator(), judge, degraded, settings)
    judge.eval()
    with torch.no_grad():
        verdicts = judge.verdicts(refined.samples, degraded)
        loss = settings.objective.loss(verdicts, is_real=True)
        expected = settings.objective.probability(loss)
    assert torch.allclose(refined.after, expected, atol=1e-5)


def test_items_taken_for_real_at_once_are_not_touched(rng):
    judge, settings = critic("plain")
    degraded = noise(rng, 5, 1, 150)
    doubts(judge, degraded, n_accepted=2)
    refined = refine(generator(), judge, degraded, settings)
    with torch.no_grad():
        plain = generator().eval()(degraded)
    accepted = refined.before >= 0.5
    assert accepted.sum() == 2
    assert torch.equal(refined.samples[accepted], plain[accepted])
    assert (refined.n_iterations[accepted] == 0).all()
    assert (refined.n_iterations[~accepted] > 0).all()
    assert ((refined.samples - plain)[~accepted].abs().amax((1, 2)) > 1e-4).all()


def test_each_item_stops_by_itself_as_if_it_were_alone(rng):
    judge, settings = critic("plain")
    degraded = noise(rng, 5, 1, 150)
    doubts(judge, degraded, n_accepted=1)
    together = refine(generator(), judge, degraded, settings)
    for item in range(5):
        alone = refine(generator(), judge, degraded[item : item + 1], settings)
        assert alone.n_iterations[0] == together.n_iterations[item]
        assert torch.allclose(alone.samples[0], together.samples[item], atol=1e-4)
    assert len(set(together.n_iterations.tolist())) >= 2
    assert (together.after >= 0.5).all()


def test_the_same_samples_give_the_same_bits(rng):
    judge, settings = critic("plain")
    degraded = noise(rng, 3, 1, 150)
    first, second = (refine(generator(), judge, degraded, settings) for _ in range(2))
    assert torch.equal(first.samples, second.samples)


def test_networks_are_left_in_the_mode_they_were_in_and_unchanged(rng):
    made, (judge, settings) = generator(), critic("plain")
    made.train()
    judge.eval()
    weight = next(judge.parameters()).requires_grad_(False)
    before = {name: value.clone() for name, value in judge.state_dict().items()}
    refine(made, judge, noise(rng, 2, 1, 150), settings)
    assert made.training
    assert not judge.training
    assert not weight.requires_grad
    assert all(each.requires_grad and each.grad is None for each in made.parameters())
    assert all(torch.equal(before[name], value) for name, value in judge.state_dict().items())


def test_it_works_where_the_caller_wants_no_slopes(rng):
    made, (judge, settings) = generator(), critic("conditional")
    with torch.inference_mode():
        refined = refine(made, judge, noise(rng, 2, 1, 150), settings)
    assert (refined.after > refined.before).all()


def test_every_iteration_is_reported_and_can_stop_it(rng):
    judge, settings = critic("plain")
    doubts(judge, degraded := noise(rng, 3, 1, 150), n_accepted=1)
    told: list[tuple[float, str]] = []
    refined = refine(
        generator(), judge, degraded, settings, lambda done, text="": told.append((done, text))
    )
    assert len(told) == int(refined.n_iterations.max()) + 1
    assert told[0] == (0.0, "2 of 3 to refine")
    assert told[-1][0] == 1.0

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.0:
            raise Cancelled

    made = generator().train()
    with pytest.raises(Cancelled):
        refine(made, judge, degraded, settings, stop)
    assert made.training
    assert all(each.requires_grad for each in made.parameters())


def test_a_block_or_settings_that_cannot_be_are_refused(rng):
    judge, _ = critic("plain")
    with pytest.raises(ModelError, match="up_block = 3"):
        refine(generator(), judge, noise(rng, 1, 1, 64), Collaboration(up_block=3))
    with pytest.raises(SettingsError, match=r"threshold = 1.0 is outside 0 \.\. 1"):
        Collaboration(threshold=1.0)
    with pytest.raises(SettingsError, match="step = 0.0 must be above 0"):
        Collaboration(step=0.0)
    with pytest.raises(SettingsError, match="n_iterations = -1"):
        Collaboration(n_iterations=-1)


def test_silence_is_given_up_and_left_silent():
    judge, settings = critic("plain")
    made = WaveformUNet(WaveformUNetConfig((4, 8), (9, 5)))
    refined = refine(made, judge, torch.zeros(1, 1, 100), replace(settings, n_iterations=50))
    assert not refined.samples.any()
    assert refined.n_iterations[0] < 20
