import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from engine.errors import SettingsError, StorageError
from engine.noise_file import (
    Grid,
    NoiseProfile,
    load_profile,
    parse_profile,
    save_profile,
    words,
)
from engine.region import Region

GRIDS = (Grid(240, 8), Grid(80, 6))


@pytest.fixture
def profile(rng: np.random.Generator) -> NoiseProfile:
    return NoiseProfile(
        powers=tuple(rng.random(grid.n_bins).astype(np.float32) for grid in GRIDS),
        grids=GRIDS,
        sample_rate=8000,
        n_channels=2,
        source="Täubchen.flac",
        region=Region(0.1, 1 / 3),
        operations=("Declick: sensitivity = 0.5",),
        learnt=datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC),
        software="1.2.3",
    )


def with_header(content: bytes, header: object) -> bytes:
    """The file with other words in front of its numbers."""
    length = int.from_bytes(content[:8], "little")
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def header_of(content: bytes) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(content[8 : 8 + content[0] + 256 * content[1]])
    return found


def with_facts(content: bytes, **facts: object) -> bytes:
    header = header_of(content)
    known = json.loads(header["__metadata__"]["profile"])
    text = json.dumps({**known, **facts}, sort_keys=True, separators=(",", ":"))
    body = content[8 + int.from_bytes(content[:8], "little") :]
    header["__metadata__"]["profile"] = text
    header["__metadata__"]["content_sha256"] = hashlib.sha256(text.encode() + body).hexdigest()
    return with_header(content, header)


def test_a_profile_comes_back_as_it_was_saved(profile: NoiseProfile, tmp_path: Path):
    path = tmp_path / "a.noise"
    save_profile(profile, path)
    found = load_profile(path)
    assert found.to_mapping() == profile.to_mapping()
    assert found.region == Region(0.1, 1 / 3)
    assert found.learnt == profile.learnt
    assert found.is_alike(profile)
    assert found.sha256 == profile.sha256
    for got, wanted in zip(found.powers, profile.powers, strict=True):
        np.testing.assert_array_equal(got, wanted)
    assert [each.name for each in tmp_path.iterdir()] == ["a.noise"]


def test_other_programs_read_it_as_safetensors(profile: NoiseProfile):
    tensors = load(profile.to_bytes())
    np.testing.assert_array_equal(tensors["power_0"], profile.powers[0])
    np.testing.assert_array_equal(tensors["power_1"], profile.powers[1])


def test_profiles_are_alike_where_they_say_the_same_of_the_noise(profile: NoiseProfile):
    later = replace(profile, learnt=datetime.now(UTC), source="other")
    assert later.is_alike(profile)
    assert later.sha256 != profile.sha256
    louder = replace(profile, powers=tuple(2 * power for power in profile.powers))
    assert not louder.is_alike(profile)


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(
    profile: NoiseProfile, tmp_path: Path
):
    path = tmp_path / "a.noise"
    path.write_bytes(b"mine")
    with pytest.raises(StorageError, match=r"a\.noise exists already; choose another name"):
        save_profile(profile, path)
    assert path.read_bytes() == b"mine"
    save_profile(profile, path, overwrite=True)
    assert load_profile(path).is_alike(profile)


def test_a_folder_that_is_not_there_is_told(profile: NoiseProfile, tmp_path: Path):
    with pytest.raises(StorageError, match=r"there is no folder .*nowhere; create it first"):
        save_profile(profile, tmp_path / "nowhere" / "a.noise")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.noise", r"gone\.noise is not in .*; choose where it lies now"),
        (".", "is no file; choose a .noise file"),
        ("a\0b", "cannot be read: "),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, name: str, said: str):
    with pytest.raises((StorageError, SettingsError), match=said):
        load_profile(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"\xff" * 8,
        b"\xff" * 4000,
        (1 << 60).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"[]",
        (2).to_bytes(8, "little") + b"{}",
        (40_000).to_bytes(8, "little") + b"[" * 40_000,
        (7).to_bytes(8, "little") + b'{"a":1}' + bytes(400),
    ],
)
def test_other_bytes_are_no_profile(content: bytes):
    with pytest.raises(SettingsError, match="x is no noise profile; choose a file that Runout has"):
        parse_profile(content, "x")


def test_a_huge_file_is_not_read(tmp_path: Path):
    path = tmp_path / "huge.noise"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SettingsError, match=r"huge\.noise is no noise profile"):
        load_profile(path)


def test_any_changed_or_missing_byte_is_noticed(profile: NoiseProfile, rng: np.random.Generator):
    content = profile.to_bytes()
    for at in rng.integers(0, len(content), 200):
        changed = bytearray(content)
        changed[at] ^= 1 << int(rng.integers(8))
        with pytest.raises(SettingsError, match=r"x (is damaged|is no noise profile|was written)"):
            parse_profile(bytes(changed), "x")
    for length in (8, 100, len(content) - 4, len(content) - 1):
        with pytest.raises(SettingsError, match=r"x is (damaged|no noise profile)"):
            parse_profile(content[:length], "x")
    with pytest.raises(SettingsError, match="x is damaged"):
        parse_profile(content + bytes(4), "x")


@pytest.mark.parametrize(
    "facts",
    [
        {"sample_rate": 0},
        {"sample_rate": 1e400},
        {"sample_rate": "8000"},
        {"n_channels": True},
        {"n_channels": 10**30},
        {"grids": []},
        {"grids": [[240, 8]] * 9},
        {"grids": [[10_000_000, 10_000_000]]},
        {"grids": 3},
        {"region": [float("nan"), 1.0]},
        {"region": [0.0, float("inf")]},
        {"region": [0.5, 0.1]},
        {"region": [0.0, 1.0, 100.0, 200.0]},
        {"source": 7},
        {"source": "two\nlines"},
        {"source": "x" * 1000},
        {"operations": None},
        {"learnt": "yesterday"},
        {"learnt": "2026-03-01T12:30:15"},
        {"more": 1},
    ],
)
def test_nonsense_in_the_header_is_refused(profile: NoiseProfile, facts: dict[str, object]):
    with pytest.raises(SettingsError, match="x is damaged: it was cut short or changed"):
        parse_profile(with_facts(profile.to_bytes(), **facts), "x")


@pytest.mark.parametrize("power", [np.nan, np.inf, -1.0])
def test_powers_that_are_none_are_refused(profile: NoiseProfile, power: float):
    profile.powers[1][5] = power
    with pytest.raises(SettingsError, match="x is damaged"):
        parse_profile(profile.to_bytes(), "x")


def test_other_facts_make_another_profile(profile: NoiseProfile):
    changed = parse_profile(with_facts(profile.to_bytes(), source="other.wav"), "x")
    assert changed.source == "other.wav"  # so the cases above are refused for what they say


def test_a_newer_profile_asks_for_an_update(profile: NoiseProfile):
    with pytest.raises(SettingsError, match="newer version of Runout; update Runout to use it"):
        parse_profile(with_facts(profile.to_bytes(), schema=2), "x")


def test_whatever_a_recording_is_called_its_profile_can_be_read(profile: NoiseProfile):
    odd = words(["a\nb\u2028\udcff", "x" * 1000])
    again = parse_profile(replace(profile, operations=odd, source=odd[0]).to_bytes(), "x")
    assert again.source == "a b  "
    assert len(again.operations[1]) == 400
