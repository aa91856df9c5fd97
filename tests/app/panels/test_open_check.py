import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QPushButton

from app import settings as keys
from app.panels import open_check
from app.panels.open_check import format_facts, sample_facts
from engine.audio_file import open_audio
from engine.jobs.open_check import SampleFacts
from tests.signals import music

RATE = 96000


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(open_check, "PAUSE_MS", 1)


@pytest.fixture
def clipped(tmp_path, rng):
    """A second at 96 kHz and 24 bit, clipped and with an offset."""
    samples = music(rng, 1.0, RATE, 1).samples
    samples = np.clip(samples / np.abs(samples).max(), -0.5, 0.5) + 0.02
    path = tmp_path / "clipped.wav"
    soundfile.write(path, samples.T, RATE, subtype="PCM_24")
    return path


def buttons(window):
    return [each for each in window.check.findChildren(QPushButton) if each.isVisible()]


def test_what_is_found_comes_as_a_list_with_what_helps(window, clipped, qtbot):
    assert window.open(clipped)
    assert window.check.told == []  # 96 kHz and 24 bit are as they should be
    qtbot.waitUntil(lambda: len(window.check.told) == 2, timeout=60_000)
    clips, offset = window.check.told
    assert "samples are clipped, the first at 0:0" in clips
    assert "off by -3" in offset
    declip, high_pass = buttons(window)
    assert declip.text() == "Declip…"
    high_pass.click()
    assert "umble" in window.inspector.title
    declip.click()
    assert window.inspector.title == "Declip"


def test_it_is_closed_for_this_transfer_and_the_next_one_is_looked_over(window, side, clipped):
    assert window.open(side)
    assert "below the archival recommendation of 96 kHz, 24 bit" in window.check.told[0]
    window.check.dismiss()
    assert window.check.isHidden()
    assert window.open(side)
    assert len(window.check.told) == 1
    window.session.close()
    assert window.check.isHidden()


def test_it_can_be_turned_off(window, side, session):
    session.settings.set(keys.open_check, False)
    assert window.open(side)
    assert window.check.told == []


def test_a_float_file_of_96_khz_is_good_enough(tmp_path):
    path = tmp_path / "float.wav"
    soundfile.write(path, np.zeros((100, 1), np.float32), RATE, subtype="FLOAT")
    with open_audio(path) as file:
        assert format_facts(file.format) == []


def test_a_small_offset_is_not_worth_a_word():
    assert sample_facts(SampleFacts(0, None, (-80.0, -51.0))) == []


def test_what_a_broadcast_file_carries_is_told_along(window, tmp_path, qtbot, rng):
    path = broadcast(tmp_path / "bwf.wav", rng)
    assert window.open(path)
    qtbot.waitUntil(lambda: len(window.check.told) == 2, timeout=60_000)
    assert window.check.told[1].endswith("Side A of 1043 · DE, Archive")


def broadcast(path, rng):
    """A 16 bit file with a bext chunk."""
    soundfile.write(path, music(rng, 0.2, RATE, 1).samples.T, RATE, subtype="PCM_16")
    payload = bytearray(602)
    payload[:14] = b"Side A of 1043"
    payload[256:267] = b"DE, Archive"
    content = path.read_bytes() + b"bext" + len(payload).to_bytes(4, "little") + payload
    path.write_bytes(content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:])
    return path
