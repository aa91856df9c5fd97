"""Panels of listening tests on the command line."""

import json

import numpy as np
import pytest
import soundfile

from app.cli import main
from app.panel_commands import default_method
from engine.catalog import Catalog, Entry
from engine.tasks.denoise import Denoise
from tests.signals import music

RATE = 44100


@pytest.fixture
def parent(tmp_path, rng):
    folder = tmp_path / "panel-1" / "noisy"
    folder.mkdir(parents=True)
    rows = ["arquivo;snr-painel-1;noise-gain-painel-1"]
    for name in ("prelude.wav", "fugue.wav"):
        clean = music(rng, 1.0, RATE).samples[0]
        noisy = clean + 0.02 * rng.standard_normal(len(clean))
        soundfile.write(folder / name, noisy, RATE, subtype="PCM_16")
        rows.append(f"{name};15,5;0,02")
    (tmp_path / "sample-info.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def words(parent, *others):
    return ["panel", str(parent), "--panel", "1", "--out", "ours", *others]


def test_all_recordings_are_restored_beside_the_noisy_ones(parent, capsys):
    before = (parent / "panel-1" / "noisy" / "fugue.wav").read_bytes()
    assert main(words(parent, "--method", "spectral", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] == 0
    assert [each["snr_db"] for each in told["files"]] == [15.5, 15.5]
    assert told["files"][0]["tasks"][0]["method"] == "spectral"
    made = parent / "panel-1" / "ours"
    assert sorted(path.name for path in made.iterdir()) == ["fugue.wav", "prelude.wav"]
    assert soundfile.info(made / "fugue.wav").subtype == "PCM_16"
    noisy = soundfile.read(parent / "panel-1" / "noisy" / "fugue.wav")[0]
    restored = soundfile.read(made / "fugue.wav")[0]
    assert len(restored) == len(noisy)
    # most of what was taken out is the noise, of which there was 0.02
    assert 0.01 < np.std(noisy - restored) < 0.03
    assert (parent / "panel-1" / "noisy" / "fugue.wav").read_bytes() == before


def test_what_is_there_is_replaced_only_when_asked(parent, capsys):
    assert main(words(parent, "--preset", "none")) == 0
    assert main(words(parent, "--preset", "none")) == 1
    assert "prelude.wav is in ours already" in capsys.readouterr().err
    assert main(words(parent, "--preset", "none", "--overwrite")) == 0


def test_a_recording_that_is_missing_fails_alone_with_code_three(parent, capsys):
    (parent / "panel-1" / "noisy" / "prelude.wav").unlink()
    (parent / "panel-1" / "noisy" / "extra.wav").write_bytes(b"")
    assert main(words(parent, "--preset", "none")) == 3
    told = capsys.readouterr()
    assert "prelude.wav" in told.err
    assert "extra.wav has no row in sample-info.csv" in told.err
    assert told.out.split() == [str(parent / "panel-1" / "ours" / "fugue.wav")]


def test_the_sampler_is_the_default_where_its_prior_is_installed(tmp_path):
    def entry(method):
        place = (tmp_path / "x", "0" * 64, "CC0-1.0")
        return Entry(method, method, ("denoise",), method, "light", RATE, *place)

    prior = entry(Denoise.model_method("diffusion-78"))
    assert default_method(Catalog((entry("light"), prior))) == "diffusion-78"
    assert default_method(Catalog((entry("light"),))) == "light"
    assert default_method(Catalog()) == "spectral"


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--preset", "none", "--method", "light"), 2, "--preset says what to do"),
        (("--method", "magic"), 1, "method = 'magic' is none of"),
        (("--out", "noisy"), 1, "'noisy' holds the sources"),
        (("--panel", "4"), 1, "has no folder panel-4/noisy"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(parent, capsys, options, code, sentence):
    assert main(words(parent, *options)) == code
    assert sentence in capsys.readouterr().err
    assert [path.name for path in (parent / "panel-1").iterdir()] == ["noisy"]
