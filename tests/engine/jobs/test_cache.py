from engine.jobs.cache import CacheSizeJob, ClearCacheJob


def test_all_files_below_the_folder_are_counted_and_deleted(tmp_path):
    for number in range(3):
        folder = tmp_path / "1" / str(number)
        folder.mkdir(parents=True)
        (folder / "peaks").write_bytes(bytes(1000))
    assert CacheSizeJob(tmp_path).run() == 3000
    assert ClearCacheJob(tmp_path).run() == 0
    assert list(tmp_path.iterdir()) == []


def test_no_cache_weighs_nothing_and_is_cleared_in_peace(tmp_path):
    assert CacheSizeJob(tmp_path / "none").run() == 0
    assert ClearCacheJob(tmp_path / "none").run() == 0
