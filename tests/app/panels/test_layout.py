from app.panels.layout import breakable


def test_names_and_checksums_can_be_wrapped_and_stay_as_they_are():
    name, checksum = "take_2.side-a.wav", "0123456789abcdef" * 4
    assert breakable(name).split("\u200b") == ["take_", "2.", "side-", "a.", "wav"]
    assert max(map(len, breakable(checksum).split("\u200b"))) == 32
    assert breakable(checksum).replace("\u200b", "") == checksum
