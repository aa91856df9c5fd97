"""What every degradation keeps: length, rate, channels, its input, and its own word."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio
from tests.signals import music
from tests.training.banks import small_bank
from training.chain import (
    apply_damage,
    damage_from_mappings,
    damage_to_mappings,
)
from training.degradations import DEGRADATIONS
from training.degradations.base import RandomDegradation
from training.harvest import save_bank

RATE = 22050


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Settings without which a degradation cannot work: files of noise."""
    import soundfile

    generator = np.random.default_rng(7)
    folder = tmp_path_factory.mktemp("noise")
    for name, rate in (("rain/a.wav", 22050), ("dog/b.flac", 16000)):
        samples = 0.1 * generator.standard_normal(2 * rate)
        (folder / name).parent.mkdir()
        soundfile.write(folder / name, samples, rate)
    bank = folder / "bank.npz"
    save_bank(bank, small_bank())
    return {
        "click_bank": {"path": bank},
        "noise_bank": {"path": folder},
        "class_noise": {"folder": folder},
    }


def drawn(name, sources, generator):
    values = DEGRADATIONS[name].draw(generator).to_mapping() | sources.get(name, {})
    return DEGRADATIONS[name].from_mapping(values)


def signals(generator):
    """Mono, stereo, silence, next to nothing and nothing."""
    tune = music(generator, 0.7, RATE, 2)
    tune.samples[1] *= -0.5
    yield tune
    yield Audio(tune.samples[:1].copy(), RATE)
    yield Audio(np.zeros((2, 9000), np.float32), RATE)
    for length in (100, 2, 1, 0):
        yield Audio(tune.samples[:, 4000 : 4000 + length].copy(), RATE)


@pytest.mark.parametrize("name", sorted(DEGRADATIONS))
def test_form_is_kept_and_the_input_untouched(name, sources, rng):
    for clean in signals(rng):
        before = clean.samples.copy()
        for _ in range(3):
            damage = drawn(name, sources, rng)
            degraded = damage.apply(clean)
            assert degraded.samples.shape == clean.samples.shape, damage
            assert degraded.samples.dtype == np.float32, damage
            assert degraded.sample_rate == clean.sample_rate
            assert np.isfinite(degraded.samples).all(), damage
            assert not np.shares_memory(degraded.samples, clean.samples)
        assert np.array_equal(clean.samples, before)


@pytest.mark.parametrize("name", sorted(DEGRADATIONS))
def test_a_manifest_brings_the_same_bits_back(name, sources, rng):
    clean = music(rng, 0.5, RATE, 2)
    for _ in range(3):
        damage = (drawn(name, sources, rng),)
        line = json.dumps(damage_to_mappings(damage))
        again = damage_from_mappings(json.loads(line))
        assert again == damage
        assert np.array_equal(
            apply_damage(damage, clean).samples, apply_damage(again, clean).samples
        )


@pytest.mark.parametrize("name", sorted(DEGRADATIONS))
def test_it_does_something_at_its_default_and_names_its_settings(name, sources, rng):
    clean = music(rng, 2.0, RATE)
    kind = DEGRADATIONS[name]
    damage = kind.from_mapping(sources.get(name, {}))
    assert not np.array_equal(damage.apply(clean).samples, clean.samples)
    assert all(each.label for each in kind.params())
    if issubclass(kind, RandomDegradation) and name != "quantisation":
        other = kind.from_mapping(damage.to_mapping() | {"seed": 1})
        assert not np.array_equal(damage.apply(clean).samples, other.apply(clean).samples)


def test_every_degradation_has_a_test_file_of_its_name():
    folder = Path(__file__).parent
    assert [name for name in DEGRADATIONS if not (folder / f"test_{name}.py").is_file()] == []


def test_what_adds_noise_adds_the_same_whatever_the_music(sources, rng):
    """Noise-to-noise training rests on it: only the level may depend on the music."""
    tunes = [music(rng, 1.0, RATE) for _ in range(2)]
    for name, kind in DEGRADATIONS.items():
        if kind.is_additive:
            damage = drawn(name, sources, rng)
            noises = [damage.apply(tune).samples - tune.samples for tune in tunes]
            assert np.corrcoef(noises[0][0], noises[1][0])[0, 1] > 0.999, damage
