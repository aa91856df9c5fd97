"""Chains of damage in words, as the command line has them.

    clip 6, lowpass 4000, 78rpm 15, gap 1:02.5 0.1, noise "side 2/run-in.wav" 20
    whitenoise 0.1 0.01, sample 5000 10000
    wow wow_hz=0.6 wow_percent=0.4, resonance, steady_noise colour=pink level_dbfs=-50

First are short forms, then the classic ones of chains for sox, then any degradation by its name and
settings: those that are not named are drawn from their whole range. A word with spaces or commas in
it stands between quotes.
"""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import SettingsError
from engine.params import Param
from engine.units import amplitude_to_db, parse_time
from training.degradations import DEGRADATIONS
from training.degradations.base import HIGHEST_SEED, Degradation

Rng = np.random.Generator
Values = Mapping[str, Any]

_LEAST_VOLUME = 1e-9
_SHAPE_DB = {"tpdf": amplitude_to_db(6.0**-0.5)}
_EVEN_DB = amplitude_to_db(3.0**-0.5)
"""Root mean square of noise whose peaks reach full scale: triangular, and evenly spread."""
_HIGHEST_WOW_HZ = 4.0

_LONGEST = 10_000


@dataclass(frozen=True)
class Form:
    """One way to say a step: what its words are called, and what they mean.

    Attributes:
        degradation: its name in DEGRADATIONS.
        words: names of its words; those in brackets may be left out.
        meaning: settings from words and a source of randomness.
        drawn: whether settings that the words say nothing of are drawn, not left at their default.
    """

    degradation: str
    words: tuple[str, ...]
    meaning: Callable[[Sequence[str], Rng], Values]
    drawn: bool = False


@dataclass(frozen=True)
class Spoken:
    """One step as it was said."""

    name: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.name, *map(_quoted, self.words)))

    @property
    def _is_named(self) -> bool:
        """Whether it is a degradation with NAME=VALUE for its words."""
        is_short = self.name in FORMS and not (
            self.words and all("=" in each for each in self.words)
        )
        return self.name in DEGRADATIONS and not is_short

    def draw(self, rng: Rng) -> Degradation:
        """What the step does, with all that is random about it.

        Raises:
            SettingsError: the sentence begins with the step.
        """
        try:
            form = None if self._is_named else FORMS.get(self.name)
            if form is not None:
                _check_count(self.name, form.words, self.words)
                return _made(form.degradation, form.meaning(self.words, rng), form.drawn, rng)
            return _made(self.name, _named(self.words), True, rng)
        except SettingsError as error:
            raise SettingsError(f"the step '{self}': {error}") from error


def read_chain_text(text: str) -> tuple[Spoken, ...]:
    """The steps of a chain.

    Raises:
        SettingsError: there is none, one is unknown, or a quote is not closed.
    """
    if len(text) > _LONGEST:
        raise SettingsError(
            f"the chain has {len(text)} characters and may have {_LONGEST}; name fewer steps"
        )
    lexer = shlex.shlex(text, posix=True, punctuation_chars=",")
    lexer.whitespace_split = True
    lexer.escape = ""
    lexer.commenters = ""
    steps: list[list[str]] = [[]]
    try:
        for word in lexer:
            if set(word) == {","}:
                steps += [[] for _ in word]
            else:
                steps[-1].append(word)
    except ValueError as error:
        raise SettingsError(f"the chain {text!r} has a quote that is not closed") from error
    if not all(steps):
        raise SettingsError(
            f"the chain {text!r} has an empty step; write STEP WORDS, STEP WORDS, ..."
        )
    for name, *_ in steps:
        if name not in FORMS and name not in DEGRADATIONS:
            known = ", ".join([*FORMS, *(each for each in DEGRADATIONS if each not in FORMS)])
            raise SettingsError(f"there is no step '{name}'; there are: {known}")
    return tuple(Spoken(name, tuple(words)) for name, *words in steps)


def told_chain(damage: Iterable[Degradation]) -> str:
    """A chain that says damage with all its settings; what is random follows the seed.

    Raises:
        SettingsError: a file's name cannot stand in a chain.
    """
    return ", ".join(str(_told(each)) for each in damage)


def draw_chain(steps: Sequence[Spoken], seed: int) -> tuple[Degradation, ...]:
    """What befalls a recording; the same for the same seed.

    Raises:
        SettingsError: a step has words that are missing, too many, or outside their range.
    """
    rng = np.random.default_rng(seed)
    return tuple(each.draw(rng) for each in steps)


def _told(damage: Degradation) -> Spoken:
    values = damage.to_mapping()
    words = tuple(
        f"{each.name}={_word(values[each.name])}"
        for each in damage.params()
        if each.name != "seed" and values[each.name] is not None
    )
    return Spoken(damage.name, words)


