"""The quality page: what takes part, what is measured of it, and which tables are made of that."""

import numpy as np
import pytest

from app import paths
from benchmarks import damages, page, quality, quality_tables
from benchmarks.contender import Contender
from benchmarks.contenders import contenders
from benchmarks.damages import CLEAN, DAMAGES, Damage, Shelf
from benchmarks.kept import Kept, key_of
from benchmarks.model_sets import Case, Sets
from benchmarks.quality_figures import UNTOUCHED_DB, figures_of, mean_of
from engine.catalog_file import load_catalog
from engine.equipment import Equipment
from engine.region import Region
from engine.tasks import TASKS

RATE = 44100


@pytest.fixture
def case(rng):
    clean = 0.1 * rng.standard_normal(RATE)
    noise = 0.01 * rng.standard_normal(2 * RATE)
    return Case("clip", clean, clean + noise[:RATE], noise=noise[RATE:])


class One(Sets):
    """Sets of one clip that needs no file."""

    case: Case

    def __init__(self, case):
        super().__init__(paths.resources(), paths.resources())
        object.__setattr__(self, "case", case)

    def read(self, kind, among=frozenset()):
        return [self.case]


def test_every_method_that_a_task_offers_takes_part_by_itself():
    equipment = Equipment(load_catalog([paths.models()]))
    for damage in DAMAGES.values():
        names = [each.name for each in contenders(damage, equipment, with_peers=False)]
        assert len(set(names)) == len(names)
        for task in damage.tasks:
            offered = {each.name: each for each in TASKS[task].offered_params(equipment.catalog)}
            methods = offered["method"].choices if "method" in offered else ("",)
            for method in methods:
                assert any(each.startswith(f"{task} {method}".strip()) for each in names), method


def test_the_preset_takes_part_with_its_noise_marked_and_without():
    equipment = Equipment(load_catalog([paths.models()]))
    names = [each.name for each in contenders(DAMAGES["together10"], equipment, with_peers=False)]
    assert {"preset 78rpm", "preset 78rpm, noise marked"} <= set(names)


def test_damage_that_is_made_is_the_same_each_time_and_as_loud_as_it_says(case, rng):
    clicks = [np.hanning(20), np.hanning(60)]
    made = []
    for _ in range(2):
        shelf = Shelf(One(case), _clicks=clicks)
        made.append(shelf.cases(Damage("together10", "", (), noise_db=10))[0])
    assert np.array_equal(made[0].degraded, made[1].degraded)
    crackle = damages.crackled(10 * RATE, clicks, rng)
    assert 0.005 < np.mean(crackle != 0.0) < 0.3
    added = made[0].noise - case.noise
    wanted = np.mean(case.clean**2) / 10 ** (damages.CRACKLE_DB / 10)
    assert abs(10 * np.log10(np.mean(added**2) / wanted)) < 3.0


def test_a_restored_clip_has_gains_and_clean_music_what_is_left_of_it(case):
    halved = case.clean + 0.5 * (case.degraded - case.clean)
    figures = figures_of(case, halved, 4000.0)
    assert abs(figures["si_sdr"] - 6.02) < 0.02
    assert abs(figures["si_sdr before"] - 20.0) < 0.2
    assert -0.08 < figures["lsd"] < -0.05
    clean = Case("clip", case.clean, case.clean)
    assert figures_of(clean, case.clean, 4000.0) == {"clean": UNTOUCHED_DB}
    assert abs(figures_of(clean, 1.01 * case.clean, 4000.0)["clean"] - 40.0) < 0.01


def test_a_gap_is_judged_where_it_is(case):
    degraded = case.clean.copy()
    degraded[10_000:20_000] = 0.0
    gap = Case("clip", case.clean, degraded, gaps=(Region(10_000 / RATE, 20_000 / RATE),))
    assert figures_of(gap, gap.clean, 4000.0)["lsd inside"] == 0.0
    assert figures_of(gap, gap.degraded, 4000.0)["lsd inside"] > 3.0
    elsewhere = case.clean.copy()
    elsewhere[30_000:] = 0.0
    assert figures_of(gap, elsewhere, 4000.0)["lsd inside"] == 0.0


