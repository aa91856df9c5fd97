"""What goes into the built application and what stays out; read by runout.spec.

Three sieves, one after the other: modules that nothing here imports, files that nothing opens, and
libraries that, after those two, nothing links to (linked_libraries.py).
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.metadata import distribution, packages_distributions
from pathlib import Path, PurePath

Entry = tuple[str, str, str]
"""PyInstaller's: where it goes, where it comes from (of a link: where it points), its kind."""

EXCLUDED_MODULES = (
    # Nothing that the application runs imports these; numba would be compiled for seconds.
    *("librosa", "numba", "llvmlite", "sklearn", "pandas", "IPython", "pyqtgraph", "ray"),
    *("tkinter", "pytest", "_pytest", "hypothesis", "mypy", "ruff", "PyInstaller", "pre_commit"),
    *("tensorboard", "triton", "torchaudio", "cuda", "yaml", "py", "setuptools", "pkg_resources"),
    # Several processes with a GPU each are the business of torchrun, thus of a Python.
    *("accelerate", "huggingface_hub", "hf_xet", "psutil"),
    # Nothing asks the network for anything.
    *("ssl", "_ssl", "requests", "urllib3", "certifi", "charset_normalizer", "anyio", "h11"),
    *("httpx2", "httpcore2", "truststore", "ftplib", "smtplib", "xmlrpc"),
    *("rich", "pygments", "markdown_it", "networkx", "jinja2", "markupsafe", "fsspec", "filelock"),
    *("sqlite3", "_sqlite3", "dbm", "_dbm", "_gdbm", "doctest", "pydoc_data", "lib2to3"),
    "readline",  # its library is under the GPL
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtDesigner", "PySide6.QtSql", "PySide6.QtHelp"),
    *("PySide6.QtNetwork", "PySide6.QtDBus", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets"),
    *("PySide6.QtPrintSupport", "PySide6.QtTest", "PySide6.QtConcurrent", "PySide6.QtUiTools"),
    *("PySide6.QtXml", "PySide6.QtPdf", "PySide6.QtSvgWidgets"),
    # Pictures are drawn by Agg and kept as PNG.
    *("PIL._avif", "PIL.AvifImagePlugin", "PIL._webp", "PIL.WebPImagePlugin", "PIL._imagingtk"),
    *("PIL._imagingcms", "PIL.ImageCms", "PIL.ImageTk", "PIL.ImageQt", "PIL._imagingft"),
    *("matplotlib.tests", "matplotlib.testing", "matplotlib.sphinxext", "matplotlib.pyplot"),
    *("numpy.distutils", "numpy.tests", "numpy.typing.tests"),
    *("scipy.io", "scipy.cluster", "scipy.datasets", "scipy.odr", "scipy.misc"),
    # Of torch: its compiler, its tests, and training on several machines.
    *(f"torch._inductor.{part}" for part in ("codegen", "fx_passes", "kernel", "autoheuristic")),
    *("torch._inductor.template_heuristics", "torch._inductor.ir", "torch._inductor.scheduler"),
    *("torch._inductor.lowering", "torch._inductor.select_algorithm"),
    *("torch.testing._internal.common_methods_invocations", "torch.testing._internal.opinfo"),
    *(f"torch.testing._internal.common_{part}" for part in ("utils", "modules", "nn", "cuda")),
    *(f"torch.testing._internal.common_{part}" for part in ("distributed", "quantization", "fsdp")),
    *("torch.testing._internal.distributed.rpc", "torch.testing._internal.distributed.nn"),
    *("torch.testing._internal.distributed._tensor", "torch.testing._internal.distributed._shard"),
    *("torch.testing._internal.distributed.distributed_test", "torch.testing._internal.generated"),
    *("torch.testing._internal.data", "torch.testing._internal.codegen"),
    *("torch.distributed.checkpoint", "torch.distributed.elastic", "torch.distributed.pipelining"),
    *("torch.distributed._tools", "torch.distributed.benchmarks", "torch.distributed.launcher"),
    *("torch.utils.tensorboard", "torch.utils.benchmark", "torch.utils.hipify"),
    *("torch.utils.bottleneck", "torch.utils.cpp_extension", "torch.ao.ns", "torch.ao.pruning"),
)

UNUSED_PARTS_OF_QT = (
    *("Qml", "Quick", "Designer", "Sql", "Help", "Pdf", "VirtualKeyboard", "Network", "Test"),
    *("PrintSupport", "Concurrent", "UiTools"),
)
UNUSED = (
    # Of torch: headers, tests and compilers. torch_shm_manager stays, or torch does not import.
    *("torch/include/*", "torch/share/*", "torch/test/*", "triton/*", "torch/_inductor/*/*"),
    *("torch/lib/*_test.*", "torch/lib/*_test_*", "torch/lib/libbackend_with_compiler*"),
    *("torch/lib/libaoti_custom_ops*", "torch/testing/*.json", "torch/utils/benchmark/*"),
    # Of Qt: all that draws and asks in other ways than this program does.
    *("PySide6/Qt/qml/*", "PySide6/Qt/translations/*", "PySide6/translations/*"),
    *(f"*/{lib}Qt6{part}*" for lib in ("lib", "") for part in UNUSED_PARTS_OF_QT),
    *(f"*Qt{part}.framework/*" for part in UNUSED_PARTS_OF_QT),
    *("*/opengl32sw.dll", "*/d3dcompiler_*.dll"),
    *(f"*/plugins/{kind}/*" for kind in ("generic", "networkinformation", "tls", "sqldrivers")),
    *(f"*/plugins/{kind}/*" for kind in ("egldeviceintegrations", "printsupport", "qmltooling")),
    *(f"*/platforms/*{name}.*" for name in ("eglfs", "linuxfb", "minimal", "minimalegl", "vnc")),
    *("*/platforms/*vkkhrdisplay.*", "*/platforms/*direct2d.*"),
    *(f"*/imageformats/*q{name}.*" for name in ("gif", "icns", "ico", "jpeg", "pdf", "tga")),
    *(f"*/imageformats/*q{name}.*" for name in ("tiff", "wbmp", "webp")),
    *(
        "*/platforminputcontexts/*virtualkeyboard*",
        "*/wayland-graphics-integration-client/*server*",
    ),
    # The libraries of GTK, if only these: another program's, of another age, in this one's process.
    "*/platformthemes/*gtk3*",
    # Of matplotlib: what its own documentation shows, and the fonts of PDF and PostScript.
    *("matplotlib/mpl-data/sample_data/*", "matplotlib/mpl-data/images/*"),
    *("matplotlib/mpl-data/fonts/afm/*", "matplotlib/mpl-data/fonts/pdfcorefonts/*"),
    *("matplotlib/mpl-data/stylelib/*", "matplotlib/mpl-data/plot_directive/*"),
    # Of any package.
    *("*.pyi", "*/__pycache__/*", "*/tests/*", "*.dist-info/*", "*.a", "*.lib", "*.pdb"),
    *("setuptools/*", "tcl*/*", "tk*/*", "_tcl_data/*", "_tk_data/*"),
    # A part of the C library, which every system has and which must be of the same age as the rest.
    "libmvec.so*",
)
# Qt's own texts, in the languages that Runout has; English is in the libraries themselves.
TRANSLATIONS = ("*/translations/qtbase_de.qm",)
NEEDED_OF_TORCH = ("torch/bin/torch_shm_manager*",)

# Libraries of CUDA that torch loads when a GPU first needs them. The other ones are named in
# the headers of torch's own libraries: a CUDA build of torch does not import without them.
LOADED_FOR_A_GPU = (
    *("*libtorch_cuda_linalg*", "*libcaffe2_nvrtc*", "*libnvperf*"),
    *("*libcudnn_*", "*libcusolver*", "*libnvrtc*", "*libnvblas*", "*libnvshmem_*.so*"),
)
NEEDED_ALL_THE_SAME = ("*libnvshmem_host*",)


def _matches(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def is_wanted(destination: str, *, cuda: bool) -> bool:
    """Whether a collected file belongs into the bundle.

    Args:
        destination: its path in the bundle, relative.
        cuda: whether the bundle shall run on an NVIDIA GPU.
    """
    path = destination.replace("\\", "/")
    if _matches(path, TRANSLATIONS) or _matches(path, NEEDED_OF_TORCH):
        return True
    if _matches(path, UNUSED) or path.startswith("torch/bin/"):
        return False
    if cuda or _matches(path, NEEDED_ALL_THE_SAME):
        return True
    return not _matches(path, LOADED_FOR_A_GPU)


def metadata_files(names: Iterable[str]) -> list[Entry]:
    """What lets the application ask for the version of a package, for those that are installed."""
    found = []
    for name in names:
        for file in distribution(name).files or ():
            if file.name == "METADATA" and file.parent.name.endswith(".dist-info"):
                found.append((str(file), str(Path(str(file.locate())).resolve()), "DATA"))
    return found


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
