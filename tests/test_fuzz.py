"""Damaged inputs for all that Runout reads; and whoever watches the readers sees everything."""

import sys
from random import Random

import pytest

from fuzz import Tally, drawn
from fuzzing.chunks import damaged_flac, damaged_riff, riff, riff_chunks
from fuzzing.crew import FAILED, Crew
from fuzzing.damage import damaged_any, damaged_json, damaged_text
from fuzzing.inputs import FOLDER, LINK, PIPE, Files, Input, Kind, Odd
from fuzzing.kinds import KINDS
from fuzzing.sounds import encoded
from fuzzing.worker import OPENED, REFUSED
from tests.planted_kinds import FAULTS, Faulty, Honest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its inputs have links and pipes")
N_INPUTS = 230
PLANTED: dict[str, type[Kind]] = {kind.name: kind for kind in (Faulty, Honest)}
SEEN = {
    "write_outside": "new.txt",
    "write_through_a_link": "secret.txt",
    "write_unseen": "unseen.txt is not as it was",
    "write_beside": "beside.txt",
    "start_a_process": "subprocess.Popen",
    "connect": "socket.connect",
    "log_an_error": "ValueError: of the log",
    "fail": "KeyError: 'planted'",
    "fail_elsewhere": "KeyError: 'planted'",
    "take_much_memory": "MemoryError",
    "hang": "hangs: took more than 1.5 s",
    "crash": "ended its process with -6",
    "quit_all": "SystemExit: 3",
    "refuse_without_a_name": "names no file: something is wrong",
    "refuse_at_length": "says 2000 characters",
}


def test_damaged_inputs_of_all_kinds_are_opened_or_refused(tmp_path):
    tally = Tally(tmp_path)
    Crew(KINDS, tally.take).run(drawn(N_INPUTS, 2026, list(KINDS)), 1)
    assert tally.n_findings == 0, "\n".join(each.read_text()[:3000] for each in tmp_path.iterdir())
    last = tally.table().splitlines()[-1].split()
    assert last[:2] == ["all", str(N_INPUTS)]
    assert int(last[2]) > N_INPUTS // 5
    assert int(last[3]) > N_INPUTS // 5


def test_every_fault_of_a_reader_is_seen_and_the_next_input_is_read_all_the_same():
    found, states = {}, []

    def tell(each, verdict):
        if each.kind == "honest":
            states.append((verdict.state, verdict.findings))
        else:
            found[FAULTS[each.number].__name__] = verdict

    asked = [("honest", 1, number) for number in range(2)]
    asked += [("faulty", 1, number) for number in range(len(FAULTS))]
    asked += [("honest", 1, number) for number in range(2)]
    Crew(PLANTED, tell, longest_s=1.5).run(asked, 1)
    assert states == [(OPENED, ()), (REFUSED, ())] * 2
    for name, said in SEEN.items():
        assert any(said in each for each in found[name].findings), (name, found[name].findings)
    assert found["hang"].state == found["crash"].state == FAILED
    assert set(found) == set(SEEN)


def test_an_input_can_be_kept_and_read_again():
    files: Files = {"a": b"\0\xff", "b/c": Odd(LINK, "../a"), "d": Odd(PIPE), "e": Odd(FOLDER)}
    each = Input("project", 3, 7, files)
    assert Input.from_json(each.to_json({"findings": ["x"]})) == each


def test_inputs_are_shared_out_among_the_kinds_and_drawn_alike_each_time():
    asked = drawn(1000, 5, list(KINDS))
    assert len(asked) == len(set(asked)) == 1000
    assert {each[0] for each in asked if isinstance(each, tuple)} == set(KINDS)
    assert asked == drawn(1000, 5, list(KINDS))


@pytest.mark.parametrize("damage", [damaged_text, damaged_json])
def test_damage_follows_from_its_seed_alone(damage):
    content = b'{"a": [1, 2, {"b": "text"}], "c": null}\n'
    made = [[damaged_any(Random(seed), seed, content, damage) for seed in range(60)] for _ in "ab"]
    assert made[0] == made[1]
    assert len(set(made[0])) > 40


def test_a_cut_goes_through_a_file_in_steps_of_seven_bytes():
    content = bytes(range(100))
    cuts = {len(damaged_any(Random(0), 8 * n, content, damaged_text)) for n in range(15)}
    assert cuts == {*range(0, 101, 7)}


def test_chunks_are_damaged_one_by_one_and_the_file_is_still_one():
    wav = riff(b"WAVE", [(b"fmt ", bytes(16)), (b"data", bytes(40)), (b"LIST", bytes(9))])
    assert [each.name for each in riff_chunks(wav)] == [b"fmt ", b"data", b"LIST"]
    damaged = {damaged_riff(Random(seed), wav) for seed in range(50)}
    assert len(damaged) > 30
    assert all(each[:4] == b"RIFF" and each[8:12] == b"WAVE" for each in damaged)
    flac = encoded("FLAC", "PCM_16")
    assert all(damaged_flac(Random(seed), flac)[:4] == b"fLaC" for seed in range(20))
