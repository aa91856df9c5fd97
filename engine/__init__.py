"""Runout's engine: recordings in, restored recordings out; runs without a screen.

The matrices of numpy and scipy are multiplied on one thread: OpenBLAS adds up in another order on
another number of threads, and a side would come out with other last bits on a computer with more
cores. That costs no time. MKL, in some networks, does the same; it has one thread in the processes
of a batch (engine/jobs/crew.py), whose bytes are the same for any number of them, and all threads
elsewhere, as Fourier transforms need them: the preset 78rpm takes a quarter more time without.
OpenBLAS reads the environment when numpy loads, which is after this.
"""

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"))