def rows(**gains):
    before = {"si_sdr before": 10.0, "lsd before": 1.0, "hf_lsd before": 1.5}
    return {
        name: {"si_sdr": gain, "lsd": lsd, "hf_lsd": lsd, "clips": clips, **before}
        for name, (gain, lsd, clips) in gains.items()
    }


def test_of_a_family_the_best_by_either_figure_is_shown_and_the_best_of_all_is_bold():
    found = rows(own=(5.0, -0.1, 12), a=(1.0, -0.5, 12), b=(3.0, -0.2, 12), c=(2.0, -0.3, 12))
    families = {"own": "", "a": "peer", "b": "peer", "c": "peer"}
    assert quality_tables.best_of(found, families) == ["own", "b", "a"]
    text = quality_tables.table_of(DAMAGES["snr10"], {"snr10": found}, families)
    assert "Before: SI-SDR 10.0 dB, LSD 1.000, from 4 kHz on 1.500." in text
    assert "| own | **+5.00** | -0.100 | -0.100 |" in text
    assert "| a | +1.00 | **-0.500** | **-0.500** |" in text


def test_a_method_on_few_clips_is_never_called_the_best():
    found = rows(own=(5.0, -0.1, 12), prior=(9.0, -0.9, 3))
    text = quality_tables.table_of(DAMAGES["snr10"], {"snr10": found}, {"own": "", "prior": ""})
    assert "| own | **+5.00** | **-0.100** |" in text
    assert "| prior | +9.00 | -0.900 |" in text


def test_clean_music_and_speed_stand_beside_the_damage():
    found = {
        "snr10": rows(own=(5.0, -0.1, 12), other=(4.0, 0.0, 12)),
        CLEAN.name: {
            "own": mean_of([{"clean": 40.0}, {"clean": 50.0}]),
            "other": mean_of([{"clean": UNTOUCHED_DB}]),
        },
        "speed": {"own": {"times_real_time": 12.345, "memory_mb": 612.4}},
    }
    lines = quality_tables.table_of(DAMAGES["snr10"], found, {"own": "", "other": ""}).splitlines()
    assert lines[-2].endswith("| 45.0 | 12.3 | 612 | 12 |")
    assert lines[-1].endswith("| untouched |  |  | 12 |")


def test_figures_are_kept_and_chains_tried_on_few_clips_first(case, tmp_path, monkeypatch):
    asked = []

    def way(name, share):
        def restore(cases):
            asked.append((name, len(cases)))
            return [each.clean + share * (each.degraded - each.clean) for each in cases]

        return Contender(name, restore, name, "chain", twin=f"{name} turned")

    taking_part = [way("good", 0.1), way("bad", 0.9)]
    taking_part.append(Contender("good turned", taking_part[0].way, "x", "chain", is_twin=True))
    taking_part.append(Contender("bad turned", taking_part[1].way, "y", "chain", is_twin=True))
    monkeypatch.setattr(quality, "contenders", lambda *_, **__: taking_part)
    damage = Damage("made", "Made", ())
    shelf = Shelf(One(case), _made={"made": [case] * 4})
    for _ in range(2):
        measured = quality.Quality(shelf, Equipment(), Kept(tmp_path / "kept"), 3)
        measured.measure(damage)
    assert asked == [("good", 2), ("bad", 2), ("good", 4), ("good", 4)]
    assert list(measured.found["made"]) == ["good", "good turned"]
    assert abs(measured.found["made"]["good"]["si_sdr"] - 20.0) < 0.1


def test_a_table_goes_between_its_comments_and_nowhere_else(tmp_path):
    path = tmp_path / "page.md"
    first, last = page.ends("one")
    path.write_text(f"before\n\n{first}\nold\n{last}\n\nafter\n", encoding="utf-8")
    assert page.put(path, "one", page.table(("a", "b"), [("x", "1")]))
    text = path.read_text(encoding="utf-8")
    made = "| a | b |\n|---|---:|\n| x | 1 |"
    assert text == f"before\n\n{first}\n\n{made}\n\n{last}\n\nafter\n"
    assert not page.put(path, "one", made)
    with pytest.raises(SystemExit, match="no place for the table two"):
        page.put(path, "two", made)


def test_a_key_hangs_on_all_that_is_said():
    assert key_of("a", 1) == key_of("a", 1)
    assert len({key_of("a", 1), key_of("a", 2), key_of("b", 1)}) == 3
