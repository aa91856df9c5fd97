import numpy as np
import pytest
import torch

from engine.card import Card
from engine.errors import ModelError
from engine.models.click_finder import ClickFinder, ClickFinderConfig
from engine.models.click_search import ClickSearch
from engine.models.light import Light, LightConfig
from engine.models.weights import Model
from engine.progress import Cancelled
from tests.signals import noise

RATE = 22050
SMALL = ClickFinderConfig((4, 8), (1, 2), order=16, window=512, hop=352)


def search(context_s: float = 0.1) -> ClickSearch:
    """A network that was never trained but whose answers differ from sample to sample."""
    torch.manual_seed(78)
    network = ClickFinder(SMALL).eval()
    torch.nn.init.normal_(network.leave.weight, std=0.2)
    card = Card(network.name, network.config.to_mapping(), RATE, 16384, context_s)
    return ClickSearch(Model(network, card, ""), "cpu")


def test_pieces_give_what_the_whole_gives(rng):
    samples = noise(rng, 4.0, RATE).samples[0].astype(np.float64)
    asked = search()
    told = asked.judge(samples, RATE)
    with torch.inference_mode():
        whole = asked._network.judge(torch.from_numpy(samples.astype(np.float32))[None, None])
    assert np.abs(told - whole.log_odds[0].numpy()).max() < 1e-3


@pytest.mark.parametrize("rate", [16000, 44100, 96000])
def test_answers_come_at_the_rate_of_the_recording(rate, rng):
    samples = noise(rng, 0.5, rate).samples[0].astype(np.float64)
    told = search().judge(samples, rate)
    assert told.shape == samples.shape
    assert np.isfinite(told).all()


def test_a_click_at_another_rate_is_told_where_it_is(rng):
    """The largest answer moves with the click, whatever the rate."""
    for rate in (RATE, 48000):
        samples = noise(rng, 0.5, rate, 0.001).samples[0].astype(np.float64)
        base = search().judge(samples, rate)
        at = int(0.3 * rate)
        samples[at : at + rate // 4000] += 0.5
        moved = np.flatnonzero(np.abs(search().judge(samples, rate) - base) > 1.0)
        assert abs(np.median(moved) / rate - 0.3) < 0.02


def test_only_a_network_that_judges_samples_will_do():
    network = Light(LightConfig(128, 32, (6, 8), (1, 2), (1, 1), n_taps=1))
    card = Card(network.name, network.config.to_mapping(), RATE, 16384)
    with pytest.raises(ModelError, match="a network light cannot find clicks"):
        ClickSearch(Model(network, card, ""), "cpu")


def test_it_stops_when_progress_raises(rng):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.5:
            raise Cancelled

    samples = noise(rng, 4.0, RATE).samples[0].astype(np.float64)
    with pytest.raises(Cancelled):
        search().find_clicks(samples, RATE, 4.0, 100, progress=stop)
