"""What happens to the music is told in plain words, whatever the damage."""

from app.wizard.damage_words import damage_title, shown_percent, told_damage
from training.degradations import DEGRADATIONS


def test_every_kind_of_damage_has_a_title_of_its_own():
    titles = {damage_title(kind) for kind in DEGRADATIONS}
    assert len(titles) == len(DEGRADATIONS)


def test_own_noise_the_rest_and_what_comes_before_are_told(qapp):
    steps = [{"name": "clicks", "probability": 0.2}, {"name": "hum", "probability": 0.0}]
    material = [{"name": "low_pass", "probability": 0.25}]
    told = told_damage(0.6, (0.0, 25.0), steps, material)
    assert told.replace("\u00a0", " ") == (
        "In 60 % of the examples your music gets the noise of your own discs, 0 to 25 dB below "
        "it. Other damage: clicks in 20 % of the examples. Before that, the music itself is "
        "changed (missing treble in 25 %), and the model must not undo this. The model hears the "
        "result and learns to give the music back."
    )
    assert told_damage(0.0, (0.0, 25.0), steps[1:], []) == "Nothing damages the music."


def test_small_shares_are_not_rounded_away():
    shares = (0.0, 0.0041, 0.028, 0.6, 1.0)
    assert [shown_percent(each) for each in shares] == ["0", "0.41", "2.8", "60", "100"]
