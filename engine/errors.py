"""Errors the user can act on; `str(error)` is the one sentence that is shown."""


class EngineError(Exception):
    """Something the user can act on."""


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
