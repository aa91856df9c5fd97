"""Steps: labels on what a preset does in which order, and on methods that cannot be chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel

from app.language import translated
from app.panels import layout
from app.widgets.parameter_form import shown_choice, told_setting
from app.widgets.region_text import region_text
from engine.catalog import Catalog
from engine.params import Params
from engine.region import Region
from engine.tasks import Task


def told_missing(methods: Sequence[str]) -> QLabel:
    """Methods that cannot be chosen, and how they could."""
    label = layout.muted()
    label.setText(
        QCoreApplication.translate(
            "OperationPart",
            "Without a model: {methods}. Add one with Models > Import Model…",
        ).format(methods=", ".join(translated(shown_choice(each)) for each in methods))
    )
    return label


def told_steps(tasks: Sequence[Task], catalog: Catalog) -> QLabel:
    """The steps of a preset in their order, with the settings that are not the defaults.

    catalog: where several models serve a step, the one that is taken is told.
    """
    lines = []
    for number, task in enumerate(tasks, 1):
        settings = ", ".join((*_told(task), *_told_model(task, catalog)))
        lines.append(
            f"{number}.  {translated(task.title)}" + (f"  ({settings})" if settings else "")
        )
    label = QLabel("\n".join(lines))
    label.setWordWrap(True)
    return label


def _told(task: Params) -> Sequence[str]:
    told = []
    for param in task.params():
        value = getattr(task, param.name)
        if value != param.default:
            is_region = isinstance(value, Region)
            told.append(told_setting(param, region_text(value) if is_region else value))
    return told


def _told_model(task: Task, catalog: Catalog) -> Sequence[str]:
    method = str(task.to_mapping().get("method", ""))
    shared = task.model_method(method)
    if shared not in {task.model_method(each) for each in task.model_methods}:
        return ()
    models = catalog.serving(task.name, shared)
    if len(models) < 2:
        return ()
    title = translated(models[0].title)
    return (QCoreApplication.translate("OperationPart", "model {title}").format(title=title),)


def first_paragraph(text: str) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())
