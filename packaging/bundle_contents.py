"""What goes into the built application and what stays out; read by runout.spec."""

import re
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.metadata import distribution, packages_distributions
from pathlib import Path, PurePath

EXCLUDED_MODULES = (
    # Nothing that the application runs imports these; numba would be compiled for seconds.
    *("librosa", "numba", "llvmlite", "sklearn", "pandas", "IPython"),
    *("tkinter", "pytest", "_pytest", "hypothesis", "mypy", "ruff", "PyInstaller", "pre_commit"),
    *("tensorboard", "triton", "torchaudio", "cuda", "requests", "yaml", "py"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtDesigner", "PySide6.QtSql", "PySide6.QtHelp"),
)

# Of torch: headers, tests and compilers. torch_shm_manager stays, or torch does not import.
UNUSED = (
    *("torch/include/*", "torch/share/*", "torch/test/*", "triton/*"),
    *("torch/bin/protoc*", "torch/bin/ptxas*", "torch/bin/fatbinary*", "torch/bin/nvlink*"),
    *("PySide6/Qt/qml/*", "PySide6/Qt/translations/*", "PySide6/translations/*"),
    *("*/libQt6Qml*", "*/libQt6Quick*", "*/libQt6Designer*", "*/libQt6Sql*", "*/libQt6Help*"),
    *("*/Qt6Qml*", "*/Qt6Quick*", "*/Qt6Designer*", "*/Qt6Sql*", "*/Qt6Help*"),
)
# Qt's own texts, in the languages that Runout has; English is in the libraries themselves.
TRANSLATIONS = ("*/translations/qtbase_de.qm",)

# Libraries of CUDA that torch loads when a GPU first needs them. The other ones are named in
# the headers of torch's own libraries: a CUDA build of torch does not import without them.
LOADED_FOR_A_GPU = (
    *("*libtorch_cuda_linalg*", "*libcaffe2_nvrtc*", "*libnvperf*"),
    *("*libcudnn_*", "*libcusolver*", "*libnvrtc*", "*libnvblas*", "*libnvshmem_*.so*"),
)
NEEDED_ALL_THE_SAME = ("*libnvshmem_host*",)


def is_wanted(destination: str, *, cuda: bool) -> bool:
    """Whether a collected file belongs into the bundle.

    Args:
        destination: its path in the bundle, relative.
        cuda: whether the bundle shall run on an NVIDIA GPU.
    """
    path = PurePath(destination).as_posix().replace("\\", "/")
    if any(fnmatch(path, pattern) for pattern in TRANSLATIONS):
        return True
    if any(fnmatch(path, pattern) for pattern in UNUSED):
        return False
    if cuda or any(fnmatch(path, pattern) for pattern in NEEDED_ALL_THE_SAME):
        return True
    return not any(fnmatch(path, pattern) for pattern in LOADED_FOR_A_GPU)


def licence_files(modules: Iterable[str]) -> list[tuple[str, str]]:
    """The licences of the packages that modules come from, as their wheels carry them.

    Args:
        modules: top-level modules in the bundle.

    Returns:
        Pairs of a file and the folder of the bundle that it goes to.
    """
    owners = packages_distributions()
    names = sorted({name for module in set(modules) for name in owners.get(module, ())})
    found = []
    for name in names:
        for file in distribution(name).files or ():
            if re.match(r"(licen[cs]e|copying|notice)", file.name, re.IGNORECASE):
                # Two files of one name, from different folders, must not meet in one.
                parts = [part for part in file.parent.parts if not part.endswith(".dist-info")]
                target = PurePath("resources", "licences", name, *parts)
                found.append((str(Path(str(file.locate())).resolve()), target.as_posix()))
    return found
