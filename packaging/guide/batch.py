"""Pictures of the chapter on batches: the window at work, and the page it leaves."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile
from PySide6.QtCore import QItemSelectionModel, QRect
from PySide6.QtGui import QImage

from app import paths
from app.batch.window import BatchWindow
from engine.jobs.batch_news import SideState
from guide.photographer import Photographer
from guide.studio import SIZE, Studio, shoot

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge")
_PAGE = (1100, 900)
_SURVEYED = (1100, 860)
_CUTS = {
    "shelf 12/HMV C 1071 A.flac": (0.0, 30.0),
    "shelf 12/HMV C 1071 B.flac": (3.0, 27.0),
    "shelf 12/HMV C 1105 A.flac": (0.0, 18.0),
    "shelf 13/Odeon 76222.flac": (2.0, 24.0),
    "shelf 13/Odeon 76223.flac": (5.0, 30.0),
    "shelf 13/Polyphon 62341.flac": (0.0, 21.0),
}
"""Files, and what of the side that ships is in each, in seconds."""
_BROKEN = "shelf 13/Odeon 76224.flac"


def _make_collection(folder: Path) -> Path:
    """Sides in folders, one of which was cut short on its way."""
    samples, rate = soundfile.read(paths.demo(), dtype="int16")
    for name, (start_s, stop_s) in _CUTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cut = samples[round(start_s * rate) : round(stop_s * rate)]
        soundfile.write(path, cut, rate, subtype="PCM_16")
    whole = (folder / next(iter(_CUTS))).read_bytes()
    (folder / _BROKEN).write_bytes(whole[: len(whole) // 3])
    return folder


@contextmanager
def _batch(studio: Studio) -> Iterator[tuple[Photographer, BatchWindow, Path]]:
    """The window of the batch with a collection in it, and the folder it restores into."""
    with studio.place() as folder, studio.sitting(is_empty=True) as sitter:
        collection = _make_collection(folder / "transfers")
        shutil.rmtree(paths.batch(), ignore_errors=True)  # the list of the picture before
        sitter.act("batch")
        shown = sitter.window.batch.window
        assert shown is not None
        shown.resize(SIZE[0], 560)
        out = folder / "restored"
        shown.options.folder.setText(str(out))
        shown.options.folder.editingFinished.emit()
        shown.add([str(collection)])
        sitter.wait(lambda: len(shown.queue.model.rows) == len(_CUTS) + 1)
        sitter.pause(1.0)
        yield sitter, shown, out
        sitter.window.batch.stop()


def batch_window(studio: Studio) -> QImage:
    """At work: some are done, one has failed, one has a preset of its own."""
    with _batch(studio) as (sitter, shown, _):
        rows = shown.queue.model.rows
        own = shown.queue.model.index(len(rows) - 1, 0)
        flags = QItemSelectionModel.SelectionFlag
        shown.table.selectionModel().select(own, flags.ClearAndSelect | flags.Rows)
        shown.table.preset_chosen.emit("gentle")
        shown.start()
        sitter.wait(lambda: any(row.state is SideState.FAILED for row in rows))
        sitter.wait(lambda: any(row.fraction > 0.3 and not row.is_over for row in rows))
        return shoot(shown)


def batch_page(studio: Studio) -> QImage:
    """The upper part of the page on what was restored, as a browser shows it."""
    with _batch(studio) as (sitter, shown, out):
        return _page(sitter, shown, out / "batch.html", _PAGE)


def survey_page(studio: Studio) -> QImage:
    """The page of a survey."""
    with _batch(studio) as (sitter, shown, out):
        shown.options.analyse.click()
        return _page(sitter, shown, out / "survey.html", _SURVEYED)


def _page(sitter: Photographer, shown: BatchWindow, page: Path, size: tuple[int, int]) -> QImage:
    """Run the batch to its end, and look at its page."""
    shown.start()
    rows = shown.queue.model.rows
    sitter.wait(lambda: all(row.is_over for row in rows) and not shown.run.is_running)
    assert any(row.state is SideState.DONE for row in rows)
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"the picture of the page needs one of: {', '.join(_BROWSERS)}")
    taken = page.with_suffix(".png")
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={page.parent / 'browser'}", f"--screenshot={taken}",
         f"--window-size={size[0]},{size[1]}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    image = QImage(str(taken))
    return image.copy(QRect(0, 0, *size))


TAKEN = (batch_window, batch_page, survey_page)
