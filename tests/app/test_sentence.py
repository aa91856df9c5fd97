import pytest

from app.sentence import as_sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("there is no room in the folder /data", "There is no room in the folder /data."),
        ("the gap of 135 ms is too long", "The gap of 135 ms is too long."),
        ("der Datenträger ist voll", "Der Datenträger ist voll."),
        ("side A.wav is empty; copy it again", "side A.wav is empty; copy it again."),
        ("theatre.wav is empty", "theatre.wav is empty."),
        ("Nothing can be played.", "Nothing can be played."),
        ("Which side is it?", "Which side is it?"),
        ("", ""),
        ("Written:\n/data/side.json", "Written:\n/data/side.json"),
    ],
)
def test_a_sentence_has_a_capital_and_a_stop(text, shown):
    assert as_sentence(text) == shown
