"""Class noise: of which class, by each way collections are laid out."""

import numpy as np
import pytest
import soundfile

from engine.audio import Audio
from engine.errors import EngineError
from training.degradations.class_noise import ClassNoise

RATE = 8000
CLEAN = Audio(np.full((1, RATE), 0.1, np.float32), RATE)
PITCHES = {0: 400, 3: 1000, 8: 2000}


def put(path, class_number):
    """A noise whose class can be told by its pitch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = np.sin(2 * np.pi * PITCHES[class_number] * np.arange(2 * RATE) / RATE)
    soundfile.write(path, 0.3 * tone, RATE)


@pytest.fixture(params=["urban", "esc", "folders"])
def collection(request, tmp_path):
    for number in PITCHES:
        names = {
            "urban": f"audio/fold{number + 1}/1007{number}-{number}-0-1.wav",
            "esc": f"audio/{number % 5 + 1}-1038-A-{number}.wav",
            "folders": f"{'abcdefghi'[number]}/x{number}.wav",
        }
        put(tmp_path / names[request.param], number)
    numbers = dict(zip(PITCHES, (0, 1, 2), strict=True))
    return tmp_path, numbers if request.param == "folders" else {each: each for each in PITCHES}


def pitch(noise):
    wave = noise.apply(CLEAN).samples[0] - CLEAN.samples[0]
    return int(np.argmax(np.abs(np.fft.rfft(wave))))


def test_a_class_is_taken_by_its_number(collection):
    folder, numbers = collection
    for number, pitch_hz in PITCHES.items():
        noise = ClassNoise(seed=5, folder=folder, class_number=numbers[number])
        assert pitch(noise) == pytest.approx(pitch_hz, abs=2)


def test_any_class_but_one_may_be_taken(collection):
    folder, numbers = collection
    heard = {pitch(ClassNoise(seed=k, folder=folder, but_class=numbers[3])) for k in range(12)}
    assert {round(each, -2) for each in heard} == {400, 2000}


def test_what_is_not_there_is_refused_in_one_sentence(tmp_path):
    put(tmp_path / "rain" / "a.wav", 0)
    for settings in (
        {},
        {"folder": tmp_path / "no"},
        {"folder": tmp_path, "class_number": 7},
        {"folder": tmp_path, "but_class": 0},
    ):
        with pytest.raises(EngineError) as refused:
            ClassNoise(**settings).apply(CLEAN)
        assert "\n" not in str(refused.value)
