import dataclasses
import json
import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from engine.card import Card
from engine.errors import ModelError, StorageError
from engine.models import NETWORKS
from engine.models.network import Config, Network
from engine.models.weights import build_network, load_weights, save_weights
from engine.weights_header import CARD_KEY, file_sha256, read_card, read_header


@dataclass(frozen=True)
class ToyConfig(Config):
    widths: tuple[int, ...] = (3, 5)
    gain: float = 1.0


class Toy(Network):
    name: ClassVar[str] = "toy"
    kind: ClassVar[str] = "restorer"
    config_type: ClassVar[type[Config]] = ToyConfig
    presets: ClassVar[Mapping[str, Config]] = {"default": ToyConfig()}
    turns: Tensor

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        sizes = (1, *config.widths, 1)
        self.layers = nn.Sequential(
            *(nn.Conv1d(a, b, 3, padding=1) for a, b in zip(sizes, sizes[1:], strict=False))
        )
        self.register_buffer("turns", torch.tensor(7))
        self.register_buffer("table", torch.arange(4.0), persistent=False)

    def forward(self, samples: Tensor) -> Tensor:
        out: Tensor = self.layers(samples)
        return out


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Toy:
    monkeypatch.setitem(NETWORKS, "toy", Toy)
    torch.manual_seed(78)
    return Toy(ToyConfig(widths=(4, 2)))


@pytest.fixture
def card(network: Toy) -> Card:
    return Card(
        "toy", network.config.to_mapping(), 44100, 65536, level=0.06, training={"steps": 12}
    )


def rewrite(path: Path, card_text: str | None, tensors: dict[str, Tensor] | None = None) -> None:
    """The file as somebody else might have made it."""
    kept = safetensors.torch.load_file(path) if tensors is None else tensors
    metadata = None if card_text is None else {CARD_KEY: card_text}
    path.write_bytes(safetensors.torch.save(kept, metadata=metadata))


