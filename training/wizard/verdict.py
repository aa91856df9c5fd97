"""Verdict: what the figures of a model say, in plain sentences, and whether it should be published.

Few clips mislead. So what is said of a difference rests on the interval in which its mean lies with
a certainty of 95 %, by Student's t of the differences of each clip.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from training.wizard.blend import LEAST_CLEAN_DB, MOST_LOSS_DB
from training.wizard.contest import BASE, CLASSICAL, UNTOUCHED, VERSIONS, YOURS
from training.wizard.exam import CLEAN, GENERAL, OWN
from training.wizard.result import Result, main_gains

NONE = "none"
"""The vote of who heard no difference."""
_DAMAGED_DB = 20.0
"""Clean music to what is done to it: from here on down it is heard."""
_WHOLE_DB = 89.0
_STUDENT = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788,
    2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639,
)  # fmt: skip
"""The 97.5 % point of t for 1, 2, ... degrees of freedom; no scipy, as a window calls this."""
_HEARD_DB = 0.3
"""A smaller gain is heard by nobody."""


class Advice(StrEnum):
    """What to do with a model."""

    DEFAULT = "default"
    EXPERIMENTAL = "experimental"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Interval:
    """A mean, and where the true one lies with a certainty of 95 %."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a model.

    Attributes:
        advice: what to do with it.
        own: how much better than the base it is on the user's own discs, dB; None untried.
        general: the same on other damage.
        clean_db: clean music to what is done to it; None untried.
        base_clean_db: the same of the base.
        sentences: all of that in words, the most important first.
    """

    advice: Advice
    own: Interval | None
    general: Interval
    clean_db: float | None
    base_clean_db: float | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Votes:
    """What a blind test has come to.

    Attributes:
        counts: votes by version, "none" among them.
        count: of clips that were voted on.
        chance: how likely yours would have so many votes if all versions sounded alike.
        duels: votes for yours or the base.
        duel_chance: how likely yours would have so many of those by chance.
    """

    counts: dict[str, int]
    count: int
    chance: float
    duels: int
    duel_chance: float


def interval(values: Sequence[float]) -> Interval:
    """The mean of some values, and how far it can be trusted; of one value nothing is known."""
    count, mean = len(values), float(np.mean(values))
    if count < 2:
        return Interval(mean, -math.inf, math.inf, count)
    error = float(np.std(values, ddof=1)) / math.sqrt(count)
    reach = _STUDENT[min(count - 1, len(_STUDENT)) - 1] * error
    return Interval(mean, mean - reach, mean + reach, count)


def give_verdict(result: Result) -> Verdict:
    """What the figures say."""
    own = _against_base(result, OWN)
    general = _against_base(result, GENERAL)
    assert general is not None
    clean_db, base_clean_db = (_clean_db(result, who) for who in (YOURS, BASE))
    gain_db, classical_db = (_gain_db(result, who) for who in (YOURS, CLASSICAL))
    is_harmful = gain_db is not None and gain_db <= 0.0
    advice = Advice.REFUSE if is_harmful else _advice(own, general, clean_db, base_clean_db)
    sentences = [_told_advice(advice, own), _told_own(own, result)]
    if gain_db is not None:
        sentences += _told_others(gain_db, classical_db)
    sentences.append(_told_general(general, result.base))
    if clean_db is not None:
        sentences.append(_told_clean(clean_db, base_clean_db))
    if result.share < 1.0:
        sentences.append(_told_share(result))
    return Verdict(advice, own, general, clean_db, base_clean_db, tuple(sentences))


def count_votes(votes: Sequence[str], versions: int) -> Votes:
    """What blind votes say, each the name of a version or "none"."""
    counts = {name: votes.count(name) for name in (*VERSIONS, NONE)}
    duels = counts[YOURS] + counts[BASE]
    return Votes(
        counts,
        len(votes),
        by_chance(counts[YOURS], len(votes), 1.0 / max(1, versions)),
        duels,
        by_chance(counts[YOURS], duels, 0.5),
    )


def by_chance(hits: int, count: int, share: float) -> float:
    """How likely at least so many hits of so many are, if each comes about with that share."""
    return math.fsum(
        math.comb(count, each) * share**each * (1.0 - share) ** (count - each)
        for each in range(hits, count + 1)
    )


def told_votes(votes: Votes) -> tuple[str, ...]:
    """The same in words."""
    if not votes.count:
        return ()
    sentences = [
        f"Yours was preferred in {votes.counts[YOURS]} of {votes.count} clips; by chance alone "
        f"that happens in {_per_cent(votes.chance)} of such tests."
    ]
    if votes.duels:
        sentences.append(
            f"Where it was yours or the base, it was yours {votes.counts[YOURS]} of {votes.duels} "
            f"times; by chance {_per_cent(votes.duel_chance)}."
        )
    if votes.counts[UNTOUCHED] * 2 > votes.count:
        sentences.append(
            f"The untouched clip was preferred in {votes.counts[UNTOUCHED]} of {votes.count}: "
            "what is taken away may take music with it."
        )
    return tuple(sentences)


def _against_base(result: Result, kind: str) -> Interval | None:
    """How much better than the base it is on one set."""
    yours, base = (main_gains(result.rows, result.task, who, kind) for who in (YOURS, BASE))
    numbers = yours.keys() & base.keys()
    return interval([yours[n] - base[n] for n in sorted(numbers)]) if numbers else None


def _clean_db(result: Result, version: str) -> float | None:
    found = [r.error_db for r in result.rows if r.kind == CLEAN and r.version == version]
    return float(np.mean(found)) if found else None


def _gain_db(result: Result, version: str) -> float | None:
    """Over what was not touched: on the user's own discs, or where there are none, on others."""
    for kind in (OWN, GENERAL):
        if gains := main_gains(result.rows, result.task, version, kind):
            return float(np.mean(list(gains.values())))
    return None


