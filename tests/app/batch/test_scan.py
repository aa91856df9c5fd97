from app.batch.rows import Found, Row
from app.batch.scan import Facts, FactsJob, ScanJob
from tests.app.conftest import RATE


def found(paths, outputs=None, taken=None):
    rows: list[Found] = []
    count = ScanJob([str(path) for path in paths], outputs, rows.extend, taken).run()
    assert count == len(rows)
    return [each.below for each in rows]


def test_a_folder_alone_is_mirrored_and_what_is_no_sound_is_left_out(collection):
    (collection / "notes.txt").touch()
    inside = ["1.wav", "2.wav", "broken.wav", "Victor/3.flac", "Victor/4.mp3"]
    assert found([collection]) == inside
    assert found([collection], taken={"else.wav"}) == [f"shelf/{each}" for each in inside]


def test_of_several_folders_none_is_in_the_way_of_another(collection, tmp_path):
    for name in ("other/shelf/1.wav", "other/shelf 2/1.wav"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    victor, other = collection / "Victor", tmp_path / "other"
    assert found([victor, other / "shelf", other / "shelf 2", collection / "1.wav"]) == [
        "Victor/3.flac", "Victor/4.mp3", "shelf/1.wav", "shelf 2/1.wav", "1.wav",
    ]  # fmt: skip
    assert found([other / "shelf"], taken={"Shelf", "shelf 2"}) == ["shelf 3/1.wav"]
    assert found([victor, other / "shelf"], taken=None)[-1] == "shelf/1.wav"


def test_what_a_batch_has_written_is_no_source(collection):
    assert found([collection], collection / "Victor") == ["1.wav", "2.wav", "broken.wav"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path):
    assert found([tmp_path / "side.transfer"]) == ["side.transfer"]


def test_headers_tell_length_and_rate_or_why_not(side, tmp_path):
    (tmp_path / "empty.wav").touch()
    rows = [Row(Found(str(path), path.name), "78rpm") for path in (side, tmp_path / "empty.wav")]
    taken: list[Facts] = []
    FactsJob(rows, taken.extend).run()
    assert (taken[0].duration_s, taken[0].sample_rate, taken[0].problem) == (2.0, RATE, "")
    assert taken[1].duration_s is None
    assert "is empty (0 bytes)" in taken[1].problem
