"""Make one file of weights of light denoisers that were trained one by one: `light_pair`.

    .venv/bin/python packaging/join_models.py A.safetensors B.safetensors -o PAIR.safetensors

What comes out is where the recipe `denoise-light` starts from, and works as it is.
"""

import argparse
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from dataclasses import replace  # noqa: E402

from engine.models.light import Light  # noqa: E402 - not installed
from engine.models.light_pair import LightPair  # noqa: E402
from engine.models.weights import load_weights, save_weights  # noqa: E402


def main() -> int:
    """Read the options and join."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    models = [load_weights(path) for path in options.weights]
    lights = [model.network for model in models if isinstance(model.network, Light)]
    if len(lights) != len(models) or len(models) < 2:
        parser.error("two or more files of light denoisers are needed")
    pair = LightPair.of(lights)
    card = replace(models[0].card, network=pair.name, config=pair.config.to_mapping())
    segment = max(model.card.segment_samples for model in models)
    context_s = max(model.card.context_s for model in models)
    save_weights(options.output, pair, replace(card, segment_samples=segment, context_s=context_s))
    return 0


if __name__ == "__main__":
    sys.exit(main())
