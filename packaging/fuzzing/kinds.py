"""The kinds of input; a new one is a class in a file of its own and a row here."""

from fuzzing.audio import AudioFiles
from fuzzing.batches import Journals, Lists
from fuzzing.caches import Caches
from fuzzing.exports import Exports
from fuzzing.inputs import Kind
from fuzzing.models import Catalogues, Checkpoints, Weights
from fuzzing.presets import NoiseProfiles, Presets
from fuzzing.projects import Projects
from fuzzing.recipes import ChainTexts, Indexes, Manifests, Panels, Recipes
from fuzzing.reports import Labels, Reports
from fuzzing.trainings import Measured, Trainings
from fuzzing.windows import KeySchemes, Translations, Windows

KINDS: dict[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        Windows,
        AudioFiles,
        Exports,
        Projects,
        Presets,
        NoiseProfiles,
        Weights,
        Checkpoints,
        Catalogues,
        Recipes,
        Manifests,
        Panels,
        Indexes,
        ChainTexts,
        Labels,
        Reports,
        Journals,
        Lists,
        Trainings,
        Measured,
        Caches,
        KeySchemes,
        Translations,
    )
}
