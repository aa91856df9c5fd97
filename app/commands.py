"""What the actions of files, history, jobs and help do: functions of the desk."""

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app import paths
from app.desk import Desk
from app.diagnostics import diagnostics
from app.language import to_translate
from engine.jobs.put_back import PutBackJob


def has_document(desk: Desk) -> bool:
    """Whether a recording is open."""
    return desk.session.document is not None


def has_selection(desk: Desk) -> bool:
    """Whether something is selected."""
    return desk.session.view_state.selection is not None


def can_undo(desk: Desk) -> bool:
    """Whether there is something to undo, and no job is built upon it."""
    document = desk.session.document
    if document is None or desk.session.is_busy:
        return False
    return document.can_undo or document.marks.can_undo


def can_redo(desk: Desk) -> bool:
    """Whether there is something to redo."""
    document = desk.session.document
    if document is None or desk.session.is_busy:
        return False
    return document.can_redo or document.marks.can_redo


def can_run(desk: Desk) -> bool:
    """Whether the inspector shows something that can run now."""
    return desk.inspector.can_run


def can_repeat(desk: Desk) -> bool:
    """Whether something has run that can run again now."""
    session = desk.session
    if session.document is None or session.is_busy or session.last is None:
        return False
    tasks = session.last[1]
    return bool(session.target(tasks)) or not any(task.needs_region for task in tasks)


def can_cancel(desk: Desk) -> bool:
    """Whether Esc has anything to end."""
    session, preview = desk.session, desk.inspector.operation.preview
    can_clear = has_selection(desk) and not session.view_state.is_locked
    return session.is_busy or preview.is_on or can_clear or session.player.is_playing


def choose_file(desk: Desk) -> None:
    """Ask for a file."""
    desk.choose_file()


def open_demo(desk: Desk) -> None:
    """Open the side that ships."""
    desk.open(paths.demo())


def export(desk: Desk) -> None:
    """Write the restored copy."""
    desk.export()


def export_removed(desk: Desk) -> None:
    """Write the restored copy and what was taken out of it."""
    desk.export("removed")


def export_report(desk: Desk) -> None:
    """Write the restored copy and a report on it."""
    desk.export("report")


def show_batch(desk: Desk) -> None:
    """Show the window of the batch."""
    desk.batch.show()


def close(desk: Desk) -> None:
    """Close the recording."""
    desk.close_recording()


def quit_(desk: Desk) -> None:
    """End the application."""
    desk.quit()


def undo(desk: Desk) -> None:
    """Take a change of marks back, or move the head back; whichever was done last."""
    document = desk.session.document
    if document is not None and document.marks.can_undo:
        document.marks.undo()
    elif document is not None:
        document.undo()


def redo(desk: Desk) -> None:
    """Change marks again, or move the head forward; whichever comes next."""
    document = desk.session.document
    if document is not None and document.marks.can_redo:
        document.marks.redo()
    elif document is not None:
        document.redo()


def choose_task(name: str) -> Callable[[Desk], None]:
    """Show a task in the inspector."""

    def choose(desk: Desk) -> None:
        desk.inspector.choose_task(name)
        desk.docks.show("inspector")

    return choose


def choose_preset(name: str) -> Callable[[Desk], None]:
    """Show a preset in the inspector."""

    def choose(desk: Desk) -> None:
        desk.inspector.choose_preset(name)
        desk.docks.show("inspector")

    return choose


def can_run_here(desk: Desk) -> bool:
    """Whether a step can run on what is selected now."""
    return has_document(desk) and has_selection(desk) and not desk.session.is_busy


def run_task(name: str) -> Callable[[Desk], None]:
    """Show a task in the inspector, and run it with the settings it had there last."""

    def run_it(desk: Desk) -> None:
        choose_task(name)(desk)
        desk.inspector.run()

    return run_it


def run(desk: Desk) -> None:
    """Run what the inspector shows."""
    desk.inspector.run()


def repeat_last(desk: Desk) -> None:
    """Run the last tasks again on what is selected now."""
    session = desk.session
    if session.last is not None:
        session.restore(*session.last, session.target(session.last[1]))


def can_put_back(desk: Desk) -> bool:
    """Whether there is a selection in which something may have been done."""
    document = desk.session.document
    if document is None or not document.head or desk.session.is_busy:
        return False
    return has_selection(desk)


def put_back(desk: Desk) -> None:
    """Make what is selected what it was."""
    session, selection = desk.session, desk.session.view_state.selection
    if session.document is None or selection is None or session.is_busy:
        return
    title = to_translate("Put back the original")
    worker = session.keep(PutBackJob(title, session.document.state, (selection,)))
    worker.succeeded.connect(session.on_restored)
    session.runner.submit(worker)


def cancel(desk: Desk) -> None:
    """End the job, else the preview, else the selection unless it is locked, else playing."""
    session = desk.session
    if session.is_busy:
        session.runner.cancel_all()
    elif desk.inspector.operation.preview.is_on:
        desk.inspector.operation.preview.turn(on=False)
    elif has_selection(desk) and not session.view_state.is_locked:
        session.view_state.select(None)
    else:
        session.player.stop()


def copy_diagnostics(desk: Desk) -> None:
    """Put versions and system on the clipboard."""
    QGuiApplication.clipboard().setText(diagnostics(desk.session.settings))
    desk.tell(QGuiApplication.translate("commands", "The diagnostics are on the clipboard."))


def open_log_folder(desk: Desk) -> None:
    """Show the folder of the log in the file manager."""
    folder = paths.log_file().parent
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_about(desk: Desk) -> None:
    """Show name, version and licence."""
    desk.show_about()