def _advice(
    own: Interval | None, general: Interval, clean_db: float | None, base_clean_db: float | None
) -> Advice:
    harms_clean = clean_db is not None and clean_db < min(
        LEAST_CLEAN_DB, math.inf if base_clean_db is None else base_clean_db
    )
    best = general if own is None else own
    if best.mean <= 0.0 or (clean_db is not None and clean_db < _DAMAGED_DB and harms_clean):
        return Advice.REFUSE
    is_sure = best.low > 0.0 and best.mean >= _HEARD_DB
    if is_sure and general.mean >= -MOST_LOSS_DB and not harms_clean:
        return Advice.DEFAULT
    return Advice.EXPERIMENTAL


def _told_advice(advice: Advice, own: Interval | None) -> str:
    if advice is Advice.DEFAULT:
        return "It can be published, and signed for daily use once you have heard it."
    if advice is Advice.EXPERIMENTAL and own is not None and own.mean < _HEARD_DB:
        return "There is little to publish yet: more time or more noise of your discs may help."
    if advice is Advice.EXPERIMENTAL:
        return "Publish it as experimental: choose it where it helps, and listen to what it does."
    if own is not None and own.mean <= 0.0:
        return "Better do not publish it: more noise of your discs or more time may help."
    return "Better do not publish it: more clean music or more time may help."


def _told_own(own: Interval | None, result: Result) -> str:
    if own is None:
        return "Nothing of your own discs was kept to judge by, so how it does on them is unknown."
    base, worth = result.base, _told_worth(own)
    what = "nearer to the clean spectrum" if result.task in ("extend", "inpaint") else "better"
    if 0.0 < own.mean < _HEARD_DB:
        return (
            f"On your discs it is {_signed(own.mean)} dB against {base}, which nobody will hear: "
            f"{worth}."
        )
    if own.low > 0.0:
        return (
            f"On your discs it is {own.mean:.1f} dB {what} than {base}: with a certainty of 95 % "
            f"{worth}."
        )
    if own.mean > 0.0:
        return (
            f"On your discs it seems {own.mean:.1f} dB {what} than {base}, but {own.count} clips "
            f"are too few to be sure: {worth}."
        )
    return f"On your discs it is no better than {base}: {_signed(own.mean)} dB, {worth}."


def _told_others(gain_db: float, classical_db: float | None) -> list[str]:
    """What doing nothing, or the method without a model, would do better."""
    if gain_db <= 0.0:
        return [f"Doing nothing is better: clips come out of it {-gain_db:.1f} dB worse."]
    if classical_db is not None and classical_db > gain_db + MOST_LOSS_DB:
        return [
            f"The classical method still does better: {classical_db:.1f} dB over the untouched "
            f"clips, against {gain_db:.1f} dB."
        ]
    return []


def _told_worth(own: Interval) -> str:
    if own.count < 2:
        return "one clip tells nothing"
    return f"between {_signed(own.low)} and {_signed(own.high)} dB in {own.count} clips"


def _told_general(general: Interval, base: str) -> str:
    if general.mean >= MOST_LOSS_DB:
        return f"On other damage it is {general.mean:.1f} dB better than {base}."
    if general.mean >= -MOST_LOSS_DB:
        return f"On other damage it is as good as {base}: {_signed(general.mean)} dB."
    return (
        f"On other damage it is {-general.mean:.1f} dB worse than {base}: it has forgotten some "
        "of what that knew, so take it for your discs alone."
    )


def _told_clean(clean_db: float, base_db: float | None) -> str:
    if clean_db >= _WHOLE_DB:
        return "Clean music comes through it unchanged."
    if clean_db >= LEAST_CLEAN_DB:
        return f"It leaves clean music alone: what it changes lies {clean_db:.0f} dB below it."
    if base_db is not None and clean_db >= base_db:
        return (
            f"It damages clean music, though no more than the base: what it changes lies only "
            f"{clean_db:.0f} dB below it; with the base {base_db:.0f} dB."
        )
    beside = "" if base_db is None else f"; with the base {base_db:.0f} dB"
    return f"It damages clean music: what it changes lies only {clean_db:.0f} dB below it{beside}."


def _told_share(result: Result) -> str:
    whole = max(result.trials, key=lambda each: each.share)
    kept = 100.0 * result.share
    if whole.general_db < -MOST_LOSS_DB:
        return (
            f"{kept:.0f} % of what it learnt is kept: with all of it other damage would come out "
            f"{-whole.general_db:.1f} dB worse than with the base."
        )
    return (
        f"{kept:.0f} % of what it learnt is kept: that gains most of it on your discs, and forgets "
        "less of what the base could do."
    )


def _signed(value_db: float) -> str:
    return f"{round(value_db, 1) + 0.0:+.1f}"  # no minus before zero


def _per_cent(share: float) -> str:
    return f"{100.0 * share:.0f} %" if share >= 0.01 else "less than 1 %"
