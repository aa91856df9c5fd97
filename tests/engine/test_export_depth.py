"""Exporting at another depth than the source's: what is exact, what is rounded, what is told."""

import io

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.containers import Encoding
from engine.errors import AudioFormatError
from engine.export import export_set
from engine.export_plan import DEPTHS, Depth
from engine.project import Patch, State
from tests.engine import sound_files
from tests.engine.test_export import everything, operation, request

ROUNDED = "without dither; result and removed part add up to the source as it is rounded"
EXACT = "every sample of the source is exact in them"


def made(kind, encoding, rng, folder, n_channels=2):
    native = sound_files.samples(rng, encoding, 1001, n_channels)
    native = (
        native / np.float32(8) if encoding.is_float else native // 4
    )  # room for what is removed
    path = folder / f"side.{kind}"
    if kind == "flac":
        encoded = io.BytesIO()
        shifted = np.ascontiguousarray((native << (32 - encoding.bits)).T)
        soundfile.write(encoded, shifted, 44100, f"PCM_{encoding.bits}", format="FLAC")
        path.write_bytes(encoded.getvalue())
        return path
    make = {"wav": sound_files.wav, "w64": sound_files.w64, "aif": sound_files.aiff}[kind]
    path.write_bytes(make(native, encoding))
    return path


def repaired(source, rng) -> State:
    samples = rng.uniform(-0.4, 0.4, (source.n_channels, 100)).astype(np.float32)
    return State(source, (operation(Patch(200, samples)),))


def added_up(done):
    result, removed = (everything(path) for path in (done.result, done.removed))
    if result.dtype.kind == "f":
        return result + removed
    return result.astype(np.int64) + removed


@pytest.mark.parametrize(
    ("kind", "target", "wanted"),
    [
        *((kind, f".{kind}", Depth(24)) for kind in ("wav", "flac", "w64", "aif")),
        *((kind, f".{kind}", Depth(32, is_float=True)) for kind in ("wav", "w64")),
        ("wav", ".flac", Depth(24)),
        ("wav", ".rf64", Depth(32, is_float=True)),
        ("flac", ".wav", Depth(32, is_float=True)),
    ],
)
def test_a_deeper_file_holds_the_source_exactly_around_the_repair(
    rng, tmp_path, kind, target, wanted
):
    path = made(kind, Encoding(16, big_endian=kind == "aif"), rng, tmp_path)
    with open_audio(path) as source:
        state = repaired(source, rng)
        wish = request(tmp_path / f"out{target}", depth=wanted, write_removed=True)
        done = export_set(state, source, wish)
        native, wished = source.read_native(0, 1001), state.read(0, 1001).samples
    with open_audio(done.result) as result:
        told = (result.encoding.bits, result.encoding.is_float)
        got = result.read(0, 1001).samples
    assert told == (wanted.bits, wanted.is_float)
    assert np.abs(got - wished).max() <= 2.0**-24
    steps = 1.0 if wanted.is_float else 2.0**23
    summed = added_up(done) / steps * 2.0**15
    assert np.abs(summed - native).max() <= (2.0**-8 if wanted.is_float else 0.0)
    assert (done.balance.sum_exact or wanted.is_float, done.balance.outside_changed) == (True, 0)
    assert any(EXACT in note for note in done.notes)
    assert done.to_mapping()["removed_against"] == "source"


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        (Encoding(24), Depth(16)),
        (Encoding(32), Depth(24)),
        (Encoding(32, is_float=True), Depth(24)),
        (Encoding(32), Depth(32, is_float=True)),
    ],
)
def test_a_shallower_file_is_rounded_and_says_what_adds_up(rng, tmp_path, stored, wanted):
    path = made("wav", stored, rng, tmp_path)
    with open_audio(path) as source:
        as_floats = source.read(0, 1001).samples
        wish = request(tmp_path / "out.wav", depth=wanted, write_removed=True)
        done = export_set(repaired(source, rng), source, wish)
    summed = added_up(done)
    if wanted.is_float:
        assert np.abs(summed - as_floats).max() <= 2.0**-24
    else:
        steps = 2.0 ** (wanted.bits - 1)
        rounded = np.rint(as_floats.astype(np.float64) * steps).clip(-steps, steps - 1)
        assert np.array_equal(summed, rounded)
    assert any(ROUNDED in note for note in done.notes)
    assert done.report.outputs[0].format.bits == wanted.bits
    assert done.to_mapping()["removed_against"] == f"source rounded to {wanted}"


def test_the_depth_of_the_source_is_no_wish_and_nothing_is_said(rng, tmp_path):
    path = made("wav", Encoding(24), rng, tmp_path)
    with open_audio(path) as source:
        done = export_set(State(source), source, request(tmp_path / "o.wav", depth=Depth(24)))
        plain = export_set(State(source), source, request(tmp_path / "p.wav"))
    assert done.result.read_bytes() == plain.result.read_bytes()
    assert done.notes == ()


@pytest.mark.parametrize(
    ("kind", "target", "words"),
    [("wav", ".flac", "FLAC cannot hold 32-bit float samples"),
     ("aif", ".aif", "an AIFF file only has another depth where both are integers")],
)  # fmt: skip
def test_a_depth_that_a_format_has_not_is_refused(rng, tmp_path, kind, target, words):
    path = made(kind, Encoding(16, big_endian=kind == "aif"), rng, tmp_path)
    wish = request(tmp_path / f"out{target}", depth=Depth(32, is_float=True))
    with open_audio(path) as source, pytest.raises(AudioFormatError, match=words):
        export_set(State(source), source, wish)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_format_told_with_more_words_tells_the_other_depth(rng, tmp_path):
    path = tmp_path / "side.wav"
    samples = rng.uniform(-1, 1, (500, 2))
    soundfile.write(path, samples, 44100, "PCM_24", format="WAVEX")
    for depth in DEPTHS:
        out = tmp_path / f"{depth.bits}.wav"
        with open_audio(path) as source:
            export_set(State(source), source, request(out, depth=depth))
        assert np.abs(soundfile.read(out)[0] - samples).max() <= 2.0 ** (1 - min(depth.bits, 24))
        subtypes = {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}
        assert soundfile.info(out).subtype == subtypes[depth.bits]
