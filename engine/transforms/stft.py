"""Short-time Fourier transform with exact reconstruction.

Frames are centred on every multiple of the hop, from the first sample to the first multiple that
is not before the last one; beyond the ends lies silence. Gradients pass through both directions.

Shapes, as einops patterns:
    samples    (batch channel time)        float32 or float64, full scale = 1.0
    spectrum   (batch channel bin frame)   complex64 or complex128, n_fft // 2 + 1 bins

References:
    Griffin & Lim, "Signal Estimation from Modified Short-Time Fourier Transform", IEEE Trans.
    ASSP 32(2), 1984; the inverse is their eq. 6.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.errors import SettingsError
from engine.transforms.eager import eager

_WINDOWS: dict[str, Callable[..., Tensor]] = {
    "hann": torch.hann_window,
    "hamming": torch.hamming_window,
    "rectangular": torch.ones,
}


class STFT:
    """Short-time Fourier transform with a periodic window of n_fft samples."""

    def __init__(self, n_fft: int = 2048, hop_length: int = 512, window: str = "hann") -> None:
        """Take the sizes, and the window: "hann", "hamming" or "rectangular".

        Raises:
            SettingsError: the window is shorter than 2 samples or has no such name, or the hop
                leaves samples that no inverse could find again.
        """
        if window not in _WINDOWS:
            raise SettingsError(f"window = {window} must be one of {', '.join(_WINDOWS)}")
        if n_fft < 2:
            raise SettingsError(f"n_fft = {n_fft} must be at least 2")
        if not 1 <= hop_length <= n_fft // 2:
            raise SettingsError(
                f"hop_length = {hop_length} is outside 1 .. {n_fft // 2}, half of n_fft = {n_fft}"
            )
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.window = window
        self._windows_of: dict[tuple[torch.device, torch.dtype], Tensor] = {}

    @eager
    def forward(self, samples: Tensor) -> Tensor:
        """Spectrum of samples of any length; half precision is computed in float32."""
        assert samples.ndim == 3, samples.shape
        signals = samples.flatten(0, 1)
        wide = signals if signals.dtype == torch.float64 else signals.float()
        before = self.n_fft // 2
        after = self.n_fft - before + -wide.shape[-1] % self.hop_length
        with torch.autocast(samples.device.type, enabled=False):
            padded = torch.nn.functional.pad(wide, (before, after))
            frames = padded.unfold(1, self.n_fft, self.hop_length)
            bins = torch.fft.rfft(frames * self._samples_of_window(wide))
        spectrum: Tensor = bins.transpose(1, 2)
        return spectrum.view(*samples.shape[:2], *spectrum.shape[1:])

    @eager
    def inverse(self, spectrum: Tensor, n_samples: int) -> Tensor:
        """Samples whose spectrum is nearest to this one; n_samples as given to `forward`."""
        assert spectrum.shape[-2] == self.n_fft // 2 + 1, spectrum.shape
        assert spectrum.shape[-1] == -(-n_samples // self.hop_length) + 1, spectrum.shape
        with torch.autocast(spectrum.device.type, enabled=False):
            window = self._samples_of_window(spectrum.real)
            bins = spectrum.flatten(0, 1).transpose(1, 2)
            bins = bins.clone(memory_format=torch.contiguous_format)
            # A real signal has no imaginary parts at 0 Hz and Nyquist. Networks may give some, and
            # CUDA lets them through at some sizes.
            torch.view_as_real(bins)[..., :: -(-self.n_fft // 2), 1] = 0.0
            frames = torch.fft.irfft(bins, self.n_fft) * window
            # torch.istft asks the device for the least weight, and waits for the answer.
            weights = self._overlap(window.square().expand(1, frames.shape[1], -1), n_samples)
            samples = self._overlap(frames, n_samples) / weights
        return samples.view(*spectrum.shape[:2], n_samples)

    def _overlap(self, frames: Tensor, n_samples: int) -> Tensor:
        """Sum (signal time) of frames (signal frame time), each centred on its hop."""
        n_signals, n_frames, n_fft = frames.shape
        n_hops = -(-n_fft // self.hop_length)
        summed = frames.new_zeros(n_signals, n_frames + n_hops - 1, self.hop_length)
        for first in range(n_hops):
            hop = frames[:, :, first * self.hop_length : (first + 1) * self.hop_length]
            summed[:, first : first + n_frames, : hop.shape[2]] += hop
        return summed.flatten(1)[:, n_fft // 2 :][:, :n_samples]

    def _samples_of_window(self, like: Tensor) -> Tensor:
        key = (like.device, like.dtype)
        if key not in self._windows_of:
            # A tensor made in inference mode would not serve a later training.
            with torch.inference_mode(False):
                samples = _WINDOWS[self.window](self.n_fft, dtype=torch.float64)
                self._windows_of[key] = samples.to(like.dtype).to(like.device)
        return self._windows_of[key]
