"""Save project: asks for a name and place, and whether the transfer goes along."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStorageInfo, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout
from app.panels.numbers import told_bytes
from app.widgets.banner import Banner
from engine.storage.folder import SUFFIX

NETWORK = ("nfs", "cifs", "smb", "afp", "ncp", "9p", "fuse.sshfs", "fuse.davfs", "davfs", "webdav")
"""How the names of file systems begin that are reached by a network."""
FAT = ("vfat", "msdos", "fat", "fat16", "fat32", "exfat", "fuse.exfat")


@dataclass(frozen=True)
class Wanted:
    """Where a project is to lie, and whether it is to hold the transfer itself."""

    path: Path
    copy_source: bool


class SaveProjectDialog(QDialog):
    """A path, a tick, and why it will not do if it will not."""

    def __init__(
        self, default: Path, source: Path, has_copy: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Save Project"))
        self.setMinimumWidth(600)
        self.path = QLineEdit(str(default))
        self.path.setAccessibleName(self.tr("Folder of the project"))
        self.copy_source = QCheckBox(_copy_text(self, source))
        self.copy_source.setVisible(not has_copy)
        self._problem = Banner()
        self._save = QPushButton(self.tr("&Save"))
        self._save.setObjectName("primary")
        self._save.setDefault(True)
        self._lay_out(has_copy)
        self.path.textChanged.connect(self._check)
        self._save.clicked.connect(self.accept)
        self._check()

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted(self._target(), self.copy_source.isChecked())

    @property
    def problem(self) -> str:
        """Why it cannot be saved there; empty if it can."""
        return "" if self._save.isEnabled() else self._problem.text

    def _lay_out(self, has_copy: bool) -> None:
        label, browse, cancel = (
            QLabel(self.tr("&Project")),
            QPushButton(self.tr("&Browse…")),
            QPushButton(self.tr("Cancel")),
        )
        label.setBuddy(self.path)
        browse.clicked.connect(self._on_browse)
        cancel.clicked.connect(self.reject)
        browse.setAutoDefault(False)
        cancel.setAutoDefault(False)
        where = QGridLayout()
        where.addWidget(label, 0, 0)
        where.addWidget(self.path, 0, 1)
        where.addWidget(browse, 0, 2)
        told = self.tr(
            "A project is a folder with the whole history. From now on every step is saved in it "
            "as it is done."
        )
        if has_copy:
            told += " " + self.tr("It holds a copy of the transfer.")
        where.addWidget(layout.muted(told), 1, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(where)
        column.addWidget(self.copy_source)
        column.addWidget(self._problem)
        column.addLayout(buttons)

    def _target(self) -> Path:
        path = Path(self.path.text().strip()).expanduser()
        return path if path.name.endswith(SUFFIX) else path.with_name(path.name + SUFFIX)

    @Slot()
    def _check(self) -> None:
        text = self.path.text().strip()
        problem = ""
        if not text or not Path(text).is_absolute() or not Path(text).name:
            problem = self.tr("Say where the project is to lie.")
        elif self._target().exists():
            problem = self.tr("{name} exists already; choose another name.").format(
                name=self._target().name
            )
        self._problem.tell(problem or told_place(self._target().parent), "warning")
        self._save.setEnabled(not problem)

    @Slot()
    def _on_browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the project as"),
            str(self._target()),
            self.tr("Projects (*{suffix})").format(suffix=SUFFIX),
        )
        if chosen:
            self.path.setText(chosen)


def ask_where(parent: QWidget, default: Path, source: Path, has_copy: bool) -> Wanted | None:
    """Ask where a project is to lie; None if the user thinks again."""
    dialog = SaveProjectDialog(default, source, has_copy, parent)
    answer = dialog.exec()
    wanted = dialog.wanted
    dialog.deleteLater()
    return wanted if answer else None


def told_place(folder: Path) -> str:
    """What is to be known of the disk a project is to lie on; empty where there is nothing."""
    kind = bytes(QStorageInfo(str(folder)).fileSystemType().data()).decode("utf-8", "replace")
    if kind.lower().startswith(NETWORK):
        told = QCoreApplication.translate(
            "save_project",
            "This is a network drive ({kind}): every step waits for it, and what is done while it "
            "does not answer cannot be kept.",
        )
    elif kind.lower() in FAT:
        told = QCoreApplication.translate(
            "save_project",
            "This drive ({kind}) has no journal: if it is unplugged or the power fails, the "
            "project may be damaged. A disk of the computer is safer.",
        )
    else:
        return ""
    return told.format(kind=kind)


def _copy_text(dialog: SaveProjectDialog, source: Path) -> str:
    try:
        size = told_bytes(source.stat().st_size)
    except OSError:
        size = dialog.tr("size unknown")
    return dialog.tr("&Copy the transfer into the project ({size})").format(size=size)
