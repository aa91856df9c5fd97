import math

import pytest
import torch

from engine.models.noise_reader import LevelTally, NoiseReader
from engine.models.noise_told import NoiseTally


def spectrum(n_frames: int, level: float = 0.1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(4)
    return level * torch.randn(2, 65, n_frames, generator=generator, dtype=torch.complex64)


def told(given: torch.Tensor, look: torch.Tensor) -> tuple[LevelTally, LevelTally, NoiseTally]:
    levels, left, removed = LevelTally(), LevelTally(), NoiseTally()
    levels.add(given)
    left.add(look)
    removed.add(given - look)
    return levels, left, removed


def test_quantiles_of_levels_are_those_of_the_frames():
    given = spectrum(4000)
    tally = LevelTally()
    for piece in given.split(900, dim=-1):
        tally.add(piece)
    found = tally.quantiles()
    power = given.abs().square()
    for index, share in ((0, 0.02), (3, 0.5), (6, 0.98)):
        wanted = torch.log(torch.quantile(power, share, dim=-1))
        assert (found[:, index] - wanted).abs().max() < 0.5 * math.log(10.0) / 10.0


def test_an_untrained_reader_gives_back_what_the_look_took_out():
    given = spectrum(200)
    tallies = told(given, 0.5 * given)
    assert torch.allclose(NoiseReader()(*tallies), tallies[2].powers(), rtol=1e-3)


def test_louder_recordings_have_louder_noise_of_the_same_kind():
    torch.manual_seed(1)
    reader = NoiseReader()
    torch.nn.init.normal_(reader.leave.weight, std=0.1)
    given = spectrum(200)
    with torch.no_grad():
        quiet, loud = (reader(*told(gain * given, 0.5 * gain * given)) for gain in (1.0, 2.0))
    ratio_db = 10.0 * torch.log10(loud / quiet)
    assert float(ratio_db.mean()) == pytest.approx(6.0, abs=1.5)


def test_silence_has_no_noise():
    silence = torch.zeros(1, 65, 10, dtype=torch.complex64)
    with torch.no_grad():
        assert float(NoiseReader()(*told(silence, silence)).max()) < 1e-11
