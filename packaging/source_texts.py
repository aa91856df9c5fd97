"""Source texts: everything the window can show, read from the source; used by translate.py.

The window's own texts are the literals given to `tr`, `translated` and their like, and what the
tables declare: menus, tasks, presets, gestures. Of the engine every text with a blank in it is
taken that is no docstring, annotation, assertion or log message, as any of them can end in a
sentence that is shown; what a value fills in becomes a place: `{path.name} is empty` is
`"{name} is empty"`.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]

CALLS = ("tr", "_tr", "translate", "translated", "_translated", "to_translate")
UNSEEN = ("getLogger", "debug", "info", "warning", "error", "exception", "compile", "cast",
          "TypeVar", "NewType", "Literal")  # fmt: skip
"""Calls whose texts nobody reads in the window."""
COMMAND_LINE = re.compile(r"app/(cli|console|info_text|file_pairs|project_work|project_facts)\.py")
ENGINE_LIKE = ("app/sound_output.py", "app/jobs.py", "app/views/peak_cache.py",
               "app/views/tile_cache.py")  # fmt: skip
"""Files of the window that put sentences together as the engine does."""
NOT_SHOWN = re.compile(
    r"engine/(transforms|models|revert|revert_report|report|saved_report|jobs/batch_page"
    r"|picture_cache|tile_\w+|peaks|dsp/replay_curves|diffusion/(operators|schedule|samplers|sampling))\b"
    r"|training/(make_dataset|panel|evaluate|metrics|synthesis|baselines|figures|correlate|plates"
    r"|report_folder|manifest|pair_maker|noise_classes|workers|wizard/(papers|toml_text))\b"
)
"""What checks the arguments of other code, serves the command line alone, or is a report."""
# fmt: off
IGNORED = frozenset({
    "{name} of {what}", "on {host}", "BLOCK {kind}", "APPLICATION riff", "Runout {version}",
    "runout noise profile",
    "{name} x{count}", "{stem} {start_s}-{stop_s} s", "Turn | None", "'fmt '",
    "can't allocate memory", "cannot allocate memory", "not enough memory", "out of memory",
})
# fmt: on
"""Names in files, messages of others that are only looked for, and what any name may contain."""
# fmt: off
WORDS = {
    "app/event_text.py": ("pending", "accepted", "rejected", "reverted", "reopened"),
    "app/panels/recording.py": ("File", "History", "Format", "Rate", "Depth", "Channels", "Length",
                                "Peak", "Clipped", "Chunks", "Audio MD5", "Description",
                                "Originator", "Reference", "Originated"),
    "app/panels/numbers.py": ("bytes",),
    "engine/cue_points.py": ("is", "are"),
    "engine/device.py": ("half",),
    "engine/tasks/speed.py": ("rpm",),
    "engine/tasks/groove.py": ("louder", "softer", "later", "earlier"),
    "engine/export.py": ("limited",),
    "engine/export_plan.py": ("float", "integer"),
}
# fmt: on
"""Single words that are filled into sentences, or looked up where one is shown."""


VERBS = ("Reopen", "Accept", "Reject", "Revert")
"""What the title of a decision begins with."""


@dataclass(frozen=True)
class SourceText:
    """A text and the file it stands in; a sentence is a template that values were filled into."""

    text: str
    place: str
    is_sentence: bool = False
    context: str = ""


def all_texts() -> list[SourceText]:
    """Every text once, in the order of the files."""
    found: dict[tuple[str, str], SourceText] = {}
    for each in (*_of_app(), *_of_tables(), *_of_engine()):
        known = found.setdefault((each.context, each.text), each)
        if each.is_sentence and not known.is_sentence:
            found[each.context, each.text] = replace(known, is_sentence=True)
    return [each for each in found.values() if _is_text(each.text)]


def _is_text(text: str) -> bool:
    literal = re.sub(r"\{[^{}]*\}", "", text)
    return text not in IGNORED and bool(re.search(r"[^\W\d_]{2}", literal))


def _of_app() -> Iterator[SourceText]:
    for path, tree in _trees("app"):
        if path in ENGINE_LIKE:
            yield from _sentences(tree, path)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node) in CALLS and node.args:
                position = 1 if _name(node) == "translate" and len(node.args) > 1 else 0
                context = "".join(_literals(node.args[1])) if _is_told_apart(node) else ""
                for text in _literals(node.args[position]):
                    yield SourceText(text, path, context=context)


def _is_told_apart(call: ast.Call) -> bool:
    return _name(call) == "tr" and len(call.args) > 1


def unmarked_calls() -> list[str]:
    """Calls of `tr` whose text is an f-string or put together, which no translation can have."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in _trees("app")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node) in CALLS and node.args
        if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in ast.walk(node.args[0]))
    ]


def _of_engine() -> Iterator[SourceText]:
    for path, tree in (*_trees("engine"), *_trees("training")):
        if not NOT_SHOWN.match(path):
            yield from _sentences(tree, path)


def _of_tables() -> Iterator[SourceText]:
    from app.dialogs.key_reference import FIXED
    from app.menus import TITLES

    for title in TITLES:
        yield SourceText(title, "app/menus.py")
    for place, words in WORDS.items():
        yield from (SourceText(word, place) for word in words)
    for row in FIXED:
        for text in row:
            yield SourceText(text, "app/dialogs/key_reference.py")
    yield from (*_of_rows(), *_of_tasks())


