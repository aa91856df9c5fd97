"""Jobs that hold simulated sides against one of the user's own, and that make them agree."""

from dataclasses import dataclass, field
from pathlib import Path

from engine.progress import Progress, ignore, part
from training.recordings import CleanRecording
from training.wizard.clean_excerpts import read_excerpts
from training.wizard.compare import Comparison, compare
from training.wizard.example import Trial
from training.wizard.match import Ground, matched
from training.wizard.plan import Damage
from training.wizard.side_facts import SideFacts, measure_side, read_side

_EXCERPTS = 8
_SEED = 0
_LEAST_S, _MOST_S = 1.0, 3.0


@dataclass(eq=False)
class Known:
    """What needs to be measured or read once only; kept by whoever asks again and again.

    Attributes:
        facts: on transfers, by path, rate and what noise of them was taken.
        excerpts: of the music, by what it is cut from.
    """

    facts: dict[object, SideFacts] = field(default_factory=dict)
    excerpts: dict[object, tuple[CleanRecording, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class CompareJob:
    """Measures a transfer, if it was not yet, and simulated sides, and compares them."""

    trial: Trial
    known: Known
    title: str = "Comparing with your side"

    def run(self, progress: Progress = ignore) -> Comparison:
        """Compare.

        Raises:
            EngineError: the transfer or the music cannot be read, or the damage not be made.
            Cancelled: progress said so.
        """
        facts, ground = _prepared(self.trial, self.known, part(progress, 0.0, 0.5))
        damage = self.trial.plan.damage
        return compare(facts, ground.simulated(damage, part(progress, 0.5, 1.0)))


@dataclass(frozen=True, eq=False)
class Matched:
    """Damage that agrees with a transfer, and how far it does."""

    damage: Damage
    comparison: Comparison


@dataclass(frozen=True, eq=False)
class MatchJob:
    """Finds damage that agrees with a transfer."""

    trial: Trial
    known: Known
    title: str = "Matching your side"

    def run(self, progress: Progress = ignore) -> Matched:
        """Match and compare; errors as of CompareJob."""
        facts, ground = _prepared(self.trial, self.known, part(progress, 0.0, 0.2))
        damage = matched(ground, facts, part(progress, 0.2, 0.9))
        simulated = ground.simulated(damage, part(progress, 0.9, 1.0))
        return Matched(damage, compare(facts, simulated))


def _prepared(trial: Trial, known: Known, progress: Progress) -> tuple[SideFacts, Ground]:
    """Facts on the transfer, and what damage is tried on."""
    trial.ready(part(progress, 0.0, 0.1))
    plan, template = trial.plan, trial.template
    rate = template.sample_rate
    segment_s = min(max(template.segment_samples / rate, _LEAST_S), _MOST_S)
    path = Path(plan.damage.transfer)
    taken = tuple(each for each in plan.noise.stretches if Path(each.path) == path)
    key = (path, rate, segment_s, taken)
    if key not in known.facts:
        side = read_side(plan, path, rate, part(progress, 0.1, 0.3))
        known.facts[key] = measure_side(side, segment_s, part(progress, 0.3, 0.9))
    music_key = (plan.music, rate, template.segment_samples)
    if music_key not in known.excerpts:
        length_s = template.segment_samples / rate
        known.excerpts[music_key] = read_excerpts(
            plan.music, rate, length_s, _EXCERPTS, _SEED, part(progress, 0.9, 1.0)
        )
    ground = Ground(plan, template, trial.folder, known.excerpts[music_key])
    return known.facts[key], ground
