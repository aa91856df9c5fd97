"""Run first in the built application: programs it starts must not get its libraries.

On Linux the bundle's starter puts its own folder into LD_LIBRARY_PATH. A browser or a player that
is started from the window would inherit that and load libraries of another age. This program has
read it already; where it starts itself, the starter sets it again.
"""

import os

if "LD_LIBRARY_PATH_ORIG" in os.environ:
    os.environ["LD_LIBRARY_PATH"] = os.environ.pop("LD_LIBRARY_PATH_ORIG")
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
