"""`python -m app` is the `runout` command."""

import multiprocessing
import os
import sys

from app import paths
from app.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # where the bundled program is started as a batch's process
    # Threads that spin while they wait slow each other down on busy cores; torch and numpy read
    # these when they load, which is after this.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    # torch makes a folder for what it compiles as soon as it trains, else in /tmp
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(paths.cache() / "torch"))
    sys.exit(main())
