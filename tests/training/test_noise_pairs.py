"""Music twice, under noises that know nothing of one another."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Audio
from engine.errors import SettingsError
from tests.signals import music, noise, sine, snr_db
from training.chain import Step, apply_damage
from training.config import PairConfig
from training.noise_pairs import NoisePairs, dynamics_of, noise_correlation, snr_range_db

RATE = 8000


@pytest.fixture
def clean(rng: np.random.Generator) -> Audio:
    return music(rng, 2.0, RATE)


@pytest.fixture
def noises(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Three classes in three folds each."""
    for name in ("dog", "rain", "sea"):
        for fold in (1, 2, 3):
            path = tmp_path / "noise" / name / f"{fold}-{fold}00-A.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, noise(rng, 3.0, RATE).samples[0], RATE)
    return tmp_path


def drawn(config: PairConfig, folder: Path, clean: Audio, rng: np.random.Generator, count: int):
    pairs = NoisePairs(config, folder)
    return [pairs.draw(clean, 0.0, rng) for _ in range(count)]


def source(damage) -> tuple[str, str]:
    """Class and fold of a noise; of white noise none."""
    (only,) = damage
    path = getattr(only, "path", None)
    return (path.parent.name, path.name[0]) if path else ("white", "")


def test_classes_pairs_differ_in_class_and_fold(noises, clean, rng):
    pairs = drawn(PairConfig("classes", "noise"), noises, clean, rng, 30)
    for a, b in ((source(each.damage_a), source(each.damage_b)) for each in pairs):
        assert a[0] != b[0]
        assert a[1] != b[1]
    assert {source(each.damage_a)[0] for each in pairs} == {"dog", "rain", "sea"}


def test_class_pairs_have_that_class_first_and_never_second(noises, clean, rng):
    pairs = drawn(PairConfig("class", "noise", "rain"), noises, clean, rng, 20)
    assert {source(each.damage_a)[0] for each in pairs} == {"rain"}
    assert {source(each.damage_b)[0] for each in pairs} == {"dog", "sea"}


def test_mixed_pairs_are_white_half_the_time_on_either_side(noises, clean, rng):
    pairs = drawn(PairConfig("mixed", "noise"), noises, clean, rng, 120)
    for side in ("damage_a", "damage_b"):
        white = sum(source(getattr(each, side))[0] == "white" for each in pairs)
        assert 42 <= white <= 78
    both = sum(source(e.damage_a)[0] == source(e.damage_b)[0] == "white" for e in pairs)
    assert 15 <= both <= 45


def test_white_pairs_need_no_folder_and_follow_their_range(tmp_path, clean, rng):
    pairs = drawn(PairConfig("white", snr_db=(5.0, 8.0)), tmp_path, clean, rng, 10)
    for each in pairs:
        for audio in (each.a, each.b):
            assert 4.99 <= snr_db(clean.samples, audio.samples) <= 8.01
        assert abs(each.correlation) < 0.05
        np.testing.assert_array_equal(apply_damage(each.damage_b, clean).samples, each.b.samples)


def test_the_same_seed_draws_the_same_pairs(noises, clean):
    first, second = (
        drawn(PairConfig("mixed", "noise"), noises, clean, np.random.default_rng(5), 3)
        for _ in range(2)
    )
    assert [e.damage_a for e in first] == [e.damage_a for e in second]
    np.testing.assert_array_equal(first[2].b.samples, second[2].b.samples)


def test_the_damage_of_the_recipe_is_drawn_twice_where_no_kind_is_named(tmp_path, clean, rng):
    pairs = NoisePairs(PairConfig(), tmp_path, (Step("white_noise", ranges={"snr_db": 3.0}),))
    pair = pairs.draw(clean, 0.0, rng)
    assert len(pair.damage_a) == len(pair.damage_b) == 1
    assert pair.damage_a != pair.damage_b


