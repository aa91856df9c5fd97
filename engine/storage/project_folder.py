"""ProjectFolder: an open project on disk, in which every change is recorded as it is made."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.audio_file import AudioFile, open_audio, shown
from engine.closing import Closing
from engine.errors import StorageError
from engine.noise_file import NoiseProfile
from engine.progress import Progress, ignore
from engine.project import Operation
from engine.region import Region
from engine.storage.contents import Mark, checked_view, noise_values
from engine.storage.fields import Json
from engine.storage.generations import Generation, list_generations
from engine.storage.move import RENDERS, new_place
from engine.storage.profiles import FOLDER as PROFILES
from engine.storage.profiles import Profiles
from engine.storage.recorded_history import Opened, RecordedHistory
from engine.storage.renders import Renders
from engine.storage.source import SourceReference, audio_sha256, differs_sentence

VIEW_PAUSE_S = 60.0
"""A view that changes all the time is written no more often than this."""


class ProjectFolder(RecordedHistory, Closing):
    """An open project; made by `create_project` and `open_project`, held until `close`.

    Changes may come from any thread. Each is written before it is made: when a method raises, both
    the folder and the project are as they were.

    source: the recording all was done to.
    project: every operation of every branch, with samples read from the folder.
    """

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self.source = opened.source
        self._view = self._contents.view
        self._view_written_s = time.monotonic()
        self._is_closed = False
        self._has_other_source = opened.has_other_source
        self._left_sources: list[AudioFile] = []

    @property
    def is_autosave(self) -> bool:
        """Whether nobody has given it a name yet."""
        return self._contents.is_autosave

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user on how it was opened."""
        return self._notes

    @property
    def noise(self) -> Region | None:
        """Where nothing but noise is heard."""
        return self._contents.noise

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Named places and stretches."""
        return self._contents.marks

    @property
    def view(self) -> Mapping[str, Json]:
        """What the window remembers."""
        return self._view

    @property
    def profiles(self) -> Mapping[str, Path]:
        """The noise profiles that were kept here, by name."""
        return Profiles(self.path / PROFILES).paths()

    @property
    def recorded_changes(self) -> bool:
        """Whether anything was done since it was last saved."""
        return self._recorder.has_changes

    def set_noise(self, noise: Region | None) -> None:
        """Record where nothing but noise is heard.

        Raises:
            StorageError: it cannot be recorded.
        """
        with self._guard:
            self._record("noise", {"noise": noise_values(noise)})
            self._contents.noise = noise

    def add_profile(self, profile: NoiseProfile, name: str) -> Path:
        """Keep a noise profile under a name, which gets a number where another one has it.

        Raises:
            StorageError: it cannot be written, or the project is read-only.
        """
        with self._guard:
            self._check_writable()
            profiles = Profiles(self.path / PROFILES)
            return profiles.path(profiles.add(profile, name))

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Record the named places and stretches.

        Raises:
            StorageError: it cannot be recorded.
        """
        with self._guard:
            self._record("marks", {"marks": [each.to_mapping() for each in marks]})
            self._contents.marks = tuple(marks)

    def set_view(self, view: Mapping[str, object]) -> None:
        """Remember something for the window; written once a minute, at `save` and at `close`.

        Raises:
            StorageError: JSON has no such thing, or it cannot be recorded.
        """
        checked = checked_view(view)
        with self._guard:
            self._view = checked
            if not self.is_read_only and time.monotonic() - self._view_written_s >= VIEW_PAUSE_S:
                self._record("view", {"view": checked})
                self._contents.view = checked
                self._view_written_s = time.monotonic()

    def verify_source(self, progress: Progress = ignore) -> str | None:
        """Compare the audio of the source with what is recorded; long, for a worker.

        Returns:
            None where it is the same or was recorded now, else the sentence; the project is
            read-only from then on.

        Raises:
            EngineError: the source is damaged, or it cannot be recorded.
            Cancelled: progress said so.
        """
        found = audio_sha256(self.source, progress)
        with self._guard:
            expected = self._contents.source.audio_sha256
            if expected is None and not self.is_read_only:
                try:
                    known = SourceReference.of(self.source, self.path, found)
                except OSError as error:
                    raise StorageError(f"{shown(self.source.path)} has gone") from error
                self._record("source", known.to_mapping())
                self._contents.source = known
            if expected in (None, found):
                return None
            sentence = differs_sentence(self.source.path, str(expected), found)
            self._notes, self._has_other_source = (*self._notes, sentence), True
            self._recorder.release()
        return sentence

    def save(self) -> None:
        """Write the document as a new generation and begin the journal anew.

        Raises:
            StorageError: it cannot be written; what the journal holds stays.
        """
        with self._guard:
            self._check_writable()
            self._recorder.save(self._view)

    def take_name_back(self) -> None:
        """Make it a session again, as one that never came to where it was to be saved.

        Raises:
            StorageError: it cannot be written.
        """
        with self._guard:
            self._check_writable()
            self._contents.is_autosave = True
            self._recorder.save(self._view)

    def save_as(self, path: Path, progress: Progress = ignore) -> None:
        """Go on in another folder; long, for a worker.

        A project without a name moves there, one with a name is copied and its folder stays.

        Raises:
            StorageError: the folder exists, has no room or cannot be written; all is as it was.
            Cancelled: progress said so.
        """
        target = new_place(path, self.path)
        if self._recorder.can_move(target):
            with self._guard:
                self._recorder.move(target, self._view)
                self._settle()
        else:
            building = self._recorder.copy_files(target, progress)
            with self._guard:
                self._recorder.copy(building, target, self._view, self._has_other_source)
                self._settle()
        progress(1.0)

    def generations(self) -> tuple[Generation, ...]:
        """The last states that were saved, the oldest first."""
        return list_generations(self.path)

    def check_renders(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """Read all renders and compare them with what was written; long, for a worker.

        Returns:
            The operations whose samples or events are not what they were.

        Raises:
            Cancelled: progress said so.
        """
        damaged = self._renders.damaged(sorted(self._contents.keys()), progress)
        records = self._contents.records
        return tuple(
            each for each in self.project.all_operations if damaged & set(records[each.id].keys)
        )

    def clean_up(self, operations: Sequence[Operation] = ()) -> int:
        """Forget operations of other branches, and delete what no operation needs.

        Args:
            operations: each goes with all that was done after it; none of them on the line of
                history the head is on.

        Returns:
            Bytes freed.

        Raises:
            StorageError: it cannot be recorded.
        """
        with self._guard:
            self._check_writable()
            ids = [each.id for each in operations]
            assert not set(ids) & {each.id for each in self.project.operations}, ids
            if ids:
                self._record("forget", {"operations": ids})
                self._contents.forget(ids)
                self.project.forget(operations)
            self.save()
            needed = self._contents.keys()
            needed |= {key for record in self._kept.values() for key in record.keys}
            sizes = self._renders.sizes()
            unused = set(sizes) - needed
            self._renders.remove(unused)
            return sum(sizes[key] for key in unused) - sum(
                size for key, size in self._renders.sizes().items() if key in unused
            )

    def close(self) -> None:
        """Save what is not saved, and give the folder back.

        Where it cannot be saved, the journal holds all that was done, and is read next time.
        """
        with self._guard:
            if self._is_closed:
                return
            self._is_closed = True
            try:
                is_changed = self.recorded_changes or self._view != self._contents.view
                if is_changed and not self.is_read_only:
                    with contextlib.suppress(StorageError):
                        self.save()
            finally:
                self._recorder.release()
                for source in (self.source, *self._left_sources):
                    source.close()

    def _settle(self) -> None:
        """Look for everything where the folder lies now."""
        self._renders = Renders(self.path / RENDERS)
        place = Path(self._contents.source.path)
        if place != self.source.path.absolute():  # it lies in the folder and has moved with it
            self._left_sources.append(self.source)
            self.source = open_audio(place)
            self.project.source = self.source
