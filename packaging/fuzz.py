"""Fuzzing: damaged inputs given to everything that Runout reads.

    .venv/bin/python packaging/fuzz.py [--inputs 10000] [--seed 78] [--kinds sound,project]
                                       [--jobs 2] [--out FOLDER] [--replay FILE]

Each input is read by the code that reads it in Runout, in a process of its own sort: at most 10 s,
2 GiB, and nothing written, started or connected to outside of the folder that the input lies in.
It is opened, or refused in one sentence that names the file; anything else is a finding, which is
kept in --out with the bytes that lead to it, to be read again by --replay.

Prints a table, and exits with 1 when anything was found.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from fuzzing.crew import Asked, Crew  # noqa: E402 - the repository is not installed
from fuzzing.inputs import Input  # noqa: E402
from fuzzing.kinds import KINDS  # noqa: E402
from fuzzing.worker import Verdict  # noqa: E402

OUT = REPOSITORY / "build" / "fuzz"


class Tally:
    """Counts what became of inputs, and keeps those that something is wrong with."""

    def __init__(self, out: Path) -> None:
        self.n_findings = 0
        self._out = out
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._slowest: dict[str, tuple[float, int]] = {}

    def take(self, each: Input, verdict: Verdict) -> None:
        """Count one."""
        count = self._counts[each.kind]
        count["inputs"] += 1
        count["findings" if verdict.findings else verdict.state] += 1
        slowest = self._slowest.get(each.kind, (0.0, 0))
        self._slowest[each.kind] = max(slowest, (verdict.seconds, each.number))
        if verdict.findings:
            self.n_findings += 1
            self._keep(each, verdict)

    def table(self) -> str:
        """A line for each kind, and one for all."""
        names = ("inputs", "opened", "refused", "findings")
        lines = [f"{'kind':12}" + "".join(f"{name:>10}" for name in (*names, "slowest"))]
        total: Counter[str] = Counter()
        for kind, count in sorted(self._counts.items()):
            total += count
            told = "".join(f"{count[name]:>10}" for name in names)
            seconds, number = self._slowest[kind]
            lines.append(f"{kind:12}{told}{seconds:>8.2f} s  (input {number})")
        slowest, _ = max(self._slowest.values(), default=(0.0, 0))
        told = "".join(f"{total[name]:>10}" for name in names)
        return "\n".join([*lines, f"{'all':12}{told}{slowest:>8.2f} s"])

    def _keep(self, each: Input, verdict: Verdict) -> None:
        path = self._out / f"{each.name}.json"
        path.write_text(each.to_json({"findings": verdict.findings, "said": verdict.sentence}))
        print(f"\n{path}: {verdict.findings[0].strip()[-1500:]}")


def drawn(n_inputs: int, seed: int, names: list[str]) -> list[Asked]:
    """Which inputs to make: so many of each kind as its share says, one kind after the other."""
    shares = sum(KINDS[name].share for name in names)
    counts = {name: n_inputs * KINDS[name].share // shares for name in names}
    counts[names[0]] += n_inputs - sum(counts.values())
    return [(name, seed, number) for name in names for number in range(counts[name])]


def main() -> int:
    """Read the options, then the inputs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=78)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--replay", type=Path, metavar="FILE")
    options = parser.parse_args()
    names = options.kinds.split(",")
    if unknown := sorted(set(names) - set(KINDS)):
        parser.error(f"there is no kind {unknown[0]}; there are: {', '.join(KINDS)}")
    options.out.mkdir(parents=True, exist_ok=True)
    started, tally = time.monotonic(), Tally(options.out)
    if options.replay is not None:
        asked: list[Asked] = [Input.from_json(options.replay.read_text())]
    else:
        asked = drawn(options.inputs, options.seed, names)
    Crew(KINDS, tally.take).run(asked, min(options.jobs, len(asked)))
    print(f"\n{tally.table()}\n{time.monotonic() - started:.0f} s, seed {options.seed}")
    return int(tally.n_findings > 0)


if __name__ == "__main__":
    sys.exit(main())
