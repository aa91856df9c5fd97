"""Judging: a critic's verdicts as a module, whose slopes several processes can average."""

from torch import Tensor, nn

from engine.models.critic import Critic


class Judging(nn.Module):
    """Candidates and degraded samples (batch 1 time) to verdicts, one tensor a scale."""

    def __init__(self, critic: Critic) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, candidate: Tensor, degraded: Tensor) -> tuple[Tensor, ...]:
        """What the critic says."""
        return self.critic.verdicts(candidate, degraded)
