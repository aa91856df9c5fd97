"""Preferences: what is remembered between runs; every choice is in force at once."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import settings as keys
from app.device_list import ComputeDevicesJob
from app.dialogs.export_format import told_collisions
from app.dialogs.key_page import KeyPage
from app.jobs import JobWorker
from app.key_bindings import KeyBindings
from app.language import LANGUAGES
from app.panels import layout
from app.panels.numbers import told_bytes
from app.picture_keeper import picture_place
from app.session import Session
from app.settings import Setting
from app.widgets.setting_fields import AmountField, ChoiceField, TextField, TickField
from engine.export_plan import SUFFIXES
from engine.jobs.cache import CacheSizeJob, ClearCacheJob

SHOWN_KEYS: tuple[Setting[Any], ...] = (
    keys.theme, keys.language, keys.follow_playhead, keys.review_advance, keys.output_device,
    keys.around_before_s, keys.around_after_s, keys.compute_device, keys.cache_folder,
    keys.cache_limit_gb, keys.export_name, keys.export_format, keys.export_depth,
    keys.export_collision, keys.export_removed, keys.export_report,
    keys.operator, keys.institution, keys.open_check, keys.key_scheme, keys.edited_keys,
)  # fmt: skip
"""What `Reset to Defaults` resets."""
MOST_CACHE_GB = 100.0
LONGEST_ROLL_S = 10.0


class PreferencesDialog(QDialog):
    """Pages of choices, and two buttons that both leave everything as it is shown."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        bindings: KeyBindings | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._settings = session, session.settings
        self._runner = session.project_runner
        self._sound_devices = session.hearing.devices
        self.setWindowTitle(self.tr("Preferences"))
        self.setMinimumWidth(560)
        settings = self._settings
        self.theme = ChoiceField(
            settings,
            keys.theme,
            {
                "system": self.tr("As the system"),
                "dark": self.tr("Dark"),
                "light": self.tr("Light"),
            },
        )
        self.language = ChoiceField(
            settings, keys.language, {"system": self.tr("As the system")} | LANGUAGES
        )
        self.follow = TickField(
            settings, keys.follow_playhead, self.tr("&Scroll along with the playhead")
        )
        self.advance = TickField(
            settings, keys.review_advance, self.tr("&Go on to the next event after a decision")
        )
        self.check = TickField(
            settings, keys.open_check, self.tr("&Look over every transfer that is opened")
        )
        default = self.tr("The system's choice")
        self.sound = ChoiceField(settings, keys.output_device, {"": default})
        self.compute = ChoiceField(settings, keys.compute_device, {"auto": self.tr("The fastest")})
        self._devices = layout.muted()
        seconds = ((0.0, LONGEST_ROLL_S), 0.1, self.tr("s"))
        self.before = AmountField(settings, keys.around_before_s, *seconds)
        self.after = AmountField(settings, keys.around_after_s, *seconds)
        self.limit = AmountField(
            settings, keys.cache_limit_gb, (0.0, MOST_CACHE_GB), 1.0, self.tr("GB")
        )
        self._place = QLabel()
        self._choose_place = QPushButton(self.tr("C&hange…"))
        self._show_place = QPushButton(self.tr("Sh&ow"))
        self.clear_cache = QPushButton()
        self.name = TextField(settings, keys.export_name)
        self.name.setToolTip(
            self.tr("{base} is the name of the transfer, {steps} what was done, {date} today")
        )
        self.format = ChoiceField(settings, keys.export_format, self._formats())
        self.collision = ChoiceField(settings, keys.export_collision, told_collisions())
        self.removed = TickField(
            settings, keys.export_removed, self.tr("Write what was &removed as well")
        )
        self.report = TickField(settings, keys.export_report, self.tr("Write a re&port"))
        self.operator = TextField(settings, keys.operator)
        self.institution = TextField(settings, keys.institution)
        self.keys = None if bindings is None else KeyPage(bindings, settings)
        self._lay_out()
        self._connect()
        self._show_cache()

    @property
    def cache_told(self) -> str:
        """What the button for clearing the cache says."""
        return self.clear_cache.text()

    @Slot()
    def reset(self) -> None:
        """Set everything that is shown back to what it was at first."""
        for setting in SHOWN_KEYS:
            self._settings.set(setting, setting.default)

    def _formats(self) -> dict[str, str]:
        names = {"": self.tr("That of the source")}
        for suffix, name in SUFFIXES.items():
            if name not in names.values():
                names[suffix] = name
        return names

    def _lay_out(self) -> None:
        pages = QTabWidget()
        pages.setAccessibleName(self.tr("Pages of the preferences"))
        pages.addTab(
            self._page(
                (
                    (self.tr("&Theme"), self.theme),
                    (self.tr("L&anguage, from the next start on"), self.language),
                ),
                (self.follow, self.advance, self.check),
            ),
            self.tr("Window"),
        )
        pages.addTab(
            self._page(
                (
                    (self.tr("&Sound goes to"), self.sound),
                    (self.tr("&Before an event play"), self.before),
                    (self.tr("&After it"), self.after),
                    (self.tr("&Networks run on"), self.compute),
                ),
                (self._devices,),
            ),
            self.tr("Devices"),
        )
        pages.addTab(self._page((
            (self.tr("&Name of the result"), self.name),
            (self.tr("&Format"), self.format),
            (self.tr("&If a file exists"), self.collision),
        ), (self.removed, self.report)), self.tr("Export"))  # fmt: skip
        pages.addTab(self._person_page(), self.tr("Who"))
        pages.addTab(self._cache_page(), self.tr("Cache"))
        if self.keys is not None:
            pages.addTab(self.keys, self.tr("Keys"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        reset = buttons.addButton(
            self.tr("Reset to &Defaults"), QDialogButtonBox.ButtonRole.ResetRole
        )
        reset.clicked.connect(self.reset)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(pages, 1)
        told = self.tr("Every choice but that of the language is in force at once.")
        column.addWidget(layout.muted(told))
        column.addWidget(buttons)

    def _page(self, fields: tuple[tuple[str, QWidget], ...], below: tuple[QWidget, ...]) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(14, 16, 14, 12)
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(14)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in fields:
            field.setAccessibleName(text.replace("&", ""))
            form.addRow(text, field)
        for widget in below:
            form.addRow(widget)
        return page

    def _person_page(self) -> QWidget:
        self.operator.setPlaceholderText(self.tr("A name"))
        self.institution.setPlaceholderText(self.tr("Such as DE, an archive or library"))
        told = layout.muted(
            self.tr(
                "Reports of exports name both. What a broadcast file tells of its originator "
                "stays as it is: it speaks of the transfer."
            )
        )
        fields = (
            (self.tr("&Operator"), self.operator),
            (self.tr("&Institution"), self.institution),
        )
        return self._page(fields, (told,))

    def _cache_page(self) -> QWidget:
        self._place.setWordWrap(True)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._place, 1)
        row.addWidget(self._choose_place)
        row.addWidget(self._show_place)
        fixed = QSizePolicy.Policy.Fixed
        self.clear_cache.setSizePolicy(QSizePolicy.Policy.Maximum, fixed)
        self.limit.setSpecialValueText(self.tr("Keep none"))
        told = layout.muted(
            self.tr("Waveforms and spectrograms that were drawn before open at once again.")
        )
        fields = ((self.tr("&At most"), self.limit), (self.tr("Where"), place))
        return self._page(fields, (self.clear_cache, told))

    def _connect(self) -> None:
        self._choose_place.clicked.connect(self._on_choose_place)
        self._show_place.clicked.connect(self._on_show_place)
        self.clear_cache.clicked.connect(self._on_clear)
        self._settings.changed.connect(self._on_setting_changed)
        self.sound.activated.connect(self._on_sound_chosen)
        self._sound_devices.changed.connect(self._show_sound_devices)

    @property
    def _folder(self) -> Path:
        return picture_place(self._settings)[0]

    def _show_cache(self) -> None:
        self._place.setText(str(self._folder))
        self._show_place.setEnabled(self._folder.is_dir())
        self.clear_cache.setText(self.tr("&Clear the Cache"))
        self._submit(CacheSizeJob(self._folder))

    def _submit(self, job: CacheSizeJob | ClearCacheJob) -> None:
        self.clear_cache.setEnabled(False)
        worker = JobWorker(job)
        worker.succeeded.connect(self._on_weighed)
        self._runner.submit(worker)

    @Slot(object)
    def _on_weighed(self, n_bytes: int) -> None:
        self.clear_cache.setText(
            self.tr("&Clear the Cache ({size})").format(size=told_bytes(n_bytes))
        )
        self.clear_cache.setEnabled(n_bytes > 0)

    @Slot()
    def _on_clear(self) -> None:
        self._submit(ClearCacheJob(self._folder))

    @Slot()
    def _on_choose_place(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Keep pictures in"), str(self._folder.parent)
        )
        if chosen:
            self._settings.set(keys.cache_folder, chosen)

    @Slot()
    def _on_show_place(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.cache_folder.key:
            self._show_cache()

    @Slot()
    def _on_sound_chosen(self) -> None:
        self._sound_devices.choose(str(self.sound.currentData()))

    @Slot()
    def _show_sound_devices(self) -> None:
        names = {name: name for name in self._sound_devices.names}
        self.sound.offer({"": self.tr("The system's choice")} | names)
        self._devices.setText(self._sound_devices.told)

    @Slot(object)
    def _on_devices(self, facts: dict[str, Any]) -> None:
        fastest = self.tr("The fastest: {name}").format(name=facts["compute_used"])
        found = {
            each["name"]: f"{each['name']}, {each['description']}" for each in facts["compute"]
        }
        self.compute.offer({"auto": fastest} | found)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Look for devices once the dialog is there: that loads what is slow to load."""
        super().showEvent(event)
        self._show_sound_devices()
        self._sound_devices.look()
        worker = JobWorker(ComputeDevicesJob())
        worker.succeeded.connect(self._on_devices)
        self._runner.submit(worker)
