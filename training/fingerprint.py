"""Fingerprint: what tells one recording from another, whatever its file is like.

Two of them: a SHA-256 of the decoded samples, equal for equal audio in any lossless container; and
words that describe how the music moves, which survive another level, another rate, lossy coding, a
little noise and a shift in time. Each bit of a word says whether the difference of two neighbouring
bands grows from one frame to the next.

Shapes:
    samples   (time)    float32, mono
    words     (frame)   uint32; 0 where it is silent

References:
    Haitsma & Kalker, "A Highly Robust Audio Fingerprinting System", ISMIR 2002.
"""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.audio_file import open_audio

Words = NDArray[np.uint32]

RATE_HZ = 5512
_FRAME = 2048
_HOP = 256
_LOW_HZ, _HIGH_HZ = 300.0, 2000.0
_N_BITS = 32
_SILENT_DB = -60.0
"""Frames so far below the loudest say nothing."""
_FRAMES_AT_ONCE = 512


def audio_sha256(path: Path) -> str:
    """SHA-256 of rate, channels and samples as float32, channel after channel in each block.

    Raises:
        AudioFormatError, StorageError: the file cannot be read.
    """
    with open_audio(path) as recording:
        told = f"{recording.sample_rate} {recording.n_channels} {recording.n_samples}"
        digest = hashlib.sha256(told.encode())
        for start in range(0, recording.n_samples, recording.block_samples):
            stop = min(start + recording.block_samples, recording.n_samples)
            samples = recording.read(start, stop).samples
            digest.update(np.ascontiguousarray(samples, "<f4").tobytes())
    return digest.hexdigest()


def read_words(path: Path) -> Words:
    """The words of a file.

    Raises:
        AudioFormatError, StorageError: the file cannot be read.
    """
    import soxr  # heavy: loads on first use

    with open_audio(path) as recording:
        stream = soxr.ResampleStream(recording.sample_rate, RATE_HZ, 1, dtype="float32")
        parts = []
        for start in range(0, recording.n_samples, recording.block_samples):
            stop = min(start + recording.block_samples, recording.n_samples)
            mono = recording.read(start, stop).samples.mean(axis=0, dtype=np.float32)
            parts.append(stream.resample_chunk(mono, last=stop == recording.n_samples))
    return samples_to_words(np.concatenate(parts))


def samples_to_words(samples: Samples) -> Words:
    """The words of samples at `RATE_HZ`; none where they are shorter than two frames."""
    n_frames = 1 + (len(samples) - _FRAME) // _HOP
    if n_frames < 2:
        return np.zeros(0, np.uint32)
    bands = np.concatenate(
        [
            _bands(samples, first, min(first + _FRAMES_AT_ONCE, n_frames))
            for first in range(0, n_frames, _FRAMES_AT_ONCE)
        ]
    )
    slope = np.diff(bands, axis=1)
    bits = np.diff(slope, axis=0) > 0.0
    weights = np.uint32(1) << np.arange(_N_BITS, dtype=np.uint32)
    words: Words = (bits * weights).sum(axis=1, dtype=np.uint32)
    level = bands.sum(axis=1)[1:]
    words[level <= level.max() * 10.0 ** (_SILENT_DB / 10.0)] = 0
    return words


def _bands(samples: Samples, first: int, stop: int) -> NDArray[np.float64]:
    """Energies (frame band) of frames [first, stop)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP][first:stop]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)) ** 2
    edges_hz = np.geomspace(_LOW_HZ, _HIGH_HZ, _N_BITS + 2)
    edges = np.rint(edges_hz * _FRAME / RATE_HZ).astype(int)
    energy: NDArray[np.float64] = np.add.reduceat(power, edges[:-1], axis=1)
    energy[:, -1] = power[:, edges[-2] : edges[-1]].sum(axis=1)
    return energy
