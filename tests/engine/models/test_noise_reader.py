import math

import pytest
import torch

from engine.models.noise_reader import LevelTally, NoiseReader, Readings, inside


def samples(n_samples: int = 8000, level: float = 0.1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(4)
    return level * torch.randn(2, 1, n_samples, generator=generator)


def readings(*pieces: torch.Tensor) -> Readings:
    made = Readings(128, 32)
    for piece in pieces:
        made.add(piece, 0.5 * piece)
    return made


def test_quantiles_of_levels_are_those_of_the_frames():
    generator = torch.Generator().manual_seed(4)
    given = 0.1 * torch.randn(2, 65, 4000, generator=generator, dtype=torch.complex64)
    tally = LevelTally()
    for piece in given.split(900, dim=-1):
        tally.add(piece)
    found = tally.quantiles()
    power = given.abs().square()
    for index, share in ((0, 0.02), (3, 0.5), (6, 0.98)):
        wanted = torch.log(torch.quantile(power, share, dim=-1))
        assert (found[:, index] - wanted).abs().max() < 0.5 * math.log(10.0) / 10.0


def test_an_untrained_reader_gives_back_what_the_look_took_out():
    given = readings(samples())
    with torch.no_grad():
        assert torch.allclose(NoiseReader().read(given), given.removed.powers(), rtol=1e-3)


def test_what_it_sees_does_not_hang_on_where_a_recording_is_cut():
    whole, pieces = readings(samples(16000)), readings(*samples(16000).split(8000, dim=-1))
    difference = (whole.features() - pieces.features()).abs()
    assert float(difference.mean()) < 0.05


def test_floors_between_partials_are_seen_where_the_window_is_too_short_for_them():
    time = torch.arange(32000) / 8000.0
    partials = sum(torch.sin(2.0 * math.pi * f * time) for f in (500.0, 640.0, 780.0))
    hiss = samples(32000, level=0.003)[:1]
    made = readings(hiss + 0.2 * partials[None, None])
    bins = slice(9, 12)  # 562 to 688 Hz
    seen = made.features()
    guess = torch.log(made.removed.powers())[:, :1]
    shortest = (seen[:, 1:2] / 0.3 + guess)[..., bins]
    floor = (seen[:, 14:15] / 0.3 + guess)[..., bins]
    noise = torch.log(readings(2.0 * hiss).removed.powers())[:, 0, bins]
    assert float((floor - noise).abs().mean()) < 4.0
    assert float((shortest - noise).abs().mean()) > float((floor - noise).abs().mean()) + 1.0


def test_louder_recordings_have_louder_noise_of_the_same_kind():
    torch.manual_seed(1)
    reader = NoiseReader()
    torch.nn.init.normal_(reader.leave.weight, std=0.1)
    with torch.no_grad():
        quiet, loud = (reader.read(readings(gain * samples())) for gain in (1.0, 2.0))
    ratio_db = 10.0 * torch.log10(loud / quiet)
    assert float(ratio_db.mean()) == pytest.approx(6.0, abs=1.5)


def test_silence_has_no_noise_and_a_few_samples_are_no_trouble():
    with torch.no_grad():
        assert float(NoiseReader().read(readings(torch.zeros(1, 1, 4000))).max()) < 1e-11
        for n_samples in (1, 17, 300):
            assert torch.isfinite(NoiseReader().read(readings(samples(n_samples)))).all()


def test_frames_that_reach_beyond_the_samples_do_not_count_where_there_are_others():
    spectrum = torch.zeros(1, 5, 40)
    assert inside(spectrum).shape[-1] == 34
    assert inside(spectrum[..., :12]).shape[-1] == 12
