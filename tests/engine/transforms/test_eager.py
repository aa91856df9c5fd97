import pytest
import torch
from torch import Tensor, nn

from engine.transforms.cqt import CQT, Coefficients
from engine.transforms.eager import eager
from engine.transforms.stft import STFT


class Scaler(nn.Module):
    """Doubles coefficients with one weight, holding a transform for each length."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(2.0))
        self._cqts: dict[int, CQT] = {}
        self._stft = STFT(64, 16, "hamming")

    def forward(self, samples: Tensor) -> Tensor:
        n_samples = samples.shape[-1]
        if n_samples not in self._cqts:
            self._cqts[n_samples] = CQT(n_samples, 8000, 3, 4)
        cqt = self._cqts[n_samples]
        octaves, residual = cqt.forward(samples)
        doubled = cqt.inverse(Coefficients(tuple(self.gain * it for it in octaves), residual))
        return self._stft.inverse(self._stft.forward(doubled) * self.gain, n_samples)


# The compiler looks at the gradients of tensors that no one set.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")
def test_a_compiled_network_gives_what_it_gives_uncompiled() -> None:
    network = Scaler()
    compiled = torch.compile(network, backend="eager")
    for n_samples in (1000, 1501):
        samples = torch.randn(2, 1, n_samples, generator=torch.Generator().manual_seed(1))
        gradients: list[Tensor] = []
        restored: list[Tensor] = []
        for each in (network, compiled):
            restored.append(each(samples))
            gradients += torch.autograd.grad(restored[-1].square().sum(), network.gain)
        torch.testing.assert_close(restored[1], restored[0])
        torch.testing.assert_close(gradients[1], gradients[0])


def test_a_function_runs_as_it_is() -> None:
    calls: list[bool] = []

    @eager
    def doubled(x: Tensor) -> Tensor:
        calls.append(torch.compiler.is_compiling())
        return 2 * x

    assert doubled.__name__ == "doubled"
    assert float(doubled(torch.tensor(3.0))) == 6.0
    assert float(torch.compile(lambda x: doubled(x + 1), backend="eager")(torch.tensor(3.0))) == 8.0
    assert calls == [False, False]
