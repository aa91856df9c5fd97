"""Declick: short impulses are found and replaced by what the sound around them says.

`ar` finds what models of the sound cannot predict, and weighs it by a dozen measurements. `network`
asks a network that has heard clicks of real discs. `auto` hears both; where no network is installed
it is `ar`, and the operation says so. Whatever finds them, clicks are repaired alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from engine.audio import Audio, Recording
from engine.equipment import Equipment, Estimate
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import Reach, Restored
from engine.tasks.model_task import Gear, ModelTask

if TYPE_CHECKING:
    from engine.dsp.click_detector import Clicks

AUTO, AR, NETWORK = "auto", "ar", "network"
_LIMIT = 4.0
"""Log-odds that a find must reach at half the sensitivity: 98 %."""
_LIMIT_RANGE = 8.0


@dataclass(frozen=True)
class Declick(ModelTask):
    """Clicks and pops; a sample in no detected click keeps its bits."""

    name: ClassVar[str] = "declick"
    title: ClassVar[str] = "Declick"
    context_s: ClassVar[float] = 0.75
    segment_s: ClassVar[float | None] = 15.0
    restorer_methods: ClassVar[tuple[str, ...]] = (NETWORK,)
    model_methods: ClassVar[tuple[str, ...]] = (NETWORK,)
    sensitivity: float = param(
        0.5,
        0.0,
        1.0,
        label="Sensitivity",
        description="How little must stand out to be taken for a click: 0 finds only the "
        "obvious ones, 1 takes fine attacks with it.",
    )
    max_width_ms: float = param(
        5.0,
        0.1,
        20.0,
        unit="ms",
        label="Longest click",
        description="What stands out for longer is left alone.",
    )
    method: str = param(
        AR,
        choices=(AUTO, AR, NETWORK),
        label="Method",
        description="What finds clicks: ar goes by what the sound around foretells, network by "
        "clicks of real discs that it has heard; auto weighs both.",
    )

    @override
    def equip(self, equipment: Equipment) -> Self:
        is_installed = NETWORK in equipment.catalog.methods(self.name)
        if self.method == AR or (self.method == AUTO and not is_installed):
            return replace(self, method=AR)
        from engine.models.click_search import ClickSearch
        from engine.models.weights import load_weights

        entry = equipment.catalog.find(self.name, NETWORK)
        search = ClickSearch(load_weights(entry.path, entry.sha256), equipment.device)
        reach = Reach(self.context_s, self.feather_s, self.segment_s)
        return replace(self, gear=Gear(entry, search, equipment.preview, reach))

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        return self

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Find and repair the clicks of each channel by itself.

        Raises:
            ModelError: method network was not handed its model.
            DeviceError: memory ran out everywhere.
        """
        from engine.dsp.click_events import restore_clicks

        find = partial(
            self._finder(),
            sample_rate=degraded.sample_rate,
            limit=_LIMIT + _LIMIT_RANGE * (0.5 - self.sensitivity),
            max_width_samples=round(self.max_width_ms * degraded.sample_rate / 1000.0),
        )
        samples, events = restore_clicks(degraded, inner, find, progress)
        restored = Audio(samples, degraded.sample_rate)
        if self.gear is not None:
            self.gear.preview(Estimate(inner.start, Audio(samples[:, inner], degraded.sample_rate)))
        return Restored(restored, events)

    def _finder(self) -> "Callable[..., Clicks]":
        """What looks for clicks: the rules where no model was handed over."""
        if self.method == AR or (self.method == AUTO and self.gear is None):
            from engine.dsp.click_detector import find_clicks

            return find_clicks
        from engine.models.click_search import ClickSearch

        search = self._geared().runner
        assert isinstance(search, ClickSearch)
        return partial(search.find_clicks, alone=self.method == NETWORK)