def refusal(path: Path, sha256: str | None = None) -> str:
    with pytest.raises(ModelError) as caught:
        load_weights(path, sha256)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_weights_come_back_bit_for_bit_with_their_card(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    network.turns.fill_(9)
    sha256 = save_weights(path, network, card)
    model = load_weights(path, sha256)
    assert model.sha256 == sha256 == file_sha256(path)
    assert model.card == card == read_card(path)
    assert model.network.config == network.config
    for name, value in network.state_dict().items():
        assert torch.equal(model.network.state_dict()[name], value), name
    assert sorted(read_header(path).shapes) == sorted(network.state_dict())
    assert read_header(path).n_numbers == network.n_parameters + 1
    assert load_weights(path).network.n_parameters == network.n_parameters > 0


def test_loaded_networks_are_at_rest_and_loading_draws_no_random_numbers(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    before = torch.get_rng_state()
    model = load_weights(path)
    assert torch.equal(torch.get_rng_state(), before)
    assert not model.network.training
    assert not any(each.requires_grad for each in model.network.parameters())


def test_half_precision_halves_the_file_and_rounds_to_eleven_bits(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card, half=True)
    loaded = load_weights(path).network.state_dict()
    for name, value in network.state_dict().items():
        assert loaded[name].dtype == value.dtype
        whole = value.half().to(value.dtype) if value.is_floating_point() else value
        assert torch.equal(loaded[name], whole), name
    assert all(value.dtype != torch.float32 for value in safetensors.torch.load_file(path).values())


def test_networks_in_channels_last_order_are_saved_alike(card, tmp_path, network):
    straight, turned = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    sha256 = save_weights(straight, network, card)
    first = next(network.parameters())
    first.data = first.data.transpose(0, 2).contiguous().transpose(0, 2)
    assert not first.is_contiguous()
    assert save_weights(turned, network, card) == sha256


def test_saving_replaces_the_file_and_leaves_nothing_beside_it(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    path.write_bytes(b"old")
    save_weights(path, network, card)
    assert [each.name for each in tmp_path.iterdir()] == ["toy.safetensors"]
    with pytest.raises(StorageError, match="cannot be written"):
        save_weights(tmp_path / "absent" / "toy.safetensors", network, card)


def test_numbers_that_are_not_finite_are_neither_saved_nor_loaded(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    with torch.no_grad():
        network.layers[0].bias[0] = 1e6
    with pytest.raises(ModelError, match="not finite"):
        save_weights(path, network, card, half=True)
    assert load_weights(path).sha256 == file_sha256(path)
    tensors = safetensors.torch.load_file(path)
    tensors["layers.0.bias"][0] = float("nan")
    rewrite(path, json.dumps(card.to_mapping()), tensors)
    assert "not finite" in refusal(path)


def test_a_missing_file_is_named(tmp_path):
    assert "absent.safetensors are missing" in refusal(tmp_path / "absent.safetensors")


def test_a_pickle_is_refused_and_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    path = tmp_path / "weights.pt"
    for content in (pickle.dumps(Trap()), b"PK\x03\x04" + bytes(100), b"", b"abc"):
        path.write_bytes(content)
        assert "weights.pt is not a safetensors file" in refusal(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "header", [b"[]", b"{", b'{"a": 1}', b'{"a": {"data_offsets": []}}', b"\xff\xfe", b"[" * 9999]
)
def test_a_header_that_is_no_list_of_tensors_is_refused(tmp_path, header):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    assert "is not a safetensors file" in refusal(path)


def test_a_changed_file_is_refused_with_both_hashes(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    sha256 = save_weights(path, network, card)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    sentence = refusal(path, sha256)
    assert sha256 in sentence
    assert file_sha256(path) in sentence
    assert load_weights(path, file_sha256(path).upper()).card == card


@pytest.mark.parametrize("n_kept", [12, 300, -1])
def test_a_file_cut_short_is_refused(network, card, tmp_path, n_kept):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    path.write_bytes(path.read_bytes()[:n_kept])
    assert "toy.safetensors is cut short" in refusal(path)


def test_weights_without_a_card_are_refused(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    rewrite(path, None)
    assert "has no card" in refusal(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"network": "unheard"}, "no network 'unheard'"),
        ({"config": {"widths": [9]}}, "does not fit the network toy: layers.0.bias is 4"),
        ({"config": {"depth": 3}}, "no setting 'depth'"),
        ({"config": {"widths": [10**9]}}, "larger than that of any network"),
        ({"config": {"widths": [4] * 1000}}, "larger than that of any network"),
        ({"config": {"gain": 1e300}}, "larger than that of any network"),
        ({"config": {"widths": [4_000_000, 4_000_000]}}, "does not fit the network toy"),
        ({"config": {"widths": [-1]}}, "no network can be built"),
        ({"config": {"gain": "much"}}, "gain = 'much'"),
        ({"sample_rate": "44100"}, "sample_rate = '44100'"),
        ({"colour": "red"}, "unknown entry 'colour'"),
    ],
)
def test_cards_that_do_not_fit_are_refused_with_what_does_not(
    network, card, tmp_path, change, told
):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    rewrite(path, json.dumps(card.to_mapping() | change))
    sentence = refusal(path)
    assert "toy.safetensors" in sentence
    assert told in sentence


@pytest.mark.parametrize("text", ["{", "[]", '{"network": "toy"}', "[" * 9999])
def test_cards_that_are_no_cards_are_refused(network, card, tmp_path, text):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    rewrite(path, text)
    assert "card" in refusal(path)


def test_tensors_too_many_or_too_few_are_named(network, card, tmp_path):
    path = tmp_path / "toy.safetensors"
    save_weights(path, network, card)
    tensors = safetensors.torch.load_file(path)
    text = json.dumps(card.to_mapping())
    rewrite(path, text, {**tensors, "more": torch.zeros(2, 3)})
    assert "more is 2 x 3 in the file and missing in the network" in refusal(path)
    del tensors["turns"]
    rewrite(path, text, tensors)
    assert "turns is missing in the file and one number in the network" in refusal(path)


def test_a_network_is_built_by_name_and_config(network):
    built = build_network("toy", {"widths": [6]})
    assert built.config == ToyConfig(widths=(6,))
    with pytest.raises(ModelError, match="no network 'two'.*toy"):
        build_network("two", {})


def test_a_card_survives_its_mapping(card):
    assert Card.from_mapping(json.loads(json.dumps(card.to_mapping()))) == card
    assert Card.from_mapping(card.to_mapping() | {"level": 0}) == dataclasses.replace(card, level=0)
    with pytest.raises(ModelError, match="no entry 'sample_rate'"):
        Card.from_mapping({"network": "toy", "config": {}, "segment_samples": 1})
