"""Run first in the built application: programs it starts must not get its libraries.

On Linux the bundle's starter puts its own folder into LD_LIBRARY_PATH. A browser or a player that
is started from the window would inherit that and load libraries of another age. This program has
read it already. Where it starts itself, for a batch or a training, the starter is to set it again,
which it does for a program that is not the child of another.
"""

import os

if "LD_LIBRARY_PATH_ORIG" in os.environ:
    os.environ["LD_LIBRARY_PATH"] = os.environ.pop("LD_LIBRARY_PATH_ORIG")
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
