import subprocess
import sys
from pathlib import Path

import pytest

from engine.jobs.preload import LIBRARIES, PreloadJob
from engine.progress import Cancelled

PROGRAM = """
import sys
from engine.jobs.preload import PreloadJob
print(PreloadJob().run(), "torch" in sys.modules)
import torch
print(float(torch.ones(3).sum()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other libraries")
def test_the_libraries_are_loaded_nothing_is_imported_and_torch_works_afterwards():
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(len(LIBRARIES)), "False", "3.0"]


def test_it_stops_when_asked():
    def stop(fraction, message=""):
        raise Cancelled

    if sys.platform in ("linux", "darwin"):
        with pytest.raises(Cancelled):
            PreloadJob().run(stop)
