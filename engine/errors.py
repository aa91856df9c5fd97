"""Errors the user can act on; `str(error)` is the one sentence that is shown."""

LONGEST = 480
"""Characters of a sentence, which may quote a file that anybody has written."""
_LONGEST_WORD = 120
_ENDS = 40


class EngineError(Exception):
    """Something the user can act on.

    Its sentence stands on one line and is short enough to be read, whatever it quotes.
    """

    def __init__(self, sentence: str = "") -> None:
        super().__init__(_readable(sentence))


class AudioFormatError(EngineError):
    """A file that cannot be read as audio, or written in the wanted format."""


class SettingsError(EngineError):
    """A value outside its range, an unknown name, or settings that contradict each other."""


class StorageError(EngineError):
    """A file or folder that cannot be read, written or replaced."""


class ModelError(EngineError):
    """A model that is missing, damaged or not fit for the recording."""


class DeviceError(EngineError):
    """A compute or sound device that is missing or has run out of memory."""


def _readable(sentence: str) -> str:
    told = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in sentence)
    if len(told) <= LONGEST:
        return told
    words = told.split(" ")
    told = " ".join(
        f"{each[:_ENDS]}…{each[-_ENDS:]}" if len(each) > _LONGEST_WORD else each for each in words
    )
    half = LONGEST // 2
    return told if len(told) <= LONGEST else f"{told[: half - 1]}…{told[-half:]}"
