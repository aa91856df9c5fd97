"""Exporting a state as one exact set of files."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Audio, MemoryRecording
from engine.audio_file import open_audio
from engine.bext import FIXED_BYTES
from engine.containers import Encoding
from engine.containers import layout as container_layout
from engine.export import ExportRequest, export_set
from engine.project import Operation, Patch, State
from engine.tasks.gain import Gain
from tests.engine import sound_files
from tests.engine.test_audio_file import DEPTHS, write

LINE = b"A=PCM,F=44100,W=%d,M=stereo,T=Runout 1.2.3; no operation\r\n"


def operation(*patches: Patch) -> Operation:
    changed = sum(patch.samples.size for patch in patches)
    return Operation(Gain(), "Gain", (), patches, (), changed, 0, datetime.now(UTC), 0.5)


def request(output: Path, **options) -> ExportRequest:
    return ExportRequest(output, "1.2.3", **options)


def export_unchanged(source: Path, output: Path, **options):
    with open_audio(source) as file:
        return export_set(State(file), file, request(output, **options))


def everything(path: Path):
    with open_audio(path) as file:
        return file.read_native(0, file.n_samples)


def metadata_bytes(path: Path) -> list[tuple[str, bytes]]:
    """Every chunk but the audio as it lies in the file, in order."""
    content = path.read_bytes()
    with open_audio(path) as file:
        found = [(each.id, content[each.start : each.stop]) for each in file.container.metadata]
        tail = content[slice(*file.container.tail)]
    return [*found, ("tail", tail)]


def differing(source: Path, output: Path) -> set[str]:
    """Ids of chunks that are not byte for byte the same, order and number being equal."""
    before, after = metadata_bytes(source), metadata_bytes(output)
    assert [name for name, _ in before] == [name for name, _ in after]
    return {old[0] for old, new in zip(before, after, strict=True) if old != new}


@pytest.mark.parametrize(("container", "subtype"), DEPTHS)
def test_an_export_without_operations_keeps_every_bit(rng, tmp_path, container, subtype):
    suffix = {"WAVEX": ".wav", "AIFF": ".aif"}.get(container, "." + container.lower())
    path = write(
        tmp_path / f"side{suffix}", rng.uniform(-1, 1, (2, 3000)), 48000, container, subtype
    )
    done = export_unchanged(path, tmp_path / f"out{suffix}")
    with open_audio(path) as source, open_audio(done.result) as result:
        assert result.format == source.format
    assert np.array_equal(everything(path), everything(done.result))
    assert (done.balance.sum_exact, done.balance.outside_changed) == (True, 0)


@pytest.mark.parametrize(("rate", "n_channels"), [(8000, 16), (384_000, 1), (11_025, 3)])
def test_rates_and_channel_counts_are_kept(rng, tmp_path, rate, n_channels):
    encoding = Encoding(24)
    native = sound_files.samples(rng, encoding, 301, n_channels)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding, rate))
    done = export_unchanged(path, tmp_path / "out.wav")
    with open_audio(done.result) as result:
        assert (result.sample_rate, result.n_channels) == (rate, n_channels)
    assert np.array_equal(everything(done.result), native)


INTEGERS = [Encoding(8, unsigned=True), Encoding(16), Encoding(24), Encoding(32)]
FLOATS = [Encoding(32, is_float=True), Encoding(64, is_float=True)]


@pytest.mark.parametrize("encoding", INTEGERS + FLOATS)
def test_a_wav_file_keeps_all_chunks_byte_for_byte_but_one_line_of_history(rng, tmp_path, encoding):
    native = sound_files.samples(rng, encoding, 1001, 2)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding, tail=b"left by some program"))
    done = export_unchanged(path, tmp_path / "out.wav", write_removed=True)
    assert differing(path, done.result) == {"bext"}
    line = LINE % encoding.bits
    expected = path.read_bytes().replace(
        sound_files.chunk(*sound_files.BEFORE[0]),
        sound_files.chunk(b"bext", sound_files.bext() + line).replace(b"\r\n\x55", b"\r\n\0"),
    )
    result = done.result.read_bytes()
    assert result[8:] == expected[8:]
    assert int.from_bytes(result[4:8], "little") == len(result) - 8 - len(b"left by some program")
    assert done.report.coding_history == line.decode()


@pytest.mark.parametrize(
    ("suffix", "make", "changed"),
    [
        (".rf64", sound_files.rf64, {"bext", "ds64"}),
        (".w64", sound_files.w64, {"bext"}),
    ],
)
def test_long_containers_keep_all_chunks(rng, tmp_path, suffix, make, changed):
    encoding = Encoding(24)
    native = sound_files.samples(rng, encoding, 1001, 1)
    path = tmp_path / f"side{suffix}"
    path.write_bytes(make(native, encoding))
    done = export_unchanged(path, tmp_path / f"out{suffix}")
    assert differing(path, done.result) == changed
    assert np.array_equal(everything(done.result), native)
    again = export_unchanged(done.result, tmp_path / f"again{suffix}")
    assert differing(done.result, again.result) == changed


@pytest.mark.parametrize(
    ("encoding", "coding"),
    [
        (Encoding(8, big_endian=True), b""),
        (Encoding(16, big_endian=True), b""),
        (Encoding(24, big_endian=True), b""),
        (Encoding(16), b"sowt"),
        (Encoding(32, is_float=True, big_endian=True), b"fl32"),
        (Encoding(64, is_float=True, big_endian=True), b"fl64"),
    ],
)
def test_an_aiff_file_is_kept_byte_for_byte(rng, tmp_path, encoding, coding):
    native = sound_files.samples(rng, encoding, 1001, 1)
    path = tmp_path / "side.aif"
    path.write_bytes(sound_files.aiff(native, encoding, coding=coding))
    assert np.array_equal(everything(path), native)
    done = export_unchanged(path, tmp_path / "out.aif")
    assert differing(path, done.result) == set()
    assert done.result.stat().st_size == path.stat().st_size
    assert done.report.coding_history is None


@pytest.mark.parametrize("n_samples", [1000, 1001])
def test_a_big_endian_wav_file_is_kept(rng, tmp_path, n_samples):
    encoding = Encoding(24, big_endian=True)
    native = sound_files.samples(rng, encoding, n_samples, 1)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding))
    done = export_unchanged(path, tmp_path / "out.wav")
    assert differing(path, done.result) == {"bext"}
    assert np.array_equal(everything(done.result), native)


def encoded_flac(native, bits: int) -> bytes:
    memory = io.BytesIO()
    subtype = {8: "PCM_S8", 16: "PCM_16", 24: "PCM_24"}[bits]
    soundfile.write(memory, native.T << (32 - bits), 44100, format="FLAC", subtype=subtype)
    return memory.getvalue()


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_a_flac_file_keeps_all_blocks_and_its_checksum_is_right(rng, tmp_path, bits):
    encoding = Encoding(bits)
    native = sound_files.samples(rng, encoding, 5000, 2)
    path = tmp_path / "side.flac"
    path.write_bytes(sound_files.flac(encoded_flac(native, bits), sound_files.FLAC_BLOCKS))
    done = export_unchanged(path, tmp_path / "out.flac")
    assert differing(path, done.result) <= {"STREAMINFO", "VORBIS_COMMENT"}
    assert np.array_equal(everything(done.result), native)
    md5 = hashlib.md5(encoding.encode(native)).hexdigest()
    assert (done.report.source.audio_md5, done.report.source.md5_status) == (md5, "matches")
    blocks = dict(metadata_bytes(done.result))
    assert blocks["STREAMINFO"][-16:].hex() == md5
    line = (LINE % bits).decode()
    texts = ("TITLE=Side A", "CODINGHISTORY=A=ANALOGUE,M=mono\r\n" + line, "ARTIST=Übermut")
    assert blocks["VORBIS_COMMENT"][4:] == sound_files.comments(*texts)


@pytest.mark.parametrize("encoding", INTEGERS)
def test_result_and_removed_add_up_exactly_even_when_a_task_goes_over_range(
    rng, tmp_path, encoding
):
    native = sound_files.samples(rng, encoding, 4000, 2)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding))
    wild = (3.0 * rng.standard_normal((2, 2000))).astype(np.float32)
    with open_audio(path) as source:
        state = State(source, (operation(Patch(1000, wild)),))
        done = export_set(state, source, request(tmp_path / "out.wav", write_removed=True))
    assert done.removed is not None
    result = everything(done.result).astype(np.int64)
    rest = everything(done.removed)
    assert np.array_equal(result + rest, native)
    assert np.array_equal(result[:, :1000], native[:, :1000])
    assert np.array_equal(result[:, 3000:], native[:, 3000:])
    rounded = np.rint(wild.astype(np.float64) * encoding.steps)
    beyond = (rounded > encoding.high) | (rounded < encoding.low)
    source_part = native[:, 1000:3000].astype(np.int64)
    fits = np.abs(source_part - np.clip(rounded, encoding.low, encoding.high)) < encoding.high
    assert np.array_equal(result[:, 1000:3000][fits & ~beyond], rounded[fits & ~beyond])
    balance = done.balance
    assert balance.over_range == np.count_nonzero(beyond) > 100
    peak_db = 20 * np.log10(np.abs(rounded[beyond]).max() / encoding.steps)
    assert balance.over_range_peak_dbfs == pytest.approx(peak_db)
    assert balance.bent > 0
    assert (balance.outside_changed, balance.sum_exact, balance.sum_errors) == (0, True, 0)
    assert f"{balance.over_range} samples came out beyond full scale" in done.notes[0]
    quiet = done.removed.read_bytes()
    if encoding.bits == 8:
        assert b"\x80" * 1000 in quiet  # nothing removed is 128 in unsigned bytes


def test_a_float_file_says_how_exact_the_sum_is(rng, tmp_path):
    samples = rng.uniform(-0.5, 0.5, (1, 4000)).astype(np.float32)
    path = write(tmp_path / "side.wav", samples, subtype="FLOAT")
    patch = Patch(500, samples[:, 500:1500] * np.float32(3.7))
    with open_audio(path) as source:
        state = State(source, (operation(patch),))
        done = export_set(state, source, request(tmp_path / "out.wav", write_removed=True))
    assert done.removed is not None
    assert np.array_equal(everything(done.result)[:, 500:1500], patch.samples)
    total = everything(done.result) + everything(done.removed)
    assert np.abs(total - samples).max() < 2e-7
    assert done.balance.sum_errors == np.count_nonzero(total != samples) > 0
    assert not done.balance.sum_exact
    assert done.balance.over_range == np.count_nonzero(np.abs(patch.samples) > 1.0)
    assert "float rounding" in done.notes[1]


def test_headroom_is_the_users_choice_and_keeps_peaks_off_the_rails(rng, tmp_path):
    samples = rng.uniform(-0.9, 0.9, (1, 4000)).astype(np.float32)
    path = write(tmp_path / "side.wav", samples, subtype="PCM_24")
    patch = Patch(0, samples * np.float32(2.0))
    with open_audio(path) as source:
        state = State(source, (operation(patch),))
        done = export_set(state, source, request(tmp_path / "out.wav", headroom_db=6.1))
    assert done.balance.over_range == 0
    assert done.balance.peak_after_dbfs == pytest.approx(20 * np.log10(1.8) - 6.1, abs=0.01)
    assert done.report.to_mapping()["headroom_db"] == 6.1


def test_wav_becomes_flac_and_comes_back_with_all_its_chunks(rng, tmp_path):
    encoding = Encoding(24)
    native = sound_files.samples(rng, encoding, 1001, 2)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding))
    flac = export_unchanged(path, tmp_path / "packed.flac").result
    assert np.array_equal(everything(flac), native)
    back = export_unchanged(flac, tmp_path / "back.wav").result
    assert np.array_equal(everything(back), native)
    assert differing(path, back) == {"bext"}
    with open_audio(back) as file:
        chunk = file.container.find("bext")
        assert chunk is not None
        history = back.read_bytes()[chunk.payload + FIXED_BYTES :][: chunk.size - FIXED_BYTES]
    assert history.count(b"T=Runout 1.2.3; no operation\r\n") == 2


def test_eight_bit_wav_becomes_flac_and_comes_back(rng, tmp_path):
    encoding = Encoding(8, unsigned=True)
    native = sound_files.samples(rng, encoding, 1000, 1)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding))
    flac = export_unchanged(path, tmp_path / "packed.flac").result
    back = export_unchanged(flac, tmp_path / "back.wav").result
    assert np.array_equal(everything(flac), native)
    with open_audio(path) as first, open_audio(back) as last:
        assert first.format == last.format
    assert np.array_equal(everything(back), native)


def test_what_a_wav_file_cannot_hold_is_named(rng, tmp_path):
    native = sound_files.samples(rng, Encoding(16), 2000, 3)
    path = tmp_path / "side.flac"
    path.write_bytes(sound_files.flac(encoded_flac(native, 16), sound_files.FLAC_BLOCKS))
    done = export_unchanged(path, tmp_path / "out.wav")
    assert np.array_equal(everything(done.result), native)
    assert "left out: VORBIS_COMMENT, PICTURE, APPLICATION test, CUESHEET" in done.notes[-1]


@pytest.mark.parametrize(
    ("container", "subtype"), [("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III"), ("WAV", "ULAW")]
)
def test_a_lossy_source_becomes_a_float_file_with_the_same_samples(
    rng, tmp_path, container, subtype
):
    path = write(
        tmp_path / "side.x", rng.uniform(-0.2, 0.2, (2, 30_000)), 44100, container, subtype
    )
    done = export_unchanged(path, tmp_path / "out.wav")
    with open_audio(path) as source, open_audio(done.result) as result:
        assert (result.format.subtype, source.format.is_lossy) == ("FLOAT", True)
    assert np.array_equal(everything(path), everything(done.result))
    assert any("lossy codec" in note for note in done.notes)
    flac = export_unchanged(path, tmp_path / "packed.flac", write_removed=True)
    assert flac.removed is not None
    exact = np.rint(everything(path).astype(np.float64) * 2**23)
    assert np.array_equal(everything(flac.result), exact)
    assert not everything(flac.removed).any()


def test_more_than_4_gb_becomes_rf64(rng, tmp_path, monkeypatch):
    monkeypatch.setattr(container_layout, "RIFF_LIMIT", 5000)
    encoding = Encoding(16)
    native = sound_files.samples(rng, encoding, 3001, 1)
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(native, encoding, before=sound_files.BEFORE[:2]))
    done = export_unchanged(path, tmp_path / "out.wav")
    with open_audio(done.result) as result:
        assert result.format.container == "RF64"
    assert soundfile.info(done.result).format == "RF64"
    assert np.array_equal(everything(done.result), native)
    assert [name for name, _ in metadata_bytes(done.result)][1:] == [
        name for name, _ in metadata_bytes(path)
    ]
    assert any("RF64" in note for note in done.notes)


def test_a_streamed_file_gets_a_header_that_tells_its_length(rng, tmp_path):
    encoding = Encoding(16)
    native = sound_files.samples(rng, encoding, 3000, 1)
    content = bytearray(sound_files.wav(native, encoding, before=[], after=[]))
    content[4:8] = content[40:44] = b"\xff" * 4
    path = tmp_path / "side.wav"
    path.write_bytes(content)
    done = export_unchanged(path, tmp_path / "out.wav")
    assert done.result.read_bytes() == sound_files.wav(native, encoding, before=[], after=[])
    assert any("does not tell how long" in note for note in done.notes)


def test_a_stage_with_other_channels_and_length_is_what_the_result_adds_up_to(rng, tmp_path):
    path = tmp_path / "side.wav"
    native = sound_files.samples(rng, Encoding(16), 3000, 2)
    path.write_bytes(sound_files.wav(native, Encoding(16)))
    stage = rng.uniform(-0.9, 0.9, (1, 2500)).astype(np.float32)
    patch = Patch(1000, stage[:, 1000:1500] * np.float32(0.5))
    with open_audio(path) as source:
        state = State(MemoryRecording(Audio(stage, 44100)), (operation(patch),))
        done = export_set(state, source, request(tmp_path / "out.wav", write_removed=True))
    with open_audio(done.result) as result:
        assert (result.n_channels, result.n_samples) == (1, 2500)
    assert done.removed is not None
    on_grid = np.rint(stage.astype(np.float64) * 2**15)
    assert np.array_equal(everything(done.result) + everything(done.removed), on_grid)
    assert (done.balance.outside_changed, done.balance.sum_exact) == (0, True)
    assert differing(path, done.result) == {"bext", "fmt "}


def test_the_same_export_gives_the_same_bytes(rng, tmp_path):
    path = tmp_path / "side.wav"
    path.write_bytes(sound_files.wav(sound_files.samples(rng, Encoding(24), 3000, 2), Encoding(24)))
    first = export_unchanged(path, tmp_path / "a.wav", write_removed=True)
    second = export_unchanged(path, tmp_path / "b.wav", write_removed=True)
    assert first.removed is not None
    assert second.removed is not None
    assert first.result.read_bytes() == second.result.read_bytes()
    assert first.removed.read_bytes() == second.removed.read_bytes()


def test_the_source_is_not_touched(rng, tmp_path):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 3000)))
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    export_unchanged(path, tmp_path / "out.wav", write_removed=True)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before