def test_noises_are_compared_and_not_the_recordings_which_always_correlate(clean, rng):
    quiet = Audio(np.zeros_like(clean.samples), RATE)
    assert noise_correlation(quiet, sine(50.0, 2.0, RATE), sine(50.0, 2.0, RATE)) > 0.999
    a, b = noise(rng, 2.0, RATE, 0.01), noise(rng, 2.0, RATE, 0.01)
    noisy = [Audio(clean.samples + each.samples, RATE) for each in (a, b)]
    assert abs(noise_correlation(clean, *noisy)) < 0.05
    assert noise_correlation(quiet, *noisy) > 0.9


def test_a_folder_whose_noises_all_correlate_is_refused(tmp_path, rng):
    for name in ("one", "other"):
        path = tmp_path / "noise" / name / "ramp.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, np.linspace(-0.5, 0.5, 30 * RATE), RATE)
    clean = music(rng, 2.0, RATE)
    with pytest.raises(SettingsError, match="must be independent"):
        NoisePairs(PairConfig("classes", "noise"), tmp_path).draw(clean, 0.0, rng)


def test_one_class_is_too_few(tmp_path, noises):
    with pytest.raises(SettingsError, match="noise of one class alone"):
        NoisePairs(PairConfig("classes", "noise/rain"), noises)


@pytest.mark.parametrize(
    ("dynamics", "own", "expected"),
    [
        (5.0, (), (2.0, 27.0)),
        (11.0, (), (4.0, 30.0)),
        (2.9, (), (0.0, 25.0)),
        (5.0, (10.0, 12.5), (10.0, 12.5)),
        (11.0, (10.0, 12.5), (10.2, 12.8)),
        (2.9, (10.0, 12.5), (9.8, 12.3)),
        (2.9, (10.0, 10.0), (10.0, 10.0)),
    ],
)
def test_the_range_follows_the_dynamics(dynamics, own, expected):
    assert snr_range_db(dynamics, PairConfig("white", snr_db=own)) == pytest.approx(expected)


def test_dynamics_are_those_of_whole_seconds_that_are_not_silent():
    loud, quiet, silent = (np.full(RATE, level, np.float32) for level in (0.5, 0.05, 0.0))
    assert dynamics_of(np.concatenate([loud, quiet, silent]), RATE) == pytest.approx(10.0)
    assert dynamics_of(np.concatenate([loud, quiet[:-1]]), RATE) == 1.0
    assert dynamics_of(silent, RATE) == dynamics_of(silent[:9], RATE) == 1.0


def test_tests_have_noise_that_training_never_has(noises, clean, rng):
    pairs = NoisePairs(PairConfig("classes", "noise", held_out=0.5), noises)
    seen = {
        source(damage)
        for each in (pairs.draw(clean, 0.0, rng) for _ in range(30))
        for damage in (each.damage_a, each.damage_b)
    }
    tested = {source(pairs.draw_test(0.0, rng)) for _ in range(30)}
    assert seen
    assert tested
    assert seen.isdisjoint(tested)
    assert len(seen | tested) == 9


def test_tests_have_the_kind_of_noise_that_is_asked_for(noises, rng):
    chain = (Step("white_noise", ranges={"snr_db": 3.0}),)
    assert len(NoisePairs(PairConfig(), noises, chain).draw_test(0.0, rng)) == 1
    assert source(NoisePairs(PairConfig("white"), noises).draw_test(0.0, rng))[0] == "white"
    of_class = NoisePairs(PairConfig("class", "noise", "sea"), noises)
    assert {source(of_class.draw_test(0.0, rng))[0] for _ in range(9)} == {"sea"}
    mixed = NoisePairs(PairConfig("mixed", "noise"), noises)
    white = sum(source(mixed.draw_test(0.0, rng))[0] == "white" for _ in range(100))
    assert 30 <= white <= 70
    short = NoisePairs(PairConfig("class", "noise", "sea", held_out=0.1), noises)
    with pytest.raises(SettingsError, match=r"held_out = 0\.1 leaves no noise sea for tests"):
        short.draw_test(0.0, rng)
