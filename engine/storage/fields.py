"""Reading of JSON that anybody may have written: every value has its type and bounds checked."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NoReturn, cast

from engine.errors import SettingsError
from engine.region import Region
from engine.shape import BRUSH, Shape, Stroke
from engine.storage.disk import Damaged

Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

TEXT_LIMIT = 100_000
COUNT_LIMIT = 1 << 24
"""Most entries of a list."""
_DEPTH_LIMIT = 32
_INT_LIMIT = 1 << 63
_YEARS = (1971, 9998)
"""Times outside cannot be put into another zone everywhere."""


def parse(content: bytes | str, what: str) -> "Fields":
    """Read a JSON object.

    Raises:
        Damaged: it is none.
    """
    try:
        value = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{what} is damaged: it is not JSON") from error
    return Fields(value, what)


def to_line(value: Mapping[str, object]) -> str:
    """JSON on one line, in ASCII.

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def checked_json(value: object, what: str, depth: int = 0) -> Json:
    """The value if JSON can hold it: finite numbers, texts, not nested too deep.

    Raises:
        Damaged: it cannot.
    """
    if depth > _DEPTH_LIMIT:
        raise Damaged(f"{what} is damaged: it is nested more than {_DEPTH_LIMIT} deep")
    if isinstance(value, dict):
        return {_text(k, what): checked_json(v, what, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [checked_json(each, what, depth + 1) for each in value]
    if isinstance(value, str):
        return _text(value, what)
    if isinstance(value, float) and not math.isfinite(value):
        raise Damaged(f"{what} is damaged: a number is not finite")
    if isinstance(value, int) and abs(value) > _INT_LIMIT:
        raise Damaged(f"{what} is damaged: a number is too large")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise Damaged(f"{what} holds a {type(value).__name__}, which JSON has not")


class Fields:
    """A JSON object whose values are read by name and kind; a wrong one raises Damaged."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise Damaged(f"{what} is damaged: it is not a JSON object")
        self._values: dict[str, object] = value
        self.what = what

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str, default: str | None = None, limit: int = TEXT_LIMIT) -> str:
        """A text that Unicode allows."""
        value = self._get(name, default)
        if not isinstance(value, str) or len(value) > limit:
            self._refuse(name, f"is not a text of up to {limit} characters")
        return _text(value, self.what)

    def path(self, name: str) -> str:
        """A text that can be the name of a file, also of one whose name is not Unicode."""
        value = self._get(name)
        if not isinstance(value, str) or not 0 < len(value) < TEXT_LIMIT or "\0" in value:
            self._refuse(name, "is not the name of a file")
        try:
            value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            self._refuse(name, "is not the name of a file")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._get(name)
        if not isinstance(value, bool):
            self._refuse(name, "is neither true nor false")
        return value

    def whole(self, name: str, low: int = 0, high: int = 1 << 53) -> int:
        """A whole number in [low, high]."""
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._refuse(name, f"is not a whole number in {low} .. {high}")
        return value

    def number(self, name: str, low: float = -1e15, high: float = 1e15) -> float:
        """A finite number in [low, high]."""
        return self._number(self._get(name), name, low, high)

    def numbers(self, name: str) -> list[float | None]:
        """A list of finite numbers or nulls."""
        return [
            None if each is None else self._number(each, name, -1e15, 1e15)
            for each in self.listed(name)
        ]

    def time(self, name: str) -> datetime:
        """An ISO 8601 time with its zone, in UTC."""
        try:
            time = datetime.fromisoformat(self.text(name))
        except ValueError:
            self._refuse(name, "is not a time")
        if time.tzinfo is None or not _YEARS[0] <= time.year <= _YEARS[1]:
            self._refuse(name, "is not a time with its zone")
        return time.astimezone(UTC)

    def listed(self, name: str) -> list[object]:
        """A list."""
        value = self._get(name)
        if not isinstance(value, list) or len(value) > COUNT_LIMIT:
            self._refuse(name, "is not a list")
        return cast(list[object], value)

    def fields(self, name: str) -> "Fields":
        """A JSON object within."""
        return Fields(self._get(name), f"{name} of {self.what}")

    def each(self, name: str) -> Iterator["Fields"]:
        """The JSON objects of a list."""
        for index, value in enumerate(self.listed(name)):
            yield Fields(value, f"{name}[{index}] of {self.what}")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.listed(name)
        if not all(isinstance(each, str) for each in values):
            self._refuse(name, "is not a list of texts")
        return tuple(_text(each, self.what) for each in values)

    def mapping(self, name: str) -> dict[str, Json]:
        """A JSON object as plain values."""
        value = checked_json(self._get(name), f"{name} of {self.what}")
        if not isinstance(value, dict):
            self._refuse(name, "is not a JSON object")
        return value

    def _get(self, name: str, default: object = None) -> object:
        return self._values.get(name, default)

    def _number(self, value: object, name: str, low: float, high: float) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            self._refuse(name, f"is not a number in {low:g} .. {high:g}")
        return float(value)

    def _refuse(self, name: str, why: str) -> NoReturn:
        raise Damaged(f"{self.what} is damaged: {name} {why}")


def region_values(region: Region) -> list[Json]:
    """A region as numbers, exactly; where it has them its feather and its strokes come after."""
    values: list[Json] = [region.start_s, region.stop_s, region.low_hz, region.high_hz]
    if region.feather_s or region.shape:
        values += [region.feather_s, *map(_stroke_values, region.shape.strokes)]
    return values


def region_of(value: object, what: str) -> Region:
    """The region that `region_values` made values of.

    Raises:
        Damaged: they are none.
    """
    listed = Fields({"region": value}, what).listed("region")
    numbers = Fields({"region": listed[:5]}, what).numbers("region")
    start, stop, low, high, feather = (*numbers, *[None] * 5)[:5]
    try:
        shape = Shape(tuple(_stroke_of(each, what) for each in listed[5:]))
        return Region(start or 0.0, stop or 0.0, low, high, shape, feather or 0.0)
    except SettingsError as error:
        raise Damaged(f"{what} is damaged: {error}") from error


def _stroke_values(stroke: Stroke) -> Json:
    points: list[Json] = [each for point in stroke.points for each in point]
    values: dict[str, Json] = {"tool": stroke.tool, "adds": stroke.adds, "points": points}
    if stroke.tool == BRUSH:
        values["radius"] = [stroke.radius_s, stroke.radius_octaves]
    return values


def _stroke_of(value: object, what: str) -> Stroke:
    fields = Fields(value, f"a stroke of {what}")
    numbers = [each or 0.0 for each in fields.numbers("points")]
    radius = [each or 0.0 for each in fields.numbers("radius")] if "radius" in fields else []
    points = tuple(zip(numbers[::2], numbers[1::2], strict=False))
    width, height = (*radius, 0.0, 0.0)[:2]
    return Stroke(fields.text("tool"), points, fields.flag("adds"), width, height)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise Damaged(f"{what} is damaged: a text is none, or too long")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Damaged(f"{what} is damaged: a text is not Unicode") from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
