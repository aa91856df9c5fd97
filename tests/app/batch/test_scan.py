from app.batch.rows import Found, Row
from app.batch.scan import Facts, FactsJob, ScanJob
from tests.app.conftest import RATE


def found(paths, outputs=None):
    taken: list[Found] = []
    count = ScanJob([str(path) for path in paths], outputs, taken.extend).run()
    assert count == len(taken)
    return [each.below for each in taken]


def test_folders_keep_their_names_and_what_is_no_sound_is_left_out(collection):
    (collection / "notes.txt").touch()
    assert found([collection, collection / "1.wav"]) == [
        "shelf/1.wav", "shelf/2.wav", "shelf/broken.wav", "shelf/Victor/3.flac",
        "shelf/Victor/4.mp3", "1.wav",
    ]  # fmt: skip


def test_what_a_batch_has_written_is_no_source(collection):
    assert found([collection], collection / "Victor") == [
        "shelf/1.wav", "shelf/2.wav", "shelf/broken.wav",
    ]  # fmt: skip


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