def _word(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _quoted(word: str) -> str:
    """A word as it stands in a chain."""
    if word and not any(each.isspace() or each in ",'\"" for each in word):
        return word
    for quote in "\"'":
        if quote not in word:
            return f"{quote}{word}{quote}"
    raise SettingsError(
        f"{word} has both kinds of quotes in it, which a chain cannot say; rename the file"
    )


def _made(name: str, values: Values, drawn: bool, rng: Rng) -> Degradation:
    kind = DEGRADATIONS[name]
    given = dict(values)
    if any(each.name == "seed" for each in kind.params()):
        given.setdefault("seed", int(rng.integers(HIGHEST_SEED + 1)))
    others = kind.draw(rng).to_mapping() if drawn else {}
    return kind.from_mapping(others | given)


def _named(words: Sequence[str]) -> Values:
    values = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise SettingsError(f"'{word}' is no setting; write NAME=VALUE")
        values[name] = value
    return values


def _check_count(name: str, wanted: Sequence[str], words: Sequence[str]) -> None:
    least = sum(not each.startswith("[") for each in wanted)
    if not least <= len(words) <= len(wanted):
        problem = (
            "too many words" if len(words) > len(wanted) else f"{wanted[len(words)]} is missing"
        )
        raise SettingsError(f"{problem}; write {' '.join((name, *wanted))}")


def _number(name: str, word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise SettingsError(f"{name} = '{word}' is not a number")
    return number


def _settings(*names: str, **others: Any) -> Callable[[Sequence[str], Rng], Values]:
    """Words that are the values of some settings, one for each."""

    def meaning(words: Sequence[str], rng: Rng) -> Values:
        return dict(zip(names, words, strict=True)) | others

    return meaning


def _gap(words: Sequence[str], rng: Rng) -> Values:
    return {"start_s": parse_time(words[0]), "length_ms": 1000.0 * parse_time(words[1])}


def _wow(words: Sequence[str], rng: Rng) -> Values:
    rate_hz = _number("HZ", words[0])
    name, other = ("wow", "flutter") if rate_hz <= _HIGHEST_WOW_HZ else ("flutter", "wow")
    return {f"{name}_hz": rate_hz, f"{name}_percent": words[1], f"{other}_percent": 0.0}


def _sample(words: Sequence[str], rng: Rng) -> Values:
    low, high = (_number(name, word) for name, word in zip(("LOW", "HIGH"), words, strict=True))
    if low >= high:
        raise SettingsError(f"LOW = {low:g} is not below HIGH = {high:g}; exchange them")
    return {"low_hz": low, "high_hz": high}


def _volume(colour: str) -> Callable[[Sequence[str], Rng], Values]:
    """Noise at a volume, 1 being full scale; it varies by a share of itself."""

    def meaning(words: Sequence[str], rng: Rng) -> Values:
        share, volume = _variance(words[0]), _number("VOLUME", words[1])
        if volume <= 0.0:
            raise SettingsError(f"VOLUME = {volume:g} must be above 0")
        varied = abs(volume * (1.0 + share * rng.standard_normal()))
        level = amplitude_to_db(max(varied, _LEAST_VOLUME)) + _SHAPE_DB.get(colour, _EVEN_DB)
        if share:
            level = _inside("steady_noise", "level_dbfs", level)
        return {"colour": colour, "level_dbfs": level}

    return meaning


_ROOM = (
    "reverberance",
    "hf_damping",
    "room_scale",
    "stereo_depth",
    "pre_delay_ms",
    "wet_gain_db",
)


def _reverb(words: Sequence[str], rng: Rng) -> Values:
    """Settings of a room; each varies by a share of itself, but not out of its range."""
    share = _variance(words[0])
    given = [_number(name, word) for name, word in zip(_ROOM, words[1:], strict=False)]
    settings = dict(zip(_ROOM, [*given, 0.0][: len(_ROOM)], strict=True))
    DEGRADATIONS["reverb"].from_mapping(settings)
    return {
        name: _inside("reverb", name, value * (1.0 + share * rng.standard_normal()))
        for name, value in settings.items()
    }


def _variance(word: str) -> float:
    share = _number("VARIANCE", word)
    if share < 0.0:
        raise SettingsError(f"VARIANCE = {share:g} must not be below 0")
    return share


def _inside(degradation: str, name: str, value: float) -> float:
    declared: Param = next(p for p in DEGRADATIONS[degradation].params() if p.name == name)
    assert declared.low is not None
    assert declared.high is not None
    return float(np.clip(value, declared.low, declared.high))


FORMS: dict[str, Form] = {
    "clip": Form("clipping", ("SDR_DB",), _settings("sdr_db")),
    "lowpass": Form("low_pass", ("HZ",), _settings("cutoff_hz")),
    "gap": Form("gaps", ("START", "LENGTH"), _gap),
    "clicks": Form("clicks", ("RATE",), _settings("per_second")),
    "crackle": Form("crackle", ("RATE",), _settings("per_second")),
    "hum": Form("hum", ("HZ", "LEVEL_DBFS"), _settings("mains_hz", "level_dbfs")),
    "noise": Form("noise_bank", ("FILE|DIR", "SNR_DB"), _settings("path", "snr_db")),
    "78rpm": Form(
        "surface", ("SNR_DB",), _settings("snr_db", groove="shellac", rpm="78.26"), drawn=True
    ),
    "wow": Form("wow", ("HZ", "PERCENT"), _wow),
    "sample": Form("sampling", ("LOW", "HIGH"), _sample),
    **{
        f"{colour}noise": Form("steady_noise", ("VARIANCE", "VOLUME"), _volume(colour))
        for colour in ("white", "pink", "brown", "tpdf")
    },
    "reverb": Form(
        "reverb",
        (
            "VARIANCE",
            "REVERBERANCE",
            "HF_DAMPING",
            "ROOM_SCALE",
            "STEREO_DEPTH",
            "PRE_DELAY",
            "[WET_GAIN]",
        ),
        _reverb,
    ),
}
