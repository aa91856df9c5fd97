import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from engine.card import Card
from engine.errors import ModelError
from engine.weights_header import CARD_KEY, file_sha256, read_card, read_header

CARD = Card("light", {"width": 4}, 44100, 65536)


def write(path: Path, metadata: dict[str, str], n_bytes: int = 24) -> None:
    header = {
        "__metadata__": metadata,
        "gain": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    }
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(n_bytes))


def test_the_card_and_shapes_are_read_without_torch(tmp_path):
    path = tmp_path / "light.safetensors"
    write(path, {CARD_KEY: json.dumps(CARD.to_mapping())})
    assert read_card(path) == CARD
    assert read_header(path).shapes == {"gain": (2, 3)}
    assert read_header(path).n_numbers == 6
    program = (
        "import sys, pathlib, engine.weights_header as header; "
        f"header.read_card(pathlib.Path({str(path)!r})); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_a_file_of_tensors_cut_short_is_told_in_bytes(tmp_path):
    path = tmp_path / "light.safetensors"
    write(path, {CARD_KEY: json.dumps(CARD.to_mapping())}, n_bytes=20)
    size = path.stat().st_size
    with pytest.raises(ModelError, match=f"it has {size} of {size + 4} bytes"):
        read_card(path)


def test_a_header_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "light.safetensors"
    path.write_bytes(struct.pack("<Q", 1 << 40) + bytes(100))
    with pytest.raises(ModelError, match="not a safetensors file"):
        read_card(path)


def test_a_folder_and_a_missing_file_cannot_be_hashed(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        file_sha256(tmp_path)
    with pytest.raises(ModelError, match="are missing"):
        file_sha256(tmp_path / "none.safetensors")


def test_the_hash_is_that_of_the_whole_file(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert file_sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
