"""Pictures of the chapter on training: one short training in the wizard, page by page.

Its music is made, and its noise is that of the side that ships. It takes some minutes, as it is a
real one; all pictures of one call of the program are of the same training.
"""

import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app import paths
from app.wizard.window import WizardWindow
from guide.photographer import Photographer
from guide.studio import SIZE, Studio, shoot
from hour.learning import make_music
from training.run_status import read_status
from training.wizard.plan import RUN

MINUTES = 3
"""Of training."""
_LONGEST_S = 1500.0
_LISTENING = 340
"""Pixels from the top of the window that the blind test takes."""
_TITLE, _SIGNED = "Air of 1920", "A. Archivist"


class Course:
    """Goes through the wizard as a user does, and looks at each page before it leaves it.

    pictures: what was seen, by the names of the pages and of what else there was.
    """

    def __init__(self, sitter: Photographer, wizard: WizardWindow) -> None:
        self._sitter, self._wizard = sitter, wizard
        self.pictures: dict[str, QImage] = {}

    def go(self, music: Path, side: Path) -> None:
        """From the first page to the last."""
        self._say_goal()
        self._give(music, side)
        self._match()
        self._train()
        self._judge()
        self._publish()

    @property
    def _page(self) -> Any:
        """The page that is shown; each has its own fields."""
        return self._wizard.page

    def _say_goal(self) -> None:
        self._wizard.trainings.new.click()
        self._wait(lambda: self._page.cards)
        QTest.keyClicks(self._page.names.title, _TITLE)
        self._sitter.pause(1.0)
        self._leave("goal")

    def _give(self, music: Path, side: Path) -> None:
        self._page.add([str(music)])
        self._wait(lambda: self._page.model.files and self._page.listing.told.text())
        self._page.permission.tick.click()
        QTest.keyClicks(self._page.permission.licence, "own recordings")
        self._page.permission.licence.editingFinished.emit()
        self._leave("music")
        self._page.add([str(side)])
        self._leave("noise")

    def _match(self) -> None:
        self._wait(self._page.match.isEnabled)
        self._sitter.pause(4.0)
        self._page.match.click()
        self._wait(lambda: self._plan.damage.is_matched)
        self._sitter.pause(5.0)
        self._leave("damage")
        self._leave("split")

    def _train(self) -> None:
        self._page.fields.minutes.setValue(MINUTES)
        self._page.fields.minutes.editingFinished.emit()
        self._sitter.pause(1.0)
        self._page.measure.click()
        self._wait(self._page.table.isVisible)
        self._leave("machine")
        run = self._folder / RUN
        self._page.begin.click()
        self._wait(lambda: read_status(run).state == "done")
        self._sitter.pause(4.0)  # for the last picture of its example
        self._leave("run")

    def _judge(self) -> None:
        self._wait(self._page.judge.isEnabled)
        self._page.judge.click()
        self._wait(self._page.test.isVisible)
        self._keep("listen", QRect(0, 0, SIZE[0], _LISTENING))
        self._page.test.end.click()
        self._sitter.pause(3.0)
        self._leave("judge")

    def _publish(self) -> None:
        QTest.keyClicks(self._page.signed, _SIGNED)
        self._wait(self._page.publish.isEnabled)
        self._page.publish.click()
        self._wait(lambda: self._plan.judged.published)
        self._keep("publish")

    @property
    def _plan(self) -> Any:
        return self._wizard.work.plan if self._wizard.work is not None else None

    @property
    def _folder(self) -> Path:
        assert self._wizard.work is not None
        return self._wizard.work.folder

    def _leave(self, name: str) -> None:
        """Look at the page once it is ready, and go to the next one."""
        self._wait(self._wizard.next.isEnabled)
        self._keep(name)
        self._wizard.next.click()
        self._sitter.pause(0.5)

    def _keep(self, name: str, part: QRect | None = None) -> None:
        self._sitter.settle()
        self._sitter.pause(0.7)
        self.pictures[name] = shoot(self._wizard, part=part)

    def _wait(self, holds: Callable[[], object]) -> None:
        until = time.monotonic() + _LONGEST_S
        while not holds():
            self._sitter.pause(0.05)
            if time.monotonic() > until:
                raise SystemExit(f"the wizard does not go on: {self._page.problem()}")


@cache
def course(studio: Studio) -> dict[str, QImage]:
    """Train once; the pictures of all pages, and of the window of models with what came of it."""
    with TemporaryDirectory(prefix="guide") as folder, studio.sitting(is_empty=True) as sitter:
        sitter.act("train_model")
        wizard = sitter.window.trainings.window
        assert wizard is not None
        wizard.resize(*SIZE)
        walk = Course(sitter, wizard)
        walk.go(make_music(Path(folder) / "music"), paths.demo())
        wizard.close()
        sitter.act("model_manager")
        models = sitter.window.windows.models.window
        assert models is not None
        models.resize(*SIZE)
        models.verify_all()
        sitter.wait(lambda: not models.is_busy)
        models.view.selectRow(0)
        sitter.settle()
        return {**walk.pictures, "models": shoot(models)}


def training_goal(studio: Studio) -> QImage:
    """What is wrong, and which model to start from."""
    return course(studio)["goal"]


def training_music(studio: Studio) -> QImage:
    """Clean music, measured."""
    return course(studio)["music"]


def training_noise(studio: Studio) -> QImage:
    """Noise that was found in a transfer."""
    return course(studio)["noise"]


def training_damage(studio: Studio) -> QImage:
    """The damage, matched to a side."""
    return course(studio)["damage"]


def training_split(studio: Studio) -> QImage:
    """What is kept to judge by."""
    return course(studio)["split"]


def training_time(studio: Studio) -> QImage:
    """The time, and what was measured."""
    return course(studio)["machine"]


def training_run(studio: Studio) -> QImage:
    """The curves of a training that is over."""
    return course(studio)["run"]


def training_listen(studio: Studio) -> QImage:
    """The blind test."""
    return course(studio)["listen"]


def training_judge(studio: Studio) -> QImage:
    """The figures, and what they say."""
    return course(studio)["judge"]


def training_publish(studio: Studio) -> QImage:
    """A model that was published."""
    return course(studio)["publish"]


def models(studio: Studio) -> QImage:
    """The model manager, all files verified."""
    return course(studio)["models"]


def damaged_copy(studio: Studio) -> QImage:
    """The dialog that makes a damaged copy, with a few kinds of damage."""
    with studio.place() as folder:
        side = Path(shutil.copy(paths.demo(), folder))  # its place is seen in the picture
        with studio.sitting(side) as sitter:
            return _damaged_copy(studio, sitter)


def _damaged_copy(studio: Studio, sitter: Photographer) -> QImage:
    sitter.act("damaged_copy")
    dialog = studio.application.activeModalWidget()
    assert dialog is not None
    buttons = [each for each in dialog.findChildren(QPushButton) if "Hear" in each.text()]
    sitter.wait(lambda: all(each.isEnabled() for each in buttons))
    sitter.pause(1.0)
    image = shoot(dialog)
    dialog.close()
    return image


TAKEN = (
    training_goal, training_music, training_noise, training_damage, training_split, training_time,
    training_run, training_listen, training_judge, training_publish, models, damaged_copy,
)  # fmt: skip
