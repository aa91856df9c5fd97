import numpy as np

from engine.dsp.click_detector import find
from engine.dsp.click_witness import find_told, join_told, odds_of_both, odds_told
from tests.signals import music, noise

RATE = 44100


def damaged(rng, duration_s=1.0):
    clean = music(rng, duration_s, RATE).samples[0] + noise(rng, duration_s, RATE, 0.002).samples[0]
    degraded = clean.astype(np.float64)
    degraded[20000:20020] += 0.3
    return clean, degraded


def told_at(n_samples, *places, odds=6.0):
    told = np.full(n_samples, -8.0)
    for start, stop in places:
        told[start:stop] = odds
    return told


def test_a_stretch_is_as_wide_as_was_told_with_a_margin_and_close_ones_are_one():
    told = told_at(3000, (100, 120), (130, 140), (1000, 1003), (2000, 2600))
    spans = find_told(told, RATE, max_width_samples=200)
    assert spans.tolist() == [[98, 142], [998, 1005]]


def test_what_only_the_network_finds_joins_and_the_rules_keep_their_spans(rng):
    _, degraded = damaged(rng)
    finds = find(degraded, RATE, 220)
    own = finds.spans[(finds.spans[:, 0] <= 20000) & (finds.spans[:, 1] >= 20020)]
    assert len(own) == 1
    told = find_told(told_at(RATE, (19990, 20030), (30000, 30010)), RATE, 220)
    joined = join_told(finds, told)
    assert [29998, 30012] in joined.spans.tolist()
    assert own[0].tolist() in joined.spans.tolist()
    assert len(joined.spans) == len(finds.spans) + 1
    alone = join_told(finds, told, alone=True)
    assert alone.spans.tolist() == told.tolist()
    changed = np.flatnonzero(alone.repaired != degraded)
    assert set(changed) <= {*range(19988, 20032), *range(29998, 30012)}


def test_both_are_heard(rng):
    _, degraded = damaged(rng)
    finds = find(degraded, RATE, 220)
    sure, unsure = told_at(RATE, (20000, 20020)), told_at(RATE)
    gained = odds_of_both(finds, sure) - odds_of_both(finds, unsure)
    at = int(np.argmax((finds.spans[:, 0] <= 20000) & (finds.spans[:, 1] >= 20020)))
    assert gained[at] > 5.0
    assert odds_told(finds, sure)[at] == 6.0
    assert np.count_nonzero(gained) == 1


def test_nothing_found_is_no_trouble():
    silence = np.zeros(3000)
    joined = join_told(find(silence, RATE, 220), find_told(told_at(3000), RATE, 220))
    assert joined.spans.shape == (0, 2)
    assert len(odds_of_both(joined, told_at(3000))) == 0