def _of_rows() -> Iterator[SourceText]:
    """Menus and presets; the rows of tasks and presets are made of their titles."""
    from app import paths
    from app.actions import ACTIONS, preset_actions
    from app.application import read_presets

    presets, _ = read_presets((paths.presets(),))
    for name, preset in presets.items():
        for text in (preset.title, preset.description):
            yield SourceText(text, f"resources/presets/{name}.toml")
    of_presets = preset_actions(presets)
    for row in (ACTIONS | of_presets).values():
        place = f"app/rows/{row.menu.split('/')[0].lower()}.py"
        is_made = row.id in of_presets or row.id.startswith("task_")
        for text in (*row.menu.split("/")[1:], "" if is_made else row.text, row.tip, row.short):
            yield SourceText(text, place)


def _of_tasks() -> Iterator[SourceText]:
    from app.panels.steps import first_paragraph
    from app.widgets.parameter_form import shown_choice, shown_label
    from engine.tasks import TASKS

    for name, task in TASKS.items():
        place = f"engine/tasks/{name.replace('-', '_')}.py"
        yield SourceText(task.title, place)
        yield SourceText(first_paragraph(task.__doc__ or ""), place)
        for param in task.params():
            # names of published curves begin with a capital, and are the same everywhere
            choices = [shown_choice(each) for each in param.choices if each.islower()]
            for text in (shown_label(param), param.description, *choices):
                yield SourceText(text, place)


def _trees(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((REPOSITORY / folder).rglob("*.py")):
        place = path.relative_to(REPOSITORY).as_posix()
        if not COMMAND_LINE.match(place):
            yield place, ast.parse(path.read_text(encoding="utf-8"))


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _literals(argument: ast.expr) -> Iterator[str]:
    """The literals an argument can be; what is looked up in a table is marked there."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from (*_literals(argument.body), *_literals(argument.orelse))
    elif isinstance(argument, ast.BoolOp):
        for value in argument.values:
            yield from _literals(value)


def _sentences(tree: ast.Module, place: str) -> Iterator[SourceText]:
    """Every text with a blank that can be shown, f-strings as templates."""
    seen = set(_unread(tree))
    for node in ast.walk(tree):
        if id(node) in seen or not isinstance(node, ast.expr):
            continue
        text = _template(node, [])
        if text is None:
            continue
        seen |= {id(part) for part in _inside(node)}
        if " " in text.strip():
            yield from (SourceText(each, place, is_sentence=True) for each in _with_verbs(text))


def _with_verbs(text: str) -> Iterator[str]:
    """A template with each verb it can begin with, as a place there would match anything."""
    verbs = VERBS if "{verbs}" in text else ("",)
    yield from (text.replace("{verbs}", verb) for verb in verbs)


def _inside(node: ast.expr) -> Iterator[ast.AST]:
    """A text's own parts; a text within a value that is filled in is one of its own."""
    yield node
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                yield from ast.walk(part.format_spec)
    elif isinstance(node, ast.BinOp):
        yield from (*_inside(node.left), *_inside(node.right))


def _unread(tree: ast.Module) -> Iterator[int]:
    """Ids of the nodes in docstrings, annotations, assertions and log messages."""
    for node in ast.walk(tree):
        unread: Iterable[ast.AST | None] = ()
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            unread = [each for each in node.body if isinstance(each, ast.Expr)
                      and isinstance(each.value, ast.Constant)]  # fmt: skip
            if isinstance(node, ast.FunctionDef):
                unread = [*unread, node.returns]
        elif isinstance(node, ast.AnnAssign | ast.arg):
            unread = [node.annotation]
        elif isinstance(node, ast.Assert):
            unread = [node.msg]
        elif isinstance(node, ast.Call) and _name(node) in UNSEEN:
            unread = node.args
        for each in unread:
            if each is not None:
                yield from (id(part) for part in ast.walk(each))


def _template(node: ast.expr, taken: list[str]) -> str | None:
    """A literal, f-string or sum of both with a named place for each value; else None."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _place(part.value, taken) if isinstance(part, ast.FormattedValue)
            else str(part.value) for part in node.values if isinstance(part, _PARTS)
        )  # fmt: skip
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _template(node.left, taken), _template(node.right, taken)
        return None if left is None or right is None else left + right
    return None


_PARTS = (ast.FormattedValue, ast.Constant)


def _place(value: ast.expr, taken: list[str]) -> str:
    name = _place_name(value)
    taken.append(name)
    count = taken.count(name)
    return f"{{{name}{count if count > 1 else ''}}}"


def _place_name(value: ast.expr) -> str:
    """The plainest name there is for a value."""
    if isinstance(value, ast.Name):
        return value.id.strip("_").lower()
    if isinstance(value, ast.Attribute):
        return value.attr.strip("_").lower()
    if isinstance(value, ast.Subscript | ast.Starred):
        return _place_name(value.value)
    if isinstance(value, ast.Call):
        if value.args and isinstance(value.args[0], ast.Name | ast.Attribute | ast.Subscript):
            return _place_name(value.args[0])
        return _place_name(value.func)
    return "value"
