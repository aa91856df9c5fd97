from app.panels.numbers import counted, told_seconds


def test_thousands_are_apart():
    assert counted(1345050) == "1 345 050"
    assert counted(136) == "136"


def test_what_took_no_time_to_speak_of_is_not_told_as_none():
    assert told_seconds(0.004) == "under 0.1 s"
    assert told_seconds(0.1) == "0.1 s"
    assert told_seconds(2.44) == "2.4 s"
