"""Runout's engine: recordings in, restored recordings out; runs without a screen.

Products of matrices work on one thread. OpenBLAS and MKL add up in another order on another number
of threads, and a side would come out with other last bits on a computer with more cores, or beside
others in a batch. The threads of torch itself share out whole rows; they change nothing and stay.
Both read the environment when numpy and torch load, which is after this.
"""

import os

os.environ.update(
    dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
)
