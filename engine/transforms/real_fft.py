"""The Fourier transform of real signals on a grid of a length that is cheap to transform.

Shapes, as einops patterns:
    samples    (signal time)   real
    spectrum   (signal bin)    complex, grid // 2 + 1 bins
"""

import torch
from torch import Tensor

# Above it the table of the paired transform costs more memory than its speed is worth.
_LONGEST_PAIRED = 2**22


def cheap_length(n_samples: int) -> int:
    """The least multiple of 4 that is not below n_samples and has no prime factor above 7."""
    quarter = max(1, -(-n_samples // 4))
    best = 1 << (quarter - 1).bit_length()
    sevens = 1
    while sevens < best:
        fives = sevens
        while fives < best:
            odd = fives
            while odd < best:
                twos = 1 << (-(-quarter // odd) - 1).bit_length()
                best = min(best, odd * twos)
                odd *= 3
            fives *= 5
        sevens *= 7
    return 4 * best


class RealFFT:
    """`torch.fft.rfft` and `irfft` of one length, faster where a single signal is transformed.

    For one long real signal MKL takes a path that is about four times slower than for two, so
    its even and its odd samples go through as a pair and are joined by one butterfly.
    """

    def __init__(self, length: int) -> None:
        assert length % 4 == 0, length
        self._length = length
        self._twiddles: dict[torch.dtype, Tensor] = {}

    def forward(self, samples: Tensor) -> Tensor:
        """Spectrum (signal bin) of samples (signal time), which are padded with zeros."""
        if not self._is_paired(samples):
            plain: Tensor = torch.fft.rfft(samples, self._length)
            return plain
        missing = self._length - samples.shape[-1]
        padded = torch.nn.functional.pad(samples, (0, missing)) if missing else samples
        even, odd = torch.fft.rfft(padded.reshape(-1, 2), dim=0).unbind(1)
        odd = odd * self._twiddle(samples.dtype)
        quarter = self._length // 4
        spectrum: Tensor = even.new_empty(1, 2 * quarter + 1)
        torch.add(even, odd, out=spectrum[0, : quarter + 1])
        spectrum[0, quarter:] = (even - odd).flip(0).conj()
        return spectrum

    def inverse(self, spectrum: Tensor) -> Tensor:
        """Samples (signal time) of the whole grid."""
        if not self._is_paired(spectrum):
            plain: Tensor = torch.fft.irfft(spectrum, self._length)
            return plain
        quarter = self._length // 4
        low, high = spectrum[0, : quarter + 1], spectrum[0, quarter:].flip(0).conj()
        pair = spectrum.new_empty(2, quarter + 1)
        torch.add(low, high, out=pair[0])
        torch.mul(low - high, self._twiddle(spectrum.real.dtype).conj(), out=pair[1])
        even, odd = torch.fft.irfft(pair.mul_(0.5), self._length // 2)
        samples: Tensor = even.new_empty(1, self._length)
        pairs = samples.view(-1, 2)
        pairs[:, 0], pairs[:, 1] = even, odd
        return samples

    def _is_paired(self, signals: Tensor) -> bool:
        is_slow_alone = signals.device.type == "cpu" and self._length <= _LONGEST_PAIRED
        return len(signals) == 1 and is_slow_alone

    def _twiddle(self, dtype: torch.dtype) -> Tensor:
        """exp(-2 pi i k / length) for k = 0 .. length / 4."""
        if dtype not in self._twiddles:
            turns = torch.arange(self._length // 4 + 1, dtype=torch.float64) / self._length
            twiddle = torch.polar(torch.ones_like(turns), -2.0 * torch.pi * turns)
            self._twiddles[dtype] = twiddle.to(dtype.to_complex())
        return self._twiddles[dtype]
