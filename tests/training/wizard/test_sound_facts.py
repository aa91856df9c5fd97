from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from engine.audio import Audio, Samples
from engine.audio_file import open_audio
from tests import signals
from training.wizard.sound_facts import SoundFacts, measure

RATE = 44100
KINDS = {"mp3": ("MP3", "MPEG_LAYER_III"), "ogg": ("OGG", "VORBIS")}


def _facts(path: Path) -> SoundFacts:
    with open_audio(path) as file:
        return measure(file)


def _written(folder: Path, samples: Samples, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    path = folder / "file.flac"
    soundfile.write(path, samples.T, rate, subtype=subtype)
    return path


def _bright(rng: np.random.Generator, duration_s: float = 4.0, n_channels: int = 1) -> Samples:
    """Notes under which there is noise as of a hall, falling by 3 dB an octave, up to the end."""
    white = rng.standard_normal(round(duration_s * RATE))
    spectrum = np.fft.rfft(white) / np.sqrt(np.arange(1, len(white) // 2 + 2))
    hall = np.fft.irfft(spectrum, len(white))
    music = signals.music(rng, duration_s, RATE).samples[0]
    mixed = (music + 0.05 * hall / hall.std()).astype(np.float32)
    return np.tile(0.5 * mixed / np.abs(mixed).max(), (n_channels, 1))


def test_music_at_its_own_rate_reaches_to_the_end(rng: np.random.Generator, tmp_path: Path) -> None:
    facts = _facts(_written(tmp_path, _bright(rng, n_channels=2)))
    assert facts.bandwidth_hz > 21_800.0
    assert facts.cut_hz == 0.0
    assert (facts.sample_rate, facts.n_channels, facts.duration_s) == (RATE, 2, 4.0)
    assert [facts.is_lossy, facts.is_narrow, facts.is_clipped, facts.is_silent] == 4 * [False]


@pytest.mark.parametrize("source_rate", [11025, 16000, 22050])
def test_a_file_made_of_one_at_a_lower_rate_is_found_out(
    rng: np.random.Generator, tmp_path: Path, source_rate: int
) -> None:
    low = soxr.resample(_bright(rng)[0], RATE, source_rate)
    facts = _facts(_written(tmp_path, soxr.resample(low, source_rate, RATE)[None]))
    assert 0.9 * source_rate / 2 <= facts.cut_hz <= source_rate / 2 + 200.0
    assert facts.bandwidth_hz <= source_rate / 2 + 400.0
    assert facts.is_narrow
    assert not facts.is_lossy


@pytest.mark.parametrize(("kind", "quality"), [("mp3", 0.3), ("mp3", 0.6), ("ogg", 0.7)])
def test_lossy_coding_is_found_in_lossy_files_and_in_what_was_made_of_them(
    rng: np.random.Generator, tmp_path: Path, kind: str, quality: float
) -> None:
    format_name, subtype = KINDS[kind]
    coded = tmp_path / f"coded.{kind}"
    soundfile.write(
        coded, _bright(rng)[0], RATE, format=format_name, subtype=subtype, compression_level=quality
    )
    assert _facts(coded).codec == format_name
    decoded = soundfile.read(coded, dtype="float32")[0][None]
    facts = _facts(_written(tmp_path, decoded))
    assert facts.codec == ""
    assert facts.looks_coded, facts.cut_hz


def test_music_that_fades_towards_the_treble_is_not_cut_off(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    spectrum = np.fft.rfft(rng.standard_normal(4 * RATE))
    hz = np.linspace(0.0, RATE / 2, len(spectrum))
    fading = np.fft.irfft(spectrum * 10.0 ** (-hz / 1000.0 * 5.0 / 20.0))  # 5 dB a kilohertz
    facts = _facts(_written(tmp_path, (0.2 * fading / fading.std())[None].astype(np.float32)))
    assert 12_000.0 < facts.bandwidth_hz < 19_000.0
    assert facts.cut_hz == 0.0


def test_a_few_clicks_do_not_hide_a_cut(rng: np.random.Generator, tmp_path: Path) -> None:
    music = np.tile(_bright(rng, 2.0)[0], 11)
    low = soxr.resample(soxr.resample(music, RATE, 22050), 22050, RATE)
    low[RATE] = 0.9
    assert _facts(_written(tmp_path, low[None])).is_narrow


def test_clipping_is_told_from_loudness(rng: np.random.Generator, tmp_path: Path) -> None:
    music = signals.music(rng, 4.0, RATE).samples
    loud = _facts(_written(tmp_path, music / np.abs(music).max() * 0.999, subtype="PCM_24"))
    assert (loud.n_clipped, loud.is_clipped) == (0, False)
    clipped = np.clip(music, -0.12, 0.12) / 0.12 * 0.9
    found = _facts(_written(tmp_path, clipped.astype(np.float32), subtype="PCM_24"))
    assert found.n_clipped == pytest.approx(np.count_nonzero(np.abs(clipped) >= 0.8999), rel=0.1)
    assert found.is_clipped


def test_levels_are_told_and_silence_is_known(rng: np.random.Generator, tmp_path: Path) -> None:
    tone = signals.sine(440.0, 2.0, RATE, amplitude=0.5).samples
    hiss = signals.noise(rng, 2.0, RATE, level=1e-3).samples
    quiet = np.concatenate((tone, hiss, np.zeros((1, RATE), np.float32)), axis=1)
    facts = _facts(_written(tmp_path, quiet))
    assert facts.loudest_dbfs == pytest.approx(-9.0, abs=0.2)
    assert facts.noise_dbfs == pytest.approx(-60.0, abs=1.0)
    assert not facts.is_silent
    assert _facts(_written(tmp_path, hiss)).is_silent
    nothing = _facts(_written(tmp_path, np.zeros((1, RATE), np.float32)))
    assert nothing.is_silent
    assert nothing.bandwidth_hz == 0.0


def test_a_file_of_a_few_samples_is_measured(tmp_path: Path) -> None:
    facts = _facts(_written(tmp_path, Audio(np.full((1, 7), 0.1, np.float32), RATE).samples))
    assert facts.cut_hz == 0.0
    assert not facts.is_clipped
