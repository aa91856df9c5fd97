"""Run first in a bundle without the GPU's libraries: torch must not try to use them."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""
