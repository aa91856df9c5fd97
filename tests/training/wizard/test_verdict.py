"""Verdicts: what is sure, what few clips cannot tell, and what votes are worth."""

import numpy as np
import pytest
from scipy.special import stdtrit

from training.wizard.blend import Trial
from training.wizard.contest import BASE, CLASSICAL, UNTOUCHED, YOURS, Row
from training.wizard.exam import CLEAN, GENERAL, OWN
from training.wizard.result import Result
from training.wizard.verdict import (
    Advice,
    by_chance,
    count_votes,
    give_verdict,
    interval,
    told_votes,
)


def result(
    own,
    general,
    clean=50.0,
    share=1.0,
    trials=(),
    base_clean=55.0,
    task="denoise",
    before=10.0,
    classical=None,
):
    """Yours over the base by so many dB, clip by clip."""
    rows = []
    for kind, better in ((OWN, own), (GENERAL, general)):
        for number, gain in enumerate(better):
            made = {YOURS: 14.0 + gain, BASE: 14.0, CLASSICAL: classical, UNTOUCHED: before}
            for version, db in made.items():
                if db is not None:
                    rows.append(Row(kind, number, "a", version, 10.0, db, 30.0 - db, db))
    rows += [Row(CLEAN, 0, "a", YOURS, None, clean, 1.0, clean)]
    rows += [Row(CLEAN, 0, "a", BASE, None, base_clean, 1.0, base_clean)]
    return Result(task, "Light denoiser", "", "", share, tuple(rows), tuple(trials))


def test_the_interval_is_that_of_student():
    found = interval([1.0, 2.0, 3.0, 4.0])
    assert (found.mean, found.count) == (2.5, 4)
    # t(3, 0.975) = 3.182446, standard error 0.645497
    assert found.high - found.mean == pytest.approx(3.182446 * 0.645497, rel=1e-4)
    for count in (2, 5, 12, 25):
        values = np.arange(float(count))
        reach = stdtrit(count - 1, 0.975) * values.std(ddof=1) / np.sqrt(count)
        assert interval(list(values)).high == pytest.approx(values.mean() + reach, rel=1e-4)
    assert np.isinf(interval([1.0]).high)


def test_a_sure_gain_without_a_loss_can_be_signed_for_daily_use():
    verdict = give_verdict(result([1.0, 1.2, 0.9, 1.14], [-0.1, -0.2, 0.0, -0.1]))
    assert verdict.advice is Advice.DEFAULT
    assert (
        "On your discs it is 1.1 dB better than Light denoiser: with a certainty of 95 % "
        in (verdict.sentences[1])
    )
    assert "between +0.8 and +1.3 dB in 4 clips" in verdict.sentences[1]
    assert verdict.sentences[2] == "On other damage it is as good as Light denoiser: -0.1 dB."
    assert "what it changes lies 50 dB below it" in verdict.sentences[3]


def test_what_few_clips_cannot_tell_is_said_so():
    verdict = give_verdict(result([2.0, -1.0, 0.5], [0.0, 0.0]))
    assert verdict.advice is Advice.EXPERIMENTAL
    assert (
        "seems 0.5 dB better than Light denoiser, but 3 clips are too few" in (verdict.sentences[1])
    )


def test_a_gain_that_nobody_hears_is_not_worth_daily_use():
    verdict = give_verdict(result([0.1, 0.11, 0.09], [0.0, 0.0]))
    assert verdict.advice is Advice.EXPERIMENTAL
    assert "it is +0.1 dB against Light denoiser, which nobody will hear" in verdict.sentences[1]
    assert verdict.sentences[0].startswith("There is little to publish yet")


def test_a_loss_elsewhere_is_told_and_makes_it_experimental():
    verdict = give_verdict(result([1.0, 1.2, 0.9], [-0.8, -0.7, -0.9]))
    assert verdict.advice is Advice.EXPERIMENTAL
    assert "On other damage it is 0.8 dB worse than Light denoiser" in verdict.sentences[2]


def test_no_gain_or_damage_to_clean_music_is_no_model_to_publish():
    worse = give_verdict(result([-0.5, -0.4, -0.6], [0.0, 0.0]))
    assert worse.advice is Advice.REFUSE
    assert "no better than Light denoiser: -0.5 dB" in worse.sentences[1]
    harmful = give_verdict(result([1.0, 1.2, 0.9], [0.0, 0.0], clean=12.0))
    assert harmful.advice is Advice.REFUSE
    assert (
        "It damages clean music: what it changes lies only 12 dB below it" in (harmful.sentences[3])
    )


def test_what_is_worse_than_nothing_or_than_the_classical_method_is_told():
    worse = give_verdict(result([1.0, 1.1, 0.9], [0.0, 0.0], before=20.0))
    assert worse.advice is Advice.REFUSE
    assert worse.sentences[2] == "Doing nothing is better: clips come out of it 5.0 dB worse."
    behind = give_verdict(result([1.0, 1.1, 0.9], [0.0, 0.0], classical=16.5))
    assert behind.advice is Advice.DEFAULT
    assert behind.sentences[2] == (
        "The classical method still does better: 6.5 dB over the untouched clips, against 5.0 dB."
    )


def test_without_noise_of_ones_own_that_is_said():
    verdict = give_verdict(result([], [0.5, 0.6, 0.7]))
    assert verdict.own is None
    assert "how it does on them is unknown" in verdict.sentences[1]


def test_the_share_that_was_kept_is_told_with_its_reason():
    trials = (Trial(1.0, 4.0, -0.6, 40.0), Trial(0.75, 3.9, -0.1, 45.0))
    verdict = give_verdict(result([1.0, 1.1], [0.0, 0.0], share=0.75, trials=trials))
    assert verdict.sentences[-1] == (
        "75 % of what it learnt is kept: with all of it other damage would come out 0.6 dB worse "
        "than with the base."
    )


def test_made_up_treble_is_judged_by_its_spectrum():
    verdict = give_verdict(result([1.0, 1.1, 0.9], [0.1, 0.0, 0.0], task="extend"))
    assert "1.0 dB nearer to the clean spectrum than" in verdict.sentences[1]


def test_votes_are_weighed_against_chance():
    assert by_chance(9, 12, 0.5) == pytest.approx(0.0730, abs=1e-4)
    assert by_chance(0, 0, 0.5) == 1.0
    votes = ["yours"] * 6 + ["base"] * 3 + ["untouched"] * 2 + ["none"]
    counted = count_votes(votes, 4)
    assert counted.counts["yours"] == 6
    assert counted.chance == pytest.approx(0.0544, abs=1e-4)
    assert counted.duels == 9
    assert counted.duel_chance == pytest.approx(0.2539, abs=1e-4)
    told = told_votes(counted)
    assert told[0] == (
        "Yours was preferred in 6 of 12 clips; by chance alone that happens in 5 % of such tests."
    )
    assert "it was yours 6 of 9 times; by chance 25 %." in told[1]
    assert told_votes(count_votes([], 4)) == ()
